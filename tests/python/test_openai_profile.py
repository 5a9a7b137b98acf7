# SPDX-License-Identifier: Apache-2.0
"""`check_openai`: the rules of OpenAI's structured outputs, and all violations at once."""

from __future__ import annotations

from typing import Any

import pytest

from pushmask import SchemaError, UnsupportedError
from pushmask.schema import check_openai, to_text


def an_object(properties: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **keywords,
    }


def holding(schema: Any) -> dict[str, Any]:
    return an_object({"x": schema})


def nested(levels: int) -> dict[str, Any]:
    schema = an_object({})
    for _ in range(levels - 1):
        schema = holding({"type": "array", "items": schema})
    return schema


TAKEN = [
    an_object({}),
    holding({"type": ["string", "null"], "description": "d", "title": "t", "default": "a"}),
    holding({"type": "string", "pattern": "^a", "format": "date-time"}),
    holding({"type": "number", "multipleOf": 2, "minimum": 0, "exclusiveMaximum": 9}),
    holding({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}),
    holding({"anyOf": [an_object({"a": {"const": "a"}}), {"type": "null"}]}),
    holding({"enum": ["a", "b"]}),
    an_object({"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}),
    an_object(
        {"a": {"$ref": "#/$defs/node"}}, **{"$defs": {"node": holding({"$ref": "#/$defs/node"})}}
    ),
    an_object({"$ref": {"type": "string"}, "oneOf": {"type": "null"}}),
    an_object({f"p{index}": {"type": "null"} for index in range(5_000)}),
    nested(10),
    holding({"enum": [f"{index}" for index in range(1_000)]}),
    holding({"enum": ["a" * 60] * 250}),
    {"$schema": "https://json-schema.org/draft/2020-12/schema", **an_object({})},
]


@pytest.mark.parametrize("schema", TAKEN, ids=map(str, range(len(TAKEN))))
def test_the_subset_is_taken(schema: Any) -> None:
    check_openai(schema)
    check_openai(to_text(schema))


IN_X = "In context=('properties', 'x'), "
REFUSED = [
    (True, "", """schema must be a JSON Schema of 'type: "object"', got True"""),
    ({"anyOf": [an_object({})]}, "/anyOf", "the root of a schema must not be 'anyOf'"),
    (
        {"$ref": "#/$defs/a", "$defs": {"a": an_object({})}},
        "",
        """schema must be a JSON Schema of 'type: "object"', got 'type: "None"'""",
    ),
    (
        holding({"type": "object", "properties": {}}),
        "/properties/x",
        IN_X + "'additionalProperties' is required to be supplied and to be false",
    ),
    (
        an_object({"a": {"type": "null"}, "b": {"type": "null"}}, required=["a"]),
        "",
        (
            "In context=(), 'required' is required to be supplied and to be an array including "
            "every key in properties. Missing 'b'"
        ),
    ),
    (
        an_object({}, required=["a"]),
        "/required/0",
        "In context=(), Extra required key 'a' supplied",
    ),
    (
        {"type": "object", "additionalProperties": False},
        "",
        "In context=(), object schema missing properties",
    ),
    (holding({"type": "array"}), "/properties/x", IN_X + "array schema missing items"),
    (holding({}), "/properties/x", IN_X + "schema must have a 'type' key"),
    (holding(True), "/properties/x", IN_X + "True is not of type 'object'"),
    (
        holding({"type": "string", "minLength": 1}),
        "/properties/x/minLength",
        IN_X + "'minLength' is not permitted",
    ),
    (holding({"oneOf": []}), "/properties/x/oneOf", IN_X + "'oneOf' is not permitted"),
    (
        holding({"type": "string", "format": "uri"}),
        "/properties/x/format",
        IN_X + "'uri' is not a valid format",
    ),
    (
        an_object({"x": {"$ref": "#", "description": "d"}}),
        "/properties/x/$ref",
        IN_X + "$ref cannot have keywords {'description'}",
    ),
    (
        holding({"$ref": "https://a.b/c"}),
        "/properties/x/$ref",
        IN_X + "the reference 'https://a.b/c' leads to another document",
    ),
    (nested(11), "", "11 levels of nesting exceeds limit of 10"),
    (
        an_object({f"p{index}": {"type": "null"} for index in range(5_001)}),
        "",
        (
            "Expected at most 5000 object properties in total within a single schema when using "
            "structured outputs, but received 5001"
        ),
    ),
    (
        an_object({"a": {"enum": ["a"] * 500}, "b": {"enum": [1] * 501}}),
        "",
        (
            "Expected at most 1000 enum values in total within a single schema when using "
            "structured outputs, but received 1001"
        ),
    ),
    (
        holding({"enum": ["a" * 60] * 251}),
        "/properties/x/enum",
        IN_X + "Expected at most 15000 characters in an enum of more than 250 values, but received "
        "15060",
    ),
    (
        an_object({"x": {"const": "a" * 119_000}, "y" * 998: {"enum": ["b", "c"]}}),
        "",
        (
            "Expected at most 120000 characters of property names, definition names, enum values "
            "and const values in total within a single schema when using structured outputs, but "
            "received 120001"
        ),
    ),
]


@pytest.mark.parametrize(
    ("schema", "pointer", "message"), REFUSED, ids=map(str, range(len(REFUSED)))
)
def test_a_schema_outside_the_subset_is_refused(schema: Any, pointer: str, message: str) -> None:
    with pytest.raises(UnsupportedError) as error:
        check_openai(schema)
    found = [(each.pointer, each.message) for each in error.value.diagnostics]
    assert (pointer, message) in found
    assert message in str(error.value)
    assert error.value.feature


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        (an_object({}, required="a"), "/required"),
        ({**an_object({}), "properties": []}, "/properties"),
        (holding({"type": "text"}), "/properties/x/type"),
        (holding({"type": 1}), "/properties/x/type"),
        (holding({"enum": []}), "/properties/x/enum"),
        (holding({"anyOf": {}}), "/properties/x/anyOf"),
        (holding({"$ref": "#/$defs/a"}), "/properties/x/$ref"),
        (holding({"$ref": 1}), "/properties/x/$ref"),
    ],
)
def test_a_malformed_keyword_is_a_schema_error(schema: Any, pointer: str) -> None:
    with pytest.raises(SchemaError) as error:
        check_openai(schema)
    assert [each.pointer for each in error.value.diagnostics] == [pointer]


@pytest.mark.parametrize(
    "schema",
    [
        {
            "type": {},
            "properties": 1,
            "required": {},
            "items": 3,
            "enum": 1,
            "anyOf": 1,
            "$defs": [],
        },
        {"type": [[], {}, None], "format": [], "required": [[]], "$ref": {}, "const": [1]},
        {"properties": {"": {"format": {}, "$id": 1, "items": [1, None]}}, "$ref": "#/%"},
        [],
        None,
    ],
)
def test_garbage_is_an_error_and_nothing_else(schema: Any) -> None:
    with pytest.raises((SchemaError, UnsupportedError)):
        check_openai(schema)


def test_every_violation_is_listed_with_its_place() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "maxLength": 3, "format": "uri"},
            "b": {"type": "array", "items": {"type": "object", "properties": {"c": {}}}},
        },
        "$defs": {"d": {"allOf": [{}]}},
    }
    with pytest.raises(UnsupportedError) as error:
        check_openai(schema, source_name="s", at=("root",))
    assert [each.pointer for each in error.value.diagnostics] == [
        "/root",
        "/root",
        "/root/properties/a/maxLength",
        "/root/properties/a/format",
        "/root/properties/b/items",
        "/root/properties/b/items",
        "/root/properties/b/items/properties/c",
        "/root/$defs/d/allOf",
        "/root/$defs/d",
    ]
    lines = str(error.value).splitlines()
    assert lines[0] == "s: 9 violations of OpenAI's structured outputs"
    assert len(lines) == 10


def test_a_model_is_checked_as_pydantic_writes_it() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Closed(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="forbid")
        name: str
        age: int | None

    class Open(pydantic.BaseModel):
        name: str = "a"

    check_openai(Closed)
    with pytest.raises(UnsupportedError) as error:
        check_openai(Open)
    assert len(error.value.diagnostics) == 2
