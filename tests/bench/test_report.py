# SPDX-License-Identifier: Apache-2.0
"""Tables made from results, and README's part of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import report
from bench.documents import document, maskbench_document
from harness import cliffs_report, maskbench_report, results
from harness.tables import number, table


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (0, "0"),
        (0.01234, "0.0123"),
        (1.234, "1.23"),
        (12.34, "12.3"),
        (1234.5, "1,234"),
        (7, "7"),
        ("x", "x"),
    ],
)
def test_numbers_have_three_digits(value: float | str | None, shown: str) -> None:
    assert number(value) == shown


def test_a_table_is_markdown() -> None:
    lines = table(["a", "b"], [["x", 1.0], ["yy", None]]).splitlines()
    assert lines == ["| a  |    b |", "|:---|-----:|", "| x  | 1.00 |", "| yy |    - |"]


def test_readme_agrees_with_the_results() -> None:
    readme = report.README.read_text(encoding="utf-8")
    assert report.with_comparison(readme, results.RESULTS) == readme


def test_without_results_the_readme_says_so(tmp_path: Path) -> None:
    text = report.with_comparison(f"a\n{report.BEGIN}\nold\n{report.END}\nb\n", tmp_path)
    assert text == f"a\n{report.BEGIN}\n{report.NONE_YET}{report.END}\nb\n"


def test_a_readme_without_markers_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        report.with_comparison("no markers", tmp_path)


def test_the_comparison_has_the_newest_results(tmp_path: Path) -> None:
    newest = maskbench_document()
    for date, content in (("2029-01-01", {}), ("2030-01-02", newest)):
        path = tmp_path / f"{date}-maskbench.json"
        path.write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "2031-01-01-other-maskbench.json").write_text("{}", encoding="utf-8")
    text = report.comparison(tmp_path)
    assert re.search(r"time to first mask, p50, µs \| +5\.00 / 10\.0 \(0\.5×\)", text)
    assert re.search(r"cold mask, p99, µs +\| +0\.3 / 3\.00 \(0\.1×\)", text)
    assert re.search(r"cases passing, of 1 +\| +1 / 1 ", text)
    assert "bench/results/2030-01-02-maskbench.md" in text


def test_the_readmes_part_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "2030-01-02-maskbench.json"
    path.write_text(json.dumps(maskbench_document()), encoding="utf-8")
    assert len(report.comparison(tmp_path).splitlines()) < 30


def test_a_maskbench_document_has_all_its_tables() -> None:
    content = maskbench_document()
    text = results.heading(content) + maskbench_report.markdown(content)
    assert "## pushmask / llguidance: the 1 cases that both compile" in text
    assert re.search(r"warm mask p99 / floor +\| +2\.00 \|", text)
    assert re.search(r"accept / empty call +\| +4\.00 \|", text)


def test_flatness_is_the_end_over_the_start() -> None:
    curve = [
        {"size": size, "status": "done", "error": "", "cold_max_us": value}
        for size, value in ((10, 2.0), (100, 8.0), (1000, 4.0))
    ]
    assert cliffs_report.flatness(curve, "cold_max_us") == (2.0, 4.0)
    cut = [*curve[:2], {"size": 1000, "status": "timeout", "error": "late"}]
    assert cliffs_report.flatness(cut, "cold_max_us") == (None, None)
    content = document(
        "cliffs",
        repeats=1,
        engines={},
        curves={"maxLength": {"pushmask": curve, "peer": cut}},
    )
    text = cliffs_report.markdown(content)
    assert "- maxLength, 1,000, peer: late" in text
    assert report.cliff_rows(content)[0][1:] == ["2.00× / -", "2.00× / -"]


def test_a_command_line_has_no_places_of_this_machine() -> None:
    shown = results.command_line(["/home/x/bench/tools.py", "--out", "/home/x/out", "--seed", "3"])
    assert shown == "python bench/tools.py --out out --seed 3"
