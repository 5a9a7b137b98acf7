# SPDX-License-Identifier: Apache-2.0
"""The text of a grammar, and diagnostics that point into it."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field

from pushmask.errors import Diagnostic, GrammarError, GrammarSyntaxError, UnsupportedError


@dataclass(frozen=True, slots=True)
class Replacement:
    """Text that lark reads in place of a piece of the grammar; offsets count characters."""

    start: int  # in the grammar
    end: int
    text: str


@dataclass(slots=True)
class Source:
    """A grammar as it was given, and what lark reads instead.

    Attributes:
        text: the grammar.
        name: what diagnostics call it.
        replacements: in the order of the text, disjoint.
    """

    text: str
    name: str
    replacements: list[Replacement] = field(default_factory=list)

    def for_lark(self) -> str:
        """Return the text with its replacements."""
        parts = []
        at = 0
        for replacement in self.replacements:
            parts.append(self.text[at : replacement.start] + replacement.text)
            at = replacement.end
        return "".join([*parts, self.text[at:]])

    def original(self, offset: int) -> int:
        """Return the place in the grammar of a place in what lark reads."""
        for replacement in self.replacements:
            if offset <= replacement.start:
                break
            past = replacement.start + len(replacement.text)
            if offset < past:
                return replacement.start
            offset += replacement.end - past
        return min(offset, len(self.text))

    def place(self, offset: int, length: int, message: str, hint: str = "") -> Diagnostic:
        """Describe a problem at a place in the grammar, in characters."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect.bisect_right(starts, offset)
        return Diagnostic(
            message=message,
            source_name=self.name,
            offset=len(self.text[:offset].encode(errors="replace")),
            length=len(self.text[offset : offset + length].encode(errors="replace")),
            line=line,
            column=offset - starts[line - 1] + 1,
            hint=hint,
        )

    def nowhere(self, message: str, hint: str = "") -> Diagnostic:
        """Describe a problem that no place of the grammar is known for."""
        return Diagnostic(message=message, source_name=self.name, hint=hint)

    def at_name(self, name: str, message: str, hint: str = "") -> Diagnostic:
        """Describe a problem with a rule or terminal, where it is defined or else first named."""
        word = rf"(?<![\w.]){re.escape(name)}(?!\w)"
        for pattern in (rf"(?m)^[ \t]*[?!]*({word})[^:\n]*:", f"({word})"):
            found = re.search(pattern, self.text)
            if found:
                return self.place(found.start(1), len(name), message, hint)
        return self.nowhere(message, hint)


def text_of(diagnostic: Diagnostic) -> str:
    """Return what an error with this diagnostic says."""
    place = diagnostic.source_name
    if diagnostic.line is not None:
        place += f":{diagnostic.line}:{diagnostic.column}"
    hint = f"; {diagnostic.hint}" if diagnostic.hint else ""
    return f"{place}: {diagnostic.message}{hint}"


def syntax_error(diagnostic: Diagnostic) -> GrammarSyntaxError:
    """Make the error of a grammar that cannot be read."""
    return GrammarSyntaxError(text_of(diagnostic), (diagnostic,))


def unsupported(diagnostic: Diagnostic, feature: str) -> UnsupportedError:
    """Make the error of a construct that cannot be enforced."""
    return UnsupportedError(text_of(diagnostic), (diagnostic,), feature)


def with_place(error: GrammarError, diagnostic: Diagnostic) -> GrammarError:
    """Return an error of the same kind about a part of the grammar, with a place in it."""
    if isinstance(error, UnsupportedError):
        return unsupported(diagnostic, error.feature)
    return type(error)(text_of(diagnostic), (diagnostic,))
