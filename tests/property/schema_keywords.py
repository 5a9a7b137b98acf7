# SPDX-License-Identifier: Apache-2.0
"""Random JSON Schemas over every keyword of draft 2020-12: small, and colliding on purpose.

There are few names, few values and few patterns, so that the keywords of a schema meet in the same
instances. Each schema is of a family of keywords that have to do with each other; `everything`
mixes them. No schema refers back to itself for the same value: below the root a reference in place
leads to the definition `x` or `y`, in `x` to `y`, and to anything where a keyword has moved on to a
part of the value.

These are drawn from `random`, not from hypothesis, whose schemas repeat themselves: of 400 a third
were there before, and half of the lists and objects in them were empty.
"""

from __future__ import annotations

import random
from typing import Any

Json = Any
Schema = Any

NAMES = ["a", "b", "c", "ab"]
STRINGS = ["", "a", "b", "ab", "aa", "c", "é", "😀b", 'a"', "1"]
NUMBERS = [0, 1, 2, 3, -1, 4, 6, 10, 0.5, 1.5, -0.25, 2.75]
# In jsonschema a quotient is a float: those of these and the numbers are exact, or far from whole.
MULTIPLES = [1, 2, 3, 5, 0.5, 0.25, 1.5]
# Python's `re` and ECMA-262 agree on these for strings without line breaks.
PATTERNS = ["a", "^a", "b$", "^a*b?$", "^[^a]*$", "^.{2}$", "^(a|é)+$", "^[a-c]$", ".", "^$"]
FORMATS = ["date", "ipv4"]
FORMATTED = ["2024-02-29", "2023-02-29", "127.0.0.1", "127.0.0.256"]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]

# Python's comparisons and JSON's differ: 1 and true, 0 and false meet.
VALUES: list[Json] = [
    *(None, True, False, 0, 1, 2, 0.5, "", "a", "b"),
    *([], [0], [1], [True], [1, 1], [1, True], ["a", 1], [[]], [{}]),
    *({}, {"a": 1}, {"a": True}, {"b": "a"}, {"a": 1, "b": 1}, {"c": []}, {"a": {"a": 0}}),
]

LOGIC = ("allOf", "anyOf", "oneOf", "not", "if")
FAMILIES: dict[str, list[str]] = {
    "numbers": [
        *("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("enum", "const", *LOGIC),
    ],
    "strings": [
        *("type", "minLength", "maxLength", "pattern", "format"),
        *("enum", "const", *LOGIC),
    ],
    "arrays": [
        *("type", "items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
        *("contains", "minContains", "maxContains", "unevaluatedItems"),
        *("$ref", "const", *LOGIC),
    ],
    "objects": [
        *("type", "properties", "patternProperties", "additionalProperties", "propertyNames"),
        *("required", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas"),
        *("unevaluatedProperties", "$ref", "enum", *LOGIC),
    ],
    "logic": [
        *(*LOGIC, *LOGIC, "$ref", "$dynamicRef", "type", "enum", "const"),
        *("properties", "required", "items", "minimum", "pattern"),
    ],
}
FAMILIES["everything"] = sorted({word for words in FAMILIES.values() for word in words})

LEAVES: list[Schema] = [
    *(True, False, {}, {"minimum": 1}, {"maxLength": 1}, {"pattern": "a"}, {"minItems": 1}),
    *({"type": name} for name in TYPES),
    *({"const": value} for value in VALUES[::2]),
    *({"required": [name]} for name in NAMES[:2]),
    {"properties": {"a": {"type": "integer"}}},
]
ANYWHERE = [{"$ref": "#"}, {"$ref": "#/$defs/x"}, {"$ref": "#named"}, {"$dynamicRef": "#node"}]
ANNOTATIONS = {"title": "t", "default": 0, "examples": [1], "deprecated": True, "$comment": "c"}
DEFINITIONS = ("x", "y")  # a reference in place leads from one to a later one only


class SchemaMaker:
    """Makes schemas of one family."""

    def __init__(self, rng: random.Random, family: str) -> None:
        self.rng = rng
        self.keywords = FAMILIES[family]

    def root(self) -> Schema:
        """Make a schema with definitions, which are there only if something refers to them."""
        schema = self.object(2, DEFINITIONS)
        definitions = {
            "x": self.object(1, ("y",)),
            "y": self.object(1, ()) | {"$anchor": "named"},
            "leaf": self.rng.choice([{"type": "integer"}, {"minLength": 1}, {"required": ["a"]}]),
        }
        text = repr(schema)
        if "'$ref'" in text or "'$dynamicRef'" in text:
            schema["$defs"] = definitions
        if "#node" in repr(schema):
            schema["$dynamicAnchor"] = "node"
        return schema

    def object(self, depth: int, refs: tuple[str, ...]) -> Schema:
        """Make a schema of some keywords; `depth` levels of schemas may be in it."""
        rng = self.rng
        keys = set(rng.sample(self.keywords, rng.choice([1, 2, 2, 3, 3, 4])))
        if "if" in keys:
            keys |= set(rng.choice([["then"], ["else"], ["then", "else"]]))
        if keys & {"minContains", "maxContains"}:
            keys.add("contains")
        # Sets of strings have another order in every process.
        shuffled = rng.sample(sorted(keys), len(keys))
        schema = {key: self.value(key, depth, refs) for key in shuffled}
        return schema | (ANNOTATIONS if rng.random() < 0.05 else {})

    def below(self, depth: int, refs: tuple[str, ...]) -> Schema:
        """Make a schema for the same value."""
        is_leaf = depth <= 1 or self.rng.random() < 0.3
        return self.rng.choice(LEAVES) if is_leaf else self.object(depth - 1, refs)

    def part(self, depth: int) -> Schema:
        """Make a schema for a part of the value: from here every reference comes to an end."""
        if self.rng.random() < 0.2:
            return self.rng.choice(ANYWHERE)
        return self.below(depth, DEFINITIONS)

    def value(self, key: str, depth: int, refs: tuple[str, ...]) -> Any:
        """Make the value of a keyword."""
        rng = self.rng
        if key in {"allOf", "anyOf", "oneOf"}:
            return [self.below(depth, refs) for _ in range(rng.choice([1, 2, 2, 3]))]
        if key in {"not", "if", "then", "else"}:
            return self.below(depth, refs)
        if key == "dependentSchemas":
            return {name: self.below(depth, refs) for name in self.names()}
        if key == "$ref":
            return f"#/$defs/{rng.choice(refs or ('leaf',))}"
        if key == "prefixItems":
            return [self.part(depth) for _ in range(rng.choice([1, 2, 2, 3]))]
        if key == "properties":
            return {name: self.part(depth) for name in self.names()}
        if key == "patternProperties":
            patterns = rng.sample(PATTERNS, rng.choice([1, 1, 2]))
            return {pattern: self.part(depth) for pattern in patterns}
        if key == "propertyNames":
            return SchemaMaker(rng, "strings").below(min(depth, 2), ())
        if key in {"items", "contains", "additionalProperties"} or key.startswith("unevaluated"):
            return self.part(depth)
        return self.assertion(key)

    def assertion(self, key: str) -> Any:
        """Make the value of a keyword that holds no schemas."""
        rng = self.rng
        if key == "type":
            return rng.choice([rng.choice(TYPES), rng.sample(TYPES, rng.choice([1, 2, 4]))])
        if key == "enum":
            return rng.sample(VALUES, rng.choice([1, 2, 3, 6]))
        if key == "required":
            return self.names()
        if key == "dependentRequired":
            return {name: self.names() for name in self.names()}
        choices: dict[str, list[Any]] = {
            "const": VALUES,
            "multipleOf": MULTIPLES,
            "pattern": PATTERNS,
            "format": FORMATS,
            "uniqueItems": [True, True, True, False],
            "$dynamicRef": ["#/$defs/leaf"],
        }
        if key in choices:
            return rng.choice(choices[key])
        return rng.choice(NUMBERS if key.lower().endswith("imum") else [0, 1, 1, 2, 2, 3])

    def names(self) -> list[str]:
        """Draw names of members; seldom none."""
        return self.rng.sample(NAMES, self.rng.choice([0, 1, 1, 1, 2, 2, 3]))
