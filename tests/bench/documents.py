# SPDX-License-Identifier: Apache-2.0
"""Cases, replies and documents as a run makes them, without running anything."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.cases import Case
from harness.runner import Reply
from harness.scores import EngineScores, document_parts
from harness.walk import COLUMNS, pack

CASE = Case(name="one", schema="{}", instances=(("1", True), ("x", False)))
ENVIRONMENT = {
    "cpu": "a processor",
    "cores": 2,
    "memory_gb": 8,
    "system": "Linux 6",
    "python": "3.11",
    "commit": "0123456789",
    "load": [0.0, 0.1],
}


def walked(outcome: str, times: list[float], step: str = "cold") -> dict[str, Any]:
    """Give a walk's record; every column holds the same times."""
    samples = np.repeat(np.asarray(times, dtype=np.float32)[:, None], len(COLUMNS), axis=1)
    record = {"outcome": outcome, "position": len(times), "samples": pack(samples)}
    return {"step": step, "error": None, **record}


def reply(*walks: dict[str, Any], first_mask: int = 5000) -> Reply:
    """Give what a worker says of a case that compiled."""
    first = {"step": "first", "compile": [1000, 1000], "first_mask": [first_mask, first_mask]}
    return Reply(status="done", records=[first, *walks])


def scores(engine: str, times: list[float], first_mask: int) -> EngineScores:
    """Give an engine that judged CASE rightly in these times."""
    made = EngineScores(engine, limit_s=1.0)
    walks = [walked("accepted", times), walked("masked out", times[:1])]
    walks += [walked("accepted", times, "warm"), walked("masked out", times[:1], "warm")]
    made.add(CASE, reply(*walks, first_mask=first_mask))
    made.add_times("floor", {"clock": 20.0, "empty_call": 50.0, "row_copy": 100.0})
    made.add_times("operations", {"accept": 200.0, "empty_call": 50.0})
    return made


def document(bench: str, **content: Any) -> dict[str, Any]:
    """Start a document."""
    return {
        "bench": bench,
        "date": "2030-01-02",
        "command": f"python bench/{bench}.py",
        "seed": 1,
        "vocabulary": "tiny",
        "limit_s": 1.0,
        "environment": ENVIRONMENT,
        **content,
    }


def maskbench_document() -> dict[str, Any]:
    """Give the document of a run of two engines over one case."""
    ours = scores("pushmask", [100.0, 200.0, 300.0], first_mask=5000)
    peer = scores("llguidance", [1000.0, 2000.0, 3000.0], first_mask=10000)
    parts = document_parts({"pushmask": ours, "llguidance": peer})
    common = {"version": "1.0", "note": "a note", "restarts": 0, "resident_mb": 1.0}
    engines = {name: common | summary for name, summary in parts.pop("summaries").items()}
    return document("maskbench", cases=1, engines=engines, **parts)
