# SPDX-License-Identifier: Apache-2.0
"""No name occurs twice in an object that a JSON Schema allows; `json.loads` is the judge."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from pushmask import Compiler, Grammar, UnsupportedError, Vocabulary

SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "object"},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    {"type": "object", "properties": {"a": {"type": "integer"}}},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a", "b"]},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "maxProperties": 4},
    {"type": "object", "propertyNames": {"pattern": "^[abc]{1,2}$"}},
    # Names fall into classes with different values.
    {"type": "object", "patternProperties": {"^a": {"type": "integer"}}},
    {
        "type": "object",
        "patternProperties": {"^a": {"minimum": 1}, "b$": {"maximum": 2}, "^bb$": {"const": 2}},
        "minProperties": 2,
    },
    {
        "type": "object",
        "patternProperties": {"^(a|bb)$": {"type": "integer"}},
        "additionalProperties": {"type": "number"},
    },
    # Some member must exist whose name is not declared.
    {"type": "object", "not": {"additionalProperties": {"minimum": 2}}},
    {"type": "object", "not": {"patternProperties": {"^b": {"const": 2}}}},
    {"type": "object", "not": {"propertyNames": {"enum": ["a", "b"]}}},
    {"type": "object", "not": {"propertyNames": {"not": {"enum": ["cc", "b"]}}}},
]


def _members(text: str) -> list[tuple[str, Any]]:
    members: list[tuple[str, Any]] = json.loads(text, object_pairs_hook=list)
    return members


def _texts(names: list[str], rng: random.Random) -> list[str]:
    """Give objects of some of the names with a number each, most of them with a name twice."""
    texts = []
    for _ in range(300):
        chosen = [rng.choice(names) for _ in range(rng.randint(0, 4))]
        texts.append("{" + ",".join(f'"{name}":{rng.randint(0, 3)}' for name in chosen) + "}")
    return texts


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_an_object_is_accepted_iff_its_names_differ_and_it_is_valid(
    schema: dict[str, Any], byte_vocabulary: Vocabulary
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema)
    grammar = Grammar.from_json_schema(json.dumps(schema), property_order="any")
    compiled = Compiler(byte_vocabulary).compile(grammar)
    verdicts = set()
    for text in _texts(["a", "b", "c", "aa", "bb", "cc"], random.Random(3)):
        members = _members(text)
        differ = len({name for name, _ in members}) == len(members)
        expected = differ and validator.is_valid(dict(members))
        matcher = compiled.matcher()
        accepted = matcher.accept_bytes(text.encode()) and matcher.can_stop
        assert accepted == expected, text
        verdicts.add(expected)
    assert verdicts == {True, False}


def test_a_name_that_was_seen_is_masked_where_it_would_end(byte_vocabulary: Vocabulary) -> None:
    grammar = Grammar.from_json_schema('{"type": "object"}', whitespace="compact")
    matcher = Compiler(byte_vocabulary).compile(grammar).matcher()
    assert matcher.accept_bytes(b'{"a":{"a":1},"b":[],"a')
    assert not matcher.accept_bytes(b'"')
    assert matcher.accept_bytes(b'b"')


def test_a_name_has_one_spelling(byte_vocabulary: Vocabulary) -> None:
    grammar = Grammar.from_json_schema('{"type": "object"}')
    matcher = Compiler(byte_vocabulary).compile(grammar).matcher()
    assert not matcher.accept_bytes(b'{"\\u0061"')
    assert not matcher.accept_bytes(b'{"\\/"')
    assert matcher.accept_bytes(b'{"\\u001f')


def test_a_bound_on_members_beside_one_that_must_exist_is_refused() -> None:
    schema = {"type": "object", "maxProperties": 3, "not": {"additionalProperties": {"minimum": 2}}}
    with pytest.raises(UnsupportedError, match="at '/maxProperties'"):
        Grammar.from_json_schema(json.dumps(schema))
    schema["maxProperties"] = 1
    Grammar.from_json_schema(json.dumps(schema))
