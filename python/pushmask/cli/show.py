# SPDX-License-Identifier: Apache-2.0
"""`pushmask show`: a grammar's rules as railroad diagrams, or its machine as a DOT graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pushmask.cli import diagrams
from pushmask.cli.check import bytewise
from pushmask.cli.sources import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushmask import Grammar
    from pushmask.structure import Structure


def dot(grammar: Grammar, max_states: int) -> str:
    """Return the compiled machine in the DOT language.

    Raises:
        pushmask.LimitError: it has more than `max_states` states.
    """
    return bytewise(grammar).to_dot(max_states=max_states)


def picture(grammar: Grammar, names: Sequence[str], *, title: str, as_svg: bool) -> str:
    """Return the diagrams of the rules with these names, of all without any, as SVG or HTML.

    Raises:
        InputError: there is no rule of such a name.
        pushmask.LimitError: there is too much to draw.
        ImportError: the extra `pushmask[show]` is not installed.
    """
    structure = grammar.structure()
    pictures = diagrams.draw(structure, _numbers(structure, names))
    return diagrams.to_svg(pictures) if as_svg else diagrams.to_html(pictures, title)


def is_svg(output: str | None) -> bool:
    """Tell whether a file's suffix asks for SVG; HTML is what stdout gets.

    Raises:
        InputError: the suffix is neither `.svg` nor `.html`.
    """
    suffix = Path(output).suffix.lower() if output is not None else ".html"
    if suffix not in (".svg", ".html", ".htm"):
        raise InputError(f"{output}: the name ends in neither .svg nor .html")
    return suffix == ".svg"


def write(text: str, output: str) -> None:
    """Write a file.

    Raises:
        InputError: it cannot be written.
    """
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output}: cannot be written: {error.strerror or error}") from error


def _numbers(structure: Structure, names: Sequence[str]) -> list[int]:
    """Return the numbers of rules, the root first if all are meant."""
    if not names:
        others = (rule for rule in range(len(structure.rules)) if rule != structure.root)
        return [structure.root, *others]
    by_name = {rule.name: number for number, rule in enumerate(structure.rules)}
    missing = [name for name in names if name not in by_name]
    if missing:
        some = ", ".join(list(by_name)[:8]) + (", ..." if len(by_name) > 8 else "")
        raise InputError(f"there is no rule '{missing[0]}'; there are {some}")
    return [by_name[name] for name in names]
