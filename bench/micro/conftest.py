# SPDX-License-Identifier: Apache-2.0
"""One vocabulary, one compiled grammar and one walked text for all micro-benchmarks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import pushmask
from harness.floor import INSTANCE, SCHEMA
from harness.vocabularies import (
    DEFAULT_VOCABULARY,
    BenchVocabulary,
    find_vocabulary,
    load_vocabulary,
)


@pytest.fixture(scope="session")
def bench_vocabulary() -> BenchVocabulary:
    name = os.environ.get("PUSHMASK_BENCH_VOCABULARY", DEFAULT_VOCABULARY)
    try:
        return load_vocabulary(find_vocabulary(name))
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def tokens(bench_vocabulary: BenchVocabulary) -> list[int]:
    """Tokens of a valid instance of SCHEMA."""
    pytest.importorskip("tiktoken", reason="needs pushmask[bench]")
    return bench_vocabulary.encode(json.dumps(INSTANCE, ensure_ascii=False))


@pytest.fixture(scope="session")
def make_vocabulary(bench_vocabulary: BenchVocabulary) -> Callable[[], pushmask.Vocabulary]:
    """Give what makes a vocabulary that no grammar has been compiled for."""
    return lambda: pushmask.Vocabulary(
        bench_vocabulary.tokens,
        stop_token_ids=[bench_vocabulary.stop_id],
        special_token_ids=sorted(bench_vocabulary.special),
    )


@pytest.fixture(scope="session")
def compiler(make_vocabulary: Callable[[], pushmask.Vocabulary]) -> pushmask.Compiler:
    return pushmask.Compiler(make_vocabulary())


@pytest.fixture(scope="session")
def row(bench_vocabulary: BenchVocabulary) -> NDArray[np.int32]:
    return np.zeros(bench_vocabulary.row_words, dtype=np.int32)


@pytest.fixture(scope="session")
def compiled(
    compiler: pushmask.Compiler, tokens: list[int], row: NDArray[np.int32]
) -> pushmask.CompiledGrammar:
    """A grammar that has seen every configuration of the text."""
    grammar = compiler.compile(pushmask.Grammar.from_json_schema(SCHEMA))
    matcher = grammar.matcher()
    for token in tokens:
        matcher.fill_mask(row)
        assert matcher.accept_token(token)
    return grammar


@pytest.fixture
def matcher(compiled: pushmask.CompiledGrammar, tokens: list[int]) -> Any:
    """A matcher in the middle of the text."""
    made = compiled.matcher()
    for token in tokens[: len(tokens) // 2]:
        made.accept_token(token)
    return made


@pytest.fixture
def next_token(tokens: list[int]) -> int:
    """The token that comes next for `matcher`."""
    return tokens[len(tokens) // 2]
