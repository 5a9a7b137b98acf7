# SPDX-License-Identifier: Apache-2.0
"""Whatever the masks of a schema lead to is JSON and validates, and no walk gets stuck."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest

import pushmask
from conformance.engine import Options, read_schema
from conformance.json_schema.generation import Walker, hints_of, oracle, parse
from conformance.json_schema.maskbench import SEED, options_of
from conftest import SHARED
from harness.cases import ARCHIVE, Case, load_cases

SCHEMAS = 330
WALKS = 7  # for each schema
MAX_STATES = 20_000  # larger grammars take their time with 49,152 tokens

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    path = SHARED / ARCHIVE
    if not path.exists():
        pytest.skip(f"needs {path.name}; set PUSHMASK_SHARED to the folder that has it")
    return load_cases(path, 0, SEED)


def compiled_cases(
    cases: list[Case], compiler: pushmask.Compiler
) -> Iterator[tuple[Case, pushmask.CompiledGrammar]]:
    """Compile the cases that the engine supports, every other one without whitespace."""
    for number, case in enumerate(cases):
        options = options_of(case)
        layout = Options(
            whitespace="compact" if number % 2 else "flexible",
            formats=options.formats,
            documents=options.documents,
        )
        try:
            compiled = compiler.compile(read_schema(json.loads(case.schema), layout))
        except (pushmask.GrammarError, pushmask.LimitError):
            continue
        if compiled.stats()["states"] <= MAX_STATES:
            yield case, compiled


def test_walks_along_the_masks_end_in_valid_instances(
    cases: list[Case], smollm2: pushmask.Vocabulary
) -> None:
    walker, num_schemas, num_texts, unfinished = Walker(smollm2), 0, 0, []
    for case, compiled in compiled_cases(cases, pushmask.Compiler(smollm2)):
        try:
            schema = json.loads(case.schema)
            validator, hints = oracle(schema), hints_of(schema)
        except re.error:
            continue
        rng = random.Random(case.name)
        for _ in range(WALKS):
            text = walker.walk(compiled, hints, rng)
            if text is None:
                unfinished.append(case.name)
                continue
            try:
                value = parse(text)
            except OverflowError:
                continue
            errors = [error.message for error in validator.iter_errors(value)]
            assert errors == [], (case.name, text.decode())
            num_texts += 1
        num_schemas += 1
        if num_schemas == SCHEMAS:
            break
    print(f"{num_texts} texts of {num_schemas} schemas; without an end: {Counter(unfinished)}")
    assert num_schemas == SCHEMAS
    assert num_texts >= 2000
    # A blind walk does not find the multiple of 11 that an item lacks, or the end of `^a|bcd$`.
    assert len(unfinished) <= 0.05 * num_texts
