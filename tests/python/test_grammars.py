# SPDX-License-Identifier: Apache-2.0
"""The grammars of grammars/ against their own cases, and against other readers where one exists."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from pathlib import Path

import pytest

from pushmask import Grammar, GrammarError, builtin
from pushmask.cli.check import check

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).resolve().parents[2] / "grammars"


def cases(name: str) -> dict[str, list[str]]:
    return tomllib.loads((FOLDER / f"{name}.cases.toml").read_text(encoding="utf-8"))


def all_cases() -> list[tuple[str, str, bool]]:
    return [
        (name, text, verdict == "accept")
        for name in builtin.names()
        for verdict, texts in cases(name).items()
        for text in texts
    ]


@pytest.fixture(scope="module")
def grammars() -> dict[str, Grammar]:
    return {name: builtin.load(name) for name in builtin.names()}


@pytest.mark.parametrize(("name", "text", "is_accepted"), all_cases())
def test_a_grammar_decides_its_cases(
    grammars: dict[str, Grammar], name: str, text: str, is_accepted: bool
) -> None:
    assert check(grammars[name], text.encode("utf-8")).accepted is is_accepted


@pytest.mark.parametrize("name", builtin.names())
def test_a_grammar_has_cases_of_both_kinds_and_a_line_in_the_readme(name: str) -> None:
    assert all(cases(name)[verdict] for verdict in ("accept", "reject"))
    assert f"| `{name}` |" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(GrammarError, match="json_compact"):
        builtin.load("jsom")


@pytest.mark.parametrize("name", ["json", "json_compact"])
def test_the_json_cases_agree_with_the_json_module(name: str) -> None:
    def parses(text: str) -> bool:
        try:
            json.loads(text, parse_constant=lambda constant: pytest.fail(constant))
        except ValueError:
            return False
        return True

    accepted = cases(name)["accept"]
    assert [text for text in accepted if not parses(text)] == []
    if name == "json":
        floats = {"NaN", "Infinity"}  # the json module reads them all the same
        refused = [text for text in cases(name)["reject"] if text not in floats]
        assert [text for text in refused if parses(text)] == []


def test_what_the_csv_module_writes_is_accepted(
    grammars: dict[str, Grammar], tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    rows = [["a", 'say "hi"', "x,y"], ["", "two\r\nlines", "é漢🎉"], ["1", "", " "]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert check(grammars["csv"], path.read_bytes()).accepted


def test_the_dates_accepted_are_those_of_the_calendar(grammars: dict[str, Grammar]) -> None:
    def exists(year: int, month: int, day: int) -> bool:
        try:
            date(year, month, day)
        except ValueError:
            return False
        return True

    days = [
        (year, month, day)
        for year in (1900, 2000, 2023, 2024)
        for month in (0, 1, 2, 4, 12, 13)
        for day in (0, 1, 28, 29, 30, 31, 32)
    ]
    for year, month, day in days:
        text = f"{year:04}-{month:02}-{day:02}"
        accepted = check(grammars["iso8601"], text.encode()).accepted
        assert accepted is exists(year, month, day), text
