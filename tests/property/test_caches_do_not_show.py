# SPDX-License-Identifier: Apache-2.0
"""What was computed before, by whom and in what order, cannot be seen."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

import pushmask
from property.strategies import FAMOUS, Case, sound_cases
from property.walk import advance
from reference.masks import view


@settings(max_examples=60)
@given(sound_cases(), st.lists(st.sampled_from(FAMOUS), min_size=1, max_size=3))
def test_a_used_compiler_gives_the_masks_of_a_fresh_one(case: Case, others: list[str]) -> None:
    fresh, vocabulary = case.matcher()
    used_vocabulary = case.parts.build()
    compiler = pushmask.Compiler(used_vocabulary)
    for text in [*others, case.grammar]:
        compiled = compiler.compile(pushmask.Grammar.from_ebnf(text))
        for shift in (0, 1, 2):
            walk = tuple(number + shift for number in case.walk)
            advance(compiled.matcher(), used_vocabulary, Case(text, case.parts, walk))
    used = compiled.matcher()
    for number in case.walk:
        assert view(used, used_vocabulary) == view(fresh, vocabulary)
        step = Case(case.grammar, case.parts, (number,))
        if advance(used, used_vocabulary, step) != advance(fresh, vocabulary, step):
            raise AssertionError("the same number led to different tokens")


@settings(max_examples=40)
@given(sound_cases())
def test_tables_without_room_give_the_same_masks(case: Case) -> None:
    fresh, vocabulary = case.matcher()
    compiler = pushmask.Compiler(vocabulary, limits=pushmask.Limits(max_memory_bytes=1))
    try:
        small = compiler.compile(pushmask.Grammar.from_ebnf(case.grammar)).matcher()
    except pushmask.LimitError:  # the automaton itself may count
        return
    for number in case.walk:
        assert view(small, vocabulary) == view(fresh, vocabulary)
        step = Case(case.grammar, case.parts, (number,))
        assert advance(small, vocabulary, step) == advance(fresh, vocabulary, step)
