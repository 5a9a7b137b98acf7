# SPDX-License-Identifier: Apache-2.0
"""Bytes: `next_bytes` is the oracle's, and bytes fed whole are bytes fed one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from property.strategies import Case, sound_cases
from reference.masks import view
from reference.slow_matcher import SlowGrammar


@settings(max_examples=60)
@given(sound_cases(length=6))
def test_the_next_bytes_are_those_that_a_sentence_can_go_on_with(case: Case) -> None:
    matcher, _ = case.matcher()
    slow = SlowGrammar(case.grammar).start()
    for number in case.walk:
        choices = slow.next_bytes()
        assert matcher.next_bytes() == choices
        if not choices:
            break
        data = choices[number % len(choices)].to_bytes(1, "big")
        slow = slow.feed(data) or slow
        assert matcher.accept_bytes(data)


@settings(max_examples=100)
@given(sound_cases(length=12))
def test_bytes_fed_whole_equal_bytes_fed_one_by_one(case: Case) -> None:
    single, vocabulary = case.matcher()
    text = b""
    for number in case.walk:
        if not (choices := single.next_bytes()):
            break
        text += choices[number % len(choices)].to_bytes(1, "big")
        assert single.accept_bytes(text[-1:])
    whole, _ = case.matcher()
    assert whole.accept_bytes(text)
    # They differ in the number of steps that can be rolled back, and in nothing else.
    assert (single.num_tokens, whole.num_tokens) == (len(text), 1)
    single.rollback(len(text))
    assert single.accept_bytes(text)
    assert view(single, vocabulary) == view(whole, vocabulary)


@settings(max_examples=60)
@given(sound_cases(), st.binary(min_size=1, max_size=3))
def test_bytes_that_do_not_fit_change_nothing(case: Case, data: bytes) -> None:
    matcher, vocabulary = case.matcher()
    before = view(matcher, vocabulary)
    fits = SlowGrammar(case.grammar).start().feed(data) is not None
    assert matcher.accept_bytes(data) == fits
    assert fits or view(matcher, vocabulary) == before
