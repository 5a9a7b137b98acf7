# SPDX-License-Identifier: Apache-2.0
"""Clocks, and the memory of this process.

Every timed call is read on two clocks: wall, and the CPU time of this thread. The thread clock is
read outside the wall interval, so it includes the reading; `cpu` is therefore the smaller of the
two. On a shared machine wall time contains preemptions; `cpu` does not, and is never less than the
call cost. It is right for engines that work on the calling thread, as all here do with one thread.
"""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns, thread_time_ns
from typing import NamedTuple, TypeVar

T = TypeVar("T")

PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024
WARM_UP_CALLS = 50


class Span(NamedTuple):
    """Nanoseconds of one call."""

    wall: int
    cpu: int

    def plus(self, other: Span) -> Span:
        return Span(self.wall + other.wall, self.cpu + other.cpu)


def timed(call: Callable[[], T]) -> tuple[T, Span]:
    """Time one call."""
    cpu = thread_time_ns()
    wall = perf_counter_ns()
    result = call()
    wall = perf_counter_ns() - wall
    return result, Span(wall, min(wall, thread_time_ns() - cpu))


def median_ns(call: Callable[[], object], calls: int = 2000) -> int:
    """Give the median of single timed calls, each with the cost of reading the clock."""
    for _ in range(WARM_UP_CALLS):
        call()
    samples = []
    for _ in range(calls):
        start = perf_counter_ns()
        call()
        samples.append(perf_counter_ns() - start)
    return sorted(samples)[calls // 2]


def settle() -> None:
    """Free what can be freed, so that resident memory means something."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def resident_kb() -> int:
    """Give the resident memory of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_KB


def peak_kb() -> int:
    """Give the largest resident memory since `reset_peak`."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def reset_peak() -> None:
    """Start a new peak. Without the right to, the peak stays that of the whole process."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return
