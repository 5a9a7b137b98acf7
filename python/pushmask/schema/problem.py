# SPDX-License-Identifier: Apache-2.0
"""Places in a JSON value, and the errors that name them, written as the engine writes its own.

A place is a path: the member names and array indices from the root. Its text is a JSON Pointer
(RFC 6901).
"""

from __future__ import annotations

from typing import Any

from pushmask.errors import Diagnostic, SchemaError, UnsupportedError

Path = tuple[str | int, ...]


def pointer(path: Path) -> str:
    """Write a path as a JSON Pointer (RFC 6901 section 3)."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def problem(message: str, path: Path, *, source_name: str, hint: str = "") -> Diagnostic:
    """Make a diagnostic about the value at `path`."""
    return Diagnostic(message, source_name=source_name, pointer=pointer(path), hint=hint)


def describe(diagnostic: Diagnostic) -> str:
    """Write a diagnostic on one line: source, pointer, message, hint."""
    source = f"{diagnostic.source_name}: " if diagnostic.source_name else ""
    place = "" if diagnostic.pointer is None else f"at '{diagnostic.pointer}': "
    hint = f"; {diagnostic.hint}" if diagnostic.hint else ""
    return f"{source}{place}{diagnostic.message}{hint}"


def malformed(message: str, path: Path, *, source_name: str, hint: str = "") -> SchemaError:
    """Make the error for a value at `path` that a schema cannot have."""
    found = problem(message, path, source_name=source_name, hint=hint)
    return SchemaError(describe(found), (found,))


def unsupported(
    message: str, path: Path, *, feature: str, source_name: str, hint: str = ""
) -> UnsupportedError:
    """Make the error for a legal construct at `path` that cannot be carried over exactly."""
    found = problem(message, path, source_name=source_name, hint=hint)
    return UnsupportedError(describe(found), (found,), feature)


def kind_of(value: Any) -> str:
    """Name the type of a Python value for a message."""
    return type(value).__name__
