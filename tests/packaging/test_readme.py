# SPDX-License-Identifier: Apache-2.0
"""README.md tells the truth: programs print what it shows, and links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAX_LINES = 150


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def run(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def default_model_is_here() -> bool:
    models = pytest.importorskip("pushmask.decoder.models", reason="needs pushmask[decoder]")
    return bool(models.model_path("smollm2").is_file())


def check_commands() -> list[str]:
    return [block for block in blocks("console") if block.startswith("$ pushmask check")]


def test_the_readme_fits_its_budget() -> None:
    assert len(README.splitlines()) <= MAX_LINES


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^):]+)\)", README))))
def test_a_link_leads_to_a_file(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("block", check_commands())
def test_a_check_prints_what_the_readme_shows(block: str) -> None:
    command, _, output = block.partition("\n")
    arguments = shlex.split(command.removeprefix("$ pushmask "))
    assert run([sys.executable, "-m", "pushmask", *arguments]) == output


def test_the_python_program_prints_what_the_readme_shows() -> None:
    if not default_model_is_here():
        pytest.skip("needs the default model: pushmask pull smollm2")
    (program,) = blocks("python")
    (output,) = blocks("json")
    assert run([sys.executable, "-c", program]) == output.rstrip("\n")
