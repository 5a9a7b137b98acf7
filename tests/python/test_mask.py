# SPDX-License-Identifier: Apache-2.0
"""`Matcher.fill_mask`: layout of the row, and which arrays it takes."""

from __future__ import annotations

import numpy as np
import pytest

import pushmask
from reference.masks import compile_ebnf, fill


def vocabulary(size: int) -> pushmask.Vocabulary:
    """Token i is the character of code point 256 + i, then the stop token, then padding."""
    tokens = [chr(256 + i).encode() for i in range(size - 8)]
    return pushmask.Vocabulary([*tokens, b"</s>"], stop_token_ids=[len(tokens)], size=size)


@pytest.fixture
def matcher() -> pushmask.Matcher:
    return compile_ebnf("root ::= [ĀĊĠĿ]+", vocabulary(80)).matcher()


def test_a_token_is_a_bit_of_a_word_least_significant_first(matcher: pushmask.Matcher) -> None:
    mask = pushmask.allocate_mask(1, vocabulary(80))
    assert matcher.fill_mask(mask[0]) is False
    # Tokens 0, 10, 32 and 63; the last is the sign bit of its word.
    assert mask.tolist() == [[1 << 0 | 1 << 10, 1 << 0 | -(1 << 31), 0]]


def test_the_stop_token_has_its_bit_where_the_text_may_end(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_token(10)
    assert fill(matcher, vocabulary(80))[0][2] == 1 << (72 - 64)


def test_a_row_of_a_batch_is_filled_and_the_others_are_left(matcher: pushmask.Matcher) -> None:
    mask = pushmask.allocate_mask(3, vocabulary(80))
    matcher.fill_mask(mask[1])
    assert mask.any(axis=1).tolist() == [False, True, False]


def test_what_the_row_held_before_is_overwritten(matcher: pushmask.Matcher) -> None:
    clean = np.zeros(3, dtype=np.int32)
    dirty = np.full(3, -1, dtype=np.int32)
    matcher.fill_mask(clean)
    matcher.fill_mask(dirty)
    assert clean.tolist() == dirty.tolist()


def read_only() -> np.ndarray:
    mask = np.zeros(3, dtype=np.int32)
    mask.flags.writeable = False
    return mask


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        (np.zeros(3, dtype=np.uint32), TypeError),
        (np.zeros(3, dtype=np.int64), TypeError),
        (np.zeros(3, dtype=np.float32), TypeError),
        (np.zeros(3, dtype=">i4"), TypeError),
        (np.zeros(80, dtype=np.bool_), TypeError),
        ([0, 0, 0], TypeError),
        (None, TypeError),
        (np.zeros(2, dtype=np.int32), ValueError),
        (np.zeros(4, dtype=np.int32), ValueError),
        (np.zeros(0, dtype=np.int32), ValueError),
        (read_only(), ValueError),
        (np.zeros(6, dtype=np.int32)[::2], (TypeError, ValueError)),
        (np.zeros((1, 3), dtype=np.int32), (TypeError, ValueError)),
        (np.zeros((3, 1), dtype=np.int32).T, (TypeError, ValueError)),
    ],
)
def test_another_array_is_refused_and_the_matcher_stays_usable(
    matcher: pushmask.Matcher, mask: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        matcher.fill_mask(mask)  # type: ignore[arg-type]  # wrong on purpose
    assert fill(matcher, vocabulary(80))[0] == [1 << 0 | 1 << 10, 1 << 0 | -(1 << 31), 0]


def test_a_memory_view_of_an_array_is_a_row_too(matcher: pushmask.Matcher) -> None:
    mask = np.zeros(3, dtype=np.int32)
    matcher.fill_mask(np.asarray(memoryview(mask)))
    assert mask.any()
