# SPDX-License-Identifier: Apache-2.0
"""Vocabularies for the grammars of grammars/."""

from __future__ import annotations

import pytest

import pushmask
from cases.corpus import NAMES, fragments
from conftest import SMOLLM2

NUM_BYTES = 256


@pytest.fixture(scope="session")
def small_vocabulary() -> pushmask.Vocabulary:
    """The bytes, and the words and symbols of all accepted cases, alone and several in a row."""
    words = {fragment for name in NAMES for fragment in fragments(name) if len(fragment) > 1}
    tokens = [*(bytes([byte]) for byte in range(NUM_BYTES)), *sorted(words), b"</s>"]
    return pushmask.Vocabulary(tokens, stop_token_ids=[len(tokens) - 1])


@pytest.fixture(scope="session", params=["small_vocabulary", "smollm2"])
def each_vocabulary(request: pytest.FixtureRequest) -> pushmask.Vocabulary:
    vocabulary: pushmask.Vocabulary = request.getfixturevalue(request.param)
    return vocabulary


@pytest.fixture(scope="session")
def vocabulary(request: pytest.FixtureRequest) -> pushmask.Vocabulary:
    """SmolLM2's if it is there, else the small one."""
    chosen: pushmask.Vocabulary = request.getfixturevalue(
        "smollm2" if SMOLLM2.exists() else "small_vocabulary"
    )
    return chosen
