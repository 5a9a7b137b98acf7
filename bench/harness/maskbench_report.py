# SPDX-License-Identifier: Apache-2.0
"""Markdown and plot of a MaskBench document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness import plots
from harness.scores import CLOCKS, TEMPERATURES
from harness.stats import NS_PER_US, STATISTICS
from harness.tables import table

STATUSES = ("pass", "refused", "valid rejected", "invalid accepted", "error", "timeout", "crash")
MEASURES = {
    "first_mask_us": "time to first mask",
    "mask_cold_us": "cold mask",
    "mask_warm_us": "warm mask",
    "accept_warm_us": "accept, warm",
}
OPERATIONS = ("accept", "fork", "rollback", "matcher", "fill_again", "jump_forward", "row_id")
FLOORS = ("clock", "empty_call", "row_copy", "row_copy_from_memory")


def floor_us(engine: Mapping[str, Any], copy: str = "row_copy") -> float | None:
    """Give one row's copy and one empty native call, in microseconds."""
    floor = engine.get("floor_ns") or {}
    if "empty_call" not in floor or copy not in floor:
        return None
    return float(floor[copy] + floor["empty_call"]) / NS_PER_US


def verdicts(content: Mapping[str, Any]) -> str:
    """Count what became of the cases."""
    engines = content["engines"]
    rows: list[list[Any]] = [
        [status, *(e["verdicts"].get(status, 0) for e in engines.values())] for status in STATUSES
    ]
    rows += [
        ["cases with a valid instance rejected", *each(engines, "count_valid_rejected")],
        ["cases with an invalid instance accepted", *each(engines, "count_invalid_accepted")],
        ["tokens that the mask allowed and accept refused", *each(engines, "contradictions")],
        ["warm walks that ended elsewhere than cold", *each(engines, "warm_differs")],
        ["processes ended by a crash or a limit", *each(engines, "restarts")],
        ["peak memory, MB", *each(engines, "peak_mb")],
        ["memory after start, MB", *each(engines, "resident_mb")],
    ]
    return table([f"of {content['cases']} cases", *engines], rows)


def each(engines: Mapping[str, Any], key: str) -> list[Any]:
    return [engine.get(key) for engine in engines.values()]


def times(content: Mapping[str, Any], measure: str) -> str:
    """Show one measure of all engines, each on the cases that it compiled itself."""
    engines = content["engines"]
    rows = [
        [f"{key}, {clock}", *((e[measure][clock] or {}).get(key) for e in engines.values())]
        for clock in CLOCKS
        for key in STATISTICS
    ]
    rows.append(["n", *((e[measure]["wall"] or {}).get("n") for e in engines.values())])
    return table([f"{MEASURES[measure]}, µs", *engines], rows)


def floors(content: Mapping[str, Any]) -> str:
    """Show the floors, the small calls, and warm masks in floors."""
    engines = content["engines"]
    rows: list[list[Any]] = [
        [name.replace("_", " "), *((e["floor_ns"] or {}).get(name) for e in engines.values())]
        for name in FLOORS
    ]
    rows += [
        [name.replace("_", " "), *((e["operations_ns"] or {}).get(name) for e in engines.values())]
        for name in OPERATIONS
    ]
    for key in ("p50", "p99"):
        rows.append([f"warm mask {key} / floor", *(over_floor(e, key) for e in engines.values())])
    # Of the masks of a long text the largest percentiles are those whose rows left the caches.
    rows.append(
        [
            "warm mask p99 / floor with rows from memory",
            *(over_floor(e, "p99", "row_copy_from_memory") for e in engines.values()),
        ]
    )
    for name in ("accept", "fork", "rollback"):
        rows.append([f"{name} / empty call", *(over_empty(e, name) for e in engines.values())])
    return table(["ns, medians", *engines], rows)


def over_floor(engine: Mapping[str, Any], key: str, copy: str = "row_copy") -> float | None:
    """Divide a percentile of warm masks by the floor."""
    floor, masks = floor_us(engine, copy), engine["mask_warm_us"]["cpu"]
    return masks[key] / floor if floor and masks else None


def over_empty(engine: Mapping[str, Any], operation: str) -> float | None:
    """Divide a small call by the empty call that was measured in the same seconds."""
    operations = engine["operations_ns"] or {}
    if operation not in operations or not operations.get("empty_call"):
        return None
    return float(operations[operation] / operations["empty_call"])


def pair(content: Mapping[str, Any]) -> str:
    """Show one comparison."""
    ours, peer = content["ours"], content["peer"]
    text = f"## {ours} / {peer}: the {content['cases']} cases that both compile\n\n"
    for clock in CLOCKS:
        rows = []
        for measure in ("first_mask_us", *(f"mask_{t}_us" for t in TEMPERATURES)):
            found = content[measure][clock]
            for label, key in ((ours, "ours"), (peer, "peer"), ("ratio", "ratio")):
                values = found[key] or {}
                name = f"{MEASURES[measure]}, {label}"
                rows.append([name, *(values.get(statistic) for statistic in STATISTICS)])
        text += table([f"µs, {clock}", *STATISTICS], rows) + "\n"
    return text


def markdown(content: Mapping[str, Any]) -> str:
    """Write the tables of a run."""
    engines = content["engines"]
    per = content.get("cases_per_process")
    text = (
        f"Each process did {per} cases.\n\n"
        if per
        else "Each engine did all cases in one process.\n\n"
    )
    text += "".join(f"- {name}: {engine.get('note')}\n" for name, engine in engines.items())
    text += "\n" + "\n".join(pair(found) for found in content["pairs"])
    text += "## Verdicts\n\n" + verdicts(content)
    text += "\n## Floors and small calls\n\n" + floors(content)
    text += "\n## Each engine on what it compiles\n\n"
    text += "\n".join(times(content, measure) for measure in MEASURES)
    text += "\n## Reasons\n\n"
    for name, engine in engines.items():
        text += "".join(f"- {name}: {n} x {why}\n" for why, n in engine["reasons"].items())
    return text


def plot(content: Mapping[str, Any], path: Path) -> None:
    """Draw the percentile curves by thread CPU on the cases that all compile, and our floor."""
    engines = content["engines"]
    titles = ("first mask", "cold mask", "warm mask")
    panels = {
        f"{title}, {content['common_cases']} cases that all compile": {
            name: curves[title] for name, curves in content["curves"].items()
        }
        for title in titles
    }
    floor = floor_us(next(iter(engines.values())))
    plots.percentile_curves(panels, {list(panels)[2]: floor} if floor else {}, path)
