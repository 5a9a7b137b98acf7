# SPDX-License-Identifier: Apache-2.0
"""Where a grammar and another reader must agree on what is not in the language, too."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

import pushmask
from cases.corpus import cases
from cases.scheme import read_scheme
from cases.verdicts import RefusedError
from pushmask import builtin
from reference.masks import accepts


@pytest.fixture(scope="module")
def compiler(byte_vocabulary: pushmask.Vocabulary) -> pushmask.Compiler:
    return pushmask.Compiler(byte_vocabulary)


def test_rejected_json_is_refused_by_the_json_module() -> None:
    floats = {"NaN", "Infinity"}  # the json module reads them all the same
    for text in cases("json")["reject"]:
        if text not in floats:
            with pytest.raises(ValueError):  # noqa: PT011 - of any wording
                json.loads(text)


def test_rejected_s_expressions_are_refused_by_the_reader() -> None:
    left_out = {"#u8(01)", '"a\nb"'}  # of the report, but not of the grammar
    for text in cases("s_expression")["reject"]:
        if text not in left_out:
            with pytest.raises(RefusedError):
                read_scheme(text)


def test_what_the_csv_module_writes_is_accepted(
    compiler: pushmask.Compiler, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    rows = [["a", 'say "hi"', "x,y"], ["", "two\r\nlines", "é漢🎉"], ["1", "", " "]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert accepts(compiler.compile(builtin.load("csv")), path.read_bytes())


def test_the_dates_accepted_are_those_of_the_calendar(compiler: pushmask.Compiler) -> None:
    def exists(year: int, month: int, day: int) -> bool:
        try:
            date(year, month, day)
        except ValueError:
            return False
        return True

    compiled = compiler.compile(builtin.load("iso8601"))
    days = [
        (year, month, day)
        for year in (1900, 2000, 2023, 2024)
        for month in (0, 1, 2, 4, 12, 13)
        for day in (0, 1, 28, 29, 30, 31, 32)
    ]
    for year, month, day in days:
        text = f"{year:04}-{month:02}-{day:02}"
        assert accepts(compiled, text) is exists(year, month, day), text
