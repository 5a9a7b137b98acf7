# SPDX-License-Identifier: Apache-2.0
"""Tool calls: 500 tools with 8 properties each as one grammar; compile, first mask, masks.

    python bench/tools.py [--tools 500] [--calls 40] [--sets 5]

The grammar is the anyOf of {"name": const, "arguments": schema} over all tools; `xgrammar-tags` has
it as structural tags instead. Each of the sets of tools is made up from its own seed, compiled
fresh, and walked over sample calls, cold and then warm, as bench/maskbench.py does with its cases.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from harness import maskbench_report, results
from harness.cases import Case
from harness.runner import Lineup
from harness.scores import EngineScores, document_parts
from harness.tables import table
from harness.tool_schemas import tool_case

ENGINES = "pushmask,llguidance,xgrammar,xgrammar-tags"
LIMIT_S = 120.0
STATISTICS = ("p50", "p99", "max", "mean")


def run(
    lineup: Lineup, made: list[tuple[Case, list[Any]]], limit_s: float
) -> dict[str, EngineScores]:
    """Let the engines take turns, set by set."""
    scores = {engine: EngineScores(engine, limit_s) for engine in lineup.engines}
    requests = [
        {"task": "maskbench:measure", "tools": tools, **case.request()} for case, tools in made
    ]
    for engine, index, reply in lineup.take_turns(requests):
        scores[engine].add(made[index][0], reply)
        print(f"set {index + 1}/{len(made)}  {engine:14} {reply.status}", file=sys.stderr)
    return scores


def markdown(content: Mapping[str, Any]) -> str:
    """Write the tables of a run."""
    engines = content["engines"]
    rows: list[list[Any]] = []
    for measure, label in (
        ("compile_us", "compile"),
        ("first_mask_us", "compile and first mask"),
        ("mask_cold_us", "cold mask"),
        ("mask_warm_us", "warm mask"),
    ):
        for key in STATISTICS:
            values = [(engine[measure]["cpu"] or {}).get(key) for engine in engines.values()]
            rows.append([f"{label}, {key}", *values])
    rows.append(["memory of a set, MB, max", *(growth(engine) for engine in engines.values())])
    rows.append(["calls judged wrongly", *(wrong(engine) for engine in engines.values())])
    text = (
        f"{content['sets']} sets of {content['tools']} tools with {content['calls']} calls each; "
        f"µs of thread CPU.\n\n"
    )
    text += "".join(f"- {name}: {engine.get('note')}\n" for name, engine in engines.items())
    text += "\n" + table(["µs", *engines], rows) + "\n"
    text += "\n".join(maskbench_report.pair(pair) for pair in content["pairs"])
    reasons = [
        f"- {name}: {n} x {why}\n"
        for name, engine in engines.items()
        for why, n in engine["reasons"].items()
    ]
    return text + ("## Reasons\n\n" + "".join(reasons) if reasons else "")


def growth(engine: Mapping[str, Any]) -> float | None:
    found = engine["case_growth_mb"]
    return found["max"] if found else None


def wrong(engine: Mapping[str, Any]) -> int:
    return int(engine["instances_valid_rejected"] + engine["instances_invalid_accepted"])


def main() -> int:
    parser = results.parser(__doc__ or "", ENGINES, LIMIT_S)
    parser.add_argument("--tools", type=int, default=500)
    parser.add_argument("--calls", type=int, default=40, help="of each set")
    parser.add_argument("--sets", type=int, default=5)
    options = parser.parse_args()
    made = [
        tool_case(options.tools, options.calls, options.seed + number)
        for number in range(options.sets)
    ]
    with Lineup(results.engine_names(options), results.settings(options, block=1)) as lineup:
        scores = run(lineup, made, options.limit_s)
        document = results.document("tools", options, lineup)
    document |= {"tools": options.tools, "calls": options.calls, "sets": options.sets}
    parts = document_parts(scores)
    for engine, summary in parts.pop("summaries").items():
        document["engines"][engine] |= summary | {"restarts": lineup.restarts[engine]}
    document |= parts
    results.save(document, options, markdown, maskbench_report.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
