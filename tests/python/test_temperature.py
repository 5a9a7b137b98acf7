# SPDX-License-Identifier: Apache-2.0
"""The rule option `temperature`: what the matcher says of the next token."""

from __future__ import annotations

import pytest

import pushmask
from property.strategies import FAMOUS
from reference.masks import allowed, compile_ebnf

NESTED = """
root ::= "a" outer "z" word
outer[temperature=1] ::= "b" inner? "c"
inner[temperature=0.25] ::= "(" word ")" | "[" outer "]"
word ::= [d-f]+
"""
CASES = [
    # The grammar, a text, and the temperature after it.
    (NESTED, "", None),
    (NESTED, "a", 1.0),  # the next byte is read by the rule
    (NESTED, "ab", 1.0),  # inner or the end of outer: the higher
    (NESTED, "ab(", 0.25),  # a rule without one, inside
    (NESTED, "ab(d", 0.25),
    (NESTED, "ab(d)", 1.0),  # its last byte is read
    (NESTED, "ab[", 1.0),
    (NESTED, "ab[b", 1.0),
    (NESTED, "ab[b(", 0.25),
    (NESTED, "ab[bc", 0.25),
    (NESTED, "abc", None),
    (NESTED, "abcz", None),  # the same word, outside
    (NESTED, "abczd", None),
    ("root[temperature=0] ::= .*", "", 0.0),
    ("root[temperature=1e-3] ::= .*", "abc", 0.001),
    # One way has none: the other's counts.
    ('root ::= x | "ab"\nx[temperature=0.5] ::= "aa"', "a", 0.5),
    ('root ::= x | "ab"\nx[temperature=0.5] ::= "aa"', "ab", None),
    # A repetition that is over reads nothing more.
    ('root ::= x{2} "b"\nx[temperature=0.5] ::= "a"', "a", 0.5),
    ('root ::= x{2} "b"\nx[temperature=0.5] ::= "a"', "aa", None),
    ('root ::= x{2000} "b"\nx[temperature=0.5] ::= "a"', "a" * 1999, 0.5),
    ('root ::= x{2000} "b"\nx[temperature=0.5] ::= "a"', "a" * 2000, None),
    ('root ::= x "b"\nx[temperature=0.5, max_chars=20] ::= .*', "b" * 20, None),
    # Left recursion, and a rule that is the end of another.
    ('root ::= "<" x ">"\nx[temperature=0.5] ::= x "+" n | n\nn ::= [0-9]', "<1+", 0.5),
    ('root ::= "<" x ">"\nx[temperature=0.5] ::= x "+" n | n\nn ::= [0-9]', "<1+1>", None),
    ('root ::= "<" x\nx[temperature=0.5] ::= "-" n\nn ::= [0-9]+', "<-1", 0.5),
    # A suffix is behind what the options are about.
    ('root ::= x\nx[temperature=0.5, suffix="--"] ::= .*', "a", 0.5),
    ('root ::= x "!"\nx[temperature=0.5, suffix="-"] ::= [a-c]', "a", None),
    # Members of a group.
    (
        'root ::= %members { %separator "," %item x %item "b" }\nx[temperature=0.5] ::= "a"',
        "a,",
        None,
    ),
    (
        'root ::= %members { %separator "," %item x %item "b" }\nx[temperature=0.5] ::= "a"',
        "b,",
        0.5,
    ),
]


@pytest.mark.parametrize(("grammar", "text", "expected"), CASES)
def test_the_temperature_is_that_of_the_innermost_rule(
    grammar: str, text: str, expected: float | None, byte_vocabulary: pushmask.Vocabulary
) -> None:
    matcher = compile_ebnf(grammar, byte_vocabulary).matcher()
    for byte in text.encode():
        assert matcher.accept_token(byte)
    assert matcher.temperature() == expected
    whole = compile_ebnf(grammar, byte_vocabulary).matcher()
    assert whole.accept_bytes(text.encode())
    assert whole.temperature() == expected


def test_forks_and_rollbacks_keep_it_and_a_stop_token_ends_it(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    matcher = compile_ebnf(NESTED, byte_vocabulary).matcher()
    matcher.accept_bytes(b"ab(")
    fork = matcher.fork()
    matcher.accept_bytes(b"d)")
    assert (matcher.temperature(), fork.temperature()) == (1.0, 0.25)
    matcher.rollback(1)
    assert matcher.temperature() == 0.25
    matcher = compile_ebnf("root[temperature=2] ::= .*", byte_vocabulary).matcher()
    matcher.accept_token(256)
    assert matcher.temperature() is None


@pytest.mark.parametrize("grammar", FAMOUS)
def test_masks_do_not_depend_on_it(grammar: str, byte_vocabulary: pushmask.Vocabulary) -> None:
    name, _, rest = grammar.partition("::=")
    warm = f"{name.strip()}[temperature=0.5] ::={rest}"
    matchers = [compile_ebnf(text, byte_vocabulary).matcher() for text in (grammar, warm)]
    for _ in range(20):
        choices = [allowed(matcher, byte_vocabulary) for matcher in matchers]
        assert choices[0] == choices[1]
        if not (tokens := sorted(choices[0] - {256})):
            return
        assert all(matcher.accept_token(tokens[len(tokens) // 2]) for matcher in matchers)


def test_left_recursion_through_two_temperatures_is_refused(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    grammar = 'root[temperature=1] ::= x "a" | "b"\nx[temperature=2] ::= root "c"'
    with pytest.raises(pushmask.UnsupportedError, match="different temperatures"):
        compile_ebnf(grammar, byte_vocabulary)


def test_a_number_reads_back_exactly() -> None:
    grammar = pushmask.Grammar.from_ebnf("root[temperature=0.30000000000000004] ::= .*")
    assert grammar.to_ebnf() == "root[temperature=0.30000000000000004] ::= .*\n"
