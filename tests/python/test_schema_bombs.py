# SPDX-License-Identifier: Apache-2.0
"""Schemas of a few kilobytes whose naive reading is exponential: they compile or hit a limit."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.engine import guarded
from pushmask import Compiler, Grammar, LimitError, Vocabulary

LIMIT_S = 20.0  # all take milliseconds; the naive reading of any takes years
DEPTH = 60


def nested_lists(first: list[Any], bound: str) -> Any:
    schema: Any = {"enum": first}
    for i in range(DEPTH):
        schema = {"allOf": [{bound: 0}, {"anyOf": [schema, {"enum": [first[0]]}]}]}
        schema["allOf"][0][bound] = -i if bound == "minimum" else i % 2
    return schema


def layers(leaf: Any) -> dict[str, Any]:
    """Each schema refers to both of the next layer: 2**DEPTH ways to the leaves."""
    definitions: dict[str, Any] = {
        f"{i}{side}": {"anyOf": [{"$ref": f"#/$defs/{i + 1}{to}"} for to in "ab"]}
        for i in range(DEPTH)
        for side in "ab"
    }
    definitions |= {f"{DEPTH}a": leaf, f"{DEPTH}b": {"type": "null"}}
    return {"$defs": definitions, "$ref": "#/$defs/0a"}


def nested_one_of() -> Any:
    schema: Any = {"type": "integer"}
    for i in range(16):
        schema = {"oneOf": [schema, {"properties": {"a": {"minLength": i}}, "required": [f"b{i}"]}]}
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        nested_lists(["a", "b"], "minLength"),
        nested_lists([1, 2], "minimum"),
        layers({"type": "object", "properties": {"p": {}}}),
        layers({"type": "object", "properties": {"p": {}}}) | {"unevaluatedProperties": False},
        nested_one_of(),
    ],
    ids=["strings", "numbers", "references", "unevaluated", "one-of"],
)
def test_a_schema_bomb_ends_soon(byte_vocabulary: Vocabulary, schema: Any) -> None:
    def compile_it() -> None:
        try:
            Compiler(byte_vocabulary).compile(Grammar.from_json_schema(schema))
        except LimitError as error:
            assert error.limit

    guarded("schema bomb", LIMIT_S, compile_it)
