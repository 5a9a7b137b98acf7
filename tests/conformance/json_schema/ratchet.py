# SPDX-License-Identifier: Apache-2.0
"""Outcomes that were reached once and must not be lost: text files beside this one.

Each line of such a file is a group or case: its verdicts, its reason if it has one, its name. A
better verdict passes, so that a change of the engine needs no change here; tools/run_suites.py
writes the files anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conformance.engine import VERDICTS
from conformance.json_schema.outcomes import Outcome

FOLDER = Path(__file__).parent / "expected"
HEADER = "# any order | schema's order | feature or error | group; tools/run_suites.py writes it\n"


def path_of(draft: str) -> Path:
    """Name the file of a draft."""
    return FOLDER / f"{draft}.txt"


def load(draft: str) -> dict[str, Outcome]:
    """Read what is expected of a draft; by the name of the group."""
    expected = {}
    for line in path_of(draft).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            any_order, schema_order, reason, name = line.split(" | ", 3)
            expected[name] = Outcome(any_order.strip(), schema_order.strip(), reason.strip())
    return expected


def save(draft: str, outcomes: Mapping[str, Outcome]) -> None:
    """Write what is expected of a draft from now on."""
    lines = [
        f"{outcome.any_order:15} | {outcome.schema_order:15} | {outcome.reason:21} | {name}\n"
        for name, outcome in outcomes.items()
    ]
    path_of(draft).write_text(HEADER + "".join(lines), encoding="utf-8")


def compare(
    expected: Mapping[str, Outcome], found: Mapping[str, Outcome]
) -> tuple[list[str], list[str]]:
    """Say what is worse than expected, missing or new, and what is better; a line for each."""
    worse, better = [], []
    for name in sorted(expected.keys() ^ found.keys()):
        worse.append(f"{name}: {'not run' if name in expected else 'not in the list'}")
    for name in expected.keys() & found.keys():
        was, now = expected[name], found[name]
        line = (
            f"{name}: {was.any_order}, {was.schema_order} -> {now.any_order}, {now.schema_order}"
            f" {now.reason}"
        )
        steps = [
            VERDICTS.index(now.any_order) - VERDICTS.index(was.any_order),
            VERDICTS.index(now.schema_order) - VERDICTS.index(was.schema_order),
        ]
        if max(steps) > 0:
            worse.append(line)
        elif min(steps) < 0:
            better.append(line)
    return sorted(worse), sorted(better)
