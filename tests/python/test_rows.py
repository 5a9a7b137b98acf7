# SPDX-License-Identifier: Apache-2.0
"""`Matcher.row_id`, `Matcher.forced_token` and `CompiledGrammar.rows`."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import pushmask
from reference.masks import compile_ebnf, fill

TOKENS = [b"yes", b"no", b"y", b"es", b" and ", b"no", b"</s>", b"</t>"]
YES, NO, Y, ES, AND, NO_TOO, STOP, STOP_TOO = range(len(TOKENS))
GRAMMAR = 'root ::= answer (" and " answer)?\nanswer ::= "yes" | "no"'


@pytest.fixture
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[7], size=40)


@pytest.fixture
def compiled(vocabulary: pushmask.Vocabulary) -> pushmask.CompiledGrammar:
    return compile_ebnf(GRAMMAR, vocabulary)


def read(rows: pushmask.RowTable, row_id: int) -> list[int]:
    mask = np.full((1, 2), -1, dtype=np.int32)
    rows.read(row_id, mask)
    return mask[0].tolist()


def test_a_row_id_names_the_row_that_fill_mask_writes(
    compiled: pushmask.CompiledGrammar, vocabulary: pushmask.Vocabulary
) -> None:
    matcher = compiled.matcher()
    for token in (Y, ES, AND, NO, STOP):
        row_id = matcher.row_id()
        assert row_id is not None
        assert read(compiled.rows, row_id) == fill(matcher, vocabulary)[0]
        assert matcher.row_id() == row_id
        assert matcher.accept_token(token)
    assert read(compiled.rows, matcher.row_id() or 0) == [0, 0]


def test_the_same_place_has_the_same_row(compiled: pushmask.CompiledGrammar) -> None:
    one, two = compiled.matcher(), compiled.matcher()
    assert one.row_id() == two.row_id()
    assert one.accept_tokens([YES]) == two.accept_tokens([Y, ES][:1]) == 1
    assert one.row_id() != two.row_id()
    assert two.accept_token(ES)
    assert one.row_id() == two.row_id()


def test_stopped_matchers_share_the_row_without_tokens(
    compiled: pushmask.CompiledGrammar,
) -> None:
    ids = set()
    for tokens in ([YES, STOP], [NO, STOP], [Y, ES, AND, YES, STOP]):
        matcher = compiled.matcher()
        assert matcher.accept_tokens(tokens) == len(tokens)
        assert matcher.forced_token() is None
        ids.add(matcher.row_id())
    assert len(ids) == 1


def test_rows_are_read_as_the_table_grows(compiled: pushmask.CompiledGrammar) -> None:
    rows = compiled.rows
    assert len(rows) == rows.num_rows == 0
    matcher = compiled.matcher()
    copy = np.zeros((0, 2), dtype=np.int32)  # (rows, words), what a device would hold
    for token in (Y, ES, AND, YES, STOP):
        row_id = matcher.row_id()
        assert row_id is not None
        new = np.zeros((len(rows) - len(copy), 2), dtype=np.int32)
        rows.read(len(copy), new)
        copy = np.concatenate([copy, new])
        mask = np.zeros(2, dtype=np.int32)
        matcher.fill_mask(mask)
        assert copy[row_id].tolist() == mask.tolist()
        assert matcher.accept_token(token)
    assert len(rows) == compiled.stats()["rows"]


def test_the_table_keeps_the_compiled_grammar_alive(vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf(GRAMMAR, vocabulary)
    row_id = compiled.matcher().row_id()
    rows = compiled.rows
    del compiled
    gc.collect()
    assert read(rows, row_id or 0) == [1 << YES | 1 << NO | 1 << Y | 1 << NO_TOO, 0]


@pytest.mark.parametrize(
    ("first", "mask", "error"),
    [
        (0, np.zeros((2, 2), np.int32), ValueError),
        (1, np.zeros((1, 2), np.int32), ValueError),
        (-1, np.zeros((1, 2), np.int32), ValueError),
        (2**62, np.zeros((1, 2), np.int32), ValueError),
        (2, np.zeros((0, 2), np.int32), ValueError),
        (2**70, np.zeros((1, 2), np.int32), ValueError),
        (0, np.zeros((1, 3), np.int32), ValueError),
        (0, np.zeros((1, 1), np.int32), ValueError),
        (0, np.zeros(2, np.int32), ValueError),
        (0, np.zeros((1, 2, 1), np.int32), ValueError),
        (0, np.zeros((1, 2), np.int64), TypeError),
        (0, np.zeros((1, 2), np.uint32), TypeError),
        (0, np.zeros((1, 4), np.int32)[:, ::2], TypeError),
        (0, [[0, 0]], TypeError),
        (0, None, TypeError),
        ("0", np.zeros((1, 2), np.int32), TypeError),
    ],
)
def test_rows_that_are_not_there_are_refused(
    compiled: pushmask.CompiledGrammar, first: int, mask: np.ndarray, error: type[Exception]
) -> None:
    compiled.matcher().row_id()
    with pytest.raises(error):
        compiled.rows.read(first, mask)


def test_a_read_only_mask_is_refused(compiled: pushmask.CompiledGrammar) -> None:
    mask = np.zeros((0, 2), dtype=np.int32)
    mask.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        compiled.rows.read(0, mask)


def test_no_rows_may_be_read_at_the_end(compiled: pushmask.CompiledGrammar) -> None:
    compiled.matcher().row_id()
    compiled.rows.read(1, np.zeros((0, 2), dtype=np.int32))


def test_without_room_a_mask_has_no_row(vocabulary: pushmask.Vocabulary) -> None:
    compiler = pushmask.Compiler(vocabulary, limits=pushmask.Limits(max_memory_bytes=0))
    compiled = compiler.compile(pushmask.Grammar.from_ebnf(GRAMMAR))
    matcher = compiled.matcher()
    assert matcher.row_id() is None
    assert matcher.accept_token(Y)
    assert matcher.row_id() is None
    assert matcher.forced_token() == ES
    assert fill(matcher, vocabulary) == ([1 << ES, 0], False)


def test_a_forced_token_is_the_only_one(
    compiled: pushmask.CompiledGrammar, vocabulary: pushmask.Vocabulary
) -> None:
    matcher = compiled.matcher()
    assert matcher.forced_token() is None
    assert matcher.accept_token(Y)
    assert matcher.forced_token() == ES
    assert matcher.accept_token(ES)
    assert matcher.forced_token() is None  # " and " or the stop token
    assert matcher.accept_tokens([AND, YES]) == 2
    assert matcher.forced_token() == STOP


def test_two_ids_of_one_text_are_two_tokens(vocabulary: pushmask.Vocabulary) -> None:
    assert compile_ebnf('root ::= "no"', vocabulary).matcher().forced_token() is None
