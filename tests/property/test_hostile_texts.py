# SPDX-License-Identifier: Apache-2.0
"""Damaged input of every front end: it is a grammar still, or a `pushmask.Error`, and soon.

Texts that mean something are cut, doubled, and mixed with each other and with what is special to
some notation. What compiles is walked along its masks.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pushmask
from conformance.engine import guarded
from pushmask import Grammar, Vocabulary, builtin

ROUNDS = 1500
STEPS = 8
LIMIT_S = 20.0  # none takes a second
NOTATION = ['"', "'", "\\", *"()[]{}*+?|&~^$.,:-/#%<>=!_", "0", "9", "99999999999", "-1", "1e999"]
NOTATION += ["\n", " ", "\0", "\x7f", "\u2028", "\ud800", "\udfff", "\U0010ffff", "é", "::="]
NOTATION += ["{2,}", "{0}", "(?=", "(?<!", "\\u{", "\\p{L}", "%ignore", "$ref", '"#"', "null"]
NOTATION += ["<|x|>", "<[3]>", "a" * 300, "(" * 300, "[" * 700, '{"a":' * 700, "a|" * 300]

EBNF = [
    'root ::= "a" [b-z]{2,5} | <|x|> "q" # why\n',
    'root ::= a+\na[max_chars=20, stop="END"] ::= [a-z]*\n',
    'root ::= ([ab]* & ~("ab")) "c" /a(?=b)b|\\p{L}+/\n',
    'root[capture] ::= x <[1,3-5]>\nx ::= "(" root ")" | ""\n',
]
SCHEMAS = [
    {"properties": {"a": {"enum": [1, "x", None]}}, "required": ["a"], "minProperties": 1},
    {"oneOf": [{"pattern": "^a+$", "minLength": 2}, {"multipleOf": 0.01, "minimum": -3.5}]},
    {"$defs": {"n": {"items": {"$ref": "#/$defs/n"}, "maxItems": 3}}, "$ref": "#/$defs/n"},
    {"if": {"properties": {"k": {"const": 1}}}, "then": {"required": ["z"]}, "not": {"const": 2}},
    {"type": ["string", "null"], "format": "email", "maxLength": 30},
    {"dependentSchemas": {"a": {"minProperties": 2}}, "propertyNames": {"pattern": "[a-c]{1,3}"}},
]
REGEXES = [
    "^a(b|c)*d{2,3}$",
    "\\bfoo\\B[\\w-]+@[a-z]{2,}\\.(com|org)",
    "(?=.*\\d)(?!x).{3,}",
    "\\p{Script=Greek}+\\u{1F600}?(?<n>a|b)+?[^\\]x]*((a*)*)*",
]
TAGS = [
    {
        "type": "triggered_tags",
        "triggers": ["<f="],
        "tags": [
            {"begin": "<f=a>", "content": {"type": "json_schema", "json_schema": {}}, "end": ">"}
        ],
        "at_least_one": True,
    },
    {
        "type": "sequence",
        "elements": [
            {"type": "const_string", "value": "a"},
            {"type": "or", "elements": [{"type": "regex", "pattern": "a+"}, {"type": "any_text"}]},
        ],
    },
]
LARK = [
    'start: "a" WORD* NUM\n%import common.WORD\n%import common.INT -> NUM\n%ignore " "\n',
    'start: x+\nx: /[a-z]+/ | "(" x ")" | %json {"type":"integer"}\nY[max_tokens=3]: /a.*/\n',
]

Read = Callable[[str], Grammar]
FRONT_ENDS: dict[str, tuple[list[str], Read]] = {
    "ebnf": ([*EBNF, *(builtin.source(name) for name in ("json", "semver"))], Grammar.from_ebnf),
    "schema": ([json.dumps(schema) for schema in SCHEMAS], Grammar.from_json_schema),
    "regex": (REGEXES, Grammar.from_regex),
    "structural tag": (
        [json.dumps({"type": "structural_tag", "format": tag}) for tag in TAGS],
        Grammar.from_structural_tag,
    ),
    "lark": (LARK, Grammar.from_lark),
}


def damaged(text: str, texts: list[str], rng: random.Random) -> str:
    for _ in range(rng.choice([1, 1, 2, 4])):
        begin = rng.randrange(len(text) + 1)
        end = begin + rng.choice([0, 1, 2, 5, 20])
        other = rng.choice(texts)
        at = rng.randrange(len(other))
        inserted = [
            "",
            rng.choice(NOTATION),
            text[begin:end] * rng.choice([2, 30]),
            other[at : at + rng.randrange(60)],
            chr(rng.randrange(0x250)),
        ]
        text = text[:begin] + rng.choice(inserted) + text[end:]
    return text


def walk(compiled: pushmask.CompiledGrammar, rng: random.Random) -> None:
    """Take tokens that the masks allow; there always is one, and each is taken."""
    matcher = compiled.matcher()
    words = (compiled.vocabulary.size + 31) // 32
    for _ in range(STEPS):
        mask = np.zeros(words, dtype=np.int32)
        matcher.fill_mask(mask)
        allowed = np.flatnonzero(np.unpackbits(mask.view(np.uint8), bitorder="little"))
        if matcher.is_stopped:
            return
        assert len(allowed)
        assert matcher.accept_token(int(rng.choice(allowed)))


@pytest.mark.parametrize("name", FRONT_ENDS)
def test_damaged_texts_are_grammars_or_errors(name: str) -> None:
    if name == "lark":
        pytest.importorskip("lark")
    texts, read = FRONT_ENDS[name]
    tokens: list[Any] = [
        *(bytes([b]) for b in range(256)),
        b"</s>",
        b'{"',
        b"\xc3\xa9",
        b" a",
        b"<|x|>",
    ]
    vocabulary = Vocabulary(tokens, stop_token_ids=[256], special_token_ids=[len(tokens) - 1])
    compiler = pushmask.Compiler(vocabulary)
    rng = random.Random(name)
    num_compiled = num_errors = 0
    for _ in range(ROUNDS):
        text = damaged(rng.choice(texts), texts, rng)
        print(ascii(text))  # seen if something else is raised
        try:
            compiled = guarded(f"damaged {name}", LIMIT_S, lambda t=text: compiler.compile(read(t)))
        except pushmask.Error as error:
            assert str(error)
            num_errors += 1
            continue
        walk(compiled, rng)
        num_compiled += 1
    assert min(num_compiled, num_errors) > ROUNDS / 50
