# SPDX-License-Identifier: Apache-2.0
"""The `tool_choice` of a request to the OpenAI API, read (API reference, "tool_choice")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """What a model may answer with.

    Attributes:
        words: It may answer in words.
        calls: It may call tools.
        name: The one tool that it may call; None: any.
    """

    words: bool
    calls: bool
    name: str | None = None


CHOICES = {
    "auto": Choice(words=True, calls=True),
    "none": Choice(words=True, calls=False),
    "required": Choice(words=False, calls=True),
}


def read(tool_choice: str | Mapping[str, Any]) -> Choice:
    """Return what a `tool_choice` asks for.

    Args:
        tool_choice: "auto", "none", "required", or a tool's name as `{"name": …}`, in the form of
            Chat Completions `{"type": "function", "function": {"name": …}}` or in that of
            Responses `{"type": "function", "name": …}`.

    Raises:
        ValueError: it is something else.
    """
    if isinstance(tool_choice, str):
        if tool_choice in CHOICES:
            return CHOICES[tool_choice]
    elif tool_choice.get("type", "function") == "function":
        name = tool_choice.get("function", tool_choice)
        name = name.get("name") if isinstance(name, Mapping) else None
        if isinstance(name, str):
            return Choice(words=False, calls=True, name=name)
    raise ValueError(
        f"tool_choice is 'auto', 'none', 'required' or {{'name': …}}, not {tool_choice!r}"
    )
