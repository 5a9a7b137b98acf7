# SPDX-License-Identifier: Apache-2.0
"""Over every keyword, a schema's grammar accepts an instance exactly if `jsonschema` does.

What the engine refuses is left out and counted: the share of refused schemas has a bound for each
family of keywords, to be lowered when the engine learns more.

    PUSHMASK_SCHEMAS=20000 pytest -s tests/property/test_every_keyword.py

tries that many schemas of each family, other ones in every run; `PUSHMASK_SEED` repeats a run.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import pytest

from conformance.engine import Options, dumps, guarded, read
from property.schema_instances import instances
from property.schema_keywords import FAMILIES, Json, Schema, SchemaMaker
from property.smaller import smallest

# The share of the 600 schemas of each family that the engine refuses: a ratchet, to be lowered to
# what `pytest -s` prints.
REFUSED_AT_MOST = {
    "numbers": 0.77,
    "strings": 0.69,
    "arrays": 0.92,
    "objects": 0.93,
    "logic": 0.85,
    "everything": 0.84,
}

SCHEMAS = 600  # of each family
INSTANCES = 40  # for each schema
LIMIT_S = 60.0  # for one schema; hundreds fit into a second
MORE = int(os.environ.get("PUSHMASK_SCHEMAS", "0"))
SEED = os.environ.get("PUSHMASK_SEED", str(random.SystemRandom().getrandbits(32)) if MORE else "")

OPTIONS = [
    Options(),
    Options(),
    Options(fractional_integers=True),
    Options(property_order="schema"),
]


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


Draft = jsonschema.Draft202012Validator
Oracle = jsonschema.validators.extend(Draft, {"uniqueItems": unique_items})


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
    oracle = Oracle(schema, format_checker=Draft.FORMAT_CHECKER)
    for instance in instances(schema, rng, INSTANCES).values():
        written = with_fractions(instance, rng) if options.fractional_integers else instance
        accepted, is_valid = reading.accepts(dumps(written)), oracle.is_valid(instance)
        if differs(accepted, is_valid, options):
            pytest.fail(explain(schema, written, options))
        tally.num_pairs += 1
        tally.num_valid += is_valid


def explain(schema: Schema, instance: Json, options: Options) -> str:
    """Say what went wrong, with a schema and an instance as small as they get."""

    def still_fails(schema: Schema, instance: Json) -> bool:
        reading = read(schema, options)
        if reading.status not in {"compiled", "empty"} or not Draft(Draft.META_SCHEMA).is_valid(
            schema
        ):
            return False
        oracle = Oracle(schema, format_checker=Draft.FORMAT_CHECKER)
        try:
            is_valid = oracle.is_valid(instance)
        except RecursionError:
            return False
        return differs(reading.accepts(dumps(instance)), is_valid, options)

    schema = smallest(schema, lambda schema: still_fails(schema, instance))
    instance = smallest(instance, lambda instance: still_fails(schema, instance))
    schema = smallest(schema, lambda schema: still_fails(schema, instance))
    accepted = read(schema, options).accepts(dumps(instance))
    return (
        f"{'accepted, but invalid' if accepted else 'rejected, but valid'}: "
        f"{dumps(instance).decode()}\nschema: {dumps(schema).decode()}\n{options}"
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_an_instance_is_accepted_exactly_if_it_validates(family: str) -> None:
    tally = Tally()
    for number in range(MORE or SCHEMAS):
        rng = random.Random(f"{SEED} {family} {number}")
        schema, options = SchemaMaker(rng, family).root(), rng.choice(OPTIONS)
        guarded(repr(schema), LIMIT_S, lambda: compare(schema, rng, options, tally))  # noqa: B023
    print(f"{family} (seed {SEED!r}): {tally}")
    assert tally.num_pairs > 0
    assert tally.refused_share() <= REFUSED_AT_MOST[family]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_schemas_are_valid(family: str) -> None:
    for number in range(100):
        Draft.check_schema(SchemaMaker(random.Random(f"valid {family} {number}"), family).root())
