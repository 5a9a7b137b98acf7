# SPDX-License-Identifier: Apache-2.0
"""Settings and vocabularies that several test folders share."""

from __future__ import annotations

import base64
import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import pushmask

# The same examples on every machine and in every run; a time limit would make a busy one fail.
settings.register_profile(
    "pushmask",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("pushmask")

# Data that is too large for the repository: in this folder, or in `shared` beside the checkout.
SHARED = Path(
    os.environ.get("PUSHMASK_SHARED", Path(__file__).resolve().parents[2] / "shared" / "data")
)
SMOLLM2 = SHARED / "vocabs" / "smollm2-49k.json.gz"


@pytest.fixture(scope="session")
def smollm2() -> pushmask.Vocabulary:
    """The 49,152 tokens of SmolLM2: byte-level, so a character may be spread over tokens."""
    if not SMOLLM2.exists():
        pytest.skip(f"needs {SMOLLM2.name}; set PUSHMASK_SHARED to the folder that has vocabs/")
    data = json.loads(gzip.decompress(SMOLLM2.read_bytes()))
    return pushmask.Vocabulary(
        [base64.b64decode(token) for token in data["tokens_b64"]],
        stop_token_ids=[data["eos_id"]],
        special_token_ids=[int(token_id) for token_id in data["special"]],
        size=data["n_vocab"],
    )


@pytest.fixture(scope="session")
def byte_vocabulary() -> pushmask.Vocabulary:
    """One token for every byte, its id the byte, and the stop token 256."""
    return pushmask.Vocabulary([*(bytes([b]) for b in range(256)), b"</s>"], stop_token_ids=[256])
