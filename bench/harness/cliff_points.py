# SPDX-License-Identifier: Apache-2.0
"""Schemas that grow along one construct, with texts that stay comparable from size to size.

A text is a list of pieces. Timed pieces are the same tokens at every size: the start of the text,
and its end near the bound. What lies between them grows with the size and is walked without masks,
but for a few that are reported apart.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

BOUNDS = (10, 100, 1_000, 10_000, 100_000)
ENUM_SIZES = (10, 100, 1_000, 10_000)
DEPTHS = (1, 10, 50, 100, 200)
BRANCHES = (1, 10, 50, 100, 200, 500)

# Timed content of a string: 5 characters at its start and 5 before its bound, so 10 is the
# smallest bound. Characters are tokens of their own there, to have more masks.
START, END = "grand", "ories"
MORE = "gem"  # past a lower bound
FILLER = "loremipsumdolorsitamet"
ITEMS_START, ITEMS_END = "[10, 11, 12, 13", ", 20, 21, 22, 23]"
TIMED_ITEMS = 8


class Kind(Enum):
    """How a piece of text is walked."""

    TIMED = "timed"
    TIMED_BY_CHARACTER = "timed by character"
    BETWEEN = "between"


Piece = tuple[str, Kind]


@dataclass(frozen=True, slots=True)
class Point:
    """One size of one family."""

    family: str
    size: int
    schema: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


def closed(**properties: Any) -> dict[str, Any]:
    """Give a closed object schema with all properties required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def filler(length: int) -> str:
    return (FILLER * (length // len(FILLER) + 1))[:length]


def string_pieces(size: int, past: str = "") -> list[Piece]:
    """Give `{"s": "..."}` with `size` characters, and then those of `past`."""
    between = filler(size - len(START) - len(END))
    return [
        ('{"s": "', Kind.TIMED),
        (START, Kind.TIMED_BY_CHARACTER),
        (between, Kind.BETWEEN),
        (END + past, Kind.TIMED_BY_CHARACTER),
        ('"}', Kind.TIMED),
    ]


def max_length(size: int) -> tuple[Any, list[Piece]]:
    return closed(s={"type": "string", "maxLength": size}), string_pieces(size)


def min_length(size: int) -> tuple[Any, list[Piece]]:
    return closed(s={"type": "string", "minLength": size}), string_pieces(size, MORE)


def pattern(size: int) -> tuple[Any, list[Piece]]:
    bounded = {"type": "string", "pattern": f"^[a-z]{{{size // 2},{size}}}$"}
    return closed(s=bounded), string_pieces(size)


def max_items(size: int) -> tuple[Any, list[Piece]]:
    schema = {"type": "array", "items": {"type": "integer"}, "maxItems": size}
    between = ", 7" * (size - TIMED_ITEMS)
    pieces = [(ITEMS_START, Kind.TIMED), (between, Kind.BETWEEN), (ITEMS_END, Kind.TIMED)]
    return schema, pieces


def enum(size: int) -> tuple[Any, list[Piece]]:
    """Give distinct strings; the one that is walked is in all sizes."""
    draw = random.Random(size)
    values = {"harbour-lantern-042"}
    while len(values) < size:
        words = ("".join(draw.choices(string.ascii_lowercase, k=7)) for _ in range(2))
        values.add(f"{'-'.join(words)}-{draw.randrange(1000):03d}")
    schema = closed(s={"enum": sorted(values)})
    return schema, [
        ('{"s": "', Kind.TIMED),
        ("harbour-lantern-042", Kind.TIMED),
        ('"}', Kind.TIMED),
    ]


def nested_pieces(depth: int) -> list[Piece]:
    """Give `{"a": ... 12345 ...}`; the outermost and the innermost object are timed."""
    return [
        ('{"a": ', Kind.TIMED),
        ('{"a": ' * (depth - 1), Kind.BETWEEN),
        ("12345", Kind.TIMED_BY_CHARACTER),
        ("}", Kind.TIMED),
        ("}" * (depth - 1), Kind.BETWEEN),
    ]


def nesting(size: int) -> tuple[Any, list[Piece]]:
    """Give a schema of nested objects."""
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(size):
        schema = closed(a=schema)
    return schema, nested_pieces(size)


def recursion(size: int) -> tuple[Any, list[Piece]]:
    """Give one recursive schema and a text of that depth."""
    node = closed(a={"anyOf": [{"type": "integer"}, {"$ref": "#"}]})
    return node, nested_pieces(size)


def any_of(size: int) -> tuple[Any, list[Piece]]:
    """Give branches told apart by a constant; the one that is walked is in all sizes."""
    kinds = ({"type": "integer"}, {"type": "string"}, {"type": "boolean"}, {"type": "number"})
    branches = [
        closed(kind={"const": f"kind-{index:03d}"}, value=kinds[index % len(kinds)])
        for index in range(size)
    ]
    return {"anyOf": branches}, [('{"kind": "kind-000", "value": 12345}', Kind.TIMED)]


FAMILIES: dict[str, tuple[Callable[[int], tuple[Any, list[Piece]]], tuple[int, ...]]] = {
    "maxLength": (max_length, BOUNDS),
    "minLength": (min_length, BOUNDS),
    "maxItems": (max_items, BOUNDS),
    "pattern": (pattern, BOUNDS),
    "enum": (enum, ENUM_SIZES),
    "nesting": (nesting, DEPTHS),
    "recursion": (recursion, DEPTHS),
    "anyOf": (any_of, BRANCHES),
}


def points(families: list[str]) -> list[Point]:
    """Give all points of the families, in order."""
    made = []
    for family in families:
        build, sizes = FAMILIES[family]
        for size in sizes:
            schema, pieces = build(size)
            made.append(Point(family, size, json.dumps(schema), tuple(pieces)))
    return made
