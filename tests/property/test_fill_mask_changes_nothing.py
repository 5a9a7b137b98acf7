# SPDX-License-Identifier: Apache-2.0
"""Asking for a mask does not move the matcher, and says truly whether all is allowed."""

from __future__ import annotations

from hypothesis import given, settings

import pushmask
from property.strategies import Case, sound_cases
from property.walk import next_token
from reference.masks import compile_ebnf, fill, ids, view


@settings(max_examples=100)
@given(sound_cases())
def test_asking_twice_gives_the_same_and_moving_on_does_not_depend_on_asking(case: Case) -> None:
    asked, vocabulary = case.matcher()
    silent, _ = case.matcher()
    for number in case.walk:
        assert view(asked, vocabulary) == view(asked, vocabulary)
        token = next_token(asked, vocabulary, case, number)
        if token is None:
            break
        assert asked.accept_token(token)
        assert silent.accept_token(token)
    assert view(silent, vocabulary) == view(asked, vocabulary)


@settings(max_examples=100)
@given(sound_cases())
def test_all_allowed_is_returned_exactly_if_every_bit_is_set(case: Case) -> None:
    matcher, vocabulary = case.matcher()
    for number in case.walk:
        words, all_allowed = fill(matcher, vocabulary)
        assert all_allowed == (ids(words) == set(range(vocabulary.size)))
        token = next_token(matcher, vocabulary, case, number)
        if token is None:
            break
        matcher.accept_token(token)


def test_all_allowed_is_true_where_any_text_may_come_and_end() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"b", b"ab", b"</s>"], stop_token_ids=[3])
    matcher = compile_ebnf("root ::= [a-z]*", vocabulary).matcher()
    assert fill(matcher, vocabulary) == ([0b1111], True)


def test_all_allowed_is_false_if_only_padding_is_not() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"b", b"ab", b"</s>"], stop_token_ids=[3], size=5)
    matcher = compile_ebnf("root ::= [a-z]*", vocabulary).matcher()
    assert fill(matcher, vocabulary) == ([0b1111], False)
