# SPDX-License-Identifier: Apache-2.0
"""MaskBench: compile real JSON schemas, walk their instances, time every mask; against peers.

    python bench/maskbench.py [--data DIR|FILE.tar.xz] [--cases 800] [--engines pushmask,llguidance]

For each case: compile the schema and fill a first mask (their time is the time to first mask); walk
every instance on a cold matcher, then walk all of them again on new matchers of what is warm by
then. An instance is accepted if each of its tokens is allowed and the text may stop at its end; a
valid instance must be accepted, an invalid one must not. What "cold" leaves cold is the engine's
note: ours shares one compiled grammar among the instances of a case and one vocabulary among cases,
as a server does. `--cases-per-process 50` bounds the second by starting new processes.

bench/README.md says what the numbers mean.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness import maskbench_report, results
from harness.cases import Case, load_cases
from harness.engines import Engine
from harness.runner import Lineup
from harness.scores import EngineScores, document_parts
from harness.tasks import Report
from harness.timing import timed
from harness.walk import report_walk, walk

ENGINES = "pushmask,llguidance,llguidance-copies,xgrammar"
LIMIT_S = 60.0
BLOCK = 20
AFTER_BLOCK = ({"task": "harness.floor:measure"}, {"task": "harness.floor:measure_operations"})


def measure(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Do one case in a worker."""
    schema = request["schema"]
    instances = [engine.vocabulary.encode(text) for text, _ in request["instances"]]
    report.phase("compile")
    compiled, compiling = timed(lambda: compile_request(engine, request))
    report.phase("first mask")
    matcher, starting = timed(lambda: engine.first_matcher(compiled))
    calls = engine.calls(matcher)
    _, first = timed(calls.fill)
    error = engine.error(matcher)
    if error:
        raise ValueError(error)
    total = compiling.plus(starting).plus(first)
    report.record({"step": "first", "compile": compiling, "first_mask": total})
    for number, tokens in enumerate(instances):
        report.phase(f"cold {number}")
        if number:
            matcher = engine.cold_matcher(compiled, schema)
        result = walk(engine, engine.calls(matcher), tokens, None if number else first)
        error = engine.error(matcher)
        report.record({"step": "cold", "error": error, **report_walk(result)})
    walk_warm(engine, compiled, request, instances, report)
    return {}


def compile_request(engine: Engine, request: Mapping[str, Any]) -> Any:
    """Compile the schema, or the tools that it stands for."""
    if "tools" in request:
        return engine.compile_tools(request["schema"], request["tools"])
    return engine.compile(request["schema"])


def walk_warm(
    engine: Engine,
    compiled: Any,
    request: Mapping[str, Any],
    instances: Sequence[list[int]],
    report: Report,
) -> None:
    """Walk the instances on new matchers of one compiled grammar that has seen them all."""
    if engine.warms_apart:
        report.phase("warming")
        compiled = compile_request(engine, request)
        for tokens in instances:
            walk(engine, engine.calls(engine.matcher(compiled)), tokens)
    for number, tokens in enumerate(instances):
        report.phase(f"warm {number}")
        matcher = engine.matcher(compiled)
        result = walk(engine, engine.calls(matcher), tokens)
        report.record({"step": "warm", "error": engine.error(matcher), **report_walk(result)})


def run(lineup: Lineup, cases: Sequence[Case], limit_s: float) -> dict[str, EngineScores]:
    """Let all engines do all cases."""
    scores = {engine: EngineScores(engine, limit_s) for engine in lineup.engines}
    requests = [{"task": "maskbench:measure", **case.request()} for case in cases]
    start = time.monotonic()
    for engine, index, reply in lineup.take_turns(requests, AFTER_BLOCK):
        if index >= 0:
            scores[engine].add(cases[index], reply)
        else:
            kind = "floor" if index == -1 else "operations"
            scores[engine].add_times(kind, reply.result)
            if kind == "floor":
                done, seconds = len(scores[engine].cases), time.monotonic() - start
                print(f"{seconds:6.0f} s  {engine:18} {done}/{len(cases)}", file=sys.stderr)
    return scores


def main() -> int:
    parser = results.parser(__doc__ or "", ENGINES, LIMIT_S)
    parser.add_argument("--data", type=Path, help="folder or .tar.xz of cases")
    parser.add_argument("--cases", type=int, default=800, help="size of the sample; 0: all")
    parser.add_argument("--cases-per-process", type=int, default=0, help="0: a process does all")
    options = parser.parse_args()
    cases = load_cases(options.data, options.cases, options.seed)
    per_process = options.cases_per_process
    settings = results.settings(
        options, block=per_process or BLOCK, requests_per_process=per_process
    )
    with Lineup(results.engine_names(options), settings) as lineup:
        scores = run(lineup, cases, options.limit_s)
        document = results.document("maskbench", options, lineup)
    document |= {"cases": len(cases), "cases_per_process": per_process or None}
    parts = document_parts(scores)
    for engine, summary in parts.pop("summaries").items():
        document["engines"][engine] |= summary | {"restarts": lineup.restarts[engine]}
    document |= parts
    results.save(document, options, maskbench_report.markdown, maskbench_report.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
