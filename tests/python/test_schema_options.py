# SPDX-License-Identifier: Apache-2.0
"""The options of `Grammar.from_json_schema` that decide how a value is written, and what counts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import referencing
import referencing.jsonschema

from pushmask import Compiler, Error, Grammar, UnsupportedError, Vocabulary

OBJECT = {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"type": "array", "items": {"type": "null"}}},
    "required": ["a"],
    "additionalProperties": False,
}


def accepts(vocabulary: Vocabulary, grammar: Grammar, text: str) -> bool:
    matcher = Compiler(vocabulary).compile(grammar).matcher()
    return matcher.accept_bytes(text.encode()) and matcher.can_stop


@pytest.mark.parametrize(
    ("options", "accepted", "rejected"),
    [
        ({}, ['{"a":1}', '{ "a" :\n\n\n\n1 }', '{"a": 1, "b": [null]}'], ['{"b":[],"a":1}']),
        ({"max_whitespace": 2}, ['{"a":1}', '{\n "a": 1\n}'], ['{"a":   1}', '{\n\n\n"a":1}']),
        ({"max_whitespace": 0}, ['{"a":1}'], ['{"a": 1}']),
        (
            {"separators": (", ", ": ")},
            ['{"a": 1, "b": [null, null]}'],
            ['{"a":1}', '{"a": 1,"b": []}', '{ "a": 1}'],
        ),
        ({"whitespace": "indented", "indent": 1}, ['{\n "a": 1\n}'], ['{\n  "a": 1\n}']),
        ({"property_order": "any"}, ['{"b":[],"a":1}', '{"a":1,"b":[]}'], ['{"a":1,"a":1}']),
        ({"fractional_integers": True}, ['{"a":1.0}', '{"a":1}'], ['{"a":1.5}']),
    ],
)
def test_options_decide_how_a_value_is_written(
    byte_vocabulary: Vocabulary,
    options: dict[str, Any],
    accepted: list[str],
    rejected: list[str],
) -> None:
    grammar = Grammar.from_json_schema(OBJECT, **options)
    for text in accepted:
        assert accepts(byte_vocabulary, grammar, text), text
    for text in rejected:
        assert not accepts(byte_vocabulary, grammar, text), text


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"separators": (";", ":")}, ValueError),
        ({"separators": (",,", ":")}, ValueError),
        ({"separators": (",",)}, ValueError),
        ({"whitespace": "some"}, ValueError),
        ({"strict_profile": "other"}, ValueError),
        ({"max_whitespace": -1}, TypeError),
        ({"no_such_option": 1}, TypeError),
    ],
)
def test_an_option_that_means_nothing_is_an_error(
    options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Grammar.from_json_schema(OBJECT, **options)


@pytest.mark.parametrize(
    ("schema", "feature", "pointer", "accepted"),
    [
        ({"type": "string", "pattern": r"(a)\1"}, "backreference", "/pattern", '"xyz"'),
        ({"type": "string", "format": "colour", "maxLength": 3}, "format", "/format", '"red"'),
        (
            {"type": "string", "not": {"format": "colour"}, "maxLength": 3},
            "format",
            "/not/format",
            '"red"',
        ),
        (
            {"type": "array", "not": {"uniqueItems": True}},
            "uniqueItems",
            "/not/uniqueItems",
            "[1,2]",
        ),
    ],
)
def test_lenient_leaves_out_what_is_refused_and_says_so(
    byte_vocabulary: Vocabulary, schema: Any, feature: str, pointer: str, accepted: str
) -> None:
    with pytest.raises(UnsupportedError) as caught:
        Grammar.from_json_schema(schema)
    assert caught.value.feature == feature
    assert caught.value.diagnostics[0].pointer == pointer
    grammar = Grammar.from_json_schema(schema, lenient=True)
    assert [warning.pointer for warning in grammar.warnings()] == [pointer]
    assert "left out" in grammar.warnings()[0].message
    assert accepts(byte_vocabulary, grammar, accepted)


def test_what_lenient_keeps_is_still_enforced(byte_vocabulary: Vocabulary) -> None:
    schema = {"type": "string", "format": "colour", "maxLength": 3}
    grammar = Grammar.from_json_schema(schema, lenient=True)
    assert not accepts(byte_vocabulary, grammar, '"green"')


def test_documents_may_be_a_registry(byte_vocabulary: Vocabulary) -> None:
    uri = "https://example.com/age"
    resource = referencing.jsonschema.DRAFT202012.create_resource({"type": "integer"})
    schema = {"$ref": uri}
    registries = [
        {uri: {"type": "integer"}},
        {uri: json.dumps({"type": "integer"})},
        referencing.Registry().with_resource(uri, resource),
    ]
    for documents in registries:
        grammar = Grammar.from_json_schema(schema, documents=documents)
        assert accepts(byte_vocabulary, grammar, "7")
        assert not accepts(byte_vocabulary, grammar, '"7"')


def test_the_reference_names_every_option() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "json_schema.md"
    table = page.read_text(encoding="utf-8").split("## Options")[1].split("## Drafts")[0]
    signature = (Grammar.from_json_schema.__doc__ or "").splitlines()[0]
    named = re.findall(r"`([a-z_]+)=`", table)
    assert sorted(named) == sorted(re.findall(r", ([a-z_]+):", signature))


def test_the_strict_profile_lists_what_it_does_not_take() -> None:
    with pytest.raises(Error) as caught:
        Grammar.from_json_schema(
            {"type": "object", "properties": {"a": {}}}, strict_profile="openai"
        )
    assert len(caught.value.diagnostics) > 1  # type: ignore[attr-defined]
    Grammar.from_json_schema(
        {
            "type": "object",
            "properties": {"a": {"type": "string"}},
            "required": ["a"],
            "additionalProperties": False,
        },
        strict_profile="openai",
    )
