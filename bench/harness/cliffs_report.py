# SPDX-License-Identifier: Apache-2.0
"""Markdown and plot of a cliffs document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness import plots
from harness.stats import end_to_end, last_over_first
from harness.tables import table

FLAT = 3.0
COLUMNS = {
    "cold_p50_us": "cold p50 µs",
    "cold_max_us": "cold max µs",
    "warm_p50_us": "warm p50 µs",
    "warm_max_us": "warm max µs",
    "between_max_us": "cold max between µs",
    "compile_us": "compile µs",
    "compile_kb": "compile KB",
    "used_kb": "compiled and used KB",
}
CURVES = ("cold_p50_us", "cold_max_us", "warm_p50_us", "warm_max_us")


def flatness(curve: Sequence[Mapping[str, Any]], key: str) -> tuple[float | None, float | None]:
    """Give the end over the start, and the largest over the smallest value of a curve."""
    values = [point.get(key) if point["status"] == "done" else None for point in curve]
    return last_over_first(values), end_to_end(values)


def flatness_table(content: Mapping[str, Any]) -> str:
    """Show for each family and engine how flat its curves are."""
    rows = []
    for family, engines in content["curves"].items():
        for engine, curve in engines.items():
            ratios = [flatness(curve, key) for key in CURVES]
            done = sum(point["status"] == "done" for point in curve)
            row: list[Any] = [f"{family}, {engine}", f"{done}/{len(curve)}"]
            for last, spread in ratios:
                row += [last, spread]
            rows.append(row)
    header = ["last / first (largest / smallest)", "points"]
    for key in CURVES:
        header += [COLUMNS[key].removesuffix(" µs"), "(spread)"]
    return table(header, rows)


def family_table(family: str, engines: Mapping[str, Any]) -> str:
    """Show all points of one family."""
    rows = [
        [
            f"{point['size']:,}, {engine}",
            point["status"],
            *(point.get(key) for key in COLUMNS),
        ]
        for points in zip(*engines.values(), strict=True)
        for engine, point in zip(engines, points, strict=True)
    ]
    return table([family, "status", *COLUMNS.values()], rows)


def markdown(content: Mapping[str, Any]) -> str:
    """Write the tables of a run."""
    text = (
        f"Masks in µs of thread CPU; {content['repeats']} repeats for each point, medians; "
        f"{content['limit_s']:g} s of CPU for all of them. A curve is flat if its last point is "
        f"within {FLAT:g}x of its first.\n\n## Flatness\n\n{flatness_table(content)}"
    )
    for family, engines in content["curves"].items():
        text += f"\n## {family}\n\n{family_table(family, engines)}"
    errors = [
        f"- {family}, {point['size']:,}, {engine}: {point['error'].partition(chr(10))[0][:200]}\n"
        for family, engines in content["curves"].items()
        for engine, points in engines.items()
        for point in points
        if point["error"]
    ]
    return text + ("\n## Points that failed\n\n" + "".join(errors) if errors else "")


def plot(content: Mapping[str, Any], path: Path) -> None:
    """Draw the largest cold mask over the size, one panel for each family."""
    panels = {
        f"{family}: largest cold mask": {
            engine: [(point["size"], point.get("cold_max_us")) for point in points]
            for engine, points in engines.items()
        }
        for family, engines in content["curves"].items()
    }
    plots.size_curves(panels, path)
