# SPDX-License-Identifier: Apache-2.0
"""Models for the decoder's tests: a tiny random one, and the default one where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("tvm", reason="the decoder needs pushmask[decoder]")

from decoder.tiny_model import write_tiny_model
from pushmask.decoder import Decoder, cache_dir, models


@pytest.fixture(scope="session")
def real_model_path() -> Path:
    """The default model: $PUSHMASK_MODEL, or the user's cache. It is not fetched for tests."""
    named = os.environ.get("PUSHMASK_MODEL")
    path = Path(named) if named else models.model_path("smollm2")
    if not path.is_file():
        pytest.skip("the model smollm2 is not at hand: run `pushmask pull` or set PUSHMASK_MODEL")
    return path


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def tiny(tiny_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Decoder:
    """The tiny model, compiled outside the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache_dir.VARIABLE, str(tmp_path_factory.mktemp("cache")))
        return Decoder.load(tiny_path)


@pytest.fixture(scope="session")
def real(real_model_path: Path) -> Decoder:
    return Decoder.load(real_model_path)
