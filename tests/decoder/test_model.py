# SPDX-License-Identifier: Apache-2.0
"""The compiled model against independent forward passes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from decoder.numpy_llama import NumpyLlama
from decoder.sequence import CachedSequence
from decoder.tiny_model import write_tiny_model
from pushmask.decoder import Decoder, cache_dir
from pushmask.decoder.kv_cache import PagePool

TOLERANCE = 5e-3  # largest difference of a logit that the decoder promises
TINY_TOLERANCE = 2e-4  # two layers with small logits: only rounding of sums is left
NUMPY_STEPS = 3  # over the whole vocabulary; the recorded slices have 40
DATA = Path(__file__).parent / "data"


def pool(decoder: Decoder) -> PagePool:
    return PagePool(decoder.runtime.num_pages)


def test_tiny_model_agrees_with_numpy_over_prefill_and_decode(
    tiny: Decoder, tiny_path: Path
) -> None:
    draws = np.random.default_rng(1)
    tokens = draws.integers(0, tiny.config.vocab_size, 60).tolist()
    expected = NumpyLlama(tiny_path).forward(tokens)
    sequence = CachedSequence(tiny.runtime, pool(tiny))
    found = [sequence.prefill(tokens[:37])] + [sequence.decode(token) for token in tokens[37:]]
    assert np.abs(np.array(found) - expected[36:]).max() < TINY_TOLERANCE


@pytest.mark.parametrize("cut", [1, 2, 15, 16, 17, 33])
def test_prefill_in_two_chunks_equals_prefill_at_once(
    tiny: Decoder, tiny_path: Path, cut: int
) -> None:
    tokens = np.random.default_rng(2).integers(0, tiny.config.vocab_size, 50).tolist()
    expected = NumpyLlama(tiny_path).forward(tokens)[-1]
    sequence = CachedSequence(tiny.runtime, pool(tiny))
    sequence.prefill(tokens[:cut])
    assert np.abs(sequence.prefill(tokens[cut:]) - expected).max() < TINY_TOLERANCE


def test_batched_decode_equals_single_decodes(tiny: Decoder) -> None:
    shared = pool(tiny)
    draws = np.random.default_rng(3)
    batch = [CachedSequence(tiny.runtime, shared) for _ in range(4)]
    for sequence, length in zip(batch, (3, 16, 31, 7), strict=True):
        sequence.prefill(draws.integers(0, tiny.config.vocab_size, length).tolist())
    tokens = np.arange(len(batch), dtype=np.int32)
    positions = np.array([s.pages.extend(1).start for s in batch], dtype=np.int32)
    table = np.concatenate([s.table for s in batch])
    logits = tiny.runtime.decode(tokens, positions, table).numpy()[:, : tiny.config.vocab_size]
    for sequence in batch:
        sequence.pages.truncate(sequence.pages.length - 1)
    expected = [s.decode(int(token)) for s, token in zip(batch, tokens, strict=True)]
    assert np.abs(logits - np.array(expected)).max() < TINY_TOLERANCE


def test_what_unwritten_cache_holds_does_not_matter(tiny: Decoder, tiny_path: Path) -> None:
    tokens = list(range(21))
    expected = NumpyLlama(tiny_path).forward(tokens)
    tiny.runtime.fill_cache(float("nan"))
    sequence = CachedSequence(tiny.runtime, pool(tiny))
    found = [sequence.prefill(tokens[:20]), sequence.decode(tokens[20])]
    assert np.abs(np.array(found) - expected[19:]).max() < TINY_TOLERANCE


def test_model_with_its_own_output_matrix_agrees_with_numpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiny_model(tmp_path / "headed.gguf", seed=5, head=True)
    monkeypatch.setenv(cache_dir.VARIABLE, str(tmp_path))
    decoder = Decoder.load(path)
    tokens = list(range(20))
    expected = NumpyLlama(path).forward(tokens)[-1]
    found = CachedSequence(decoder.runtime, pool(decoder)).prefill(tokens)
    assert np.abs(found - expected).max() < TINY_TOLERANCE


def test_smollm2_agrees_with_numpy_over_the_whole_vocabulary(
    real: Decoder, real_model_path: Path
) -> None:
    reference = NumpyLlama(real_model_path)
    sequence = CachedSequence(real.runtime, pool(real))
    prompt = np.load(DATA / "smollm2.npz")["prompt"].tolist()
    expected, found = reference.forward(prompt)[-1], sequence.prefill(prompt)
    worst = 0.0
    for _ in range(NUMPY_STEPS):
        worst = max(worst, float(np.abs(found - expected).max()))
        token = int(expected.argmax())
        assert int(found.argmax()) == token
        expected, found = reference.forward([token])[-1], sequence.decode(token)
    assert worst < TOLERANCE


def test_smollm2_agrees_with_transformers_over_a_prefill_and_40_decode_steps(real: Decoder) -> None:
    record = np.load(DATA / "smollm2.npz")
    sequence = CachedSequence(real.runtime, pool(real))
    logits = sequence.prefill(record["prompt"].tolist())
    for token, expected in zip(record["tokens"].tolist(), record["logits"], strict=True):
        assert np.abs(logits[record["ids"]] - expected).max() < TOLERANCE
        assert int(logits.argmax()) == token
        logits = sequence.decode(token)
