# SPDX-License-Identifier: Apache-2.0
"""docs/reference/schema_sources.md and the docstrings of `pushmask.schema` show what happens."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType

import pytest

from pushmask.schema import sources, tools

pytest.importorskip("pydantic")

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "schema_sources.md"


def test_the_document_shows_real_output() -> None:
    found = doctest.testfile(str(DOCUMENT), module_relative=False)
    assert found.attempted > 10
    assert found.failed == 0


@pytest.mark.parametrize("module", [sources, tools], ids=lambda module: module.__name__)
def test_the_examples_of_docstrings_run(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
