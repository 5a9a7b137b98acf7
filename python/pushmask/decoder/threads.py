# SPDX-License-Identifier: Apache-2.0
"""Settings that TVM's runtime reads once, when it is loaded; a user's own values stand."""

from __future__ import annotations

import os

_MOST_THREADS = 4


def configure() -> None:
    """Set the defaults of TVM's thread pool in this process's environment.

    A pool thread that spins while it waits takes the core that the matcher's thread needs.
    """
    os.environ.setdefault("TVM_THREAD_POOL_SPIN_COUNT", "0")
    os.environ.setdefault("TVM_NUM_THREADS", str(default_num_threads()))


def default_num_threads() -> int:
    """Give the number of threads for the model: all cores but one, at least 1 and at most 4.

    One core is left for the matcher's thread: a parallel loop ends with its slowest thread, so a
    step on n threads that share n cores with other work is slower than on n - 1. A decode step is
    bound by memory bandwidth, which a few cores use up.
    """
    if hasattr(os, "sched_getaffinity"):
        available = len(os.sched_getaffinity(0))
    else:
        available = os.cpu_count() or 1
    return max(1, min(available - 1, _MOST_THREADS))
