# SPDX-License-Identifier: Apache-2.0
"""Cases from folders and archives, and the seeded sample."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from harness.cases import load_cases, parse_case, sample_names

DATA = {
    "schema": {"type": "string"},
    "tests": [{"data": "ä", "valid": True}, {"data": 1, "valid": False}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cases"
    made.mkdir()
    for name in "abcdef":
        (made / f"{name}.json").write_text(json.dumps(DATA), encoding="utf-8")
    return made


def test_instances_are_serialised_as_maskbench_does() -> None:
    case = parse_case("a", json.dumps(DATA))
    assert case.instances == (('"ä"', True), ("1", False))
    assert json.loads(case.schema) == DATA["schema"]


def test_a_sample_depends_on_the_seed_alone() -> None:
    names = [f"case{number}" for number in range(50)]
    drawn = sample_names(names, 10, seed=1)
    assert drawn == sample_names(names[::-1], 10, seed=1)
    assert drawn != sample_names(names, 10, seed=2)
    assert len(set(drawn)) == 10


def test_a_larger_sample_has_the_smaller_one_in_it() -> None:
    names = [f"case{number}" for number in range(50)]
    assert sample_names(names, 20, seed=3)[:5] == sample_names(names, 5, seed=3)
    assert sorted(sample_names(names, 0, seed=3)) == sorted(names)


def test_an_archive_has_the_cases_of_its_folder(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "cases.tar.xz"
    with tarfile.open(archive, "w:xz") as files:
        files.add(folder, "cases")
    assert load_cases(archive, 3, seed=1) == load_cases(folder, 3, seed=1)


def test_a_place_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data"):
        load_cases(tmp_path, 3, seed=1)
