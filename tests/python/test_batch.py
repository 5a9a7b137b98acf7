# SPDX-License-Identifier: Apache-2.0
"""`MatcherBatch` and `fill_masks`: many matchers in one call."""

from __future__ import annotations

import gc
import os
import threading
from typing import Any

import numpy as np
import pytest

import pushmask
from reference.masks import compile_ebnf, fill

TOKENS = [b"yes", b"no", b"y", b"es", b" and ", b"</s>"]
YES, NO, Y, ES, AND, STOP = range(len(TOKENS))
GRAMMAR = 'root ::= answer (" and " answer)*\nanswer ::= "yes" | "no"'
PLACES = [[], [Y], [YES], [NO, AND], [NO, STOP], [Y, ES, AND, Y]]


@pytest.fixture
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], size=40)


@pytest.fixture
def compiled(vocabulary: pushmask.Vocabulary) -> pushmask.CompiledGrammar:
    return compile_ebnf(GRAMMAR, vocabulary)


@pytest.fixture
def matchers(compiled: pushmask.CompiledGrammar) -> list[pushmask.Matcher]:
    """One in each place."""
    out = []
    for tokens in PLACES:
        out.append(compiled.matcher())
        assert out[-1].accept_tokens(tokens) == len(tokens)
    return out


def one_by_one(
    matchers: list[pushmask.Matcher], vocabulary: pushmask.Vocabulary
) -> list[list[int]]:
    return [fill(matcher, vocabulary)[0] for matcher in matchers]


@pytest.mark.parametrize("num_threads", [1, 2, 8])
def test_a_batch_writes_what_its_matchers_would(
    matchers: list[pushmask.Matcher], vocabulary: pushmask.Vocabulary, num_threads: int
) -> None:
    batch = pushmask.MatcherBatch(matchers, num_threads=num_threads)
    mask = np.full((len(matchers), 2), -1, dtype=np.int32)
    for _ in ("cold", "warm"):
        batch.fill_masks(mask)
        assert mask.tolist() == one_by_one(matchers, vocabulary)


def test_rows_say_where_to_write(
    matchers: list[pushmask.Matcher], vocabulary: pushmask.Vocabulary
) -> None:
    batch = pushmask.MatcherBatch(matchers)
    expected = one_by_one(matchers, vocabulary)
    rows = [7, 0, 3, 6, 2, 5]
    for form in (rows, tuple(rows), np.array(rows), np.array(rows, np.int32)):
        mask = np.full((8, 2), 77, dtype=np.int32)
        batch.fill_masks(mask, form)
        assert [mask[row].tolist() for row in rows] == expected
        assert mask[[1, 4]].tolist() == [[77, 77], [77, 77]]


def test_rows_after_the_last_matcher_are_left(matchers: list[pushmask.Matcher]) -> None:
    mask = np.full((len(matchers) + 1, 2), 77, dtype=np.int32)
    pushmask.MatcherBatch(matchers).fill_masks(mask)
    assert mask[-1].tolist() == [77, 77]


def test_the_function_does_what_the_batch_does(
    matchers: list[pushmask.Matcher], vocabulary: pushmask.Vocabulary
) -> None:
    mask = np.full((6, 2), -1, dtype=np.int32)
    pushmask.fill_masks(iter(matchers), mask)
    assert mask.tolist() == one_by_one(matchers, vocabulary)
    pushmask.fill_masks(matchers[:2], mask, rows=[5, 4])
    assert mask[[5, 4]].tolist() == one_by_one(matchers[:2], vocabulary)


def test_a_batch_sees_its_matchers_move(
    matchers: list[pushmask.Matcher], vocabulary: pushmask.Vocabulary
) -> None:
    batch = pushmask.MatcherBatch(matchers)
    assert matchers[0].accept_token(NO)
    matchers[2].rollback(1)
    mask = np.zeros((6, 2), dtype=np.int32)
    batch.fill_masks(mask)
    assert mask.tolist() == one_by_one(matchers, vocabulary)


def test_tokens_are_accepted_each_by_its_matcher(matchers: list[pushmask.Matcher]) -> None:
    batch = pushmask.MatcherBatch(matchers)
    before = [matcher.num_tokens for matcher in matchers]
    tokens = [YES, ES, STOP, AND, YES, ES]
    expected = [True, True, True, False, False, True]
    assert batch.accept_tokens(tokens) == expected
    after = [matcher.num_tokens for matcher in matchers]
    assert [b - a for a, b in zip(before, after, strict=True)] == [int(e) for e in expected]
    assert matchers[2].is_stopped


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8])
def test_tokens_may_be_an_array(matchers: list[pushmask.Matcher], dtype: Any) -> None:
    batch = pushmask.MatcherBatch(matchers[:2])
    assert batch.accept_tokens(np.array([NO, ES], dtype=dtype)) == [True, True]
    assert batch.accept_tokens(np.array([[AND, 0], [NO, 0]], dtype=dtype)[:, 0]) == [True, False]


def test_row_ids_are_those_of_the_matchers(matchers: list[pushmask.Matcher]) -> None:
    out = np.full(len(matchers), 77, dtype=np.int32)
    for num_threads in (1, 3):
        pushmask.MatcherBatch(matchers, num_threads=num_threads).row_ids(out)
        assert out.tolist() == [matcher.row_id() for matcher in matchers]


def test_row_ids_are_minus_one_without_room(vocabulary: pushmask.Vocabulary) -> None:
    compiler = pushmask.Compiler(vocabulary, limits=pushmask.Limits(max_memory_bytes=0))
    compiled = compiler.compile(pushmask.Grammar.from_ebnf(GRAMMAR))
    matchers = [compiled.matcher(), compiled.matcher()]
    assert matchers[1].accept_token(Y)
    out = np.zeros(2, dtype=np.int32)
    pushmask.MatcherBatch(matchers).row_ids(out)
    assert out.tolist() == [-1, -1]


def test_matchers_of_several_grammars_may_be_in_one_batch(
    matchers: list[pushmask.Matcher], vocabulary: pushmask.Vocabulary
) -> None:
    others = [compile_ebnf(f'root ::= "{text}"', vocabulary).matcher() for text in ("no", "yes")]
    mask = np.zeros((8, 2), dtype=np.int32)
    pushmask.MatcherBatch([*others, *matchers], num_threads=2).fill_masks(mask)
    assert mask.tolist() == one_by_one([*others, *matchers], vocabulary)


def test_an_empty_batch_does_nothing() -> None:
    batch = pushmask.MatcherBatch([])
    batch.fill_masks(np.zeros((0, 0), dtype=np.int32))
    batch.fill_masks(np.zeros((3, 5), dtype=np.int32), [])
    batch.row_ids(np.zeros(0, dtype=np.int32))
    assert (len(batch), batch.matchers, batch.accept_tokens([])) == (0, (), [])


def test_a_batch_keeps_its_matchers_alive(compiled: pushmask.CompiledGrammar) -> None:
    batch = pushmask.MatcherBatch(compiled.matcher() for _ in range(100))
    gc.collect()
    assert all(batch.accept_tokens([YES] * 100))
    kept = batch.matchers
    del batch
    gc.collect()
    assert len(kept) == 100
    assert all(matcher.can_stop for matcher in kept)


MASK = np.zeros((2, 2), dtype=np.int32)
READ_ONLY = np.zeros((2, 2), dtype=np.int32)
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize(
    ("mask", "rows", "error"),
    [
        (np.zeros((1, 2), np.int32), None, ValueError),
        (np.zeros((2, 1), np.int32), None, ValueError),
        (np.zeros((2, 3), np.int32), None, ValueError),
        (np.zeros(4, np.int32), None, ValueError),
        (np.zeros((2, 2, 1), np.int32), None, ValueError),
        (np.zeros((0, 2), np.int32), None, ValueError),
        (READ_ONLY, None, ValueError),
        (np.zeros((2, 2), np.int64), None, TypeError),
        (np.zeros((2, 2), ">i4"), None, TypeError),
        (np.zeros((2, 4), np.int32)[:, ::2], None, TypeError),
        (np.zeros((4, 2), np.int32)[::2], None, TypeError),
        (np.zeros((2, 2), np.int32).T, None, TypeError),
        (np.frombuffer(bytearray(17), np.int8)[1:].view(np.int32).reshape(2, 2), None, TypeError),
        ([[0, 0], [0, 0]], None, TypeError),
        (MASK, [0], ValueError),
        (MASK, [], ValueError),
        (MASK, [0, 1, 0], ValueError),
        (MASK, [0, 0], ValueError),
        (MASK, [0, 2], ValueError),
        (MASK, [-1, 0], ValueError),
        (MASK, [0, 2**40], ValueError),
        (MASK, [0, 2**80], ValueError),
        (MASK, [-(2**80), 0], ValueError),
        (MASK, np.array([[0, 1]]), ValueError),
        (MASK, [0.0, 1.0], TypeError),
        (MASK, np.array([0.0, 1.0]), TypeError),
        (MASK, "01", TypeError),
        (MASK, 1, TypeError),
    ],
)
def test_another_mask_is_refused_and_nothing_is_written(
    compiled: pushmask.CompiledGrammar, mask: Any, rows: Any, error: type[Exception]
) -> None:
    batch = pushmask.MatcherBatch([compiled.matcher(), compiled.matcher()])
    with pytest.raises(error):
        batch.fill_masks(mask, rows)
    assert not np.any(mask)
    assert batch.accept_tokens([YES, NO]) == [True, True]


@pytest.mark.parametrize(
    ("tokens", "error"),
    [
        ([YES], ValueError),
        ([YES, NO, YES], ValueError),
        ([YES, 40], pushmask.VocabularyError),
        ([-1, NO], pushmask.VocabularyError),
        ([YES, 2**31], pushmask.VocabularyError),
        ([YES, 2**64 + 1], pushmask.VocabularyError),
        ([-(2**80), NO], pushmask.VocabularyError),
        (np.array([[YES, NO]], np.int32), ValueError),
        (np.array([0.0, 1.0]), TypeError),
        ([YES, None], TypeError),
        ([YES, "1"], TypeError),
        (None, TypeError),
    ],
)
def test_other_tokens_are_refused_and_no_matcher_moves(
    compiled: pushmask.CompiledGrammar, tokens: Any, error: type[Exception]
) -> None:
    batch = pushmask.MatcherBatch([compiled.matcher(), compiled.matcher()])
    with pytest.raises(error):
        batch.accept_tokens(tokens)
    assert [matcher.num_tokens for matcher in batch.matchers] == [0, 0]


@pytest.mark.parametrize(
    ("out", "error"),
    [
        (np.zeros(1, np.int32), ValueError),
        (np.zeros(3, np.int32), ValueError),
        (np.zeros((2, 1), np.int32), ValueError),
        (READ_ONLY[0], ValueError),
        (np.zeros(2, np.int64), TypeError),
        (np.zeros(4, np.int32)[::2], TypeError),
        ([0, 0], TypeError),
    ],
)
def test_another_place_for_row_ids_is_refused(
    compiled: pushmask.CompiledGrammar, out: Any, error: type[Exception]
) -> None:
    batch = pushmask.MatcherBatch([compiled.matcher(), compiled.matcher()])
    with pytest.raises(error):
        batch.row_ids(out)


def test_what_is_no_batch_is_refused(compiled: pushmask.CompiledGrammar) -> None:
    matcher = compiled.matcher()
    wider = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], size=41)
    other = compile_ebnf(GRAMMAR, wider).matcher()
    mask = np.zeros((2, 2), dtype=np.int32)
    for matchers, error in [
        ([matcher, matcher], ValueError),
        ([matcher, other], ValueError),
        ([matcher, None], TypeError),
        ([None], TypeError),
        ([matcher, compiled], TypeError),
        (matcher, TypeError),
        (None, TypeError),
    ]:
        with pytest.raises(error):
            pushmask.MatcherBatch(matchers)  # type: ignore[arg-type]  # wrong on purpose
        with pytest.raises(error):
            pushmask.fill_masks(matchers, mask)  # type: ignore[arg-type]  # wrong on purpose
    for num_threads in (0, -1, 1025):
        with pytest.raises(ValueError, match="num_threads"):
            pushmask.MatcherBatch([matcher], num_threads=num_threads)


def test_a_list_that_changes_while_it_is_read_does_no_harm(
    compiled: pushmask.CompiledGrammar,
) -> None:
    class Clearing:
        def __index__(self) -> int:
            tokens.clear()
            return YES

    tokens: list[Any] = [Clearing(), *[YES] * 50]
    batch = pushmask.MatcherBatch([compiled.matcher() for _ in range(51)])
    with pytest.raises(ValueError, match="51 matchers"):
        batch.accept_tokens(tokens)


def test_two_threads_do_not_get_into_one_batch_at_once(smollm2: pushmask.Vocabulary) -> None:
    """One of them gets the matchers, the other MatcherStateError; never half of each."""
    compiled = compile_ebnf("root ::= [a-z ]*", smollm2)
    matchers = [compiled.matcher() for _ in range(256)]
    batches = [pushmask.MatcherBatch(matchers) for _ in range(2)]
    start = threading.Barrier(2)
    refused = 0

    def work(batch: pushmask.MatcherBatch) -> None:
        nonlocal refused
        mask = pushmask.allocate_mask(256, smollm2)
        start.wait()
        for _ in range(50):
            try:
                batch.fill_masks(mask)
            except pushmask.MatcherStateError:
                refused += 1

    threads = [threading.Thread(target=work, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batches[0].fill_masks(pushmask.allocate_mask(256, smollm2))
    assert refused < 100


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_process_may_go_on_with_a_batch(vocabulary: pushmask.Vocabulary) -> None:
    """The workers are the parent's; the child starts its own when it needs them."""
    compiled = compile_ebnf(GRAMMAR, vocabulary)

    def matchers_in(*places: list[int]) -> list[pushmask.Matcher]:
        out = [compiled.matcher() for _ in places]
        assert all(m.accept_tokens(t) == len(t) for m, t in zip(out, places, strict=True))
        return out

    batch = pushmask.MatcherBatch(matchers_in([], [Y], [YES]), num_threads=3)
    mask = np.zeros((3, 2), dtype=np.int32)
    batch.fill_masks(mask)  # cold: the workers are there now
    assert batch.accept_tokens([Y, ES, AND]) == [True] * 3
    child = os.fork()
    if child == 0:
        assert batch.accept_tokens([ES, AND, NO]) == [True] * 3
        batch.fill_masks(mask)
        del batch
        os._exit(0 if mask.any(axis=1).all() else 1)
    assert os.waitpid(child, 0)[1] == 0
    batch.fill_masks(mask)
