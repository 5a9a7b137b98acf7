# SPDX-License-Identifier: Apache-2.0
"""The programs of docs/guides/ print what is written below them."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

NAMES = ["combinators.md", "explain.md", "lark.md", "structural_tags.md", "tool_calling.md"]
GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"


@pytest.mark.parametrize("name", NAMES)
def test_the_programs_of_a_guide_print_what_it_shows(name: str) -> None:
    pytest.importorskip("lark", reason="needs pushmask[lark]")
    text = (GUIDES / name).read_text(encoding="utf-8")
    pairs = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", text, re.M | re.S)
    assert len(pairs) == text.count("```python")
    names: dict[str, object] = {}
    for program, shown in pairs:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(program, names)
        assert printed.getvalue() == shown


@pytest.mark.parametrize("name", NAMES)
def test_links_of_a_guide_lead_to_files(name: str) -> None:
    text = (GUIDES / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", text):
        assert (GUIDES / target).exists(), target
