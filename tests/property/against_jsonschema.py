# SPDX-License-Identifier: Apache-2.0
"""Compare a schema's grammar with `jsonschema` on instances that come near the schema.

A contradiction is reported with a schema and an instance as small as they get.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import pytest

from conformance.engine import Options, dumps, read
from property.schema_instances import instances
from property.schema_keywords import Json, Schema
from property.smaller import smallest

INSTANCES = 40  # for each schema


def same(one: Json, two: Json) -> bool:
    """Whether two values are equal as JSON: 1 is 1.0 and is not true."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return bool(one == two)


def unique_items(_validator: Any, is_asked_for: bool, value: Json, _schema: Schema) -> Any:
    """`uniqueItems` for any items; the library's own sorts them and misses [[1], [true], [1]]."""
    if is_asked_for and isinstance(value, list):
        pairs = ((one, two) for index, one in enumerate(value) for two in value[:index])
        if any(same(one, two) for one, two in pairs):
            yield jsonschema.ValidationError("not unique")


# A validator for each draft, by its `$schema`; "" is none.
NEWEST = jsonschema.Draft202012Validator
DRAFTS = {
    "": NEWEST,
    "https://json-schema.org/draft/2019-09/schema": jsonschema.Draft201909Validator,
    "http://json-schema.org/draft-07/schema#": jsonschema.Draft7Validator,
    "http://json-schema.org/draft-06/schema#": jsonschema.Draft6Validator,
    "http://json-schema.org/draft-04/schema#": jsonschema.Draft4Validator,
}
# That of 2019-09 takes properties for unevaluated that `additionalProperties` evaluates.
CORRECTED = {
    "uniqueItems": unique_items,
    "unevaluatedProperties": NEWEST.VALIDATORS["unevaluatedProperties"],
}
VALIDATORS = {
    uri: jsonschema.validators.extend(
        draft, {word: CORRECTED[word] for word in CORRECTED.keys() & draft.VALIDATORS.keys()}
    )
    for uri, draft in DRAFTS.items()
}


def oracle(schema: Schema) -> Any:
    """Make a validator of the draft that `$schema` names; formats are those of 2020-12 in all."""
    # A reference to a schema with `$schema` would leave the corrected validator for the library's.
    bare = {key: value for key, value in schema.items() if key != "$schema"}
    return VALIDATORS[schema.get("$schema", "")](bare, format_checker=NEWEST.FORMAT_CHECKER)


@dataclass(slots=True)
class Tally:
    """How many schemas there were, what was refused, and how many instances were compared."""

    num_schemas: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    num_pairs: int = 0
    num_valid: int = 0

    def refused_share(self) -> float:
        return self.refused.total() / self.num_schemas

    def __str__(self) -> str:
        reasons = ", ".join(f"{reason} {n}" for reason, n in self.refused.most_common(12))
        return (
            f"{self.num_schemas} schemas, {self.refused_share():.3f} of them refused; "
            f"{self.num_pairs} instances, {self.num_valid} of them valid; refused: {reasons}"
        )


def with_fractions(value: Json, rng: random.Random) -> Json:
    """Make some integers floats, which are written with a fraction of zeros: 1.0."""
    if isinstance(value, list):
        return [with_fractions(item, rng) for item in value]
    if isinstance(value, dict):
        return {name: with_fractions(item, rng) for name, item in value.items()}
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_integer and rng.random() < 0.5 else value


def differs(accepted: bool, is_valid: bool, options: Options) -> bool:
    """Whether the verdicts contradict; with the schema's order a valid instance may be rejected."""
    return accepted is not is_valid and not (is_valid and options.property_order == "schema")


def compare(schema: Schema, rng: random.Random, options: Options, tally: Tally) -> None:
    """Compare the verdicts on instances of a schema."""
    tally.num_schemas += 1
    reading = read(schema, options)
    if reading.status == "refused":
        tally.refused[reading.reason] += 1
        return
    assert reading.status != "error", (reading.reason, schema)
    validator = oracle(schema)
    for instance in instances(schema, rng, INSTANCES).values():
        written = with_fractions(instance, rng) if options.fractional_integers else instance
        accepted, is_valid = reading.accepts(dumps(written)), validator.is_valid(instance)
        if differs(accepted, is_valid, options):
            pytest.fail(explain(schema, written, options))
        tally.num_pairs += 1
        tally.num_valid += is_valid


def explain(schema: Schema, instance: Json, options: Options) -> str:
    """Say what went wrong, with a schema and an instance as small as they get."""

    def still_fails(schema: Schema, instance: Json) -> bool:
        draft = DRAFTS.get(schema.get("$schema", "")) if isinstance(schema, dict) else None
        if draft is None or not draft(draft.META_SCHEMA).is_valid(schema):
            return False
        reading = read(schema, options)
        try:
            is_valid = oracle(schema).is_valid(instance)
        except RecursionError:
            return False
        has_verdict = reading.status in {"compiled", "empty"}
        return has_verdict and differs(reading.accepts(dumps(instance)), is_valid, options)

    schema = smallest(schema, lambda schema: still_fails(schema, instance))
    instance = smallest(instance, lambda instance: still_fails(schema, instance))
    schema = smallest(schema, lambda schema: still_fails(schema, instance))
    accepted = read(schema, options).accepts(dumps(instance))
    return (
        f"{'accepted, but invalid' if accepted else 'rejected, but valid'}: "
        f"{dumps(instance).decode()}\nschema: {dumps(schema).decode()}\n{options}"
    )
