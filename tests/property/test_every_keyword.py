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

import pytest

from conformance.engine import Options, guarded
from property.against_jsonschema import DRAFTS, Tally, compare
from property.older_drafts import rewrite
from property.schema_keywords import FAMILIES, SchemaMaker

# The share of the 600 schemas of each family that the engine refuses: a ratchet, to be lowered to
# what `pytest -s` prints.
REFUSED_AT_MOST = {
    "numbers": 0.0,
    "strings": 0.0,
    "arrays": 0.12,
    "objects": 0.02,
    "logic": 0.0,
    "everything": 0.06,
}

OLDER_REFUSED_AT_MOST = 0.05

SCHEMAS = 600  # of each family
LIMIT_S = 60.0  # for one schema; hundreds fit into a second
MORE = int(os.environ.get("PUSHMASK_SCHEMAS", "0"))
SEED = os.environ.get("PUSHMASK_SEED", str(random.SystemRandom().getrandbits(32)) if MORE else "")

OPTIONS = [
    Options(),
    Options(),
    Options(fractional_integers=True),
    Options(property_order="schema"),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_an_instance_is_accepted_exactly_if_it_validates(family: str) -> None:
    tally = Tally()
    for number in range(MORE or SCHEMAS):
        rng = random.Random(f"{SEED} {family} {number}")
        schema, options = SchemaMaker(rng, family).root(), rng.choice(OPTIONS)
        guarded(repr(schema), LIMIT_S, lambda: compare(schema, rng, options, tally))  # noqa: B023
    print(f"{family} (seed {SEED!r}): {tally}")
    assert tally.num_pairs > 0
    assert MORE or tally.refused_share() <= REFUSED_AT_MOST[family]


@pytest.mark.parametrize("uri", [uri for uri in DRAFTS if uri])
def test_an_older_draft_is_read_as_it_says(uri: str) -> None:
    tally = Tally()
    for number in range(MORE or SCHEMAS):
        rng = random.Random(f"{SEED} {uri} {number}")
        family = rng.choice(list(FAMILIES))
        schema = rewrite(SchemaMaker(rng, family).root(), uri)
        # In draft 4 no integer has a fraction.
        options = rng.choice([choice for choice in OPTIONS if not choice.fractional_integers])
        guarded(repr(schema), LIMIT_S, lambda: compare(schema, rng, options, tally))  # noqa: B023
    print(f"{uri} (seed {SEED!r}): {tally}")
    assert tally.num_pairs > 0
    assert MORE or tally.refused_share() <= OLDER_REFUSED_AT_MOST


@pytest.mark.parametrize("family", FAMILIES)
def test_the_schemas_are_valid(family: str) -> None:
    for number in range(50):
        schema = SchemaMaker(random.Random(f"valid {family} {number}"), family).root()
        for uri, draft in DRAFTS.items():
            draft.check_schema(rewrite(schema, uri))
