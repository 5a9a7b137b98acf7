# SPDX-License-Identifier: Apache-2.0
"""Tool lists of the OpenAI API as the schema of the calls that a model may write.

Both forms are read: `{"type": "function", "function": {"name": …}}` of Chat Completions and
`{"type": "function", "name": …}` of Responses (OpenAI API reference, "tools" of "Create chat
completion" and "Create a model response").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pushmask.schema.openai import check_openai
from pushmask.schema.plain import plain
from pushmask.schema.problem import Path, kind_of, malformed, unsupported
from pushmask.schema.relocate import relocate
from pushmask.schema.sources import to_schema, to_text

# "Must be a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64" there.
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# A function without "parameters" has none.
NO_PARAMETERS = {"type": "object", "properties": {}, "additionalProperties": False}


def tools_schema(
    tools: Sequence[Any],
    *,
    parallel: bool = False,
    strict_profile: Literal["openai"] | None = None,
    arguments: str = "arguments",
    source_name: str = "<tools>",
) -> dict[str, Any]:
    """Write the schema of a call of one of the tools.

    A call is `{"name": …, "arguments": …}`, both required and nothing else. References inside a
    tool's parameters keep leading where they led.

    Args:
        tools: as in a request to the OpenAI API. Instead of a JSON Schema, `parameters` may be a
            type; a whole tool may be a function, which gives it its name.
        parallel: the schema of a non-empty array of calls instead.
        strict_profile: `openai` checks the parameters of each tool that is `strict` with
            `check_openai`. In the flat form a tool is strict unless it says otherwise.
        arguments: what the member of a call is named that has the arguments.
        source_name: what errors call the input.

    Raises:
        SchemaError: the list is empty or an entry is malformed; a name is missing, repeated or
            has other characters than `a-z A-Z 0-9 _ -`; a reference leads nowhere.
        UnsupportedError: a tool that is no function, parameters outside the strict profile, or
            parameters that cannot be moved exactly (see docs/reference/schema_sources.md).
        TypeError: `tools` is not a sequence.

    Example:
        >>> tools_schema([{"type": "function", "name": "now"}])["anyOf"][0]["properties"]["name"]
        {'const': 'now'}
    """
    root: Path = ("items", "anyOf") if parallel else ("anyOf",)
    calls = []
    for index, tool in enumerate(named_tools(tools, source_name=source_name)):
        if strict_profile is not None and tool.is_strict():
            check_openai(tool.parameters(), source_name=source_name, at=tool.place("parameters"))
        parameters = relocate(
            tool.parameters(),
            (*root, index, "properties", arguments),
            source_name=source_name,
            at=tool.place("parameters"),
        )
        calls.append(call_schema(tool.name(), arguments, parameters))
    if parallel:
        return {"type": "array", "items": {"anyOf": calls}, "minItems": 1}
    return {"anyOf": calls}


def named_tools(tools: Sequence[Any], *, source_name: str) -> list[Tool]:
    """Return the tools of a list, whose names are checked.

    Args:
        tools: as `tools_schema` takes them, or what this function has returned.
        source_name: what errors call the input.

    Raises:
        SchemaError, UnsupportedError, TypeError: as `tools_schema`, but for the parameters.
    """
    if isinstance(tools, (str, bytes)) or not isinstance(tools, Sequence):
        raise TypeError(f"tools is a list, not an instance of {kind_of(tools)}")
    if not tools:
        raise malformed("there is no tool", (), source_name=source_name)
    found: dict[str, Tool] = {}
    for index, given in enumerate(tools):
        tool = given if isinstance(given, Tool) else Tool(given, index, source_name)
        name = tool.name()
        if name in found:
            raise malformed(
                f"the name '{name}' is repeated",
                tool.place("name"),
                source_name=source_name,
                hint=f"the tool at index {found[name].at[0]} has it",
            )
        found[name] = tool
    return list(found.values())


def call_schema(name: str, arguments: str, parameters: Any) -> dict[str, Any]:
    """Return the schema of a call, `parameters` being that of its arguments."""
    return {
        "type": "object",
        "properties": {"name": {"const": name}, arguments: parameters},
        "required": ["name", arguments],
        "additionalProperties": False,
    }


class Tool:
    """One entry of a tool list."""

    def __init__(self, given: Any, index: int, source_name: str) -> None:
        self.source_name = source_name
        self.at: Path = (index,)
        self.is_flat = False
        self.checked_name: str | None = None
        if callable(given):
            self.fields: Mapping[str, Any] = {
                "name": getattr(given, "__name__", None),
                "parameters": given,
            }
            return
        self.fields = self._fields(given)

    def place(self, field: str) -> Path:
        """Return the path of a field of the tool."""
        return (*self.at, field)

    def name(self) -> str:
        """Return the name, checked."""
        if self.checked_name is None:
            self.checked_name = self._name()
        return self.checked_name

    def parameters(self) -> Any:
        """Return the schema of the arguments, as JSON that the caller owns."""
        return to_schema(self._given(), source_name=self.source_name, at=self.place("parameters"))

    def parameters_text(self) -> str:
        """Return the schema of the arguments as JSON text, as `json.dumps` writes it."""
        return to_text(self._given(), source_name=self.source_name, at=self.place("parameters"))

    def _given(self) -> Any:
        given = self.fields.get("parameters")
        if isinstance(given, str):
            raise malformed(
                "the parameters are text; a schema was expected",
                self.place("parameters"),
                source_name=self.source_name,
                hint="json.loads",
            )
        return NO_PARAMETERS if given is None else given

    def is_strict(self) -> bool:
        """Say whether the API would hold the parameters to its strict profile."""
        strict = self.fields.get("strict")
        if strict is None:
            return self.is_flat
        if not isinstance(strict, bool):
            raise malformed(
                f"'strict' is a boolean, not {strict!r}",
                self.place("strict"),
                source_name=self.source_name,
            )
        return strict

    def _name(self) -> str:
        if "name" not in self.fields:
            raise malformed("the function has no 'name'", self.at, source_name=self.source_name)
        name = plain(self.fields["name"], source_name=self.source_name, at=self.place("name"))
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise malformed(
                f"the name {name!r} is not 1 to 64 of the characters a-z A-Z 0-9 _ -",
                self.place("name"),
                source_name=self.source_name,
            )
        return name

    def _fields(self, given: Any) -> Mapping[str, Any]:
        """Return the fields of the function, from either form."""
        if not isinstance(given, Mapping):
            raise malformed(
                f"a tool is an object, not an instance of {kind_of(given)}",
                self.at,
                source_name=self.source_name,
            )
        kind = given.get("type", "function")
        if kind != "function":
            raise unsupported(
                f"a tool of type {kind!r} has no schema of its calls",
                self.place("type"),
                feature=str(kind),
                source_name=self.source_name,
            )
        if "function" not in given:
            self.is_flat = "type" in given  # without it: the older "functions"
            return given
        self.at = self.place("function")
        if not isinstance(given["function"], Mapping):
            raise malformed(
                f"a function is an object, not an instance of {kind_of(given['function'])}",
                self.at,
                source_name=self.source_name,
            )
        return given["function"]
