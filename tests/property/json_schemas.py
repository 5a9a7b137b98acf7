# SPDX-License-Identifier: Apache-2.0
"""Random JSON Schemas over the enforced keywords, and instances that come near them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = Any
Schema = Any

NAMES = ["a", "b", 'q"\\', "é😀", "\x01\n"]
STRINGS = ["", "a", "ab", "abc", "aab", "é", "😀😀", '"', "a\\", "b/\t", "\x01", "0", "12"]
# Python's `re` and ECMA-262 agree on these for strings that do not end in a line break.
PATTERNS = ["a", "^a", "b$", "^a*b?$", "^[^a]*$", '"', "^.{2}$", "^(a|é)+$", "[0-9]", "^\\S*$"]
# Multiples of an eighth are exact in binary and short in decimal.
NUMBERS = st.one_of(
    st.integers(-30, 130),
    st.integers(-40, 40).map(lambda n: n / 8),
    st.sampled_from([0, 1, -1, 9, 10, 99, 100, 1000, 0.5, -0.125, 9.5, 10.25]),
)


def json_values(depth: int = 2) -> st.SearchStrategy[Json]:
    scalars = st.one_of(
        st.none(), st.booleans(), NUMBERS, st.sampled_from(STRINGS), st.sampled_from(NAMES)
    )
    if depth == 0:
        return scalars
    inner = json_values(depth - 1)
    return st.one_of(
        scalars,
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from([*NAMES, "other"]), inner, max_size=4),
    )


TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]


def keyword_values(inner: st.SearchStrategy[Schema]) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for the value of each keyword, sub-schemas drawn from `inner`."""
    counts = st.integers(0, 4)
    names = st.sampled_from(NAMES)
    return {
        "type": st.one_of(
            st.sampled_from(TYPES),
            st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
        ),
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        "exclusiveMinimum": NUMBERS,
        "exclusiveMaximum": NUMBERS,
        "minLength": counts,
        "maxLength": counts,
        "pattern": st.sampled_from(PATTERNS),
        "minItems": counts,
        "maxItems": counts,
        "items": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=3),
        "properties": st.dictionaries(names, inner, max_size=3),
        "required": st.lists(names, max_size=2, unique=True),
        "additionalProperties": inner,
        "enum": st.lists(json_values(), max_size=4),
        "const": json_values(),
        "anyOf": st.lists(inner, min_size=1, max_size=3),
        "allOf": st.lists(inner, min_size=1, max_size=1),
        "$ref": st.sampled_from(["#/$defs/x", "#/$defs/y", "#named"]),
        "title": st.just("ignored"),
    }


FAMILIES: list[list[str]] = [
    ["type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
    ["type", "minLength", "maxLength", "pattern"],
    ["type", "minItems", "maxItems", "items", "prefixItems"],
    ["type", "properties", "required", "additionalProperties"],
    ["anyOf", "type", "properties", "required", "minimum", "items", "minLength"],
    ["enum", "const", "type", "minLength", "minimum", "pattern", "properties", "items", "required"],
    ["$ref", "allOf", "type", "properties", "items", "title", "additionalProperties"],
]


@st.composite
def schema_objects(draw: st.DrawFn, inner: st.SearchStrategy[Schema]) -> Schema:
    values = keyword_values(inner)
    family = draw(st.sampled_from(FAMILIES))
    keys = draw(st.lists(st.sampled_from(family), max_size=4, unique=True))
    return {key: draw(values[key]) for key in keys}


def subschemas(depth: int) -> st.SearchStrategy[Schema]:
    leaves = st.one_of(
        st.booleans(),
        st.sampled_from([{"type": name} for name in TYPES]),
        st.just({"$ref": "#"}),
        schema_objects(st.booleans()),
    )
    return leaves if depth == 0 else st.one_of(leaves, schema_objects(subschemas(depth - 1)))


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """A schema with two definitions, one of them anchored; references may recurse."""
    root = draw(schema_objects(subschemas(1)))
    y = draw(schema_objects(subschemas(0)))
    return root | {"$defs": {"x": draw(subschemas(1)), "y": y | {"$anchor": "named"}}}
