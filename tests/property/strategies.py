# SPDX-License-Identifier: Apache-2.0
"""Random grammars, vocabularies and walks through them.

The alphabet is small, so that tokens, literals and classes meet often; it has characters of one to
four bytes, and tokens are cut from their bytes anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

import pushmask
from reference.masks import compile_ebnf

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = ("root", "r1", "r2", "r-3")
CHARACTERS = ["a", "b", "1", ",", '\\"', "\\\\", "\\n", "é", "ÿ", "€", "😀", "\\x41", "\\u00e9"]
CLASSES = [
    "[ab]",
    "[a-c1]",
    "[^a]",
    "[^ab\\n]",
    "[é-ÿ]",
    "[^\\x00-\\x7F]",
    "[a€-😀]",
    "[\\]\\-\\\\^]",
    "[^é]",
]
SUFFIXES = ["?", "*", "+", "{2}", "{1,}", "{2,}", "{0,2}", "{1,3}", "{2,4}", "{3,5}"]

# One of each: whatever a walk needs to get on by a byte or a character is there.
PIECES = [
    *(bytes([b]) for b in b'ab1,"\\\nAcq-]^'),
    *(c.encode() for c in "éÿ€😀"),
    b"\xc3",
    b"\xa9",
    b"\xbf",
    b"\xe2",
    b"\x82\xac",
    b"\xf0\x9f",
    b"\x98",
    b"\x80",
]

# Grammars that once broke some parser, and shapes that random ones are too short for.
FAMOUS = [
    'root ::= root root | "a"',
    'root ::= root root root | root root | "a" | ""',
    'root ::= e\ne ::= e "," t | t\nt ::= t "1" f | f\nf ::= "a" e "b" | [ab]',
    'root ::= a\na ::= b? a "a" | "1"\nb ::= "b" | ""',
    'root ::= a "a" | "b"\na ::= b "1" | root ","\nb ::= a "b" | ""',
    'root ::= "a" root "a" | "b" root "b" | ""',
    'root ::= "a" root | "a" root "b" | ""',
    'root ::= ("a" | "a" "b")* ("b" | "é")',
    'root ::= list\nlist ::= "a" ("," list)?',
    (
        'root ::= v\nv ::= s | "1" | "a" (v ("," v)*)? "b"\n'
        's ::= "\\"" ([^"\\\\\\n] | "\\\\" [ab"\\\\])* "\\""'
    ),
    'root ::= s "," s\ns ::= "\\"" [^"]{0,3} "\\""',
    'root ::= ("a"{1,3} "b"){2,3} | ("a"{2,4} "1"?){1,4} ","',
    'root ::= (("a" | "b" "a"?){0,3} ","){2,} "1"',
    'root ::= ([ab]{2,3} | "a" [1,]){1,4}',
    'root ::= x{2,4} "1"\nx ::= "a" | "a" x "b"',
    'root ::= x{0,3} y\nx ::= y? "a"?\ny ::= x "b" | "1"',
    'root ::= ("a"? "b"?){3} "1"',
    'root ::= ((("a"{1,2}){1,2}){1,2} ","){1,2}',
    'root ::= [^a]* "a" [^b]{2}',
    'root ::= "€" "\\u20ac"? [€-😀]{1,2} | "\\u00e9"{3}',
]


@dataclass(frozen=True)
class Tokens:
    """What a Vocabulary is made of."""

    tokens: tuple[bytes, ...]
    stop: frozenset[int]
    special: frozenset[int]
    size: int

    def build(self) -> pushmask.Vocabulary:
        return pushmask.Vocabulary(
            list(self.tokens),
            stop_token_ids=sorted(self.stop),
            special_token_ids=sorted(self.special),
            size=self.size,
        )


@dataclass(frozen=True)
class Case:
    """A grammar, a vocabulary, and numbers that choose a token at each step."""

    grammar: str
    parts: Tokens
    walk: tuple[int, ...]

    def matcher(self) -> tuple[pushmask.Matcher, pushmask.Vocabulary]:
        vocabulary = self.parts.build()
        return compile_ebnf(self.grammar, vocabulary).matcher(), vocabulary


def one_of(draw: Callable[..., Any], options: list[str] | tuple[str, ...]) -> str:
    return str(draw(st.sampled_from(options)))


def random_choice(draw: Callable[..., Any], names: tuple[str, ...], depth: int) -> str:
    """Alternatives of sequences of atoms with suffixes; groups nest up to `depth`."""
    alternatives = []
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        parts = []
        for _ in range(draw(st.sampled_from([1, 2, 2, 3]))):
            kind = draw(st.sampled_from(["literal", "class", "rule", "rule", "group", "group"]))
            if kind == "group" and depth > 0:
                atom = f"({random_choice(draw, names, depth - 1)})"
            elif kind == "rule":
                atom = one_of(draw, names)
            elif kind == "class":
                atom = one_of(draw, CLASSES)
            else:
                characters = draw(st.lists(st.sampled_from(CHARACTERS), max_size=3))
                atom = f'"{"".join(characters)}"'
            suffix = one_of(draw, SUFFIXES) if draw(st.integers(0, 2)) == 0 else ""
            parts.append(atom + suffix)
        alternatives.append(" ".join(parts))
    return " | ".join(alternatives)


@st.composite
def random_grammars(draw: Callable[..., Any]) -> str:
    """One to four rules; most can end, but some match nothing."""
    names = RULES[: draw(st.sampled_from([1, 2, 2, 3, 4]))]
    lines = []
    for name in names:
        body = random_choice(draw, names, depth=draw(st.sampled_from([0, 1, 1, 2])))
        if draw(st.integers(0, 4)):
            body += f' | "{one_of(draw, CHARACTERS)}"'
        lines.append(f"{name} ::= {body}")
    return "\n".join(lines)


def grammars() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(FAMOUS), random_grammars(), random_grammars())


@st.composite
def token_sets(draw: Callable[..., Any]) -> Tokens:
    """Every piece, longer tokens, and whatever real vocabularies have at their edges."""
    longer = st.lists(st.sampled_from(PIECES), min_size=2, max_size=4).map(b"".join)
    tokens = [*PIECES, *draw(st.lists(longer, max_size=16))]
    tokens += [b"", tokens[draw(st.integers(0, len(tokens) - 1))], b"a", b"</s>", b"<pad>"]
    stop = draw(st.sampled_from([{1}, {2}, {1, 2}, {1, 2, 3}]))
    # Special: the last one, a token that looks like text, and sometimes a stop token as well.
    special = {len(tokens) - 1, len(tokens) - 3} | draw(st.sampled_from([set(), {len(tokens) - 2}]))
    return Tokens(
        tuple(tokens),
        frozenset(len(tokens) - i for i in stop) if draw(st.booleans()) else frozenset({0, 1}),
        frozenset(special),
        len(tokens) + draw(st.sampled_from([0, 1, 31, 70])),
    )


def walks(length: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(0, 999), min_size=length, max_size=length).map(tuple)


def cases(length: int = 8) -> st.SearchStrategy[Case]:
    return st.builds(Case, grammars(), token_sets(), walks(length))


def sound_cases(length: int = 8) -> st.SearchStrategy[Case]:
    """Cases whose grammar matches something and is known to compile."""
    return st.builds(Case, st.sampled_from(FAMOUS), token_sets(), walks(length))
