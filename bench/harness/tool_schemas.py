# SPDX-License-Identifier: Apache-2.0
"""Tools and calls of them, made up from a seed: distinct names, 8 properties of mixed types."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from harness.cases import Case

PROPERTIES = 8
LEAST_REQUIRED, MOST_REQUIRED = 3, 6
OPTIONAL_SHARE = 0.5  # of the optional properties that a call has


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


VERBS = words(
    "create get list update delete search archive assign approve cancel export import merge "
    "move publish rename restore schedule send validate"
)
OBJECTS = words(
    "account appointment article budget calendar campaign contact contract customer dashboard "
    "delivery document employee event expense file folder invoice issue job lead meeting "
    "message milestone notification order payment playlist product project quote recipe "
    "refund report reservation review shipment subscription task ticket user vehicle"
)
PROPERTY_NAMES = words(
    "id title description owner status priority due_date start_time end_time email phone amount "
    "currency quantity tags notes language country city address latitude longitude rating limit "
    "offset sort_by include_archived notify dry_run parent_id category color url reason comment "
    "timezone format version label channel"
)
WORDS = words(
    "annual blue brief city customer draft early first follow north open plan quarter ready "
    "remote review second service small spring team urgent weekly west"
)
CHOICES = (
    ("low", "normal", "high", "urgent"),
    ("draft", "active", "archived"),
    ("asc", "desc"),
    ("USD", "EUR", "JPY", "GBP", "CHF"),
    ("email", "sms", "push notification", "none"),
)

Tool = dict[str, Any]
Maker = Callable[[random.Random], dict[str, Any]]

MAKERS: tuple[Maker, ...] = (
    lambda draw: {"type": "string"},
    lambda draw: {"type": "string", "maxLength": draw.choice((20, 80, 200))},
    lambda draw: {"type": "integer", "minimum": 0, "maximum": draw.choice((10, 100, 1000))},
    lambda draw: {"type": "number"},
    lambda draw: {"type": "boolean"},
    lambda draw: {"type": "string", "enum": list(draw.choice(CHOICES))},
    lambda draw: {"type": "string", "format": "date"},
    lambda draw: {"type": "array", "items": {"type": "string"}, "maxItems": 10},
    lambda draw: closed(
        {"city": {"type": "string"}, "code": {"type": "integer"}}, required=["city", "code"]
    ),
)


def closed(properties: dict[str, Any], *, required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def generate_tools(count: int, seed: int) -> list[Tool]:
    """Make up `count` tools with distinct names."""
    draw = random.Random(seed)
    names = [f"{verb}_{what}" for verb in VERBS for what in OBJECTS]
    if count > len(names):
        raise ValueError(f"there are names for {len(names)} tools only, not for {count}")
    tools = []
    for name in draw.sample(names, count):
        keys = draw.sample(PROPERTY_NAMES, PROPERTIES)
        properties = {key: draw.choice(MAKERS)(draw) for key in keys}
        needed = set(draw.sample(keys, draw.randint(LEAST_REQUIRED, MOST_REQUIRED)))
        required = [key for key in keys if key in needed]
        tools.append({"name": name, "parameters": closed(properties, required=required)})
    return tools


def any_tool(tools: list[Tool]) -> dict[str, Any]:
    """Give the schema of a call of any of the tools."""
    branches = [
        closed(
            {"name": {"const": tool["name"]}, "arguments": tool["parameters"]},
            required=["name", "arguments"],
        )
        for tool in tools
    ]
    return {"anyOf": branches}


def value(schema: dict[str, Any], draw: random.Random) -> Any:
    """Make up a value."""
    if "enum" in schema:
        return draw.choice(schema["enum"])
    if schema.get("format") == "date":
        return f"20{draw.randint(10, 39)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    kind = schema["type"]
    if kind == "object":
        return {key: value(inner, draw) for key, inner in schema["properties"].items()}
    if kind == "array":
        return [value(schema["items"], draw) for _ in range(draw.randint(0, 3))]
    if kind == "string":
        text = " ".join(draw.choices(WORDS, k=draw.randint(1, 8)))
        return text[: schema.get("maxLength")]
    simple: dict[str, Callable[[], Any]] = {
        "integer": lambda: draw.randint(0, schema.get("maximum", 99999)),
        "number": lambda: round(draw.uniform(-500, 500), 2),
        "boolean": lambda: draw.random() < OPTIONAL_SHARE,
    }
    return simple[kind]()


def arguments(tool: Tool, draw: random.Random) -> dict[str, Any]:
    """Make up arguments: all required properties and some others, in the declared order."""
    parameters = tool["parameters"]
    return {
        key: value(schema, draw)
        for key, schema in parameters["properties"].items()
        if key in parameters["required"] or draw.random() < OPTIONAL_SHARE
    }


def tool_case(count: int, calls: int, seed: int) -> tuple[Case, list[Tool]]:
    """Make up a set of tools with sample calls, the last of which are wrong.

    One wrong call names a tool that does not exist, one lacks its arguments.
    """
    tools = generate_tools(count, seed)
    draw = random.Random(seed + 1)
    chosen = [draw.choice(tools) for _ in range(calls)]
    right = [{"name": tool["name"], "arguments": arguments(tool, draw)} for tool in chosen]
    wrong: list[dict[str, Any]] = [
        {"name": "launch_rocket", "arguments": right[0]["arguments"]},
        {"name": right[0]["name"]},
    ]
    instances = [(json.dumps(call), True) for call in right]
    instances += [(json.dumps(call), False) for call in wrong]
    name = f"{count} tools, seed {seed}"
    return Case(name, json.dumps(any_tool(tools)), tuple(instances)), tools
