# SPDX-License-Identifier: Apache-2.0
"""Where the schemas are inside a schema (JSON Schema 2020-12 core section 10, and older drafts).

Everything else, most of all what is beneath `enum`, `const`, `default` and `examples`, is data: a
"$ref" in there is no reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pushmask.schema.problem import Path

ONE_SCHEMA = {
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
}
LIST_OF_SCHEMAS = {"allOf", "anyOf", "items", "oneOf", "prefixItems"}
NAMED_SCHEMAS = {
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
}
DEFINITIONS = {"$defs", "definitions"}
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
ANNOTATIONS = {
    "$comment",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
}


def subschemas(schema: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the schemas directly inside `schema` with their paths from it.

    Values of the wrong kind are left out: they are for the engine to refuse.
    """
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword in ONE_SCHEMA and isinstance(value, (dict, bool)):
            yield (keyword,), value
        elif keyword in LIST_OF_SCHEMAS and isinstance(value, list):
            yield from (((keyword, index), each) for index, each in enumerate(value))
        elif keyword in NAMED_SCHEMAS and isinstance(value, dict):
            yield from (((keyword, name), each) for name, each in value.items())
