# SPDX-License-Identifier: Apache-2.0
"""Keywords of every kind, nested sixteen deep in `oneOf`, `anyOf`, `allOf` and `not`.

Multiplied out they are 2**16 cases, and patterns or divisors of thousands of states each. A schema
of this kind compiles, and then says what `jsonschema` says, or it ends in a limit; in either case
soon.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from conformance.engine import Options, guarded, read

DEPTH = 16
LIMIT_S = 30.0  # all take less than a second; the naive reading of most takes hours
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)
FORMATS = ("uri", "email", "hostname", "ipv4", "ipv6", "date", "time", "duration")

Json = Any
Leaf = Callable[[int], Json]

LEAVES: dict[str, Leaf] = {
    "multiples": lambda i: {"multipleOf": i + 1},
    "primes": lambda i: {"multipleOf": PRIMES[i]},
    "fractions": lambda i: {"multipleOf": (i + 1) / 4},
    "ranges": lambda i: {"minimum": i * 10, "maximum": 1000 - i},
    "suffixes": lambda i: {"pattern": f"{chr(97 + i)}$"},
    "far suffixes": lambda i: {"pattern": f"{chr(97 + i)}.{{{i}}}$"},
    "lengths": lambda i: {"minLength": i, "maxLength": 40 + i},
    "patterns with lengths": lambda i: {"pattern": chr(97 + i), "maxLength": 60 + i},
    "formats": lambda i: {"format": FORMATS[i % len(FORMATS)], "minLength": i},
    "constants": lambda i: {"const": i},
    "enumerations": lambda i: {"enum": [*range(i, i + 20), "a", f"s{i}"]},
    "types": lambda i: {"type": ["string", "integer", "object", "array"][i % 4]},
    "properties": lambda i: {"properties": {f"p{i}": {"type": "integer"}}},
    "required": lambda i: {"required": [f"p{i}"]},
    "counts of members": lambda i: {"minProperties": i, "maxProperties": i + 9},
    "patterns of names": lambda i: {"patternProperties": {f"^{chr(97 + i)}": {"type": "string"}}},
    "names": lambda i: {"propertyNames": {"pattern": chr(97 + i)}},
    "closed objects": lambda i: {"properties": {f"p{i}": True}, "additionalProperties": False},
    "dependencies": lambda i: {"dependentRequired": {f"p{i}": [f"q{i}"]}},
    "items": lambda i: {"items": {"maximum": i}},
    "first items": lambda i: {"prefixItems": [*[True] * i, {"type": "string"}]},
    "contains": lambda i: {"contains": {"const": i}},
    "discriminated": lambda i: {"properties": {"k": {"const": i}}, "required": ["k"]},
    "all kinds": lambda i: [
        {"multipleOf": PRIMES[i]},
        {"pattern": chr(97 + i)},
        {"required": [f"p{i}"]},
        {"contains": {"const": i}},
    ][i % 4],
}

INSTANCES: list[Json] = [
    *[None, True, 0, 1, 2, 6, 15, 60, 720, 0.5, -3, 30030, 1001],
    *["", "a", "b", "ab", "pa", "zz", "abcdefghijklmnop", "x" * 45, "a@b.cd", "10.0.0.1"],
    *[{}, {"p1": 1}, {"p1": "x"}, {"p1": 1, "q1": 2}, {"k": 3}, {"a": "s", "b": 1}, {"p5": 1.5}],
    *[[], [1], ["a"], [3, 4], [None, "b", 5], list(range(20))],
]


def nested(operator: str, leaf: Leaf) -> Json:
    schema: Json = leaf(0)
    for i in range(1, DEPTH):
        schema = {operator: [leaf(i), schema]}
    return schema


def flat(leaf: Leaf) -> Json:
    return {"oneOf": [leaf(i) for i in range(DEPTH)]}


def negated(leaf: Leaf) -> Json:
    schema: Json = leaf(0)
    for i in range(1, DEPTH):
        schema = {"oneOf": [leaf(i), {"not": schema}]}
    return schema


def mixed(leaf: Leaf) -> Json:
    schema: Json = leaf(0)
    for i in range(1, DEPTH):
        operator = ("oneOf", "anyOf", "allOf")[i % 3]
        schema = {operator: [leaf(i), {"not": schema} if i % 4 == 3 else schema]}
    return schema


SHAPES: dict[str, Callable[[Leaf], Json]] = {
    "oneOf": lambda leaf: nested("oneOf", leaf),
    "anyOf": lambda leaf: nested("anyOf", leaf),
    "allOf": lambda leaf: nested("allOf", leaf),
    "flat oneOf": flat,
    "oneOf and not": negated,
    "mixed": mixed,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("leaf", LEAVES)
def test_nested_keywords_are_exact_or_end_soon(leaf: str, shape: str) -> None:
    schema = SHAPES[shape](LEAVES[leaf])
    reading = guarded(f"{leaf} in {shape}", LIMIT_S, lambda: read(schema, Options()))
    if reading.status == "refused":
        assert reading.reason.startswith("max_"), reading
        return
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    accepted = [value for value in INSTANCES if reading.accepts(json.dumps(value).encode())]
    assert accepted == [value for value in INSTANCES if validator.is_valid(value)]
