# SPDX-License-Identifier: Apache-2.0
"""Plots, with matplotlib: percentile curves, and curves over the size of a construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Points = Sequence[Sequence[float | None]]

PANEL_INCHES = (4.6, 3.6)
SHARES = {0.5: "p50", 1e-1: "p90", 1e-2: "p99", 1e-3: "p99.9", 1e-4: "p99.99"}
OURS = "pushmask"
DPI = 110
ROOM = 3.0


def panels(count: int, columns: int) -> tuple[Any, list[Any], Any]:
    """Give a figure, its axes in reading order, and pyplot."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    rows = -(-count // columns)
    size = (PANEL_INCHES[0] * min(columns, count), PANEL_INCHES[1] * rows)
    figure, axes = plt.subplots(rows, min(columns, count), figsize=size, squeeze=False)
    flat = list(axes.flat)
    for unused in flat[count:]:
        unused.set_visible(False)
    return figure, flat[:count], plt


def draw(axis: Any, lines: Mapping[str, Points], **style: Any) -> None:
    """Draw one line for each engine, ours on top. Points without a value are left out."""
    for engine, points in lines.items():
        known = [(x, y) for x, y in points if x is not None and y is not None]
        if known:
            width = 2.2 if engine.startswith(OURS) else 1.2
            xs, ys = zip(*known, strict=True)
            axis.plot(xs, ys, label=engine, linewidth=width, **style)
    axis.set_yscale("log")
    axis.set_xscale("log")
    axis.grid(visible=True, which="major", alpha=0.3)


def percentile_curves(
    titled: Mapping[str, Mapping[str, Points]], floors: Mapping[str, float], path: Path
) -> None:
    """Draw percentile curves, microseconds, one panel for each title.

    Args:
        titled: for each panel and engine, (share of samples that are slower, microseconds).
        floors: for some panels a line, in microseconds, that nothing can go below.
        path: the PNG to write.
    """
    figure, axes, plt = panels(len(titled), len(titled))
    for axis, (title, lines) in zip(axes, titled.items(), strict=True):
        draw(axis, lines)
        if title in floors:
            axis.axhline(floors[title], color="black", linestyle=":", label="floor")
        axis.set_title(title, fontsize="medium")
        axis.invert_xaxis()
        axis.set_xticks(list(SHARES), list(SHARES.values()))
        axis.minorticks_off()
        axis.set_ylabel("microseconds of thread CPU")
        axis.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=DPI)
    plt.close(figure)


def size_curves(
    titled: Mapping[str, Mapping[str, Points]], path: Path, *, columns: int = 4
) -> None:
    """Draw microseconds over the size of a construct, one panel for each title."""
    figure, axes, plt = panels(len(titled), columns)
    for axis, (title, lines) in zip(axes, titled.items(), strict=True):
        draw(axis, lines, marker="o", markersize=3)
        axis.set_title(title)
        axis.set_ylabel("microseconds")
        low, high = axis.get_ylim()
        axis.set_ylim(low / ROOM, high * ROOM)  # a flat curve should look flat
        axis.legend(fontsize="x-small")
    figure.tight_layout()
    figure.savefig(path, dpi=DPI)
    plt.close(figure)
