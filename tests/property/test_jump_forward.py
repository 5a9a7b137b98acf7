# SPDX-License-Identifier: Apache-2.0
"""Jump-forward bytes are forced, each of them, and there are no more."""

from __future__ import annotations

from hypothesis import given, settings

from property.strategies import Case, cases
from reference.slow_matcher import SlowGrammar

LONGEST = 64  # a grammar can force bytes for ever only if it has no sentence


@settings(max_examples=150)
@given(cases(length=6))
def test_jump_forward_is_what_the_oracle_is_forced_to(case: Case) -> None:
    oracle = SlowGrammar(case.grammar)
    if oracle.matches_nothing:
        return
    matcher, _ = case.matcher()
    slow = oracle.start()
    for number in case.walk:
        forced = b""
        ahead = slow
        while not ahead.can_stop and len(choices := ahead.next_bytes()) == 1:
            forced += choices
            ahead = ahead.feed(choices) or ahead
            assert len(forced) <= LONGEST
        assert matcher.jump_forward() == forced
        if not (choices := slow.next_bytes()):
            break
        data = choices[number % len(choices)].to_bytes(1, "big")
        slow = slow.feed(data) or slow
        assert matcher.accept_bytes(data)
