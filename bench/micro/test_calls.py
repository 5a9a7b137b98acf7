# SPDX-License-Identifier: Apache-2.0
"""Single calls in a known configuration, beside the two floors: an empty call, a row's copy.

pytest-benchmark calls in a loop, so its figures lack the cost of reading the clock that those of
`harness.floor` contain.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray


def test_empty_call(benchmark: Any, matcher: Any) -> None:
    benchmark(lambda: matcher.num_tokens)


def test_row_copy(benchmark: Any, row: NDArray[np.int32]) -> None:
    benchmark(np.copyto, np.zeros_like(row), row)


def test_fill_mask(benchmark: Any, matcher: Any, row: NDArray[np.int32]) -> None:
    benchmark(matcher.fill_mask, row)


def test_row_id(benchmark: Any, matcher: Any) -> None:
    if not hasattr(matcher, "row_id"):
        pytest.skip("this build has no row ids")
    benchmark(matcher.row_id)


def test_accept_token_and_rollback(benchmark: Any, matcher: Any, next_token: int) -> None:
    def step() -> None:
        matcher.accept_token(next_token)
        matcher.rollback(1)

    benchmark(step)


def test_fork(benchmark: Any, matcher: Any) -> None:
    benchmark(matcher.fork)


def test_jump_forward(benchmark: Any, matcher: Any) -> None:
    benchmark(matcher.jump_forward)


def test_new_matcher(benchmark: Any, compiled: Any) -> None:
    benchmark(compiled.matcher)
