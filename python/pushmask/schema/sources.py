# SPDX-License-Identifier: Apache-2.0
"""Everything that `Grammar.from_json_schema` takes for a schema, as JSON.

JSON values are copied; types and functions are described by pydantic, which is imported when one
comes along and not before.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any, get_origin

from pushmask.schema.plain import parse_text, plain, write
from pushmask.schema.problem import Path, kind_of

# Unions, special forms, type variables, aliases and forward references are instances of these.
TYPE_MODULES = {"typing", "typing_extensions", "types", "annotationlib"}


def to_text(schema: object, *, source_name: str = "<schema>", at: Path = ()) -> str:
    """Write a schema as JSON text.

    Args:
        schema: what `to_schema` takes. Text is returned as it is, unread.
        source_name: what errors call the input.
        at: where `schema` stands in the input; errors point from there.

    Raises:
        As `to_schema`.

    Example:
        >>> to_text({"type": ["integer", "null"]})
        '{"type": ["integer", "null"]}'
        >>> to_text(list[bool])
        '{"items": {"type": "boolean"}, "type": "array"}'
    """
    if isinstance(schema, str):
        return schema
    value = _value(schema, source_name=source_name, at=at)
    return write(value, source_name=source_name, at=at)


def to_schema(schema: object, *, source_name: str = "<schema>", at: Path = ()) -> Any:
    """Turn a way of writing a schema into plain JSON that the caller owns.

    Args:
        schema: one of
            JSON: a mapping, a list, a boolean, a number or None, copied. Whether it is a schema is
            for the engine to say;
            JSON text: a str, read;
            a type: a Pydantic model, dataclass, TypedDict, NamedTuple or Enum class, any type
            expression (`Literal["a", "b"]`, `int | None`, `list[Annotated[str, ...]]`), or a
            `pydantic.TypeAdapter`, as `json_schema(mode="validation", by_alias=True)` has it;
            a function, bound method or `functools.partial`: the object of its keyword arguments.
        source_name: what errors call the input.
        at: where `schema` stands in the input; errors point from there.

    Raises:
        TypeError: it is none of these.
        SchemaError: the JSON has a value that JSON cannot write (NaN, a set, a key that is no
            string, a cycle), or a type or parameter has no JSON Schema.
        UnsupportedError: a type whose JSON Schema would allow more than the type does.
        GrammarSyntaxError: the text is not JSON.
        LimitError: the JSON is nested deeper than 500 levels, or has more than
            2,000,000 values or 100,000,000 characters.
        ImportError: a type was given and the extra `pushmask[pydantic]` is not installed.
    """
    if isinstance(schema, str):
        return parse_text(schema, source_name=source_name)
    value = _value(schema, source_name=source_name, at=at)
    return plain(value, source_name=source_name, at=at)


def _value(schema: object, *, source_name: str, at: Path = ()) -> Any:
    """Return the schema as JSON that may still be the caller's, and unchecked."""
    if schema is None or isinstance(schema, (Mapping, list, tuple, bool, int, float)):
        return schema
    if _is_type(schema) or _is_function(schema) or _is_type_adapter(schema):
        return _described(schema, source_name=source_name, at=at)
    raise TypeError(
        "a schema is a mapping, its JSON text, a type or a function, "
        f"not an instance of {kind_of(schema)}"
    )


def _is_type(schema: object) -> bool:
    return (
        isinstance(schema, type)
        or get_origin(schema) is not None
        or (type(schema).__module__ in TYPE_MODULES and not inspect.isroutine(schema))
    )


def _is_function(schema: object) -> bool:
    return inspect.isroutine(schema) or isinstance(schema, functools.partial)


def _is_type_adapter(schema: object) -> bool:
    return type(schema).__module__.startswith("pydantic.") and hasattr(schema, "core_schema")


def _described(schema: Any, *, source_name: str, at: Path) -> Any:
    try:
        from pushmask.schema import pydantic_source
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "pydantic":
            raise
        raise ImportError(
            "a schema from a type or a function needs pydantic: pip install 'pushmask[pydantic]'"
        ) from error
    return pydantic_source.describe(schema, source_name=source_name, at=at)
