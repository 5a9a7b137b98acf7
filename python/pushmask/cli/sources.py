# SPDX-License-Identifier: Apache-2.0
"""From the options --schema, --grammar and --regex to a `Grammar`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pushmask import Grammar
from pushmask.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable


class InputError(Error):
    """An argument of the command line cannot be used."""


@dataclass(frozen=True, slots=True)
class GrammarSource:
    """The text of a grammar and how to read it.

    Attributes:
        name: what diagnostics call it: a file name, or the option.
        text: the grammar's own text, for showing where a diagnostic points.
        read: makes the `Grammar`; raises GrammarError.
    """

    name: str
    text: str
    read: Callable[[], Grammar]


def grammar_source(schema: str | None, grammar: str | None, regex: str | None) -> GrammarSource:
    """Return what the one option that was given means.

    Args:
        schema: a file, or JSON text (it starts with `{`).
        grammar: a file: Lark if its name ends in `.lark`, a JSON Schema if in `.json`, else EBNF.
        regex: a pattern.

    Raises:
        InputError: none or several were given, or a file cannot be read.
    """
    if [schema, grammar, regex].count(None) != 2:
        raise InputError("give exactly one of --schema, --grammar and --regex")
    if schema is not None:
        is_json = schema.lstrip().startswith("{") or schema in ("true", "false")
        name = "--schema" if is_json else schema
        hint = "JSON text on the command line starts with '{'"
        text = schema if is_json else read_text(schema, hint=hint)
        return GrammarSource(name, text, lambda: Grammar.from_json_schema(text, source_name=name))
    if grammar is not None:
        text = read_text(grammar, hint="--grammar takes a file: EBNF, .lark or .json")
        return GrammarSource(grammar, text, lambda: _read(text, grammar))
    pattern = regex or ""
    name = "--regex"
    return GrammarSource(name, pattern, lambda: Grammar.from_regex(pattern, source_name=name))


def _read(text: str, path: str) -> Grammar:
    """Return the grammar of a file, in the language that its suffix says."""
    readers: dict[str, Callable[..., Grammar]] = {
        ".lark": Grammar.from_lark,
        ".json": Grammar.from_json_schema,
    }
    return readers.get(Path(path).suffix.lower(), Grammar.from_ebnf)(text, source_name=path)


def read_text(path: str, *, hint: str) -> str:
    """Return the text of a UTF-8 file.

    Raises:
        InputError: the file is not there, is not readable, or is not UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; {hint}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text: byte {error.start} is invalid") from error
