# SPDX-License-Identifier: Apache-2.0
"""`Grammar.from_regex` against Python's `re`, for what the two dialects share."""

from __future__ import annotations

import itertools
import re

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
