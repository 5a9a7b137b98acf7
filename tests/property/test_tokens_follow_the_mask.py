# SPDX-License-Identifier: Apache-2.0
"""A token is accepted exactly if the mask has its bit; a rejected one changes nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from property.strategies import Case, sound_cases
from property.walk import advance
from reference.masks import allowed, view


@settings(max_examples=80)
@given(sound_cases(length=4))
def test_accept_token_says_what_the_mask_says(case: Case) -> None:
    matcher, vocabulary = case.matcher()
    advance(matcher, vocabulary, case)
    before = view(matcher, vocabulary)
    bits = allowed(matcher, vocabulary)
    for token in range(vocabulary.size):
        moved = matcher.fork()
        assert moved.accept_token(token) == (token in bits)
        if token not in bits:
            assert view(moved, vocabulary) == before
        assert moved.num_tokens == matcher.num_tokens + (token in bits)


@settings(max_examples=80)
@given(sound_cases(), st.lists(st.integers(0, 29), max_size=5))
def test_many_tokens_are_accepted_up_to_the_first_that_is_not(
    case: Case, others: list[int]
) -> None:
    guide, vocabulary = case.matcher()
    tokens = [*advance(guide, vocabulary, case, steps=4), *others]
    expected, _ = case.matcher()
    count = next((i for i, t in enumerate(tokens) if not expected.accept_token(t)), len(tokens))

    matcher, _ = case.matcher()
    before = view(matcher, vocabulary)
    assert matcher.validate_tokens(tokens) == count
    assert view(matcher, vocabulary) == before
    assert matcher.accept_tokens(tokens) == count
    assert view(matcher, vocabulary) == view(expected, vocabulary)
