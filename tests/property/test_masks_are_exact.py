# SPDX-License-Identifier: Apache-2.0
"""The mask allows a token exactly if the oracle does: sound and complete."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import pushmask
from property.strategies import Case, cases
from reference.masks import allowed, compile_ebnf
from reference.slow_matcher import SlowGrammar

PAIRS_AT_LEAST = 2000


def compare_along_a_walk(case: Case, pairs: set[tuple[str, bytes]]) -> None:
    """Compare masks at each step of a walk by tokens; note the (grammar, prefix) pairs seen."""
    oracle = SlowGrammar(case.grammar)
    vocabulary = case.parts.build()
    if oracle.matches_nothing:
        with pytest.raises(pushmask.EmptyLanguageError):
            compile_ebnf(case.grammar, vocabulary)
        return
    matcher = compile_ebnf(case.grammar, vocabulary).matcher()
    slow = oracle.start()
    prefix = b""
    tokens, stop, special = list(case.parts.tokens), set(case.parts.stop), set(case.parts.special)
    for number in case.walk:
        pairs.add((case.grammar, prefix))
        want = slow.allowed_tokens(tokens, stop, special)
        assert allowed(matcher, vocabulary) == want, prefix
        assert matcher.can_stop == slow.can_stop, prefix
        if not (choices := sorted(want - stop)):
            return
        token = choices[number % len(choices)]
        assert matcher.accept_token(token), (prefix, tokens[token])
        prefix += tokens[token]
        slow = slow.feed(tokens[token]) or slow


def test_two_thousand_grammars_and_prefixes_have_the_oracles_mask() -> None:
    pairs: set[tuple[str, bytes]] = set()

    @settings(max_examples=1000)
    @given(cases())
    def run(case: Case) -> None:
        compare_along_a_walk(case, pairs)

    run()
    assert len(pairs) >= PAIRS_AT_LEAST
