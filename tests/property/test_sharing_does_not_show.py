# SPDX-License-Identifier: Apache-2.0
"""Masks do not tell which grammars a vocabulary has met, in which order, how much room its tables
have, or who else is asking."""

from __future__ import annotations

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

import pushmask
from property.large_subtrees import GRAMMARS, SCHEMAS, new_vocabulary, tokens_of
from reference.masks import fill

KIND = "mixed"
# Grammars that share strings, words, numbers and spaces, and what is told from them.
NAMES = [
    "spaces around everything",
    "fields",
    "counted strings",
    "strings of two kinds",
    "words everywhere",
    "late slots",
    "two states in turn",
    "others than names",
    "others than long names",
    "any order",
    "long strings",
]
STEPS = 10
WALKS = 2
NUM_THREADS = 4

Masks = list[tuple[list[int], bool]]


def parse(name: str) -> pushmask.Grammar:
    if name in GRAMMARS:
        return pushmask.Grammar.from_ebnf(GRAMMARS[name])
    return pushmask.Grammar.from_json_schema(json.dumps(SCHEMAS[name]))


@cache
def texts(name: str) -> list[list[int]]:
    """Random texts of a grammar as tokens, drawn without looking at a mask."""
    chooser = random.Random(name)
    tokens = tokens_of(KIND)
    compiled = pushmask.Compiler(new_vocabulary(KIND)).compile(parse(name))
    found = []
    for _ in range(WALKS):
        matcher = compiled.matcher()
        text: list[int] = []
        for token in itertools.islice(chooser.choices(range(len(tokens)), k=100_000), 20_000):
            if len(text) == STEPS:
                break
            if matcher.accept_token(token):
                text.append(token)
        found.append(text)
    return found


def masks(compiled: pushmask.CompiledGrammar, name: str) -> Masks:
    """All masks along the grammar's texts."""
    seen = []
    for text in texts(name):
        matcher = compiled.matcher()
        seen.append(fill(matcher, compiled.vocabulary))
        for token in text:
            assert matcher.accept_token(token)
            seen.append(fill(matcher, compiled.vocabulary))
    return seen


@cache
def masks_alone(name: str) -> Masks:
    """The masks of a grammar that has a vocabulary for itself."""
    return masks(pushmask.Compiler(new_vocabulary(KIND)).compile(parse(name)), name)


@pytest.mark.parametrize("first", NAMES)
def test_the_order_of_grammars_does_not_show(first: str) -> None:
    for second in NAMES:
        compiler = pushmask.Compiler(new_vocabulary(KIND))
        for name in (first, second, first):
            assert masks(compiler.compile(parse(name)), name) == masks_alone(name), (first, name)


@pytest.mark.parametrize("max_memory_bytes", [0, 1 << 12, 1 << 16])
def test_the_room_of_the_tables_does_not_show(max_memory_bytes: int) -> None:
    limits = pushmask.Limits(max_memory_bytes=max_memory_bytes)
    compiler = pushmask.Compiler(new_vocabulary(KIND), limits=limits)
    for name in [*NAMES, *NAMES]:
        try:
            compiled = compiler.compile(parse(name))
        except pushmask.LimitError:  # the automaton itself may count
            continue
        for _ in range(2):
            assert masks(compiled, name) == masks_alone(name), name


@pytest.mark.parametrize("attempt", range(4))
def test_threads_that_ask_for_the_first_time_do_not_show(attempt: int) -> None:
    compiler = pushmask.Compiler(new_vocabulary(KIND))
    order = random.Random(attempt).sample(NAMES, len(NAMES))
    expected = {name: masks_alone(name) for name in NAMES}
    compiled = {name: compiler.compile(parse(name)) for name in NAMES}

    def run(number: int) -> dict[str, Masks]:
        names = order[number:] + order[:number] if number % 2 else order
        return {name: masks(compiled[name], name) for name in names}

    with ThreadPoolExecutor(NUM_THREADS) as pool:
        for found in pool.map(run, range(NUM_THREADS)):
            assert found == expected
