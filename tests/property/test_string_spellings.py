# SPDX-License-Identifier: Apache-2.0
"""Strings in every spelling that JSON has, against `jsonschema` on what they decode to."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pushmask

SHORT = {'"': '"', "\\": "\\", "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
CHARACTERS = 'aAz09 "\\/\b\f\n\r\t\x00\x1f\x7f-:.TZ@é\u2028\ud7ff\ue000\uffff😀𐀀\U0010ffff'

# A schema and strings that come near it.
SCHEMAS: list[tuple[dict[str, Any], list[str]]] = [
    ({"type": "string"}, []),
    ({"const": 'a"\\/\n\x00é😀'}, ['a"\\/\n\x00é😀', 'a"\\/\n\x00é😁', 'a"\\/\n\x00é']),
    ({"enum": ["red", "re", "", "r\t", 1, None]}, ["red", "re", "", "r\t", "r", "redd"]),
    ({"type": "string", "not": {"enum": ["a", "/"]}}, ["a", "/", "aa", ""]),
    ({"type": "string", "pattern": "^[a-f/]+\\n?$"}, ["a/f", "a\n", "g", "", "\n"]),
    ({"type": "string", "pattern": "[^\\x00-\\x7F]"}, ["abc", "aéb", "😀", ""]),
    ({"type": "string", "pattern": "^[^\U00010400-\U0001f5ff]$"}, ["😀", "\U00010400", "a", "🗀"]),
    ({"type": "string", "pattern": "^x{40,60}$"}, ["x" * 39, "x" * 40, "x" * 60, "x" * 61]),
    ({"type": "string", "minLength": 2, "maxLength": 3}, ["a", "ab", "😀😀😀", "abcd"]),
    ({"type": "string", "pattern": "b", "maxLength": 3}, ["abc", "b", "abcd", "ac"]),
    ({"type": "string", "format": "date"}, ["2024-02-29", "2023-02-29", "2024-02-2"]),
    ({"type": "string", "format": "ipv4"}, ["127.0.0.1", "256.0.0.1", "1.2.3"]),
    ({"type": "string", "format": "date", "pattern": "^19"}, ["1999-12-31", "2000-01-01"]),
    ({"type": "string", "anyOf": [{"const": "a"}, {"pattern": "^b"}]}, ["a", "b", "bc", "ab"]),
    ({"oneOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, ["a", "b", "c"]),
    ({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True}, []),
    ({"type": "object", "additionalProperties": {"const": "é"}}, []),
]


@cache
def compiled(index: int) -> pushmask.CompiledGrammar:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
    grammar = pushmask.Grammar.from_json_schema(SCHEMAS[index][0])
    return pushmask.Compiler(vocabulary).compile(grammar)


def accepts(index: int, text: str) -> bool:
    matcher = compiled(index).matcher()
    return matcher.accept_bytes(text.encode("utf-8", "surrogatepass")) and matcher.can_stop


def spell(text: str, draw: Any) -> str:
    """Spell each character in one of its ways."""
    out = ""
    for c in text:
        units = c.encode("utf-16-be")
        numbers = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
        upper = draw(st.booleans())
        ways = ["".join(f"\\u{n:04X}" if upper else f"\\u{n:04x}" for n in numbers)]
        if c >= " " and c not in '"\\':
            ways.append(c)
        if c in SHORT:
            ways.append("\\" + SHORT[c])
        out += draw(st.sampled_from(ways))
    return f'"{out}"'


@settings(max_examples=400)
@given(st.data())
def test_a_string_is_accepted_in_each_of_its_spellings_or_in_none(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(SCHEMAS) - 3))
    schema, near = SCHEMAS[index]
    anything = st.text(st.sampled_from(CHARACTERS), max_size=6)
    text = data.draw(st.one_of(st.sampled_from(near), anything) if near else anything)
    spelled = spell(text, data.draw)
    assert json.loads(spelled) == text
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    is_valid = jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(text)
    assert accepts(index, spelled) is is_valid, (schema, spelled)


@given(st.data())
def test_elements_and_members_are_spelled_in_every_way(data: st.DataObject) -> None:
    one, two = (spell(data.draw(st.sampled_from("ab")), data.draw) for _ in range(2))
    assert accepts(len(SCHEMAS) - 2, f"[{one},{two}]") is (json.loads(one) != json.loads(two))
    assert accepts(len(SCHEMAS) - 1, f'{{"k":{spell("é", data.draw)}}}')


@pytest.mark.parametrize(
    "spelled",
    [
        *('"\n"', '"\ud800"', '"\\', '"a'),
        *(r'"\ud800"', r'"\udc00"', r'"\ud83da"', r'"\ud83d\u0041"', r'"\x61"', r'"\u006"'),
        *(r'"\U0061"', r'"\u{61}"', r'"\a"', r'"\u00e9\"'),
    ],
)
def test_what_spells_no_string_is_never_accepted(spelled: str) -> None:
    assert not any(accepts(index, spelled) for index in range(len(SCHEMAS)))
