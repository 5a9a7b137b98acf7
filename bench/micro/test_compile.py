# SPDX-License-Identifier: Apache-2.0
"""Compiling, and first masks: of a grammar in a server, and of a server's first grammar."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.floor import SCHEMA
from harness.tool_schemas import any_tool, generate_tools
from pushmask import Compiler, Grammar, Vocabulary

TOOLS = 50


def test_vocabulary(benchmark: Any, make_vocabulary: Callable[[], Vocabulary]) -> None:
    benchmark(make_vocabulary)


def test_read_schema(benchmark: Any) -> None:
    benchmark(Grammar.from_json_schema, json.dumps(SCHEMA))


def test_compile(benchmark: Any, compiler: Compiler) -> None:
    benchmark(compiler.compile, Grammar.from_json_schema(SCHEMA))


def test_compile_50_tools(benchmark: Any, compiler: Compiler) -> None:
    grammar = Grammar.from_json_schema(any_tool(generate_tools(TOOLS, seed=1)))
    benchmark(compiler.compile, grammar)


def test_compile_and_first_mask(benchmark: Any, compiler: Compiler, row: NDArray[np.int32]) -> None:
    grammar = Grammar.from_json_schema(SCHEMA)
    benchmark(lambda: compiler.compile(grammar).matcher().fill_mask(row))


def test_first_mask_of_a_vocabulary(
    benchmark: Any, make_vocabulary: Callable[[], Vocabulary], row: NDArray[np.int32]
) -> None:
    grammar = Grammar.from_json_schema(SCHEMA)

    def setup() -> tuple[tuple[Any], dict[str, Any]]:
        return (Compiler(make_vocabulary()).compile(grammar).matcher(),), {}

    benchmark.pedantic(lambda matcher: matcher.fill_mask(row), setup=setup, rounds=20)
