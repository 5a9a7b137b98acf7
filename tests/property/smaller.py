# SPDX-License-Identifier: Apache-2.0
"""Make a failing schema and instance smaller, for people: leave out whatever is not needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = Any


def simpler(value: Json) -> Iterator[Json]:
    """Yield values with one thing less: a part left out, or put in the place of the whole."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: item for key, item in value.items() if key != name}
            if isinstance(inner, (dict, list)):
                yield inner
            for less in simpler(inner):
                yield {key: less if key == name else item for key, item in value.items()}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield value[:index] + value[index + 1 :]
            if isinstance(inner, (dict, list)):
                yield inner
            for less in simpler(inner):
                yield [*value[:index], less, *value[index + 1 :]]


def smallest(value: Json, still_fails: Callable[[Json], bool], tries: int = 3000) -> Json:
    """Go on to a simpler value that fails as long as there is one, and as `tries` last."""
    candidates = simpler(value)
    while tries > 0:
        candidate = next(candidates, None)
        if candidate is None:
            break
        tries -= 1
        if still_fails(candidate):
            value, candidates = candidate, simpler(candidate)
    return value
