# SPDX-License-Identifier: Apache-2.0
"""`Grammar.from_ebnf`: each construct by texts it matches and texts it does not."""

from __future__ import annotations

import pytest

import pushmask
from reference.masks import accepts, compile_ebnf

CASES = [
    ('root ::= "yes"', ["yes"], ["", "ye", "yess", "Yes"]),
    ('root ::= ""', [""], ["a"]),
    (r'root ::= "a\n\t\r\"\\\x41"', ['a\n\t\r"\\A'], [r"a\n\t"]),
    (r'root ::= "\u00e9\U0001F600" "é😀"', ["é😀é😀"], ["é"]),
    ("root ::= [a-c]", ["a", "b", "c"], ["d", "", "ab", "-"]),
    ("root ::= [^a-c]", ["d", "é", "😀", "\n"], ["a", "", "de"]),
    (r"root ::= [\]\-\\^]+", ["]-\\^"], ["a"]),
    ("root ::= [a-]+", ["a-a"], ["b"]),
    (r"root ::= [à-ÿ€\u2200-\u22ff]+", ["éÿ€∀⋿"], ["e", "₭", "∂∁⌀"]),
    ('root ::= "a"?', ["", "a"], ["aa"]),
    ('root ::= "a"*', ["", "a", "aaa"], ["b"]),
    ('root ::= "a"+', ["a", "aaa"], [""]),
    ('root ::= "a"{2}', ["aa"], ["a", "aaa"]),
    ('root ::= "a"{2,}', ["aa", "aaaa"], ["a"]),
    ('root ::= "a"{2,3}', ["aa", "aaa"], ["a", "aaaa"]),
    ('root ::= "a"{0}', [""], ["a"]),
    ('root ::= "ab"{2}', ["abab"], ["abb"]),
    ('root ::= ("a" | "b" "c")+ "d"', ["ad", "bcad"], ["d", "bd"]),
    ('root ::= "a" "b" | "c"', ["ab", "c"], ["ac", "abc"]),
    ('root ::= x "-" x\nx ::= [0-9]', ["1-2"], ["12"]),
    ('x ::= [0-9]\nroot ::= x "-" x', ["1-2"], ["1"]),
    ('root ::= ("a" # the first\n# all of a line\n  "b")', ["ab"], ["a"]),
    ('root ::= (\n  "a"\n  | "b"\n)', ["a", "b"], ["ab"]),
    ('root ::= my-rule rule_2\nmy-rule ::= "a"\nrule_2 ::= "b"', ["ab"], ["a"]),
    ('root ::= "(" root ")" | ""', ["", "(())"], ["(()"]),
    ('root ::= root "a" | "b"', ["b", "baa"], ["a", "ab"]),
    ('root ::= "a" | x\nx ::= x "b"', ["a"], ["b", ""]),
]


@pytest.mark.parametrize(("text", "good", "bad"), CASES)
def test_the_texts_that_a_grammar_matches(
    text: str, good: list[str], bad: list[str], byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiled = compile_ebnf(text, byte_vocabulary)
    assert [t for t in good if not accepts(compiled, t)] == []
    assert [t for t in bad if accepts(compiled, t)] == []


# The printed form writes a byte of a literal as \xHH, which EBNF reads as a character.
@pytest.mark.parametrize(("text", "good", "bad"), [c for c in CASES if "\\u00e9" not in c[0]])
def test_the_printed_form_reads_back_as_the_same_grammar(
    text: str, good: list[str], bad: list[str], byte_vocabulary: pushmask.Vocabulary
) -> None:
    printed = str(pushmask.Grammar.from_ebnf(text))
    compiled = compile_ebnf(printed, byte_vocabulary)
    assert [t for t in good if not accepts(compiled, t)] == []
    assert [t for t in bad if accepts(compiled, t)] == []


def test_another_rule_can_be_the_root(byte_vocabulary: pushmask.Vocabulary) -> None:
    grammar = pushmask.Grammar.from_ebnf('start ::= "a" b\nb ::= "b"', root="start")
    assert accepts(pushmask.Compiler(byte_vocabulary).compile(grammar), "ab")


@pytest.mark.parametrize(
    "data", [b"\xc3", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
)
def test_a_class_matches_well_formed_utf8_only(
    data: bytes, byte_vocabulary: pushmask.Vocabulary
) -> None:
    assert not accepts(compile_ebnf("root ::= [^a]", byte_vocabulary), data)


def test_a_grammar_is_a_value(byte_vocabulary: pushmask.Vocabulary) -> None:
    grammar = pushmask.Grammar.from_ebnf('root ::= "a"')
    one, two = (pushmask.Compiler(byte_vocabulary).compile(grammar) for _ in range(2))
    assert accepts(one, "a")
    assert accepts(two, "a")
