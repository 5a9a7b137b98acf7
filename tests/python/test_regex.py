# SPDX-License-Identifier: Apache-2.0
"""`Grammar.from_regex` against Python's `re`, for what the two dialects share."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

import pushmask
from reference.masks import accepts

ALPHABET = "ab1é \n-"
PATTERNS = [
    "",
    "a",
    "ab|a|",
    "a*b+1?",
    "(ab|1)*",
    "(?:a|b){2,3}",
    "a{2}",
    "a{1,}b{0,1}",
    "a*?b+?",
    "[ab1]+",
    "[^a]",
    "[a-b1-9]+",
    "[-a]+",
    r"[\]\-]*",
    r"\d+",
    r"\D",
    r"\s\S",
    "é?a",
    "[é-ÿ]",
    r"\x61\u0062",
    r"a\n",
    ".a",
    "a.",
    "^ab$",
    "^a|b$",
    "(?:^a)?b",
    r"a\.b|a\*b|\-",
    "((a)|(b))(1)",
    "(?P<name>a)b",
    "(a?){3}b",
    "(a*)*",
    "(a|ab)(1|b1)",
    "(?:a{1,2}b){1,2}",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_what_re_fullmatches(
    pattern: str, byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(pushmask.Grammar.from_regex(pattern))
    texts = ["".join(t) for n in range(5) for t in itertools.product(ALPHABET, repeat=n)]
    # ASCII: \d and \s are ASCII in our dialect.
    matches = re.compile(pattern, re.ASCII)
    want = [t for t in texts if matches.fullmatch(t)]
    assert [t for t in texts if accepts(compiled, t)] == want


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\d{4}-\d\d-\d\d", "2024-02-30"),
        (r"[\w.+-]+@[\w-]+\.[\w.-]+", "ada.l+x@example.org"),
        (r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}", "192.168.0.255"),
        (r"#(?:[0-9a-fA-F]{3}){1,2}", "#ffAA00"),
        (r"[A-Z][a-z]{0,9999}", "A" + "b" * 9999),
        (r"\p{Lu}\p{Ll}+", "Émile"),
        (r"[😀-🙏]{2}", "😀🙏"),
    ],
)
def test_patterns_that_people_write(
    pattern: str, text: str, byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(pushmask.Grammar.from_regex(pattern))
    assert accepts(compiled, text)
    assert not accepts(compiled, text + "\n")


@pytest.mark.parametrize(
    ("pattern", "options", "accepted", "rejected"),
    [
        ("b+", {"mode": "search"}, ["b", "abba", "\nb\n"], ["", "a"]),
        ("^b+$", {"mode": "search"}, ["b"], ["ab", "b\n"]),
        ("^b+$", {"mode": "search", "flags": "m"}, ["b", "a\nb\na"], ["ab"]),
        ("ab", {"flags": "i"}, ["ab", "AB", "aB"], ["a"]),
        ("a.b", {"flags": "s"}, ["a\nb"], ["ab"]),
        ("a b # c\n | [ ]", {"flags": "x"}, ["ab", " "], ["a b"]),
        ("(?-i:a)b", {"flags": "iu"}, ["ab", "aB"], ["AB"]),
        ("[a-z]+&~(if|do)", {"operators": True}, ["iff", "d"], ["if", "do", ""]),
        ("~a", {"operators": True}, ["", "b", "aa"], ["a"]),
        ("~[ab]*", {"operators": True}, ["c", "abc"], ["", "ab"]),
        ("~~a", {"operators": True}, ["a"], ["", "b"]),
        ("a|b&c|.&b", {"operators": True}, ["a", "b"], ["c"]),
        (r"a\&\~", {"operators": True}, ["a&~"], ["a"]),
        ("a&~", {}, ["a&~"], ["a"]),
        ("x(.*1.*&.*2.*)y", {"operators": True}, ["x12y", "x2-1y"], ["x1y", "xy"]),
        ("..&.*b", {"operators": True, "mode": "search"}, ["xaby", "bb"], ["b", "a"]),
    ],
)
def test_flags_modes_and_operators(
    pattern: str,
    options: dict[str, Any],
    accepted: list[str],
    rejected: list[str],
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    grammar = pushmask.Grammar.from_regex(pattern, **options)
    compiled = pushmask.Compiler(byte_vocabulary).compile(grammar)
    assert [x for x in accepted if not accepts(compiled, x)] == []
    assert [x for x in rejected if accepts(compiled, x)] == []


@pytest.mark.parametrize("options", [{"mode": "match"}, {"flags": "g"}, {"flags": "I"}])
def test_unknown_modes_and_flags_are_value_errors(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"mode|flags"):
        pushmask.Grammar.from_regex("a", **options)


@pytest.mark.parametrize("pattern", ["~(a$)b", r"\ba&b", "a(?=b)&a", "x~(?!a)b"])
def test_an_assertion_inside_of_an_operator_is_refused(pattern: str) -> None:
    with pytest.raises(pushmask.UnsupportedError) as error:
        pushmask.Grammar.from_regex(pattern, operators=True)
    assert error.value.feature == "assertion inside of an operator"


@pytest.mark.parametrize("pattern", ["~", "(~)", "~|a", "~*", "~&a"])
def test_a_complement_of_nothing_is_a_syntax_error(pattern: str) -> None:
    with pytest.raises(pushmask.GrammarSyntaxError):
        pushmask.Grammar.from_regex(pattern, operators=True)
