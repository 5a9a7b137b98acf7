# SPDX-License-Identifier: Apache-2.0
"""`Vocabulary(tokens, ...)`: what it holds and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

import pushmask
from reference.masks import allowed, compile_ebnf


def test_a_vocabulary_gives_back_what_it_was_made_of() -> None:
    vocabulary = pushmask.Vocabulary(
        [b"a", b"", b"\xff\x00", b"</s>", b"<pad>"],
        stop_token_ids=[3],
        special_token_ids=[4],
        size=7,
    )
    assert (vocabulary.size, vocabulary.stop_token_ids, vocabulary.special_token_ids) == (
        7,
        [3],
        [4],
    )
    assert [vocabulary.token_bytes(i) for i in range(3)] == [b"a", b"", b"\xff\x00"]


def test_the_size_is_the_number_of_tokens_by_default() -> None:
    assert pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1]).size == 2


def test_tokens_with_equal_bytes_are_allowed_together() -> None:
    vocabulary = pushmask.Vocabulary([b"ab", b"a", b"ab", b"</s>"], stop_token_ids=[3])
    assert allowed(compile_ebnf('root ::= "ab"', vocabulary).matcher(), vocabulary) == {0, 1, 2}


def test_every_stop_token_ends_a_text() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>", b"<eot>"], stop_token_ids=[2, 1])
    matcher = compile_ebnf('root ::= "a"?', vocabulary).matcher()
    assert allowed(matcher, vocabulary) == {0, 1, 2}


def test_a_stop_token_may_be_special_as_well() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1], special_token_ids=[1])
    assert allowed(compile_ebnf('root ::= "a"?', vocabulary).matcher(), vocabulary) == {0, 1}


def test_the_bytes_of_a_stop_token_are_no_text() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"b"], stop_token_ids=[1])
    matcher = compile_ebnf("root ::= [ab]{2}", vocabulary).matcher()
    assert allowed(matcher, vocabulary) == {0}


def test_a_special_token_with_ordinary_bytes_is_never_allowed() -> None:
    vocabulary = pushmask.Vocabulary(
        [b"a", b"a", b"</s>"], stop_token_ids=[2], special_token_ids=[0]
    )
    assert allowed(compile_ebnf('root ::= "a"', vocabulary).matcher(), vocabulary) == {1}


@pytest.mark.parametrize(
    "arguments",
    [
        {"tokens": [b"a"], "stop_token_ids": [1]},
        {"tokens": [b"a"], "stop_token_ids": [-1]},
        {"tokens": [b"a", b"b"], "stop_token_ids": [0], "special_token_ids": [2]},
        {"tokens": [b"a", b"b"], "stop_token_ids": [0], "special_token_ids": [-1]},
        {"tokens": [b"a", b"b"], "stop_token_ids": [0], "size": 1},
        {"tokens": [b"a", b"b"], "stop_token_ids": []},
        {"tokens": [], "stop_token_ids": []},
    ],
)
def test_ids_and_sizes_out_of_range_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(pushmask.VocabularyError):
        pushmask.Vocabulary(arguments.pop("tokens"), **arguments)


@pytest.mark.parametrize("tokens", [["a", "b"], [b"a", None], [97], b"ab", None])
def test_tokens_that_are_not_bytes_are_a_type_error(tokens: Any) -> None:
    with pytest.raises(TypeError):
        pushmask.Vocabulary(tokens, stop_token_ids=[0])


@pytest.mark.parametrize("token_id", [-1, 2, 2**31, 2**63])
def test_the_bytes_of_an_unknown_token_are_an_error(token_id: int) -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
    with pytest.raises((pushmask.VocabularyError, TypeError, OverflowError)):
        vocabulary.token_bytes(token_id)
