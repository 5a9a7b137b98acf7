# SPDX-License-Identifier: Apache-2.0
"""Page bookkeeping; needs no device."""

from __future__ import annotations

import pytest

from pushmask import errors
from pushmask.decoder.kv_cache import PAGE_POSITIONS, PagePool, SequencePages


def test_a_sequence_takes_a_page_only_when_one_is_full() -> None:
    pool = PagePool(4)
    sequence = SequencePages(pool)
    assert sequence.extend(PAGE_POSITIONS) == range(PAGE_POSITIONS)
    assert len(sequence.pages) == 1
    assert sequence.extend(1) == range(PAGE_POSITIONS, PAGE_POSITIONS + 1)
    assert len(sequence.pages) == 2
    assert pool.num_free == 2


def test_sequences_never_share_a_page() -> None:
    pool = PagePool(8)
    sequences = [SequencePages(pool) for _ in range(4)]
    for length in (3, 20, 1, 30):
        for sequence in sequences[: length % 3 + 1]:
            sequence.extend(length % 7 + 1)
    owned = [page for sequence in sequences for page in sequence.pages]
    assert len(owned) == len(set(owned))


def test_running_out_of_pages_names_the_limit_and_changes_nothing() -> None:
    pool = PagePool(2)
    sequence = SequencePages(pool)
    sequence.extend(PAGE_POSITIONS)
    with pytest.raises(errors.LimitError) as caught:
        sequence.extend(2 * PAGE_POSITIONS)
    assert (caught.value.limit, caught.value.bound, caught.value.reached) == ("num_pages", 2, 3)
    assert (sequence.length, len(sequence.pages), pool.num_free) == (PAGE_POSITIONS, 1, 1)


def test_truncate_gives_back_whole_pages_only() -> None:
    pool = PagePool(4)
    sequence = SequencePages(pool)
    sequence.extend(3 * PAGE_POSITIONS)
    sequence.truncate(PAGE_POSITIONS + 1)
    assert (len(sequence.pages), pool.num_free) == (2, 2)
    sequence.release()
    assert (sequence.length, pool.num_free) == (0, 4)


def test_truncate_refuses_a_length_that_was_never_reached() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.0"):
        SequencePages(PagePool(1)).truncate(1)
