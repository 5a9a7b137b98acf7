# SPDX-License-Identifier: Apache-2.0
"""Walk one instance: for each token fill the mask, look at the token's bit, accept the token.

At the end the mask is filled once more, untimed as in MaskBench, and must allow the stop token.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter_ns, thread_time_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.engines import Calls, Engine
from harness.timing import Span

COLUMNS = ("fill_wall", "fill_cpu", "accept_wall", "accept_cpu")
NOT_TIMED = float("nan")  # the token was not allowed, so there was no accept

Samples = NDArray[np.float32]  # (masks, len(COLUMNS)), nanoseconds


@dataclass(slots=True)
class Walk:
    """What happened on one instance.

    `outcome` is "accepted"; "masked out": the mask forbade the token at `position`;
    "contradiction": the mask allowed it and accept refused it; "no stop": the text may not end.
    """

    outcome: str
    position: int
    rows: list[tuple[float, float, float, float]] = field(default_factory=list)

    def samples(self) -> Samples:
        return np.asarray(self.rows, dtype=np.float32).reshape(-1, len(COLUMNS))


def walk(engine: Engine, calls: Calls, tokens: Sequence[int], first: Span | None = None) -> Walk:
    """Walk one instance from its start. `first`: the first mask is in the row, and took that."""
    fill, accept = calls
    bits = memoryview(engine.row.data).cast("B").cast("I")
    result = Walk("accepted", len(tokens))
    rows = result.rows
    for position, token in enumerate(tokens):
        if first is None:
            cpu = thread_time_ns()
            start = perf_counter_ns()
            fill()
            wall = perf_counter_ns() - start
            cpu = min(wall, thread_time_ns() - cpu)
        else:
            (wall, cpu), first = first, None
        if not bits[token >> 5] >> (token & 31) & 1:
            result.outcome, result.position = "masked out", position
            rows.append((wall, cpu, NOT_TIMED, NOT_TIMED))
            return result
        accept_cpu = thread_time_ns()
        start = perf_counter_ns()
        accepted = accept(token)
        accept_wall = perf_counter_ns() - start
        rows.append((wall, cpu, accept_wall, min(accept_wall, thread_time_ns() - accept_cpu)))
        if not accepted:
            result.outcome, result.position = "contradiction", position
            return result
    fill()
    if not allowed(engine, engine.vocabulary.stop_id):
        result.outcome = "no stop"
    return result


def allowed(engine: Engine, token: int) -> bool:
    """Look at a token's bit in the row."""
    return bool(int(engine.row[token >> 5]) >> (token & 31) & 1)


def pack(samples: Samples) -> str:
    """Write samples for a pipe of JSON lines."""
    return base64.b64encode(samples.astype(np.float32).tobytes()).decode("ascii")


def unpack(text: str) -> Samples:
    """Read what `pack` wrote."""
    data = np.frombuffer(base64.b64decode(text), dtype=np.float32)
    return data.reshape(-1, len(COLUMNS))


def report_walk(result: Walk) -> dict[str, Any]:
    """Give a walk as JSON."""
    return {
        "outcome": result.outcome,
        "position": result.position,
        "samples": pack(result.samples()),
    }
