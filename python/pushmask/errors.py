# SPDX-License-Identifier: Apache-2.0
"""Every exception that pushmask raises, in one hierarchy.

The native core raises the same classes: one translator in the bindings imports them from here and
fills the attributes. A wrong *type* of argument stays `TypeError`; a value that breaks a documented
array contract (shape, read-only) is `ValueError`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem in an input text and where it stands.

    Attributes:
        message: What is wrong; lower case, no full stop.
        source_name: Name of the input as the caller gave it, for example a file name.
        offset: First byte of the place in the input (UTF-8 bytes, from 0); None if it has no place.
        length: Number of bytes of the place; 0 for a point.
        line: Line of `offset`, from 1; None if there is no place.
        column: Column of `offset` in characters, from 1; None if there is no place.
        pointer: JSON Pointer (RFC 6901) into a JSON Schema; None for other inputs.
        hint: What to do about it, or an empty string.
        excerpt: The line and, below it, carets under the place, both after two spaces; a long line
            is cut around the place, and what is not printable is shown as an escape. An empty
            string if there is no place.
    """

    message: str
    source_name: str = ""
    offset: int | None = None
    length: int = 0
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    hint: str = ""
    excerpt: str = ""


class Error(Exception):
    """Base of every error that pushmask raises on purpose."""


class GrammarError(Error, ValueError):
    """A grammar (EBNF, regex, JSON Schema, …) cannot be used.

    Attributes:
        diagnostics: The problems found, the first one first.
    """

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics

    @property
    def diagnostic(self) -> Diagnostic | None:
        """The first diagnostic, or None if the error has no place."""
        return self.diagnostics[0] if self.diagnostics else None


class GrammarSyntaxError(GrammarError):
    """The text does not follow the syntax of its language."""


class SchemaError(GrammarError):
    """A JSON Schema is malformed or contradicts its own rules; see `diagnostic.pointer`."""


class UnsupportedError(GrammarError):
    """The text is legal but holds a construct that cannot be enforced exactly.

    Attributes:
        feature: The construct, for example `uniqueItems`.
    """

    def __init__(
        self, message: str, diagnostics: tuple[Diagnostic, ...] = (), feature: str = ""
    ) -> None:
        super().__init__(message, diagnostics)
        self.feature = feature


class EmptyLanguageError(GrammarError):
    """The grammar, or a schema, matches nothing at all."""


class LimitError(Error, RuntimeError):
    """A budget was exceeded.

    Attributes:
        limit: Name of the limit, a field of `Limits`.
        bound: Its value.
        reached: The value that was asked for or reached.
        diagnostics: Where in the input, or empty if the error does not know.
    """

    def __init__(
        self,
        message: str,
        limit: str = "",
        bound: int = 0,
        reached: int = 0,
        diagnostics: tuple[Diagnostic, ...] = (),
    ) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics
        self.limit = limit
        self.bound = bound
        self.reached = reached

    @property
    def diagnostic(self) -> Diagnostic | None:
        """Where in the input, or None if the error does not know."""
        return self.diagnostics[0] if self.diagnostics else None


class VocabularyError(Error, ValueError):
    """A vocabulary cannot be built, or a token id is outside it."""


class MatcherStateError(Error, RuntimeError):
    """A matcher was asked for something its state does not allow, such as too long a rollback."""


class InternalError(Error, RuntimeError):
    """An invariant of pushmask itself does not hold: a defect of pushmask, not of the input."""


class ModelError(Error, ValueError):
    """A model file is missing, truncated, of an unknown kind, or unknown by name.

    Attributes:
        path: The file or model name that was asked for.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class RequestError(Error, ValueError):
    """A generation request cannot be served, for example a prompt longer than the context."""
