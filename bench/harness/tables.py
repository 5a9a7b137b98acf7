# SPDX-License-Identifier: Apache-2.0
"""Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence

MISSING = "-"
THREE_DIGITS, TWO_DIGITS = 100, 10  # numbers show three significant digits


def number(value: float | str | None) -> str:
    """Show a number with three significant digits and thousands in groups."""
    if value is None:
        return MISSING
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= THREE_DIGITS:
        return f"{round(value):,}"
    if abs(value) >= TWO_DIGITS:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 or value == 0 else f"{value:.3g}"


def table(header: Sequence[str], rows: Sequence[Sequence[float | str | None]]) -> str:
    """Write a table: the first column is text, the others are numbers."""
    cells = [list(header), *([number(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "| "
        + " | ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in cells
    ]
    rule = [
        ("-" * (width + 1) + ":") if i else ":" + "-" * (width + 1)
        for i, width in enumerate(widths)
    ]
    lines.insert(1, "|" + "|".join(rule) + "|")
    return "\n".join(lines) + "\n"
