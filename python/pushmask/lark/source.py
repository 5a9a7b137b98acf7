# SPDX-License-Identifier: Apache-2.0
"""The text of a grammar, and diagnostics that point into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pushmask._core import diagnostic_at, error_text
from pushmask.errors import (
    Diagnostic,
    GrammarError,
    GrammarSyntaxError,
    LimitError,
    UnsupportedError,
)


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
        names, new_names: what the grammar calls what lark reads under another name, and back.
        words: what new names must not be; empty as long as there are none.
    """

    text: str
    name: str
    replacements: list[Replacement] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    new_names: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)

    def for_lark(self) -> str:
        """Return the text with its replacements."""
        parts = []
        at = 0
        for replacement in self.replacements:
            parts.append(self.text[at : replacement.start] + replacement.text)
            at = replacement.end
        return "".join([*parts, self.text[at:]])

    def check_characters(self) -> None:
        """Raise GrammarSyntaxError if the text has a lone surrogate."""
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            message = "half a surrogate pair is no character"
            hint = "write the character itself, or its code point as \\UXXXXXXXX in a pattern"
            length = error.end - error.start
            raise syntax_error(self.place(error.start, length, message, hint)) from None

    def new_name(self, name: str) -> str:
        """Return a name without hyphens for one that has them, the same every time."""
        if name not in self.new_names:
            self.words = self.words or set(re.findall(r"\w+", self.text))
            new = name.replace("-", "_")
            while new in self.words:
                new += "_"
            self.words.add(new)
            self.names[new] = name
            self.new_names[name] = new
        return self.new_names[name]

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
        begin = len(self.text[:offset].encode(errors="replace"))
        end = begin + len(self.text[offset : offset + length].encode(errors="replace"))
        data = self.text.encode(errors="replace")
        return diagnostic_at(data, begin, end, source_name=self.name, message=message, hint=hint)

    def at_name(self, name: str, message: str, hint: str = "") -> Diagnostic:
        """Describe a problem with a rule or terminal, where it is defined or else first named."""
        found = self._find(name)
        if found is None:
            return self.place(0, 0, message, hint)
        return self.place(found.start(1), len(found[1]), message, hint)

    def has_name(self, name: str) -> bool:
        """Whether the grammar's text has a name; others come from imports or from lark."""
        return self._find(name) is not None

    def _find(self, name: str) -> re.Match[str] | None:
        ignored = re.fullmatch(r"__IGNORE_(\d+)", name)  # lark's name for the n-th %ignore
        if ignored:
            directives = list(re.finditer(r"(?m)^[ \t]*(%ignore\b)", self.text))
            number = int(ignored[1])
            return directives[number] if number < len(directives) else None
        if not name:
            return None
        name = self.names.get(name, name)
        word = rf"(?<![\w.]){re.escape(name)}(?!\w)"
        definition = re.search(rf"(?m)^[ \t]*[?!]*({word})[^:\n]*:", self.text)
        return definition or re.search(f"({word})", self.text)

    def offsets(self) -> dict[str, int]:
        """Return where the names are that lines define, in bytes of the text as UTF-8."""
        found: dict[str, int] = {}
        at, in_bytes = 0, 0
        for match in re.finditer(r"(?m)^[ \t]*[?!]*([\w-]+)[^:\n]*:", self.text):
            in_bytes += len(self.text[at : match.start(1)].encode(errors="replace"))
            at = match.start(1)
            found.setdefault(match[1], in_bytes)
        return {new: found[name] for new, name in self.names.items() if name in found} | found

    def at_token(self, token: object, message: str, hint: str = "") -> Diagnostic:
        """Describe a problem with a token of lark's, if it stands in this text."""
        position = getattr(token, "start_pos", None)
        if position is not None:
            offset = self.original(position)
            is_here = self.text.startswith(str(token), offset)
            is_replaced = any(offset == one.start for one in self.replacements)
            if is_here or is_replaced:
                return self.place(offset, len(str(token)) if is_here else 1, message, hint)
        return self.place(0, 0, message, hint)


def syntax_error(diagnostic: Diagnostic) -> GrammarSyntaxError:
    """Make the error of a grammar that cannot be read."""
    return GrammarSyntaxError(error_text(diagnostic), (diagnostic,))


def unsupported(diagnostic: Diagnostic, feature: str) -> UnsupportedError:
    """Make the error of a construct that cannot be enforced."""
    return UnsupportedError(error_text(diagnostic), (diagnostic,), feature)


def limited(diagnostic: Diagnostic, limit: str, bound: int, reached: int) -> LimitError:
    """Make the error of a grammar that is too large."""
    return LimitError(error_text(diagnostic), limit, bound, reached, (diagnostic,))


def with_place(error: GrammarError, diagnostic: Diagnostic) -> GrammarError:
    """Return an error of the same kind about a part of the grammar, with a place in it."""
    if isinstance(error, UnsupportedError):
        return unsupported(diagnostic, error.feature)
    return type(error)(error_text(diagnostic), (diagnostic,))
