# SPDX-License-Identifier: Apache-2.0
"""The grammars that are shipped with the package (folder grammars/), by name."""

from __future__ import annotations

from pathlib import Path

from pushmask._core import Grammar
from pushmask.errors import GrammarError

SUFFIX = ".ebnf"


def _folder() -> Path:
    """Where the grammars are: inside an installed package, at the top of a source checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "grammars"
    return installed if installed.is_dir() else package.parents[1] / "grammars"


def names() -> list[str]:
    """Return the names of the grammars, sorted."""
    return sorted(path.stem for path in _folder().glob(f"*{SUFFIX}"))


def source(name: str) -> str:
    """Return the EBNF text of the grammar `name`.

    Raises:
        GrammarError: there is no grammar of that name.
    """
    if name not in names():
        raise GrammarError(f"there is no built-in grammar '{name}'; there are {', '.join(names())}")
    return (_folder() / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def load(name: str) -> Grammar:
    """Read the grammar `name`, for example `json`.

    Raises:
        GrammarError: there is no grammar of that name.
    """
    return Grammar.from_ebnf(source(name), source_name=f"{name}{SUFFIX}")
