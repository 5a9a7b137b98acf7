# SPDX-License-Identifier: Apache-2.0
"""Masks of regexes and JSON Schemas, against the oracle on the printed form of their grammar.

This covers what EBNF cannot say: intersections, complements, and members in any order.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pushmask
from reference.masks import allowed
from reference.slow_matcher import SlowGrammar

PIECES = [
    *'"{}[]:,-.0123456789abcdeéx\\nuTZ ',
    "\n",
    "true",
    "null",
    '{"',
    '"}',
    '":',
    '": ',
    '",',
    '", "',
    '"a"',
    '"b": ',
    '"a":"',
    "],",
    "[[",
    "12",
    "-1.",
    "e5",
    "0-",
    "20",
    "00",
    "ab",
    "bc",
    "  ",
    "\n  ",
    "\\u00e9",
    "éé",
    "😀",
]
TOKENS = [*(piece.encode() for piece in PIECES), b"\xc3", b"\xa9", b"\xf0\x9f", b'a"', b"</s>"]
STOP = len(TOKENS) - 1

SCHEMAS: dict[str, Any] = {
    "any object": {"type": "object"},
    "object": {
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}, "ab": {"type": "null"}},
        "required": ["b"],
        "additionalProperties": False,
        "type": "object",
    },
    "other keys": {
        "type": "object",
        "properties": {"a": {"type": "null"}, "ab": {"type": "null"}},
        "additionalProperties": {"type": "boolean"},
    },
    "pattern": {"type": "string", "pattern": "^a[bc]*$", "minLength": 2, "maxLength": 4},
    "search": {"type": "string", "pattern": "ab|c"},
    "length": {"type": "string", "minLength": 1, "maxLength": 3},
    "range": {"type": "integer", "minimum": -12, "exclusiveMaximum": 203},
    "number range": {"type": "number", "minimum": -0.5, "maximum": 12.5},
    "enum": {"enum": ["a", "ab", 1, 12, None, {"a": [1, 2]}]},
    "tuple": {"type": "array", "prefixItems": [{"const": 1}], "items": {"type": "string"}},
    "items": {"type": "array", "items": {"enum": [1, "a"]}, "minItems": 2, "maxItems": 3},
    "tree": {
        "$ref": "#/$defs/t",
        "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}, "maxItems": 2}},
    },
    "any of": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "null"}}]},
    "date": {"type": "string", "format": "date"},
}
REGEXES = [
    r"(?:a|ab)(?:c|bcd)",
    r"[a-e]{2,5}\d+",
    r"[^ab]*é.",
    r"(?:\d{1,3}-?){2,4}",
    r"\w+ \w+",
    r"(?:a?b?){3}x",
    r"[\s\S]{1,3}",
]


def compare_along_a_walk(grammar: pushmask.Grammar, walk: list[int]) -> None:
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP])
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    slow = SlowGrammar(str(grammar)).start()
    prefix = b""
    for number in walk:
        want = slow.allowed_tokens(TOKENS, {STOP}, set())
        assert allowed(matcher, vocabulary) == want, prefix
        if not (choices := sorted(want - {STOP})):
            return
        token = choices[number % len(choices)]
        assert matcher.accept_token(token)
        prefix += TOKENS[token]
        slow = slow.feed(TOKENS[token]) or slow


WALKS = st.lists(st.integers(0, 999), min_size=12, max_size=12)


@pytest.mark.parametrize("whitespace", ["compact", "flexible"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_has_the_masks_of_its_printed_form(name: str, whitespace: Any) -> None:
    grammar = pushmask.Grammar.from_json_schema(json.dumps(SCHEMAS[name]), whitespace=whitespace)

    @settings(max_examples=4)
    @given(WALKS)
    def run(walk: list[int]) -> None:
        compare_along_a_walk(grammar, walk)

    run()


@pytest.mark.parametrize("pattern", REGEXES)
def test_a_regex_has_the_masks_of_its_printed_form(pattern: str) -> None:
    grammar = pushmask.Grammar.from_regex(pattern)

    @settings(max_examples=8)
    @given(WALKS)
    def run(walk: list[int]) -> None:
        compare_along_a_walk(grammar, walk)

    run()
