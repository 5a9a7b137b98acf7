# SPDX-License-Identifier: Apache-2.0
"""Instances that come near a schema: built along it, mutated, and some from a fixed pool.

Numbers are integers or eighths, written without exponents and without fractions of zeros.
"""

from __future__ import annotations

import json
import random
import re
from typing import Any

from property.schema_keywords import FORMATTED, NAMES, NUMBERS, STRINGS, VALUES, Json, Schema

MAX_DEPTH = 4
BY_TYPE: dict[str, list[Json]] = {
    "null": [None],
    "boolean": [True, False],
    "integer": [n for n in NUMBERS if isinstance(n, int)],
    "number": list(NUMBERS),
    "string": [*STRINGS, *FORMATTED],
}


class Builder:
    """Builds instances along one schema. Not all of them are valid, and that is meant."""

    def __init__(self, root: Schema, rng: random.Random) -> None:
        self.root = root
        self.rng = rng

    def resolve(self, reference: str) -> Schema:
        """Give what one of the references of `schema_keywords` leads to."""
        if reference in {"#", "#node"}:
            return self.root
        name = "y" if reference == "#named" else reference.rsplit("/", 1)[1]
        return (self.root.get("$defs") or self.root["definitions"])[name]

    def views(self, schema: Schema, depth: int = 3) -> list[dict[str, Any]]:
        """List the schemas that speak about the same value, itself first; some are left out."""
        if not isinstance(schema, dict):
            return []
        found = [schema]
        if depth == 0:
            return found
        inner = [schema[key] for key in ("not", "if", "then", "else") if key in schema]
        inner += [self.resolve(schema[key]) for key in ("$ref", "$dynamicRef") if key in schema]
        inner += schema.get("allOf", [])
        for key in ("anyOf", "oneOf"):
            inner += self.rng.sample(schema.get(key, []), min(1, len(schema.get(key, []))))
        inner += schema.get("dependentSchemas", {}).values()
        inner += [s for s in schema.get("dependencies", {}).values() if not isinstance(s, list)]
        for below in inner:
            found += self.views(below, depth - 1)
        return found

    def build(self, schema: Schema, depth: int = 0) -> Json:
        """Build a value that some of what speaks about it allows."""
        rng, views = self.rng, self.views(schema)
        literals = [value for view in views for value in self.literals(view)]
        if literals and rng.random() < 0.5:
            return rng.choice(literals)
        types = [name for view in views for name in listed(view.get("type", []))]
        if not types:
            types = [name for view in views for name in hinted(view)]
        kind = rng.choice(types or ["null", "boolean", "number", "string", "array", "object"])
        if kind in BY_TYPE:
            return rng.choice(BY_TYPE[kind])
        if depth == MAX_DEPTH:
            return [] if kind == "array" else {}
        return self.array(views, depth) if kind == "array" else self.object(views, depth)

    def literals(self, view: dict[str, Any]) -> list[Json]:
        """List the constants of a schema and the numbers beside its bounds."""
        found = [*view.get("enum", [])]
        if "const" in view:
            found.append(view["const"])
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
            if key in view:
                found += [plain(view[key] + step) for step in (-1, 0, 0.125, view[key])]
        return found

    def array(self, views: list[dict[str, Any]], depth: int) -> list[Json]:
        """Build an array whose items are built along what speaks about them."""
        length = self.rng.choice([0, 1, 1, 2, 2, 3, 3, 4])
        items = []
        for index in range(length):
            choices: list[Schema] = []
            for view in views:
                for key in ("prefixItems", "items", "additionalItems", "contains"):
                    value = view.get(key, [])
                    is_tuple = isinstance(value, list)
                    choices += value[index : index + 1] if is_tuple else [value]
            choices += [view["unevaluatedItems"] for view in views if "unevaluatedItems" in view]
            items.append(self.build(self.rng.choice(choices or [True]), depth + 1))
        return items

    def object(self, views: list[dict[str, Any]], depth: int) -> dict[str, Json]:
        """Build an object; required names mostly, others now and then, in any order."""
        required = {name for view in views for name in view.get("required", [])}
        names = [n for n in NAMES if self.rng.random() < (0.85 if n in required else 0.4)]
        if self.rng.random() < 0.1:
            names.append(self.rng.choice(["d", "", "é", "2024-02-29"]))
        self.rng.shuffle(names)
        return {name: self.member(views, name, depth) for name in names}

    def member(self, views: list[dict[str, Any]], name: str, depth: int) -> Json:
        """Build the value of a member."""
        choices = [view["properties"][name] for view in views if name in view.get("properties", {})]
        for view in views:
            patterns = view.get("patternProperties", {})
            choices += [patterns[pattern] for pattern in patterns if re.search(pattern, name)]
        if not choices or self.rng.random() < 0.1:
            for key in ("additionalProperties", "unevaluatedProperties"):
                choices += [view[key] for view in views if key in view]
        return self.build(self.rng.choice(choices or [True]), depth + 1)

    def mutate(self, value: Json) -> Json:
        """Change one thing somewhere in a value."""
        rng = self.rng
        if isinstance(value, list) and value and rng.random() < 0.8:
            index = rng.randrange(len(value))
            return rng.choice(
                [
                    value[:index] + value[index + 1 :],
                    [*value, value[index]],
                    [*value[:index], self.mutate(value[index]), *value[index + 1 :]],
                    value[::-1],
                ]
            )
        if isinstance(value, dict) and value and rng.random() < 0.8:
            name = rng.choice(list(value))
            without = {key: item for key, item in value.items() if key != name}
            other = rng.choice(NAMES)
            return rng.choice(
                [
                    without,
                    without | {name: self.mutate(value[name])},
                    without | {other: value[name]},
                    value | {other: rng.choice(VALUES)},
                ]
            )
        return rng.choice(VALUES)


def listed(value: Any) -> list[Any]:
    """Give a name or a list of names as a list."""
    return value if isinstance(value, list) else [value]


def hinted(view: dict[str, Any]) -> list[str]:
    """List the types that a schema's keywords speak about."""
    hints = {
        "object": ("roperti", "required", "propertyNames", "dependent"),
        "array": ("Items", "items", "ontains"),
        "string": ("Length", "pattern", "format"),
        "number": ("imum", "multipleOf"),
    }
    return [
        kind for kind, parts in hints.items() if any(part in key for key in view for part in parts)
    ]


def plain(number: float) -> float:
    """Give an integral number as an integer, so that it is written without a fraction."""
    return int(number) if number == int(number) else number


def instances(schema: Schema, rng: random.Random, count: int) -> dict[str, Json]:
    """Make `count` instances, fewer if they are equal too often; by their text."""
    builder = Builder(schema, rng)
    found: dict[str, Json] = {}
    for _ in range(2 * count):
        value = builder.build(schema) if rng.random() < 0.85 else rng.choice(VALUES)
        if rng.random() < 0.3:
            value = builder.mutate(value)
        found.setdefault(json.dumps(value, ensure_ascii=False), value)
        if len(found) == count:
            break
    return found
