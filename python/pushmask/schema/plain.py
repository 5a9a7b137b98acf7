# SPDX-License-Identifier: Apache-2.0
"""Any nesting of mappings and sequences as plain dicts and lists that JSON can write exactly.

`json.dumps` turns the key 1 into "1" and lets two keys become one; here what JSON has no spelling
for is an error that names the place. The copy owns its containers, so callers may change it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from pushmask.errors import GrammarSyntaxError, LimitError
from pushmask.schema.problem import Path, kind_of, malformed

# The engine reads no deeper text.
MAX_DEPTH = 500
# A list that holds itself twice, level by level, would be written out exponentially often.
MAX_VALUES = 2_000_000
MAX_CHARACTERS = 100_000_000
# Python writes no longer integer by default, and no bound of a schema needs one.
MAX_BITS = 14_000
CONTAINERS = {dict, list}
SCALARS = {str, int, float, bool, type(None)}


def plain(value: Any, *, source_name: str, at: Path = ()) -> Any:
    """Copy `value` to dicts, lists, strings, numbers, booleans and None.

    Args:
        value: mappings with string keys, lists and tuples, and JSON scalars (subclasses such as
            members of a string Enum count as what they derive from).
        source_name: what errors call the input.
        at: where `value` stands in the input; errors point from there.

    Raises:
        SchemaError: a NaN or infinity, a key that is no string, half a surrogate pair, a value of
            another type, or a container inside itself.
        LimitError: `max_depth`, `max_values` or `max_characters` is exceeded.
    """
    text = _text_if_simple(value)
    return _Copy(source_name).run(value, at) if text is None else json.loads(text)


def write(value: Any, *, source_name: str, at: Path = ()) -> str:
    """Write `value` as JSON text; arguments and errors are those of `plain`."""
    text = _text_if_simple(value)
    if text is not None:
        return text
    return json.dumps(_Copy(source_name).run(value, at), allow_nan=False, ensure_ascii=False)


def _text_if_simple(value: Any) -> str | None:
    """Write what is plain already, ten times as fast as it is copied; None for all else.

    Level by level, so that a cycle is merely too deep.
    """
    level = [value] if type(value) in CONTAINERS else []
    num_values = num_characters = depth = 0
    while level:
        depth += 1
        num_values += sum(map(len, level))
        if depth > MAX_DEPTH or num_values > MAX_VALUES:
            return None
        below: list[Any] = []
        for container in level:
            children = container
            if type(container) is dict:
                if not all(type(name) is str for name in container):
                    return None
                num_characters += sum(map(len, container))
                children = container.values()
            for child in children:
                kind = type(child)
                if kind is str:
                    num_characters += len(child)
                elif kind in CONTAINERS:
                    below.append(child)
                elif kind not in SCALARS:
                    return None
        level = below
    if num_characters > MAX_CHARACTERS:
        return None
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        return text if text.isascii() or text.encode() else None
    except (TypeError, ValueError):  # the copy says where
        return None


def parse_text(text: str, *, source_name: str) -> Any:
    """Read JSON text; a repeated name in an object counts as a mistake, as it does in the engine.

    Raises:
        GrammarSyntaxError: the text is not JSON.
        LimitError: it is nested too deep.
    """
    try:
        value = json.loads(text, object_pairs_hook=_unique_names)
    except RecursionError:
        raise _too_deep(source_name) from None
    except ValueError as error:
        raise GrammarSyntaxError(f"{source_name}: {error}") from error
    return plain(value, source_name=source_name)


def _unique_names(members: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(members)
    if len(result) != len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name '{twice}' is repeated in an object")
    return result


def _too_deep(source_name: str) -> LimitError:
    return LimitError(
        f"{source_name}: more than {MAX_DEPTH} levels of JSON",
        "max_depth",
        MAX_DEPTH,
        MAX_DEPTH + 1,
    )


class _Copy:
    """One copy under way: depth first, with an explicit stack of the containers that are open."""

    def __init__(self, source_name: str) -> None:
        self.source_name = source_name
        self.open_ids: set[int] = set()
        self.num_values = 0
        self.num_characters = 0

    def run(self, value: Any, at: Path) -> Any:
        copy, items = self._enter(value, at)
        stack = [(value, at, copy, items)]
        while stack:
            source, path, into, items = stack[-1]
            item = next(items, None)
            if item is None:
                stack.pop()
                self.open_ids.discard(id(source))
                continue
            key, child = item
            place = (*path, key)
            child_copy, child_items = self._enter(child, place)
            if isinstance(into, dict):
                into[key] = child_copy
            else:
                into.append(child_copy)
            if isinstance(child_copy, (dict, list)):
                stack.append((child, place, child_copy, child_items))
            if len(stack) > MAX_DEPTH:
                raise _too_deep(self.source_name)
        return copy

    def _enter(self, value: Any, path: Path) -> tuple[Any, Iterator[tuple[Any, Any]]]:
        """Return an empty container for `value` and its items, or the scalar and none."""
        self.num_values += 1
        if self.num_values > MAX_VALUES:
            raise self._over("max_values", MAX_VALUES, self.num_values)
        if not isinstance(value, (Mapping, list, tuple)):
            return self._scalar(value, path), iter(())
        if id(value) in self.open_ids:
            raise self._malformed("the value contains itself", path)
        self.open_ids.add(id(value))
        if isinstance(value, Mapping):
            return {}, self._members(value, path)
        return [], enumerate(value)

    def _members(self, value: Mapping[Any, Any], path: Path) -> Iterator[tuple[str, Any]]:
        for key, child in value.items():
            if not isinstance(key, str):
                raise self._malformed(
                    f"a name in an object is a string, not {key!r} of type {kind_of(key)}", path
                )
            yield self._scalar(key, path), child

    def _scalar(self, value: Any, path: Path) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            text = str.__str__(value)  # of an Enum member: its content, not its name
            self.num_characters += len(text)
            if self.num_characters > MAX_CHARACTERS:
                raise self._over("max_characters", MAX_CHARACTERS, self.num_characters)
            if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
                raise self._malformed("half a surrogate pair is no character", path)
            return text
        if isinstance(value, int):
            if value.bit_length() > MAX_BITS:
                raise self._malformed(f"the number has more than {MAX_BITS} bits", path)
            return int(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise self._malformed(f"JSON has no number {float(value)}", path)
            return float(value)
        raise self._malformed(f"JSON has no value of type {kind_of(value)}", path)

    def _over(self, limit: str, bound: int, reached: int) -> LimitError:
        what = limit.removeprefix("max_")
        return LimitError(f"{self.source_name}: more than {bound} {what}", limit, bound, reached)

    def _malformed(self, message: str, path: Path) -> Exception:
        return malformed(message, path, source_name=self.source_name)
