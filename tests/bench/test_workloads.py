# SPDX-License-Identifier: Apache-2.0
"""What tools.py and cliffs.py walk is what their schemas say, by an independent validator."""

from __future__ import annotations

import json

import jsonschema
import pytest

from harness.cliff_points import BOUNDS, DEPTHS, FAMILIES, Kind, Point, points
from harness.tool_schemas import PROPERTIES, generate_tools, tool_case

# The validator recurses into values and compiles patterns: it cannot follow to the largest sizes.
DEEPEST_CHECKED = 50
LARGEST_CHECKED = 1_000
CHECKED = [
    point
    for point in points(list(FAMILIES))
    if point.size <= (DEEPEST_CHECKED if FAMILIES[point.family][1] is DEPTHS else LARGEST_CHECKED)
]


def timed_text(point: Point) -> list[str]:
    return [text for text, kind in point.pieces if kind is not Kind.BETWEEN]


@pytest.mark.parametrize("point", CHECKED, ids=lambda point: f"{point.family} {point.size}")
def test_a_text_is_valid_at_every_size(point: Point) -> None:
    jsonschema.validate(json.loads(point.text), json.loads(point.schema))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_timed_pieces_are_the_same_at_every_size(family: str) -> None:
    first, *others = points([family])
    assert all(timed_text(point) == timed_text(first) for point in others)


@pytest.mark.parametrize("family", ["maxLength", "maxItems", "pattern"])
@pytest.mark.parametrize("size", BOUNDS[:3])
def test_a_text_reaches_its_bound(family: str, size: int) -> None:
    (point,) = (point for point in points([family]) if point.size == size)
    value = json.loads(point.text)
    assert len(value if family == "maxItems" else value["s"]) == size


def test_tools_are_distinct_and_follow_the_seed() -> None:
    tools = generate_tools(500, seed=1)
    assert len({tool["name"] for tool in tools}) == 500
    assert all(len(tool["parameters"]["properties"]) == PROPERTIES for tool in tools)
    assert tools == generate_tools(500, seed=1)
    assert tools != generate_tools(500, seed=2)
    with pytest.raises(ValueError, match="names"):
        generate_tools(100_000, seed=1)


def test_sample_calls_are_valid_where_they_say_so() -> None:
    case, tools = tool_case(30, 25, seed=5)
    validator = jsonschema.Draft202012Validator(json.loads(case.schema))
    assert len(tools) == 30
    assert [valid for _, valid in case.instances] == [True] * 25 + [False] * 2
    for text, valid in case.instances:
        assert validator.is_valid(json.loads(text)) == valid
