# SPDX-License-Identifier: Apache-2.0
"""A process with one engine that does tasks, named `module:function`, one after the other.

    python -m harness.worker --engine NAME --vocabulary FILE --fd N

Requests come in as JSON lines on stdin; a request's `task` is called with the engine, the request
and a `Report`. Answers leave as JSON lines on the given file descriptor, so that whatever an
engine prints does no harm: `phase` lines while a task runs, `record` lines with partial results,
and one `done` line. Garbage collection is off while a task runs.

The time limit is CPU time of this process: the default action of the timer's signal ends it even
inside native code. The parent holds a wall-clock limit behind it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from harness.engines import ENGINES, Engine
from harness.tasks import Report, find_task
from harness.timing import peak_kb, reset_peak, resident_kb, settle
from harness.vocabularies import find_vocabulary, load_vocabulary


def do_task(engine: Engine, request: Mapping[str, Any], report: Report) -> None:
    """Do one request and report it done."""
    task = find_task(request["task"])
    settle()
    reset_peak()
    before = resident_kb()
    gc.disable()
    signal.setitimer(signal.ITIMER_PROF, request.get("limit_s", 0))
    try:
        done: dict[str, Any] = {"result": task(engine, request, report)}
    except Exception as error:  # a peer may raise anything, and that is a result
        done = {"error": f"{type(error).__name__}: {error}"}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        gc.enable()
    report.send("done", {**done, "growth_kb": peak_kb() - before, "peak_kb": peak_kb()})


def main() -> None:
    parser = argparse.ArgumentParser(description="One engine; started by harness.runner.")
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--vocabulary", required=True)
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--memory-gb", type=float, default=0)
    options = parser.parse_args()
    if options.memory_gb:
        limit = int(options.memory_gb * 2**30)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    report = Report(os.fdopen(options.fd, "w"))
    start = time.perf_counter()
    engine = ENGINES[options.engine](load_vocabulary(find_vocabulary(options.vocabulary)))
    engine.vocabulary.encode("{}")  # builds the encoder now
    report.send(
        "ready",
        {
            "version": engine.version(),
            "note": engine.note,
            "start_s": round(time.perf_counter() - start, 3),
            "resident_mb": round(resident_kb() / 1024, 1),
        },
    )
    for line in sys.stdin:
        do_task(engine, json.loads(line), report)


if __name__ == "__main__":
    main()
