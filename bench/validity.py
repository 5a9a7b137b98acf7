# SPDX-License-Identifier: Apache-2.0
"""Does what a real model writes under a schema validate?

    python bench/validity.py [MODEL]

200 generations at temperature 1.0 over 25 schemas of different kinds, half of them with flexible
and half with compact whitespace. Each one that the grammar ended must be JSON and valid under
`jsonschema`, formats included. Prints the counts by schema. Exit status 1
if an ended generation is not valid, or if too few ended to mean something.

At temperature 1.0 a model this small wanders, so some generations reach the token limit inside an
open string or a run of whitespace; they are counted apart and are no failure.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

import jsonschema

from pushmask import Compiler, Grammar, Matcher
from pushmask.decoder import Decoder, GenerationRequest

GENERATIONS = 200
MAX_TOKENS = 200
TEMPERATURE = 1.0
LEAST_ENDED = 0.5  # of all generations

TEXT = {"type": "string", "maxLength": 30}


def obj(**properties: Any) -> dict[str, Any]:
    """Give a closed object schema with these properties, all required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMAS: dict[str, Any] = {
    "boolean": {"type": "boolean"},
    "null or integer": {"type": ["null", "integer"], "minimum": -5, "maximum": 5},
    "integer range": {"type": "integer", "minimum": 1900, "maximum": 2099},
    "number range": {"type": "number", "minimum": -1.5, "exclusiveMaximum": 12.25},
    "string length": {"type": "string", "minLength": 3, "maxLength": 12},
    "pattern, anchored": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3,5}$"},
    "pattern, searched": {"type": "string", "pattern": "ab?c", "maxLength": 20},
    "date": obj(day={"type": "string", "format": "date"}),
    "time": obj(at={"type": "string", "format": "time"}),
    "date-time": obj(at={"type": "string", "format": "date-time"}),
    "email": obj(email={"type": "string", "format": "email"}),
    "uuid": obj(id={"type": "string", "format": "uuid"}),
    "ipv4": obj(host={"type": "string", "format": "ipv4"}),
    "enum": {"enum": ["red", "green", 3, None, True, {"mixed": [1, 2]}]},
    "const": {"const": {"kind": "fixed", "values": [1, 2.5, "ä€"]}},
    "person": obj(name=TEXT, age={"type": "integer", "minimum": 0, "maximum": 120}),
    "optional properties": {
        "type": "object",
        "properties": {"a": TEXT, "b": {"type": "integer"}, "c": {"type": "boolean"}},
        "required": ["b"],
        "additionalProperties": False,
    },
    "map of numbers": {
        "type": "object",
        "properties": {"total": {"type": "integer"}},
        "required": ["total"],
        "additionalProperties": {"type": "number"},
    },
    "array": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 6},
    "tuple": {
        "type": "array",
        "prefixItems": [TEXT, {"type": "integer"}, {"type": "boolean"}],
        "items": False,
        "minItems": 3,
    },
    "array of objects": {
        "type": "array",
        "items": obj(id={"type": "integer", "minimum": 1}, tag={"enum": ["new", "old"]}),
        "minItems": 1,
        "maxItems": 3,
    },
    "anyOf": {"anyOf": [obj(circle={"type": "number"}), obj(side={"type": "number"}, name=TEXT)]},
    "nested": obj(user=obj(name=TEXT, address=obj(city=TEXT, zip={"pattern": "^[0-9]{5}$"}))),
    "recursive tree": {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "value": {"type": "integer"},
                    "children": {
                        "type": "array",
                        "items": {"$ref": "#/$defs/node"},
                        "maxItems": 2,
                    },
                },
                "required": ["value"],
                "additionalProperties": False,
            }
        },
    },
    "recursive list": {
        "$ref": "#/$defs/list",
        "$defs": {
            "list": {
                "anyOf": [
                    {"type": "null"},
                    obj(head={"type": "integer"}, tail={"$ref": "#/$defs/list"}),
                ]
            }
        },
    },
}


def matcher_factory(
    decoder: Decoder, schema: Any, whitespace: Literal["flexible", "compact"]
) -> Callable[[], Matcher]:
    """Compile a schema once; matchers are cheap."""
    grammar = Grammar.from_json_schema(schema, whitespace=whitespace)
    return Compiler(decoder.vocabulary).compile(grammar).matcher


def generate(decoder: Decoder, schema: Any, matcher: Matcher, seed: int) -> tuple[str, bool]:
    """Give the text and whether the grammar ended it."""
    request = GenerationRequest(
        prompt=f"Give an example of JSON for this schema: {json.dumps(schema)}",
        max_tokens=MAX_TOKENS,
        temperature=TEMPERATURE,
        seed=seed,
    )
    events = list(decoder.generate(request, matcher))
    text = "".join(event.text for event in events)
    return text, events[-1].finish_reason == "grammar"


def verdict(validator: Any, text: str) -> str:
    """Say `valid`, or what is wrong."""
    try:
        problems = list(validator.iter_errors(json.loads(text)))
    except ValueError as error:
        return f"not JSON: {error}"
    return problems[0].message if problems else "valid"


def main(model: str) -> int:
    decoder = Decoder.load(model, progress=True)
    counts = {name: Counter[str]() for name in SCHEMAS}
    start = time.perf_counter()
    makers = {
        name: [
            matcher_factory(decoder, schema, "flexible"),
            matcher_factory(decoder, schema, "compact"),
        ]
        for name, schema in SCHEMAS.items()
    }
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    for index in range(GENERATIONS):
        name = list(SCHEMAS)[index % len(SCHEMAS)]
        make = makers[name][index // len(SCHEMAS) % 2]
        text, ended = generate(decoder, SCHEMAS[name], make(), seed=index)
        if not ended:
            counts[name]["unfinished"] += 1
            continue
        validator = jsonschema.Draft202012Validator(SCHEMAS[name], format_checker=checker)
        found = verdict(validator, text)
        counts[name]["valid" if found == "valid" else "invalid"] += 1
        if found != "valid":
            print(f"INVALID {name}: {text!r}: {found}")
    seconds = time.perf_counter() - start
    print(f"{'schema':22}{'valid':>8}{'invalid':>9}{'unfinished':>12}")
    for name, count in counts.items():
        print(f"{name:22}{count['valid']:8}{count['invalid']:9}{count['unfinished']:12}")
    total = sum(counts.values(), Counter[str]())
    ended_count = total["valid"] + total["invalid"]
    print(
        f"{GENERATIONS} generations over {len(SCHEMAS)} schemas at temperature {TEMPERATURE} in "
        f"{seconds:.0f} s: {ended_count} ended by the grammar, {total['valid']} of them valid, "
        f"{total['unfinished']} unfinished after {MAX_TOKENS} tokens"
    )
    return 0 if not total["invalid"] and ended_count >= LEAST_ENDED * GENERATIONS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "smollm2"))
