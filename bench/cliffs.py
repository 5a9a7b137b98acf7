# SPDX-License-Identifier: Apache-2.0
"""Does a mask get slower where a schema gets larger? Curves over bounds, enums, depth, branches.

    python bench/cliffs.py [--families maxLength,anyOf] [--engines pushmask,llguidance,xgrammar]

For `maxLength`, `minLength`, `maxItems` and a pattern `[a-z]{m,n}` from 10 to 100,000, `enum` of 10
to 10,000 strings, objects nested 1 to 200 deep (in the schema; in the text of a recursive one), and
1 to 500 `anyOf` branches: the median and the largest mask, cold and warm, of the same tokens at
every size, and the compile's time and memory. Before each of the repeats an engine forgets all
earlier grammars and then serves an ordinary one, so "cold" is the first sight of this grammar in a
server.
A curve is flat if its end is within 3x of its start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from harness import cliffs_report, results
from harness.cliff_points import FAMILIES, Kind, Point, points
from harness.engines import Engine
from harness.floor import serve_something
from harness.runner import Lineup, Reply
from harness.tasks import Report
from harness.timing import resident_kb, settle, timed
from harness.walk import allowed

ENGINES = "pushmask,llguidance,xgrammar"
LIMIT_S = 60.0  # of all repeats of a point
MEMORY_GB = 12.0
REPEATS = 5
BLOCK = 5
MASKS_BETWEEN = 16

Steps = list[tuple[int, str]]  # token, "timed" or "between" or ""


def steps_of(engine: Engine, pieces: Iterable[tuple[str, str]]) -> Steps:
    """Give the tokens, and before which of them a mask is timed."""
    steps: Steps = []
    for text, kind in pieces:
        parts = text if kind == Kind.TIMED_BY_CHARACTER.value else [text]
        tokens = [token for part in parts for token in engine.vocabulary.encode(part)]
        if kind == Kind.BETWEEN.value:
            stride = max(1, len(tokens) // MASKS_BETWEEN)
            steps += [(t, "between" if i % stride == 0 else "") for i, t in enumerate(tokens)]
        else:
            steps += [(token, "timed") for token in tokens]
    return steps


def walk_steps(engine: Engine, matcher: Any, steps: Steps) -> dict[str, list[int]]:
    """Walk a text that must be accepted; give CPU nanoseconds of masks by kind."""
    fill, accept = engine.calls(matcher)
    samples: dict[str, list[int]] = {"timed": [], "between": []}
    for number, (token, kind) in enumerate(steps):
        if kind:
            samples[kind].append(timed(fill)[1].cpu)
            if not allowed(engine, token):
                raise ValueError(f"token {number} of the text is masked out")
        if not accept(token):
            raise ValueError(f"token {number} of the text is rejected")
    fill()
    if not allowed(engine, engine.vocabulary.stop_id):
        raise ValueError("the text may not end")
    return samples


def measure(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Do one point in a worker, repeat by repeat."""
    schema = request["schema"]
    steps = steps_of(engine, request["pieces"])
    for number in range(request["repeats"]):
        engine.fresh()
        serve_something(engine)
        settle()
        before = resident_kb()
        report.phase("compile")
        compiled, compiling = timed(lambda: engine.compile(schema))
        compile_kb = resident_kb() - before
        report.phase("cold")
        cold = walk_steps(engine, engine.first_matcher(compiled), steps)
        used_kb = resident_kb() - before
        report.phase("warm")
        if engine.warms_apart:
            compiled = engine.compile(schema)
            walk_steps(engine, engine.matcher(compiled), steps)
        warm = walk_steps(engine, engine.matcher(compiled), steps)
        record = {"compile_ns": compiling.cpu, "cold": cold, "warm": warm}
        # Only the first repeat finds a heap without holes.
        report.record(record if number else record | {"compile_kb": compile_kb, "used_kb": used_kb})
        del compiled
    return {}


def score(point: Point, reply: Reply) -> dict[str, Any]:
    """Turn a worker's reply into a point of a curve; maxima are medians over the repeats."""
    found: dict[str, Any] = {"size": point.size, "status": reply.status, "error": reply.error}
    if not reply.records:
        return found
    found["repeats"] = len(reply.records)
    found["compile_us"] = microseconds([r["compile_ns"] for r in reply.records])
    found["compile_kb"] = reply.records[0]["compile_kb"]
    found["used_kb"] = reply.records[0]["used_kb"]
    found["peak_kb"] = reply.growth_kb
    for key, temperature, kind in (
        ("cold", "cold", "timed"),
        ("warm", "warm", "timed"),
        ("between", "cold", "between"),
    ):
        runs = [record[temperature][kind] for record in reply.records]
        if runs[0]:
            found[f"{key}_p50_us"] = microseconds([ns for run in runs for ns in run])
            found[f"{key}_max_us"] = microseconds([max(run) for run in runs])
    return found


def microseconds(samples: list[int]) -> float:
    """Give the median."""
    return round(float(np.median(samples)) / 1e3, 3)


def main() -> int:
    parser = results.parser(__doc__ or "", ENGINES, LIMIT_S)
    parser.add_argument("--families", default=",".join(FAMILIES), help="comma-separated")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.set_defaults(memory_gb=MEMORY_GB)
    options = parser.parse_args()
    families = options.families.split(",")
    if unknown := set(families) - set(FAMILIES):
        raise SystemExit(f"unknown families {sorted(unknown)}; known are {', '.join(FAMILIES)}")
    made = points(families)
    requests = [
        {
            "task": "cliffs:measure",
            "schema": point.schema,
            "pieces": [(text, kind.value) for text, kind in point.pieces],
            "repeats": options.repeats,
        }
        for point in made
    ]
    curves: dict[str, dict[str, list[Any]]] = {family: {} for family in families}
    with Lineup(results.engine_names(options), results.settings(options, block=BLOCK)) as lineup:
        for engine, index, reply in lineup.take_turns(requests):
            found = score(made[index], reply)
            curves[made[index].family].setdefault(engine, []).append(found)
            print(f"{made[index].family:14} {engine:12} {found}", file=sys.stderr)
        document = results.document("cliffs", options, lineup)
    document |= {"repeats": options.repeats, "curves": curves}
    results.save(document, options, cliffs_report.markdown, cliffs_report.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
