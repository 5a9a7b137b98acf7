# SPDX-License-Identifier: Apache-2.0
"""`pushmask.schema.tools_schema`: one schema of the calls, with every reference where it led.

What the embedded parameters accept is compared with what they accept alone, by `jsonschema`.
"""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

import jsonschema
import pytest

from pushmask import Compiler, Grammar, SchemaError, UnsupportedError, Vocabulary
from pushmask.schema import tools_schema

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"$ref": "#/$defs/Days"}},
    "required": ["city"],
    "additionalProperties": False,
    "$defs": {"Days": {"type": "integer", "minimum": 1}},
}
TREE = {
    "type": "object",
    "properties": {"value": {"type": "string"}, "children": {"items": {"$ref": "#"}}},
    "required": ["value"],
    "$defs": {"Days": {"type": "null"}},
}


def chat(name: str, parameters: Any = None, **fields: Any) -> dict[str, Any]:
    function = {"name": name, "parameters": parameters, **fields}
    return {"type": "function", "function": function}


def flat(name: str, parameters: Any = None, **fields: Any) -> dict[str, Any]:
    return {"type": "function", "name": name, "parameters": parameters, **fields}


def call(name: str, arguments: Any) -> str:
    return json.dumps({"name": name, "arguments": arguments})


def accepts(vocabulary: Vocabulary, schema: Any, text: str) -> bool:
    matcher = Compiler(vocabulary).compile(Grammar.from_json_schema(schema)).matcher()
    return matcher.accept_bytes(text.encode()) and matcher.can_stop


def test_a_call_has_the_arguments_of_its_tool(byte_vocabulary: Vocabulary) -> None:
    schema = tools_schema([chat("weather", WEATHER), flat("tree", TREE), chat("now")])
    for text in [
        call("weather", {"city": "Paris", "days": 2}),
        call("tree", {"value": "a", "children": [{"value": "b", "children": []}]}),
        call("now", {}),
    ]:
        assert accepts(byte_vocabulary, schema, text), text
    for text in [
        call("weather", {"city": "Paris", "days": None}),
        call("weather", {"value": "a"}),
        call("tree", {"value": "a", "children": [{}]}),
        call("now", {"a": 1}),
        call("other", {}),
        '{"name": "now"}',
        '{"name": "now", "arguments": {}, "id": 1}',
        "[]",
    ]:
        assert not accepts(byte_vocabulary, schema, text), text


def test_parallel_calls_are_a_list_of_calls(byte_vocabulary: Vocabulary) -> None:
    schema = tools_schema([chat("weather", WEATHER), chat("now")], parallel=True)
    one, two = call("weather", {"city": "", "days": 1}), call("now", {})
    for text in (f"[{one}]", f"[{one}, {two}, {one}]"):
        assert accepts(byte_vocabulary, schema, text), text
    for text in ("[]", one, f"[{one}, 1]"):
        assert not accepts(byte_vocabulary, schema, text), text


REFERENCES = [
    {"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {"type": "integer"}}},
    {"$ref": "#here", "$defs": {"a": {"$anchor": "here", "type": "integer"}}},
    {
        "$ref": "#/x-mine/0/é",
        "x-mine": [{"é": {"$ref": "#/$defs/a"}}],
        "$defs": {"a": {"const": 1}},
    },
    {"$id": "https://a.b/c", "$ref": "c#/$defs/a", "$defs": {"a": {"type": "integer"}}},
    {"$id": "https://a.b/c", "$ref": "d", "$defs": {"a": {"$id": "d", "type": "integer"}}},
    {
        "$id": "https://a.b/c/",
        "anyOf": [{"$ref": "d/e#x"}, {"$ref": "d/e"}],
        "$defs": {
            "a": {
                "$id": "d/e",
                "items": {"$ref": "#/$defs/b"},
                "type": "array",
                "$defs": {"b": {"$anchor": "x", "type": "integer"}},
            },
            "b": {"type": "string"},
        },
    },
    {"$id": "urn:a:b", "items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"type": "integer"}}},
    {"$dynamicAnchor": "n", "type": "array", "items": {"$dynamicRef": "#n"}},
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/a",
        "definitions": {"a": {"type": "integer"}},
    },
    {"properties": {"$ref": {"type": "integer"}, "$id": {"type": "null"}}},
    {"enum": [{"$ref": "#/nowhere", "$id": "x"}, 1], "default": {"$ref": "#/nowhere"}},
    {"items": {"properties": {"a": {"type": "integer"}}}, "not": {"$ref": "#/items"}},
    True,
    False,
]
INSTANCES = [
    1, "a", None, [], [1], ["a"], [[]], [[1]], {}, {"$ref": 1, "$id": None}, {"$ref": "a"},
    {"a": "b"}, {"$ref": "#/nowhere", "$id": "x"}, [{"a": 1}], [{"a": "b"}],
]  # fmt: skip


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("parameters", REFERENCES, ids=map(str, range(len(REFERENCES))))
def test_embedded_parameters_accept_what_they_accept_alone(parameters: Any, parallel: bool) -> None:
    given = copy.deepcopy(parameters)
    schema = tools_schema([chat("before", WEATHER), chat("tool", given)], parallel=parallel)
    assert given == parameters, "the input is not changed"
    embedded = jsonschema.Draft202012Validator(schema)
    alone = jsonschema.Draft202012Validator(parameters)
    for instance in INSTANCES:
        value: Any = {"name": "tool", "arguments": instance}
        assert embedded.is_valid([value] if parallel else value) == alone.is_valid(instance)


def test_any_two_schemas_live_beside_each_other() -> None:
    for left, right in itertools.combinations(REFERENCES, 2):
        judge = jsonschema.Draft202012Validator(tools_schema([chat("l", left), chat("r", right)]))
        for name, parameters in (("l", left), ("r", right)):
            alone = jsonschema.Draft202012Validator(parameters)
            for instance in INSTANCES:
                value = {"name": name, "arguments": instance}
                assert judge.is_valid(value) == alone.is_valid(instance)


def test_a_reference_to_another_document_stays_and_is_absolute() -> None:
    parameters = {"$id": "https://a.b/c/", "items": {"$ref": "../d#/e f"}}
    (call_schema,) = tools_schema([flat("t", parameters)])["anyOf"]
    assert call_schema["properties"]["arguments"] == {"items": {"$ref": "https://a.b/d#/e f"}}


def search(query: str, *, limit: int = 3) -> None: ...


def test_a_function_is_a_tool(byte_vocabulary: Vocabulary) -> None:
    pytest.importorskip("pydantic")
    schema = tools_schema([search, flat("typed", dict[str, bool])])
    assert accepts(byte_vocabulary, schema, call("search", {"query": "a", "limit": 1}))
    assert accepts(byte_vocabulary, schema, call("typed", {"a": True}))
    assert not accepts(byte_vocabulary, schema, call("search", {"limit": 1}))
    assert not accepts(byte_vocabulary, schema, call("typed", {"a": 1}))


DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    ("tools", "error", "pointer"),
    [
        ([], SchemaError, ""),
        ([1], SchemaError, "/0"),
        ([{"type": "function", "function": 1}], SchemaError, "/0/function"),
        ([{"type": "function"}], SchemaError, "/0"),
        ([{"type": "function", "function": {}}], SchemaError, "/0/function"),
        ([flat("")], SchemaError, "/0/name"),
        ([flat("a"), chat("b c")], SchemaError, "/1/function/name"),
        ([flat("a" * 65)], SchemaError, "/0/name"),
        ([flat("ä")], SchemaError, "/0/name"),
        ([flat("a\n")], SchemaError, "/0/name"),
        ([chat("a"), flat("b"), flat("a")], SchemaError, "/2/name"),
        ([{"type": "web_search"}], UnsupportedError, "/0/type"),
        ([{"type": "custom", "custom": {"name": "a"}}], UnsupportedError, "/0/type"),
        ([flat("a", "{}")], SchemaError, "/0/parameters"),
        ([chat("a", {"enum": [{1, 2}]})], SchemaError, "/0/function/parameters/enum/0"),
        ([flat("a", {"items": {"$ref": "#/$defs/x"}})], SchemaError, "/0/parameters/items/$ref"),
        ([flat("a", {"$ref": "#x"})], SchemaError, "/0/parameters/$ref"),
        (
            [flat("a", {"$dynamicRef": "https://a.b/c#d"})],
            UnsupportedError,
            "/0/parameters/$dynamicRef",
        ),
        (
            [flat("a", {"$dynamicAnchor": "d", "items": {"$ref": "https://a.b/c"}})],
            UnsupportedError,
            "/0/parameters/$dynamicAnchor",
        ),
        (
            [flat("a", {"$schema": DRAFT_7, "items": [{"type": "null"}]})],
            UnsupportedError,
            "/0/parameters/items",
        ),
        (
            [flat("a", {"$schema": DRAFT_7, "not": {"$ref": "#", "type": "null"}})],
            UnsupportedError,
            "/0/parameters/not/type",
        ),
        ([flat("a", {"$schema": "https://a.b/c"})], UnsupportedError, "/0/parameters/$schema"),
    ],
)
def test_a_bad_list_is_refused_with_its_place(tools: Any, error: Any, pointer: str) -> None:
    with pytest.raises(error) as raised:
        tools_schema(tools)
    assert raised.value.diagnostic.pointer == pointer
    assert raised.value.diagnostic.source_name == "<tools>"


@pytest.mark.parametrize("tools", ["[]", None, {"type": "function", "name": "a"}, 1])
def test_what_is_no_list_is_a_type_error(tools: Any) -> None:
    with pytest.raises(TypeError):
        tools_schema(tools)


def test_the_strict_profile_is_checked_for_strict_tools() -> None:
    loose = {"type": "object", "properties": {"a": {"type": "integer"}}}
    for tool in (chat("a", loose), chat("a", loose, strict=False), flat("a", loose, strict=False)):
        tools_schema([tool], strict_profile="openai")
    for tool in (chat("a", loose, strict=True), flat("a", loose)):
        tools_schema([tool])
        with pytest.raises(UnsupportedError) as error:
            tools_schema([tool], strict_profile="openai")
        assert {each.pointer for each in error.value.diagnostics} == {
            "/0/function/parameters" if "function" in tool else "/0/parameters"
        }
    with pytest.raises(SchemaError):
        tools_schema([chat("a", strict=1)], strict_profile="openai")
