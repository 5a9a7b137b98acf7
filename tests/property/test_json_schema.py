# SPDX-License-Identifier: Apache-2.0
"""A schema's grammar accepts an instance exactly if `jsonschema` says that it validates."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from property.json_schemas import Json, Schema, json_values, schemas
from pushmask import (
    CompiledGrammar,
    Compiler,
    EmptyLanguageError,
    Grammar,
    SchemaError,
    Vocabulary,
    allocate_mask,
)

BYTES = Vocabulary([*(bytes([b]) for b in range(256)), b"</s>"], stop_token_ids=[256])
COMPILER = Compiler(BYTES)
SPACED = [(",", ":"), (", ", ": "), (" ,\n\t", "\r: ")]


def compiled(schema: Schema, **options: str) -> CompiledGrammar | None:
    """The compiled grammar; None if it says that the schema matches nothing."""
    try:
        # Options are strings here, literals there.
        return COMPILER.compile(Grammar.from_json_schema(schema, **options))  # type: ignore[arg-type]
    except EmptyLanguageError:
        return None


def accepts(grammar: CompiledGrammar | None, text: str) -> bool:
    if grammar is None:
        return False
    matcher = grammar.matcher()
    return matcher.accept_bytes(text.encode()) and matcher.can_stop


def dumps(value: Json, **layout: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **layout)


def validator(schema: Schema) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def has_endless_reference(schema: Schema) -> bool:
    """Whether pushmask refuses the schema because it refers to itself for the same value."""
    try:
        Grammar.from_json_schema(schema)
    except EmptyLanguageError:
        return False
    except SchemaError as error:
        assert "refers back to itself" in str(error)
        return True
    return False


@settings(max_examples=250)
@given(schemas(), st.lists(json_values(), min_size=12, max_size=12), st.sampled_from(SPACED))
def test_an_instance_is_accepted_exactly_if_it_validates(
    schema: Schema, instances: list[Json], separators: tuple[str, str]
) -> None:
    assume(not has_endless_reference(schema))
    grammar = compiled(schema)
    oracle = validator(schema)
    for instance in instances:
        text = dumps(instance, separators=separators)
        assert accepts(grammar, text) is oracle.is_valid(instance), text


@settings(max_examples=100)
@given(schemas(), st.lists(json_values(), min_size=8, max_size=8))
def test_compact_and_indented_texts_are_those_of_json_dumps(
    schema: Schema, instances: list[Json]
) -> None:
    assume(not has_endless_reference(schema))
    compact = compiled(schema, whitespace="compact")
    indented = compiled(schema, whitespace="indented")
    oracle = validator(schema)
    for instance in instances:
        is_valid = oracle.is_valid(instance)
        tight, spaced, lines = (
            dumps(instance, separators=(",", ":")),
            dumps(instance),
            dumps(instance, indent=2),
        )
        assert accepts(compact, tight) is is_valid, tight
        assert accepts(compact, spaced) is (is_valid and spaced == tight), spaced
        assert accepts(indented, lines) is is_valid, lines
        assert accepts(indented, spaced) is (is_valid and spaced == lines), spaced


def random_text(grammar: CompiledGrammar, rng: random.Random, length: int) -> str | None:
    """A text of the grammar, made byte by byte from its masks; None if it grows too long."""
    matcher = grammar.matcher()
    row = allocate_mask(1, BYTES)[0]
    text, closers = bytearray(), frozenset(b'"]}')
    while len(text) < length:
        matcher.fill_mask(row)
        allowed = np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little"))
        assert allowed.size > 0, bytes(text)
        # Closing brackets and quotes are favoured: an even choice hardly ever ends.
        closing = [b for b in allowed if b == 256 or b in closers]
        pool = closing if closing and rng.random() < 0.3 else list(allowed)
        choice = int(rng.choice(pool))
        if choice == 256:
            return text.decode()
        assert matcher.accept_token(choice)
        text.append(choice)
    return None


@settings(max_examples=150)
@given(schemas(), st.sampled_from(["flexible", "compact", "indented"]), st.integers(0, 2**32 - 1))
def test_what_the_masks_allow_validates(schema: Schema, whitespace: str, seed: int) -> None:
    assume(not has_endless_reference(schema))
    grammar = compiled(schema, whitespace=whitespace)
    assume(grammar is not None)
    assert grammar is not None
    oracle = validator(schema)
    rng = random.Random(seed)
    for _ in range(5):
        text = random_text(grammar, rng, 200)
        if text is not None:
            assert oracle.is_valid(json.loads(text, strict=True)), text


@pytest.mark.parametrize("order", ["any", "schema"])
@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from("abcde"), st.booleans(), max_size=5),
    st.booleans(),
    st.permutations("abcdef"),
    st.sets(st.sampled_from("abcdef")),
)
def test_members_come_in_the_order_that_was_asked_for(
    order: str, declared: dict[str, bool], is_open: bool, names: list[str], chosen: set[str]
) -> None:
    schema = {
        "type": "object",
        "properties": {name: {"type": "null"} for name in declared},
        "required": [name for name, is_required in declared.items() if is_required],
        "additionalProperties": is_open,
    }
    present = [name for name in names if name in chosen]
    instance = dict.fromkeys(present)
    positions = [list(declared).index(name) if name in declared else 99 for name in present]
    expected = validator(schema).is_valid(instance)
    if order == "schema":
        expected = expected and positions == sorted(positions)
    grammar = compiled(schema, property_order=order)
    assert accepts(grammar, dumps(instance)) is expected


FORMAT_CHECKER = jsonschema.Draft202012Validator.FORMAT_CHECKER


@pytest.mark.parametrize("name", ["date", "time", "date-time", "email", "uuid", "ipv4", "uri"])
def test_strings_of_a_format_conform(name: str) -> None:
    grammar = compiled({"type": "string", "format": name})
    assert grammar is not None
    rng = random.Random(name)
    texts = [random_text(grammar, rng, 100) for _ in range(60)]
    strings = [json.loads(text) for text in texts if text is not None]
    assert len(strings) > 10
    # The checker knows neither leap seconds nor the year 0000, which RFC 3339 does.
    known = [text for text in strings if ":60" not in text and not text.startswith("0000-")]
    assert [string for string in known if not FORMAT_CHECKER.conforms(string, name)] == []
