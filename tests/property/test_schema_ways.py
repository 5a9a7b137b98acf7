# SPDX-License-Identifier: Apache-2.0
"""Laws of `pushmask.schema` over random JSON: exact copies, exact moves, and no other errors."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import referencing.exceptions
from hypothesis import given
from hypothesis import strategies as st

from pushmask import GrammarError
from pushmask.schema import check_openai, documents, to_schema, to_text, tools_schema

NAMES = st.sampled_from(["a", "b", "$ref", "$defs", "$id", "enum", "~/%", ""])
TEXTS = st.sampled_from(
    ["a", "#", "#/$defs/a", "#a", "#/$defs/b/items", "x:y", "x:y#a", "z", "string", "object", "%"]
)
KEYWORDS = st.sampled_from(
    [
        "$anchor",
        "$defs",
        "$dynamicAnchor",
        "$dynamicRef",
        "$id",
        "$recursiveRef",
        "$ref",
        "$schema",
        "additionalProperties",
        "anyOf",
        "const",
        "enum",
        "format",
        "items",
        "not",
        "prefixItems",
        "properties",
        "required",
        "type",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | TEXTS,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(KEYWORDS, below, max_size=4)
        | st.dictionaries(NAMES, below, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_json_is_copied_exactly(value: Any) -> None:
    if not isinstance(value, str):
        assert to_schema(value) == json.loads(to_text(value)) == value


@given(JSON)
def test_garbage_raises_grammar_errors_only(value: Any) -> None:
    tool = {"type": "function", "name": "t", "parameters": value}
    for use in (
        lambda: check_openai(value),
        lambda: documents(value, {"x:y": value, "z": value}),
        lambda: tools_schema([tool], strict_profile="openai"),
        lambda: tools_schema([tool, value]),
        lambda: tools_schema(value if isinstance(value, list) else [value]),
    ):
        try:
            use()
        except GrammarError as error:
            assert error.diagnostics or isinstance(value, str)


LEAVES = st.sampled_from(
    [
        {"type": "integer"},
        {"type": "null"},
        {"const": {"$ref": "#"}},
        {"minLength": 1},
        True,
        {"$ref": "#/$defs/a"},
        {"$ref": "#/$defs/b"},
        {"$ref": "#/$defs/b/items"},
        {"$ref": "#here"},
        {"$ref": "https://a.b/c"},
        {"$ref": "c#/$defs/a"},
        {"$ref": "inner"},
        {"$ref": "inner#here"},
    ]
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.builds(lambda x: {"type": "array", "items": x}, below),
        st.builds(lambda x: {"type": "object", "properties": {"p": x}}, below),
        st.builds(lambda x, y: {"anyOf": [x, y]}, below, below),
    ),
    max_leaves=4,
)
INSTANCES: list[Any] = [
    None,
    1,
    "",
    "s",
    [],
    [1],
    [[None]],
    {},
    {"p": 1},
    {"p": [None]},
    {"$ref": "#"},
]


def inner(a: Any) -> dict[str, Any]:
    """A resource inside another one, with definitions of its own."""
    return {
        "$id": "inner",
        "items": {"$anchor": "here", "type": "null"},
        "$defs": {"a": a, "b": {"items": {"type": "string"}}},
    }


@given(SCHEMAS, SCHEMAS, SCHEMAS, SCHEMAS, st.booleans())
def test_moved_parameters_accept_what_they_accept_in_place(
    root: Any, a: Any, b: Any, c: Any, parallel: bool
) -> None:
    schema = {
        "$id": "https://a.b/c",
        "allOf": [root],
        "$defs": {
            "a": a,
            "b": {"items": b},
            "c": {"$anchor": "here", "allOf": [{"type": ["array", "null"]}]},
            "d": inner(c),
        },
    }
    tool = {"type": "function", "name": "t", "parameters": schema}
    other = {"type": "function", "name": "u", "parameters": {"$defs": {"a": {}}, "type": "null"}}
    alone = jsonschema.Draft202012Validator(schema)
    moved = jsonschema.Draft202012Validator(tools_schema([other, tool], parallel=parallel))
    for instance in INSTANCES:
        call: Any = {"name": "t", "arguments": instance}
        try:
            expected = alone.is_valid(instance)
        except RecursionError:  # a reference that leads back to itself
            continue
        except referencing.exceptions.Unresolvable as error:
            raise AssertionError("every reference of this schema leads somewhere") from error
        assert moved.is_valid([call] if parallel else call) == expected
