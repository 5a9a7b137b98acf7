# SPDX-License-Identifier: Apache-2.0
"""What people see: errors, and a place in a text with a caret under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from pushmask.errors import Diagnostic, Error, GrammarError, LimitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from pushmask.cli.sources import GrammarSource

# One screen: a minified schema is one very long line, and a bad file has many problems.
MAX_LINE_WIDTH = 90
MAX_DIAGNOSTICS = 3
ERROR = ("error: ", "bold red")
WARNING = ("warning: ", "yellow")


def print_line(console: Console, *parts: str | tuple[str, str]) -> None:
    """Print texts, each plain or with a style, as one line; the terminal wraps it, if anything."""
    console.print(Text.assemble(*parts), soft_wrap=True)


def print_error(console: Console, error: Error, source: GrammarSource | None) -> None:
    """Print an error, with the place it points to if it has one."""
    diagnostics = error.diagnostics if isinstance(error, GrammarError | LimitError) else ()
    if not diagnostics:
        print_line(console, ERROR, printable(str(error)))
        return
    print_diagnostics(console, ERROR, diagnostics, source)


def print_diagnostics(
    console: Console,
    label: tuple[str, str],
    diagnostics: Sequence[Diagnostic],
    source: GrammarSource | None,
) -> None:
    """Print the first few diagnostics, each with its place, behind a label with its style."""
    for diagnostic in diagnostics[:MAX_DIAGNOSTICS]:
        print_line(console, label, printable(diagnostic.message))
        _print_where(console, diagnostic, source)
    if len(diagnostics) > MAX_DIAGNOSTICS:
        print_line(console, f"... and {len(diagnostics) - MAX_DIAGNOSTICS} more")


def _print_where(console: Console, diagnostic: Diagnostic, source: GrammarSource | None) -> None:
    place = diagnostic.source_name or (source.name if source else "")
    if diagnostic.line is not None:
        place += f":{diagnostic.line}:{diagnostic.column}"
    if diagnostic.pointer is not None:
        place += f"  at {diagnostic.pointer or 'the root'}"
    if place:
        print_line(console, ("  --> ", "blue"), printable(place))
    if source is not None and diagnostic.offset is not None:
        print_place(console, source.text.encode("utf-8"), diagnostic.offset, diagnostic.length)
    if diagnostic.hint:
        print_line(console, ("  hint: ", "blue"), printable(diagnostic.hint))


def print_place(console: Console, data: bytes, offset: int, length: int) -> None:
    """Print the line of `data` (UTF-8) that holds byte `offset`, and carets under the place."""
    start = data.rfind(b"\n", 0, offset) + 1
    end = data.find(b"\n", offset)
    end = len(data) if end < 0 else end
    while offset + length < end and data[offset + length] & 0xC0 == 0x80:
        length += 1  # a place that ends inside a character is shown with the whole of it
    before = printable(data[start:offset].decode("utf-8", "replace"))
    marked = printable(data[offset : min(offset + length, end)].decode("utf-8", "replace"))
    after = printable(data[offset + length : end].decode("utf-8", "replace"))
    if len(before) > MAX_LINE_WIDTH // 2:
        before = "…" + before[-MAX_LINE_WIDTH // 2 :]
    if len(marked) > MAX_LINE_WIDTH // 2:
        marked, after = marked[: MAX_LINE_WIDTH // 2], "…"
    room = max(MAX_LINE_WIDTH - len(before) - len(marked), 0)
    if len(after) > room:
        after = after[:room] + "…"
    number = str(data.count(b"\n", 0, start) + 1)
    carets = " " * cell_len(before) + "^" * max(cell_len(marked), 1)
    print_line(console, (f" {number} | ", "blue"), before + marked + after)
    print_line(console, (" " * len(number) + "  | ", "blue"), (carets, "bold red"))


def printable(text: str) -> str:
    """Return `text` with control characters replaced, so that it cannot steer a terminal."""
    return "".join(
        character if character.isprintable() else "\ufffd" if character not in "\t\r\n" else " "
        for character in text
    )
