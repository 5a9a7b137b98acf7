# SPDX-License-Identifier: Apache-2.0
"""Bounded repetition is exact at its bounds and costs the same however large they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pushmask
from reference.masks import accepts, allowed, compile_ebnf
from reference.slow_matcher import SlowGrammar


@pytest.mark.parametrize(
    ("body", "unit", "low", "high"),
    [
        ("[a-z]{%s}", "q", 1, 10000),
        ("[a-z]{%s}", "q", 3, 70000),
        ('"ab"{%s}', "ab", 0, 5000),
        ("[é-ÿ]{%s}", "é", 2, 3000),
        ('("a" [0-9]{2,3} ";"){%s}', "a12;", 7, 1500),
        ('("a" | "bc"){%s}', "abc", 2, 4000),
    ],
)
def test_bounds_are_exact(
    body: str, unit: str, low: int, high: int, byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiled = compile_ebnf("root ::= " + body % f"{low},{high}", byte_vocabulary)
    per_unit = 2 if unit == "abc" else 1
    for count in (low, high - high % per_unit):
        repeated = unit * (count // per_unit)
        assert accepts(compiled, repeated)
        if count == low:
            assert low == 0 or not accepts(compiled, unit * (low // per_unit - 1))
        else:
            matcher = compiled.matcher()
            assert matcher.accept_bytes(repeated.encode())
            assert not matcher.accept_bytes(unit.encode())
            assert (matcher.can_stop, matcher.next_bytes()) == (True, b"")


def test_bounds_of_bounds_are_exact(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf('root ::= ("a"{2,300} "b"){5,1000}', byte_vocabulary)
    shortest, longest = "aab", "a" * 300 + "b"
    assert accepts(compiled, shortest * 5)
    assert not accepts(compiled, shortest * 4)
    assert not accepts(compiled, shortest * 5 + "ab")
    assert accepts(compiled, shortest * 1000)
    assert not accepts(compiled, shortest * 1001)
    assert accepts(compiled, longest * 40)
    assert not accepts(compiled, "a" + longest)


def test_the_items_of_an_array_are_counted(byte_vocabulary: pushmask.Vocabulary) -> None:
    grammar = """
    root  ::= "[" (value ("," value){99,199})? "]"
    value ::= [0-9]{1,4} | "[" (value ("," value){0,9})? "]"
    """
    compiled = compile_ebnf(grammar, byte_vocabulary)
    for count, fits in ((0, True), (99, False), (100, True), (200, True), (201, False)):
        assert accepts(compiled, f"[{','.join(['[1,2]'] * count)}]") == fits, count
    inner = ",".join("9" * 10)
    assert accepts(compiled, f"[{','.join([f'[{inner}]'] * 150)}]")
    assert not accepts(compiled, f"[{','.join([f'[{inner},9]'] * 150)}]")


@pytest.mark.parametrize("body", ["[a-z]{1,%d}", '("a"{2,%d} "b"){1,%d}', '"[" (x ","){0,%d} "]"'])
def test_states_do_not_depend_on_the_bound(body: str, byte_vocabulary: pushmask.Vocabulary) -> None:
    def states(bound: int) -> int:
        bounds = (bound,) * body.count("%d")
        text = f'root ::= {body % bounds}\nx ::= [0-9] | "(" x ")"'
        return compile_ebnf(text, byte_vocabulary).stats()["states"]

    assert states(60000) == states(100)


def test_a_mask_far_from_the_bounds_is_shared(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf("root ::= [a-z]{1,10000}", byte_vocabulary)
    matcher = compiled.matcher()
    for _ in range(10000):
        allowed(matcher, byte_vocabulary)
        assert matcher.accept_bytes(b"x")
    # At first, in the middle, and near the end: far fewer rows than steps.
    assert compiled.stats()["rows"] <= 16


TOKENS = [b"a", b"aa", b"aaa", b"aaaaa", b"b", b"ab", b"aab", b"ba", b"abab", b"</s>"]
STOP = len(TOKENS) - 1


@settings(max_examples=150)
@given(
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(1, 3),
    st.integers(0, 4),
    st.lists(st.sampled_from(TOKENS[:-1]), max_size=8),
)
def test_long_tokens_meet_the_bound_exactly(
    low: int, more: int, inner_low: int, inner_more: int, fed: list[bytes]
) -> None:
    high, inner_high = low + more, inner_low + inner_more
    text = f'root ::= ("a"{{{inner_low},{inner_high}}} "b"?){{{low},{high}}} "b"'
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP])
    matcher = compile_ebnf(text, vocabulary).matcher()
    slow = SlowGrammar(text).start()
    for token in [*fed, b""]:
        assert allowed(matcher, vocabulary) == slow.allowed_tokens(TOKENS, {STOP}, set())
        if not token or not matcher.accept_bytes(token):
            break
        slow = slow.feed(token) or slow
