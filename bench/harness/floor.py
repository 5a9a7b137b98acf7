# SPDX-License-Identifier: Apache-2.0
"""What no engine can go below on this machine, and the small calls beside masks.

Measured again in every block of a run, because a shared machine changes from second to second. All
values are medians in nanoseconds of single timed calls, with the cost of reading the clock
(`clock`), except the two row copies, which are taken from bulk copies and contain no call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from harness.engines import Engine, NotOffered
from harness.tasks import Report
from harness.timing import median_ns, timed
from harness.walk import walk

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "maxLength": 40},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "status": {"enum": ["active", "inactive", "pending review"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 10},
        "address": {
            "type": "object",
            "properties": {
                "street": {"type": "string"},
                "city": {"type": "string"},
                "zip": {"type": "string", "pattern": "^[0-9]{5}$"},
            },
            "required": ["street", "city", "zip"],
            "additionalProperties": False,
        },
        "score": {"type": "number"},
        "notes": {"type": ["string", "null"]},
    },
    "required": ["id", "name", "age", "status", "tags", "address", "score", "notes"],
    "additionalProperties": False,
}
INSTANCE = {
    "id": "7c0d54f2-91aa-4c39-8b0e-3f1f6f0c2a55",
    "name": "Grace Brewster Hopper",
    "age": 85,
    "status": "pending review",
    "tags": ["compilers", "naval service", "nanoseconds"],
    "address": {"street": "7 Château Row", "city": "Arlington", "zip": "22202"},
    "score": -3.5e-2,
    "notes": "Handed out pieces of wire, each as long as light travels in a nanosecond.",
}

HOT_ROWS = 8  # both sides stay in the cache
TABLE_BYTES = 64 << 20  # more than a core's share of the caches of the machines we know
COPY_CALLS = 200
CALLS = 1500
ROUNDS = 3  # walks over INSTANCE


def serve_something(engine: Engine) -> None:
    """Warm what all grammars share, such as strings, numbers and white space, by two of them."""
    tokens = engine.vocabulary.encode(json.dumps(INSTANCE, ensure_ascii=False))
    for schema in (json.dumps(SCHEMA), "{}"):
        matcher = engine.first_matcher(engine.compile(schema))
        walk(engine, engine.calls(matcher), tokens)


def row_copy_ns(row_words: int, table_rows: int) -> float:
    """Time the copy of one row out of a table of that many rows, without the call."""
    source = np.ones((table_rows, row_words), dtype=np.int32)
    target = np.zeros((HOT_ROWS, row_words), dtype=np.int32)
    blocks = iter(range(1 << 62))

    def copy() -> None:
        start = next(blocks) * HOT_ROWS % (table_rows - HOT_ROWS + 1)
        np.copyto(target, source[start : start + HOT_ROWS])

    def copy_one_word() -> None:
        start = next(blocks) * HOT_ROWS % (table_rows - HOT_ROWS + 1)
        np.copyto(target[:, :1], source[start : start + HOT_ROWS, :1])

    return max(0.0, median_ns(copy, COPY_CALLS) - median_ns(copy_one_word, COPY_CALLS)) / HOT_ROWS


def operation_times(engine: Engine) -> dict[str, float]:
    """Time the calls beside a mask along INSTANCE, whose masks are all known by then."""
    compiled = engine.compile(json.dumps(SCHEMA))
    tokens = engine.vocabulary.encode(json.dumps(INSTANCE, ensure_ascii=False))
    samples: dict[str, list[int]] = {}
    for _ in range(ROUNDS):
        matcher = engine.matcher(compiled)
        fill, accept = engine.calls(matcher)
        for token in tokens:
            fill()
            for name, call in engine.operations(matcher).items():
                samples.setdefault(name, []).append(timed(call)[1].wall)
            samples.setdefault("fill_again", []).append(timed(fill)[1].wall)
            accepted, span = timed(partial(accept, token))
            if not accepted:
                raise ValueError(f"{engine.name} rejects a valid instance")
            samples.setdefault("accept", []).append(span.wall)
            try:
                rolled = timed(engine.rollback(matcher))[1].wall
            except NotOffered:
                continue
            samples.setdefault("rollback", []).append(rolled)
            accept(token)
    medians = {name: float(sorted(times)[len(times) // 2]) for name, times in samples.items()}
    return medians | {"matcher": float(median_ns(partial(engine.matcher, compiled), COPY_CALLS))}


def measure(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, float]:
    """Measure the floor in this process."""
    del request, report
    words = engine.vocabulary.row_words
    result = {
        "clock": float(median_ns(int, CALLS)),
        "row_copy": row_copy_ns(words, HOT_ROWS),
        "row_copy_from_memory": row_copy_ns(words, TABLE_BYTES // (4 * words)),
    }
    matcher = engine.matcher(engine.compile('{"type": "object"}'))
    result["empty_call"] = float(median_ns(engine.empty_call(matcher), CALLS))
    return result


def measure_operations(
    engine: Engine, request: Mapping[str, Any], report: Report
) -> dict[str, float]:
    """Measure the calls beside masks, and the empty call again, in the same seconds."""
    del request, report
    times = operation_times(engine)
    matcher = engine.matcher(engine.compile('{"type": "object"}'))
    return times | {"empty_call": float(median_ns(engine.empty_call(matcher), CALLS))}
