# SPDX-License-Identifier: Apache-2.0
"""Make tables again from results: README's comparison, or the markdown and plot of result files.

    python bench/report.py --readme     rewrite the part of README.md between its markers
    python bench/report.py FILE.json    rewrite FILE.md and FILE.png

README's part comes from the newest `<date>-<bench>.json` of each bench in bench/results/; results
under other names (`--name`) are left alone. A test compares README with the results.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import batch
import corpus
import memory
import tools
from harness import cliffs_report, maskbench_report
from harness.results import RESULTS, Document, heading
from harness.tables import number, table
from harness.vocabularies import ROOT

README = ROOT / "README.md"
BEGIN = "<!-- comparison: written by bench/report.py --readme -->"
END = "<!-- end of comparison -->"
NONE_YET = "No comparison is recorded yet; `make bench` makes one.\n"
README_FAMILIES = ("maxLength", "maxItems", "pattern", "enum", "anyOf")
README_PEERS = ("llguidance", "xgrammar")
OURS = "pushmask"

Markdown = Callable[[Mapping[str, Any]], str]
Plot = Callable[[Mapping[str, Any], Path], None]

REPORTS: dict[str, tuple[Markdown, Plot | None]] = {
    "maskbench": (maskbench_report.markdown, maskbench_report.plot),
    "cliffs": (cliffs_report.markdown, cliffs_report.plot),
    "tools": (tools.markdown, maskbench_report.plot),
    "batch": (batch.markdown, None),
    "corpus": (corpus.markdown, None),
    "memory": (memory.markdown, None),
}
MASK_ROWS = (
    ("first_mask_us", "p50", "time to first mask, p50"),
    ("first_mask_us", "p99", "time to first mask, p99"),
    ("mask_cold_us", "p50", "cold mask, p50"),
    ("mask_cold_us", "p99", "cold mask, p99"),
    ("mask_cold_us", "mean", "cold mask, mean"),
    ("mask_warm_us", "p50", "warm mask, p50"),
    ("mask_warm_us", "p99", "warm mask, p99"),
)


def newest(bench: str, folder: Path) -> tuple[Path, Document] | None:
    """Give the newest result of a bench under its own name."""
    paths = sorted(
        path
        for path in folder.glob(f"*-{bench}.json")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", path.name.removesuffix(f"-{bench}.json"))
    )
    return (paths[-1], json.loads(paths[-1].read_text(encoding="utf-8"))) if paths else None


def versus(ours: float | None, peer: float | None) -> str:
    """Show two values and their ratio."""
    shown = f"{number(ours)} / {number(peer)}"
    return f"{shown} ({number(ours / peer)}×)" if ours is not None and peer else shown


def pairs_of(content: Document) -> dict[str, Mapping[str, Any]]:
    return {pair["peer"]: pair for pair in content["pairs"] if pair["ours"] == OURS}


def mask_rows(content: Document) -> list[list[str]]:
    """Give the rows that MaskBench fills: times on common cases, and verdicts on all."""
    pairs, engines = pairs_of(content), content["engines"]
    rows = []
    for measure, key, label in MASK_ROWS:
        found = [pairs[peer][measure]["cpu"] if peer in pairs else {} for peer in README_PEERS]
        cells = [
            versus(*((f.get(s) or {}).get(key) for s in ("ours", "peer"))) if f else "-"
            for f in found
        ]
        rows.append([f"{label}, µs", *cells])
    counts: dict[str, Callable[[Mapping[str, Any]], int]] = {
        "cases passing": lambda engine: engine["verdicts"].get("pass", 0),
        "cases refused": lambda engine: engine["verdicts"].get("refused", 0),
        "cases judged wrongly": lambda engine: sum(
            engine["verdicts"].get(status, 0) for status in ("valid rejected", "invalid accepted")
        ),
    }
    for label, count in counts.items():
        cells = [
            f"{count(engines[OURS])} / {count(engines[peer])}" if peer in engines else "-"
            for peer in README_PEERS
        ]
        rows.append([f"{label}, of {content['cases']}", *cells])
    return rows


def tool_rows(content: Document) -> list[list[str]]:
    engines = content["engines"]
    rows = []
    for measure, key, label in (
        ("first_mask_us", "p50", "compile and first mask, p50"),
        ("mask_cold_us", "p99", "cold mask, p99"),
    ):
        values = {name: (engine[measure]["cpu"] or {}).get(key) for name, engine in engines.items()}
        cells = [versus(values.get(OURS), values.get(peer)) for peer in README_PEERS]
        rows.append([f"{content['tools']} tools: {label}, µs", *cells])
    return rows


def memory_rows(content: Document) -> list[list[str]]:
    values = {
        name: engine["common"].get("kb_per_grammar") for name, engine in content["engines"].items()
    }
    cells = [versus(values.get(OURS), values.get(peer)) for peer in README_PEERS]
    return [["memory of a compiled and used grammar, KB", *cells]]


def cliff_rows(content: Document) -> list[list[str]]:
    """Give how much the largest cold mask grows along one curve."""
    rows = []
    for family in README_FAMILIES:
        curves = content["curves"].get(family)
        if not curves:
            continue
        sizes = [f"{point['size']:,}" for point in next(iter(curves.values()))]
        grown = {
            engine: cliffs_report.flatness(curve, "cold_max_us")[0]
            for engine, curve in curves.items()
        }
        shown = {name: f"{number(value)}×" if value else "fails" for name, value in grown.items()}
        cells = [f"{shown.get(OURS, '-')} / {shown.get(peer, '-')}" for peer in README_PEERS]
        rows.append([f"largest cold mask, `{family}` {sizes[0]} to {sizes[-1]}", *cells])
    return rows


def comparison(folder: Path) -> str:
    """Write README's part."""
    makers = {
        "maskbench": mask_rows,
        "tools": tool_rows,
        "memory": memory_rows,
        "cliffs": cliff_rows,
    }
    found = {bench: newest(bench, folder) for bench in makers}
    main = found["maskbench"]
    if main is None:
        return NONE_YET
    content = main[1]
    rows = [row for bench, result in found.items() if result for row in makers[bench](result[1])]
    engines = content["engines"]
    versions = [
        f"{peer} {engines.get(peer, {}).get('version', '')}".strip() for peer in README_PEERS
    ]
    machine = content["environment"]
    links = ", ".join(
        f"[{bench}](bench/results/{result[0].with_suffix('.md').name})"
        for bench, result in found.items()
        if result
    )
    pairs = pairs_of(content)
    common = " and ".join(str(pairs[peer]["cases"]) for peer in README_PEERS if peer in pairs)
    warm = maskbench_report.over_floor(engines[OURS], "p99")
    return (
        f"{content['cases']} MaskBench cases, vocabulary {content['vocabulary']}, one thread of an "
        f"{machine['cpu']}, {content['date']}:\n"
        f"thread CPU, on the {common} cases that both compile; less is better. At p99 a warm mask\n"
        f"takes {number(warm)} times a row's copy and an empty call.\n"
        f"[Method](bench/README.md); all numbers: {links}.\n\n"
        + table(["pushmask / peer", *versions], rows)
    )


def with_comparison(readme: str, folder: Path) -> str:
    """Put the comparison of the results in `folder` between README's markers.

    Raises:
        ValueError: the markers are missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n{comparison(folder)}{END}{after}"


def remake(path: Path) -> None:
    """Write the markdown and the plot of a result again."""
    content = json.loads(path.read_text(encoding="utf-8"))
    markdown, plot = REPORTS[content["bench"]]
    text = heading(content) + "\n" + markdown(content)
    path.with_suffix(".md").write_text(text, encoding="utf-8")
    if plot is not None:
        plot(content, path.with_suffix(".png"))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, help="results to write anew")
    parser.add_argument("--readme", action="store_true", help="rewrite README's comparison")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    options = parser.parse_args()
    for path in options.files:
        remake(path)
    if options.readme:
        text = with_comparison(README.read_text(encoding="utf-8"), options.results)
        README.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
