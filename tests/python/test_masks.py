# SPDX-License-Identifier: Apache-2.0
"""`allocate_mask` and `apply_mask` against masks written out bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pushmask


def vocabulary(size: int) -> pushmask.Vocabulary:
    return pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1], size=size)


def pack(allowed: list[bool]) -> np.ndarray[Any, Any]:
    """One mask row, the obvious way."""
    words = [0] * -(-len(allowed) // 32)
    for index, bit in enumerate(allowed):
        words[index // 32] |= int(bit) << (index % 32)
    return np.array(words, dtype=np.uint32).view(np.int32)


@pytest.mark.parametrize(("size", "num_words"), [(2, 1), (32, 1), (33, 2), (49152, 1536)])
def test_a_new_mask_has_a_word_for_32_tokens_and_allows_none(size: int, num_words: int) -> None:
    mask = pushmask.allocate_mask(3, vocabulary(size))
    assert (mask.shape, mask.dtype) == ((3, num_words), np.int32)
    assert not mask.any()


def test_a_mask_needs_a_row() -> None:
    with pytest.raises(ValueError, match="batch"):
        pushmask.allocate_mask(0, vocabulary(4))


@given(
    rows=st.integers(1, 70).flatmap(
        lambda n: st.lists(st.lists(st.booleans(), min_size=n, max_size=n), min_size=1, max_size=3)
    ),
    padding=st.integers(0, 40),
    dtype=st.sampled_from([np.float16, np.float32, np.float64]),
)
def test_exactly_the_tokens_that_are_not_allowed_become_minus_infinity(
    rows: list[list[bool]], padding: int, dtype: type
) -> None:
    logits = np.ones((len(rows), len(rows[0]) + padding), dtype=dtype)
    pushmask.apply_mask(logits, np.stack([pack(row) for row in rows]))
    expected = [[1.0 if bit else -np.inf for bit in row] + [-np.inf] * padding for row in rows]
    np.testing.assert_array_equal(logits, np.array(expected, dtype=dtype))


def test_one_dimension_is_a_batch_of_one() -> None:
    logits = np.zeros(3, dtype=np.float32)
    pushmask.apply_mask(logits, pack([True, False, True])[np.newaxis])
    assert logits.tolist() == [0.0, -np.inf, 0.0]


def test_a_strided_view_is_changed_in_place() -> None:
    storage = np.zeros((2, 6), dtype=np.float32)
    pushmask.apply_mask(storage[:, ::2], np.stack([pack([True, False, True])] * 2))
    assert np.isinf(storage[:, 2]).all()
    assert np.isfinite(np.delete(storage, 2, axis=1)).all()


@pytest.mark.parametrize(
    ("logits", "mask", "error"),
    [
        (np.zeros((2, 32), np.float32), np.zeros((1, 1), np.int32), ValueError),
        (np.zeros((1, 32), np.float32), np.zeros((1, 2), np.int32), ValueError),
        (np.zeros((1, 1, 32), np.float32), np.zeros((1, 1), np.int32), ValueError),
        (np.zeros((1, 32), np.int32), np.zeros((1, 1), np.int32), TypeError),
        (np.zeros((1, 32), np.float32), np.zeros((1, 1), np.int64), TypeError),
        (np.zeros((1, 32), np.float32), np.zeros((1, 1), np.uint32), TypeError),
        ([0.0] * 32, np.zeros((1, 1), np.int32), TypeError),
    ],
)
def test_arrays_that_do_not_fit_are_refused(logits: Any, mask: Any, error: type) -> None:
    with pytest.raises(error):
        pushmask.apply_mask(logits, mask)


def test_read_only_logits_are_refused() -> None:
    logits = np.zeros((1, 32), np.float32)
    logits.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        pushmask.apply_mask(logits, np.zeros((1, 1), np.int32))
