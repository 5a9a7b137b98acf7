# SPDX-License-Identifier: Apache-2.0
"""Accept then rollback is the identity; forks are independent; reset goes back to the start."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from property.strategies import Case, sound_cases
from property.walk import advance
from reference.masks import view


@settings(max_examples=100)
@given(sound_cases(), st.integers(0, 8))
def test_rollback_undoes_tokens_bytes_and_stops(case: Case, keep: int) -> None:
    matcher, vocabulary = case.matcher()
    views = [view(matcher, vocabulary)]
    for number in case.walk:
        # In turn a token, a few forced bytes, and a stop token that is taken back at once.
        if matcher.can_stop:
            assert matcher.accept_token(min(case.parts.stop))
            matcher.rollback(1)
            assert view(matcher, vocabulary) == views[-1]
        choices = matcher.next_bytes()
        if number % 2 and choices:
            assert matcher.accept_bytes(choices[-1:])
        elif not advance(matcher, vocabulary, Case(case.grammar, case.parts, (number,))):
            break
        views.append(view(matcher, vocabulary))
    keep = min(keep, len(views) - 1)
    matcher.rollback(len(views) - 1 - keep)
    assert view(matcher, vocabulary) == views[keep]
    matcher.rollback(0)
    assert view(matcher, vocabulary) == views[keep]


@settings(max_examples=100)
@given(sound_cases())
def test_a_fork_goes_its_own_way(case: Case) -> None:
    matcher, vocabulary = case.matcher()
    start = view(matcher, vocabulary)
    half = len(case.walk) // 2
    advance(matcher, vocabulary, case, steps=half)
    at_half = view(matcher, vocabulary)
    fork = matcher.fork()
    assert view(fork, vocabulary) == at_half

    advance(fork, vocabulary, case)
    assert view(matcher, vocabulary) == at_half
    gone = view(fork, vocabulary)
    matcher.rollback(matcher.num_tokens)
    assert view(matcher, vocabulary) == start
    assert view(fork, vocabulary) == gone
    fork.rollback(fork.num_tokens)  # the fork has the steps before the fork as well
    assert view(fork, vocabulary) == start


@settings(max_examples=50)
@given(sound_cases())
def test_reset_is_a_new_matcher(case: Case) -> None:
    matcher, vocabulary = case.matcher()
    start = view(matcher, vocabulary)
    advance(matcher, vocabulary, case)
    matcher.reset()
    assert matcher.num_tokens == 0
    assert view(matcher, vocabulary) == start
