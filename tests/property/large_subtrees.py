# SPDX-License-Identifier: Apache-2.0
"""Vocabularies whose tries have large subtrees, and grammars that meet them in the middle.

Masks look up whole subtrees where tokens hang together, so here are what real vocabularies have and
a few dozen random tokens have not: all short strings over a few bytes, long runs of spaces and of
digits with something behind them, and punctuation glued to what comes next.
"""

from __future__ import annotations

import itertools
import random
from functools import cache

import pushmask

STOP = b"</s>"


def strings(alphabet: bytes, length: int) -> list[bytes]:
    """All strings with 1 to `length` bytes."""
    sizes = range(1, length + 1)
    return [bytes(t) for n in sizes for t in itertools.product(alphabet, repeat=n)]


def runs(byte: bytes, longest: int, endings: list[bytes]) -> list[bytes]:
    return [byte * n + end for n in range(1, longest + 1) for end in [b"", *endings]]


def make_tokens(kind: str) -> list[bytes]:
    chooser = random.Random(kind)
    tokens = [bytes([b]) for b in range(256)]
    if kind in ("short", "mixed"):
        tokens += strings(b'a",1 ', 3) + strings(b"ab", 6)
    if kind in ("json", "mixed"):
        tokens += strings(b'"a:,{}[] ', 3) + chooser.sample(strings(b'"b:,{}\n 1', 4), 500)
        tokens += [
            text + end for text in strings(b"abnx", 2) for end in (b'"', b'":', b'",', b'"}')
        ]
    if kind in ("spaces", "mixed"):
        tokens += runs(b" ", 24, [b"a", b'"', b",", b"}", b"1", b"\n", b'"a', b"12", b"ab"])
        tokens += [b"\n" + token for token in runs(b" ", 12, [b'"', b"}", b"a"])]
    if kind in ("digits", "mixed"):
        tokens += strings(b"019", 4) + strings(b"0123456789", 2)
        tokens += [
            text + end for text in strings(b"01", 3) for end in (b".", b",", b"e", b"}", b",1")
        ]
    if kind in ("words", "mixed"):
        tokens += [bytes(chooser.choices(b"abcxyz", k=chooser.randint(3, 7))) for _ in range(200)]
        tokens += [b" " + text for text in strings(b"abz", 3)]
        cut = ["".join(t).encode() for t in itertools.product('éÿ€😀a"', repeat=2)]
        tokens += [text[: chooser.randint(1, 5)] for text in cut]
    return list(dict.fromkeys(tokens))


KINDS = ["short", "json", "spaces", "digits", "words", "mixed"]


@cache
def tokens_of(kind: str) -> list[bytes]:
    """The ordinary tokens; the stop token comes after them."""
    return make_tokens(kind)


def new_vocabulary(kind: str) -> pushmask.Vocabulary:
    """One that knows nothing yet."""
    tokens = tokens_of(kind)
    return pushmask.Vocabulary([*tokens, STOP], stop_token_ids=[len(tokens)])


@cache
def warm_vocabulary(kind: str) -> pushmask.Vocabulary:
    """One that remembers what all tests before have asked."""
    return new_vocabulary(kind)


GRAMMARS = {
    "spaces around everything": r"""
        root ::= ws value ws
        value ::= "{" ws (pair (ws "," ws pair)*)? ws "}" | string | number
        pair ::= string ws ":" ws value
        string ::= "\"" ([^"\\\n] | "\\" ["\\nb])* "\""
        number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [0-9]+)?
        ws ::= [ \n]*
    """,
    "fields": r"""
        root ::= row{1,3}
        row ::= field ("," field)* "\n"
        field ::= [^",\n]* | "\"" ([^"] | "\"\"")* "\""
    """,
    "a loop that may end before itself": 'root ::= ([ ]* "a"?)* | [ ]+ "," root',
    "a loop that goes on as what follows": 'root ::= [ ]* x\nx ::= [ \\n]* "a" | " 1" x',
    "a loop before what takes its bytes": r"""
        root ::= (ws tail)+ | ws
        ws ::= "\n" " "* | [0-9] "1"*
        tail ::= " a" | " "* "1" | "  " "\"" | "1" "1"? "," | "11" "."
    """,
    "words everywhere": """
        root ::= (word | count | other ",") root | "}"
        word ::= [a-z]+ | [a-z]+ " "
        count ::= word{2,60} "1"
        other ::= "1" word? other | word
    """,
    "counted neighbours": 'root ::= [a-y]{2,60} ([x-z1 ]{3,40} "," | " " root)',
    "counted strings": 'root ::= ("\\"" [^"]{0,50} "\\"" ","? [ ]*){1,40} "}"',
    "counts in counts": 'root ::= (([0-9]{1,40} ("." | ","){1,2}){2,50} "\\n"?){1,3}',
    "a prefix of a wide rule": 'root ::= (x "," | y "}")*\nx ::= "a" [^"]*\ny ::= "ab" [^b]* | "1"',
    "strings of two kinds": """
        root ::= (s ", "? | t ":" | "{" root "}")+
        s ::= "\\"" [^"\\n]* "\\""
        t ::= "\\"" [a-z]* "\\"" | "1"+
    """,
    "exits inside": 'root ::= (x ","?)+ "}"\nx ::= "a" ("a" | " ")* | "\\"" "a"{0,40} "\\""?',
    "ambiguous": 'root ::= root root | "{" root "}" | [ab1]+ | [ ]* "," | ""',
    "palindromes": 'root ::= "a" root "a" | "{" root "}" | [ ]* | "1"{0,40}',
    "left recursion": 'root ::= root ("," | [ ]+) x | x\nx ::= [a-z]+ | [0-9]+ | "\\"" [^"]* "\\""',
    "two states in turn": (
        'root ::= "a" turn ","\n'
        "turn ::= [\\x40-\\x7f]* ([\\x00-\\x3f] [\\x40-\\x7f]* [\\x00-\\x3f] [\\x40-\\x7f]*)*"
    ),
    "characters": 'root ::= ([a-zé]{1,40} | [^\\x00-\\x7F]+ ","? | "\\"" [^a"]* "\\"")+ " "*',
    "late slots": """
        root ::= counted | late
        counted ::= string{2,60}
        late ::= later "1"
        later ::= string ","
        string ::= "\\"" [^"]* "\\""
    """,
    "keys of two kinds": r"""
        root ::= "{" %members { %separator "," [ ]*
          %key "\"" [a-y]* "\"" %rest ":" [0-9]+
          %key "\"" [^a-y"\\\n] [a-z]* "\"" %rest ":" ("\"" [^"]* "\"" | root) } "}"
    """,
    "a key that begins an item": r"""
        root ::= "{" %members { %separator "," %item %required %nothing %item "1"
          %key "\"" [^"]* "\"" %rest ":" ([0-9]+ | root)
          %key "\"" "a" [^"]* "\"" %rest ":" "1"+ %as 0 } "}"
    """,
    "chains of loops": 'root ::= [^b]* ("b" [^c]* ("c" [^"]*)?)? "\\""? ","*',
}

LEAVES = [
    '"\\"" [^"]* "\\""',
    '"\\"" ([^"\\\\\\n] | "\\\\" [ab"\\\\])* "\\""',
    "[a-z]+",
    "[a-z]*",
    "[ \\n]*",
    "[ ]+",
    "[0-9]+",
    '"-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)?',
    '[^",\\n]*',
    "[^,]+",
    "[a-z]{2,60}",
    '[^"]{0,50}',
    "[0-9]{3,40}",
    '[^a]* "a" [^b]{2}',
    '("a" | "ab"){2,50}',
    '([a-z] "1"?){20,40}',
    "[^\\x00-\\x7F]+",
    '[a-c]+ | [b-z]+ "1"',
    '("a" [ ]*)+',
    '[^b]* ("b" [^c]*)?',
    '("\\"" [a-z]* "\\"" ","?){1,40}',
    '"a" [^"]* | "ab" [^b]* | "1"',
]
ATOMS = [
    '"a"',
    '","',
    '"\\""',
    '"{"',
    '"}"',
    '" "',
    '":"',
    '"1"',
    '"ab"',
    "[a-z]",
    "[ \\n]",
    '"\\n"',
]
SUFFIXES = [""] * 12 + ["?", "?", "*", "+", "{0,2}", "{1,40}"]


def random_body(chooser: random.Random, names: list[str], depth: int) -> str:
    alternatives = []
    for _ in range(chooser.choice([1, 1, 2, 3])):
        parts = []
        for _ in range(chooser.choice([1, 2, 3, 4])):
            # Repeated: characters, and groups that begin with one. Rules that overlap with their
            # own repetition take all the time there is.
            kind = chooser.random()
            suffix = chooser.choice(SUFFIXES)
            if kind < 0.2 and depth > 0:
                body = random_body(chooser, names, depth - 1)
                parts.append(f"({chooser.choice(ATOMS)} ({body})){suffix}")
            elif kind < 0.55:
                parts.append(chooser.choice(names) + suffix[: suffix == "?"])
            else:
                parts.append(chooser.choice(ATOMS) + suffix)
        alternatives.append(" ".join(parts))
    return " | ".join(alternatives)


def random_grammar(seed: int) -> str:
    """A few rules over a few leaf rules, each leaf called from several places."""
    chooser = random.Random(seed)
    leaves = {
        f"l{i}": leaf for i, leaf in enumerate(chooser.sample(LEAVES, chooser.choice([1, 2, 3])))
    }
    rules = [f"r{i}" for i in range(chooser.choice([0, 1, 2]))]
    names = [*rules, *leaves, *leaves, *(["root"] if chooser.random() < 0.3 else [])]
    lines = []
    for rule in ["root", *rules]:
        body = random_body(chooser, names, chooser.choice([0, 1]))
        lines.append(f"{rule} ::= {body} | {chooser.choice([*ATOMS, *leaves])}")
    return "\n".join(lines + [f"{name} ::= {leaf}" for name, leaf in leaves.items()])


OTHERS = {"type": "object", "properties": {"a": {"type": "integer"}, "ab": {"type": "string"}}}
SCHEMAS: dict[str, object] = {
    "others than names": {**OTHERS, "additionalProperties": {"type": "boolean"}},
    "others than many names": {
        "type": "object",
        "properties": {
            n: {"type": "number"} for n in ["a", "aa", "ab", "abb", "b", "x", "x1", "1"]
        },
        "required": ["ab", "x"],
        "additionalProperties": {"type": "string"},
    },
    "others than long names": {
        "type": "object",
        "properties": {n: {"type": "array", "maxItems": 2} for n in ['"', "a b", "é", "😀", ""]},
        "additionalProperties": {"type": "object", "additionalProperties": {"type": "null"}},
    },
    "any order": {
        "type": "object",
        "properties": {n: {"type": "string", "maxLength": 40} for n in ["a", "b", "ab", "aa", "n"]},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
    "nested": {
        "type": "object",
        "properties": {"a": {**OTHERS, "additionalProperties": {"$ref": "#"}}},
        "additionalProperties": {"type": "array", "items": {"$ref": "#"}},
    },
    "anything": {},
    "long strings": {"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 60}},
    "patterns of strings": {
        "type": "array",
        "items": {
            "anyOf": [{"pattern": "^a.*b$"}, {"pattern": "[0-9]{3,40}x"}, {"type": "integer"}]
        },
    },
    "numbers": {
        "type": "array",
        "items": {
            "anyOf": [{"type": "number"}, {"type": "integer", "minimum": 5, "maximum": 11000}]
        },
    },
    "formats": {
        "type": "object",
        "properties": {"a": {"format": "date"}, "b": {"format": "email"}, "x": {"format": "uuid"}},
    },
    "words": {
        "type": "array",
        "items": {"enum": ["a", "ab", "abb", "a,", 1, 11, [1, 11], {"a": 1}]},
    },
}
