# SPDX-License-Identifier: Apache-2.0
"""How the models of a family write calls, read from one data file per family (`formats/`).

A file is a JSON object with these members, of which `source`, `models` and `call` must be there. A
mark is an array of its parts; a part is a string, or `{"text": "…", "special": true}` where the
model's vocabulary has one special token for it. The parts of a mark are one text here.

    source, models   where the format is described, and who writes it
    parallel         false: an answer has one call at most
    call             one call: `begin`, `end`, `separator` (between two), and `arguments`:
                         call       {"name": …, `arguments_key`: {…}}
                         json       the arguments, as JSON
                         *_xml      the arguments, in a style of structural_tag.json_schema
                     `begin` has {name} in it, and {index} where the calls are counted
    calls            what stands around all calls of an answer
    reasoning        the marks of what is thought first; `in_prompt`: the chat template has written
                     `begin` already
    answer           the marks of an answer in words, if it has any
    preamble         the marks of words before a call, if the answer has marks
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Region:
    """What stands before and after something.

    Attributes:
        begin: The text before.
        end: The text after.
    """

    begin: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """The format of one family; the module says what the members mean."""

    name: str
    source: str
    models: tuple[str, ...]
    parallel: bool
    call: Region
    separator: str
    arguments: str
    arguments_key: str
    calls: Region
    reasoning: Region | None
    reasoning_in_prompt: bool
    answer: Region | None
    preamble: Region | None
    trigger: str  # what words before a call cannot contain; "" if a call has no mark
    special: frozenset[str]  # texts of special tokens in the marks


def formats() -> list[str]:
    """Return the names of the formats, sorted."""
    entries = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(".json") for name in entries if name.endswith(".json"))


@cache
def load(name: str) -> Format:
    """Return a format.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in formats():
        raise ValueError(f"there is no format '{name}'; there are {', '.join(formats())}")
    data = json.loads((_folder() / f"{name}.json").read_text(encoding="utf-8"))
    call = data["call"]
    marks = [mark for table in data.values() if isinstance(table, dict) for mark in table.values()]
    special = [
        part["text"]
        for mark in marks
        if isinstance(mark, list)
        for part in mark
        if isinstance(part, dict)
    ]
    return Format(
        name=name,
        source=data["source"],
        models=tuple(data["models"]),
        parallel=data.get("parallel", True),
        call=_region(call),
        separator=_text(call.get("separator", [])),
        arguments=call["arguments"],
        arguments_key=call.get("arguments_key", "arguments"),
        calls=_region(data.get("calls", {})),
        reasoning=_region(data["reasoning"]) if "reasoning" in data else None,
        reasoning_in_prompt=data.get("reasoning", {}).get("in_prompt", False),
        answer=_region(data["answer"]) if "answer" in data else None,
        preamble=_region(data["preamble"]) if "preamble" in data else None,
        trigger=_trigger([*data.get("calls", {}).get("begin", []), *call.get("begin", [])]),
        special=frozenset(special),
    )


def _folder() -> Any:
    return files("pushmask.tools") / "formats"


def _region(table: Mapping[str, Any]) -> Region:
    return Region(_text(table.get("begin", [])), _text(table.get("end", [])))


def _trigger(mark: list[str | dict[str, Any]]) -> str:
    """Return the part of a beginning that says that a call begins.

    That is a special token where the beginning has one first, and otherwise what stands before the
    name; not the white space behind, since nobody reads the mark without it as words.
    """
    if mark and isinstance(mark[0], dict):
        return _text(mark[:1])
    return _text(mark).partition("{name}")[0].rstrip()


def _text(mark: list[str | dict[str, Any]]) -> str:
    return "".join(part if isinstance(part, str) else part["text"] for part in mark)
