# SPDX-License-Identifier: Apache-2.0
"""Random patterns against Python's `re`, and character properties against the `regex` package.

A pattern is made as pieces that know their spelling here and in `re`. The two differ where the
dialects do: `$`, `.`, `\\w` and its kin, which `re` gets written out.
"""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Literal, NamedTuple

import pytest

import pushmask
from reference.masks import accepts

SEED = 20
NUM_BATCHES = 16
PATTERNS_IN_BATCH = 80
TEXTS_OF_PATTERN = 8
MAX_TEXT = 7
CHARACTERS = "ab1A_é \n-"

WORD = "[A-Za-z0-9_]"
BOUNDARY = f"(?:(?<!{WORD})(?={WORD})|(?<={WORD})(?!{WORD}))"


class Piece(NamedTuple):
    ours: str
    in_re: str
    is_assertion: bool = False


def same(text: str) -> Piece:
    return Piece(text, text)


ATOMS = [
    *(same(letter) for letter in "aab1éA_-"),
    same(r"\n"),
    same(r"\x61"),
    same(r"\u00e9"),
    same("[ab]"),
    same("[^a]"),
    same("[a-c1]"),
    same(r"[^\n]"),
    same(r"[\-_]"),
    Piece(".", "."),
    Piece(r"\d", "[0-9]"),
    Piece(r"\D", "[^0-9]"),
    Piece(r"\w", WORD),
    Piece(r"[\W1]", "(?:[^A-Za-z0-9_]|1)"),
    Piece(r"\s", r"[ \n]"),
]
ANCHORS = [
    Piece("^", "^", True),
    Piece("$", "$", True),
    Piece(r"\A", r"\A", True),
    Piece(r"\Z", r"\Z", True),
    Piece(r"\b", BOUNDARY, True),
    Piece("(?!a)", "(?!a)", True),
    Piece("(?=[ab1])", "(?=[ab1])", True),
    Piece("(?<!b)", "(?<!b)", True),
    Piece(r"(?<=^|\n|a)", r"(?:(?<=\n|a)|^)", True),
]
QUANTIFIERS = ["?", "*", "+", "{2}", "{1,}", "{0,2}", "{1,3}", "*?", "+?", "??", "{1,2}?"]
OPENINGS = ["(", "(?:", "(?P<n>", "(?i:", "(?s:", "(?m:"]


class Patterns:
    """Makes patterns; a name of a group occurs once in one."""

    def __init__(self, rng: random.Random, *, extended: bool) -> None:
        self.rng = rng
        self.extended = extended
        self.num_names = 0

    def alternation(self, depth: int) -> Piece:
        parts = [self.sequence(depth) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        return Piece("|".join(p.ours for p in parts), "|".join(p.in_re for p in parts))

    def sequence(self, depth: int) -> Piece:
        parts = [self.term(depth) for _ in range(self.rng.choice([0, 1, 2, 2, 3]))]
        space = self.rng.choice(["", " ", "\n", "  # x\n"]) if self.extended else ""
        return Piece(space.join(p.ours for p in parts), space.join(p.in_re for p in parts))

    def term(self, depth: int) -> Piece:
        atom = self.atom(depth)
        if atom.is_assertion or self.rng.random() < 0.6:
            return atom
        quantifier = self.rng.choice(QUANTIFIERS)
        return Piece(atom.ours + quantifier, atom.in_re + quantifier)

    def atom(self, depth: int) -> Piece:
        chance = self.rng.random()
        if chance < 0.12:
            return self.rng.choice(ANCHORS)
        if depth == 0 or chance < 0.7:
            return self.rng.choice(ATOMS)
        opening = self.rng.choice(OPENINGS)
        if opening == "(?P<n>":
            self.num_names += 1
            opening = f"(?P<n{self.num_names}>"
        inside = self.alternation(depth - 1)
        return Piece(f"{opening}{inside.ours})", f"{opening}{inside.in_re})")


def in_re(pattern: str, flags: str) -> re.Pattern[str]:
    value = re.RegexFlag(0)
    for letter in flags:
        value |= re.RegexFlag[letter.upper()]
    return re.compile(pattern, value)


def text_of(rng: random.Random) -> str:
    return "".join(rng.choice(CHARACTERS) for _ in range(rng.randrange(MAX_TEXT + 1)))


def verdicts(rng: random.Random, compiler: pushmask.Compiler) -> int:
    """Compare one pattern on a few texts; return how many, 0 if the pattern is refused."""
    flags = "".join(letter for letter in "imsx" if rng.random() < 0.25)
    mode: Literal["fullmatch", "search"] = rng.choice(["fullmatch", "search"])
    piece = Patterns(rng, extended="x" in flags).alternation(2)
    if "$" in piece.ours and "m" not in flags:  # before a last line break it matches in `re`
        piece = Piece(piece.ours.replace("$", r"\Z"), piece.in_re.replace("$", r"\Z"))
    with_flags = rng.random() < 0.5
    try:
        grammar = pushmask.Grammar.from_regex(
            f"(?{flags}){piece.ours}" if with_flags and flags else piece.ours,
            flags="" if with_flags else flags,
            mode=mode,
        )
        compiled = compiler.compile(grammar)
    except pushmask.EmptyLanguageError:
        compiled = None
    except (pushmask.UnsupportedError, pushmask.LimitError):
        return 0
    matches = getattr(in_re(piece.in_re, flags), mode)
    for _ in range(TEXTS_OF_PATTERN):
        text = text_of(rng)
        want = matches(text) is not None
        found = compiled is not None and accepts(compiled, text)
        assert found == want, (piece, flags, mode, text)
    return TEXTS_OF_PATTERN


@pytest.mark.parametrize("batch", range(NUM_BATCHES))
def test_random_patterns_match_as_in_re(batch: int, byte_vocabulary: pushmask.Vocabulary) -> None:
    rng = random.Random(f"{SEED} {batch}")
    compiler = pushmask.Compiler(byte_vocabulary)
    compared = sum(verdicts(rng, compiler) for _ in range(PATTERNS_IN_BATCH))
    assert compared >= PATTERNS_IN_BATCH * TEXTS_OF_PATTERN * 0.7  # the rest is refused by name


PROPERTIES = [
    "L", "Lu", "Ll", "LC", "N", "Nd", "P", "S", "Zs", "Cc", "Mn", "Letter", "gc=Sc",
    "Script=Greek", "sc=Cyrl", "Script=Han", "Script=Arabic", "Script=Latin", "Script=Common",
    "Alphabetic", "Lowercase", "Uppercase", "White_Space", "ASCII", "Any",
]  # fmt: skip


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_has_the_characters_of_the_regex_package(
    name: str, byte_vocabulary: pushmask.Vocabulary
) -> None:
    regex = pytest.importorskip("regex", reason="needs the regex package")
    rng = random.Random(name)
    codes = [*range(0x600), *(rng.randrange(0x110000) for _ in range(1500))]
    codes += [rng.randrange(0x600, 0x3400) for _ in range(500)]
    # Unicode goes on: what Python's tables know already is the same in all later ones.
    letters = [chr(code) for code in codes if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    for escape in ("p", "P"):
        pattern = rf"\{escape}{{{name}}}"
        if pattern == r"\P{Any}":  # no character at all, which is an EmptyLanguageError
            continue
        grammar = pushmask.Grammar.from_regex(pattern)
        compiled = pushmask.Compiler(byte_vocabulary).compile(grammar)
        matches = regex.compile(pattern)
        assert [x for x in letters if accepts(compiled, x)] == [
            x for x in letters if matches.fullmatch(x)
        ]
