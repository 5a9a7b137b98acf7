# SPDX-License-Identifier: Apache-2.0
"""A whole text, mask by mask: in a grammar that knows it, and in one compiled a moment ago."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.floor import SCHEMA
from pushmask import CompiledGrammar, Compiler, Grammar


def walk(grammar: CompiledGrammar, tokens: list[int], row: NDArray[np.int32]) -> None:
    matcher = grammar.matcher()
    for token in tokens:
        matcher.fill_mask(row)
        assert matcher.accept_token(token)


def test_warm_walk(
    benchmark: Any, compiled: CompiledGrammar, tokens: list[int], row: NDArray[np.int32]
) -> None:
    benchmark(walk, compiled, tokens, row)


def test_cold_walk(
    benchmark: Any, compiler: Compiler, tokens: list[int], row: NDArray[np.int32]
) -> None:
    grammar = Grammar.from_json_schema(SCHEMA)

    def setup() -> tuple[tuple[CompiledGrammar, list[int], NDArray[np.int32]], dict[str, Any]]:
        return (compiler.compile(grammar), tokens, row), {}

    benchmark.pedantic(walk, setup=setup, rounds=100, warmup_rounds=3)
