# SPDX-License-Identifier: Apache-2.0
"""What `Matcher.explain` returns: where a text stands in a grammar, and why a token is refused."""

from __future__ import annotations

from dataclasses import dataclass

# Bytes of what was asked about that a message shows.
MAX_SHOWN_BYTES = 40


@dataclass(frozen=True, slots=True)
class Repetition:
    """A part of a rule that is repeated a counted number of times (`item{2,5}`).

    Attributes:
        number: How many repetitions have begun; 0 before the first.
        min: The fewest that there may be, at least 1.
        max: The most; None for no bound.
    """

    number: int
    min: int
    max: int | None


@dataclass(frozen=True, slots=True)
class Frame:
    """A rule of the grammar that is being read.

    Attributes:
        names: The rule's name. Several if rules with equal right-hand sides became one and it
            cannot be told which of them this is; none if it is not known which rules stand here.
        source_name: Name of the text that defines the rule, or an empty string.
        line: Line of the definition, from 1; None if the front end does not say.
        column: Column of the definition in characters, from 1; None likewise.
        pointers: JSON Schema: JSON Pointers (RFC 6901) of the schemas that the rule may stand for,
            at most 8; equal schemas are one rule.
        member: JSON Schema: the name of the member whose value is being read, as JSON spells it,
            if that can be told.
        repetition: Of a counted part of the rule; the innermost one.
    """

    names: tuple[str, ...]
    source_name: str = ""
    line: int | None = None
    column: int | None = None
    pointers: tuple[str, ...] = ()
    member: str | None = None
    repetition: Repetition | None = None

    def __str__(self) -> str:
        """Return `pair`, `key or value` for rules that are alike, and `...` for unknown ones."""
        text = " or ".join(self.names) if self.names else "..."
        if self.repetition is not None and self.repetition.number > 0:
            text += f" (repetition {self.repetition.number})"
        return text


@dataclass(frozen=True, slots=True)
class Path:
    """One way to read the text so far.

    Attributes:
        frames: The open rules, outermost first; at most 64.
        expected: What may come next on this path, in words.
        pointer: JSON Schema: JSON Pointer of the innermost schema that is known to be of a value
            that is being read. The text may stand further in, where no schema is or none can be
            told.
        is_cut: There are more frames, further out.
    """

    frames: tuple[Frame, ...]
    expected: tuple[str, ...]
    pointer: str | None = None
    is_cut: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the frames, outermost first."""
        return tuple(" or ".join(frame.names) or "..." for frame in self.frames)

    @property
    def place(self) -> str:
        """Where this is, in words: the rules, and where the innermost one is defined."""
        rules = " > ".join(
            ("...", *map(str, self.frames)) if self.is_cut else map(str, self.frames)
        )
        text = f"in {rules}" if rules else "at the end of the grammar"
        if self.pointer is not None:
            return f"{text}, schema {self.pointer or 'root'}"
        if self.frames and self.frames[-1].line is not None:
            last = self.frames[-1]
            return f"{text}, {last.source_name}:{last.line}:{last.column}"
        return text

    def __str__(self) -> str:
        """Return the place and what may come next, in one line."""
        return f"{self.place}: expected {_joined(self.expected)}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a text stands, and whether and why a token or bytes cannot come next.

    Attributes:
        is_allowed: They can come next: `accept_token` or `accept_bytes` would accept them.
        data: The bytes asked about; of a token, those that it is read as. Empty for a token that
            is no text.
        token_id: The token asked about; None for bytes.
        expected: What may come next, in words: `a digit`, `"true"`, `the end of the text`. Empty
            once a stop token was accepted.
        paths: The ways to read the text so far, at most 8, all different.
        has_more_paths: There are more, or may be.
        offset: Of refused bytes, the first one (from 0) that no path takes; else None.
        expected_there: What may come at `offset` instead, in words.
        died: The paths that ended at `offset`, each with what it expected; at most 8.
        has_more_died: There are more of them, or may be.
        note: A reason that the bytes do not tell, or an empty string.
    """

    is_allowed: bool
    data: bytes
    token_id: int | None
    expected: tuple[str, ...]
    paths: tuple[Path, ...]
    has_more_paths: bool = False
    offset: int | None = None
    expected_there: tuple[str, ...] = ()
    died: tuple[Path, ...] = ()
    has_more_died: bool = False
    note: str = ""

    def __str__(self) -> str:
        """Return the verdict in one line, and below it one line for each path."""
        lines = [self._verdict()]
        paths, has_more = (
            (self.died, self.has_more_died)
            if self.offset is not None
            else (self.paths, self.has_more_paths)
        )
        lines += [f"  {path}" for path in paths]
        if has_more:
            lines.append("  and on other paths")
        return "\n".join(lines)

    def _verdict(self) -> str:
        if self.token_id is not None:
            what = f"token {self.token_id} {_shown(self.data)}" if self.data else "the token"
            if not self.data:
                what = f"token {self.token_id}"
        elif self.data:
            what = _shown(self.data)
        else:
            what = ""
        if self.is_allowed:
            return f"{what} is allowed" if what else "the text stands"
        if self.note:
            return f"{what} is refused: {self.note}" if what else self.note
        at = self.offset or 0
        where = f" at offset {at}" if len(self.data) > 1 else ""
        return f"{what} is refused: no rule takes {_shown(self.data[at : at + 1])}{where}"


def _joined(words: tuple[str, ...]) -> str:
    """Return `a, b or c`."""
    if not words:
        return "nothing"
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _shown(data: bytes) -> str:
    """Return bytes as Python writes them, a long text cut."""
    if len(data) <= MAX_SHOWN_BYTES:
        return repr(data)
    return f"{data[:MAX_SHOWN_BYTES]!r}... ({len(data)} bytes)"
