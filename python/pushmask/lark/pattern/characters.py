# SPDX-License-Identifier: Apache-2.0
"""Sets of characters, as the `re` module has them.

A set is a sorted tuple of disjoint ranges of code points, ends included. What a class means in
`re` (Unicode categories, case) is asked of `re` itself, so it is that of the running Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

Range = tuple[int, int]
Ranges = tuple[Range, ...]

MAX_CODEPOINT = 0x10FFFF
EVERYTHING: Ranges = ((0, MAX_CODEPOINT),)
NEWLINE: Ranges = ((10, 10),)


def normal(ranges: Iterable[Range]) -> Ranges:
    """Sort ranges and join those that touch."""
    out: list[Range] = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return tuple(out)


def complement(ranges: Ranges) -> Ranges:
    """Return the characters that are not in a set."""
    out = []
    start = 0
    for first, last in ranges:
        if start < first:
            out.append((start, first - 1))
        start = last + 1
    if start <= MAX_CODEPOINT:
        out.append((start, MAX_CODEPOINT))
    return tuple(out)


def minus(a: Ranges, b: Ranges) -> Ranges:
    """Return the characters that are in the first set only."""
    return complement(normal([*complement(a), *b]))


@cache
def category(escape: str, flags: int) -> Ranges:
    r"""Return the characters of a class escape such as `\w`; some 50 ms, once."""
    everything = "".join(map(chr, range(MAX_CODEPOINT + 1)))
    found = re.finditer(f"{escape}+", everything, flags)
    return tuple((match.start(), match.end() - 1) for match in found)


@cache
def cased() -> str:
    """Return every character that another one may equal where case is ignored."""
    return "".join(
        c
        for c in map(chr, range(MAX_CODEPOINT + 1))
        if c.lower() != c or c.upper() != c or c.casefold() != c or c.title() != c
    )


@cache
def cased_ranges() -> Ranges:
    """Return `cased` as a set."""
    return normal((ord(c), ord(c)) for c in cased())


def ignoring_case(plain: Ranges, source: str, flags: int) -> Ranges:
    """Return a set where case is ignored.

    Args:
        plain: the set as it is otherwise.
        source: a pattern for one character of it.
        flags: those of `re` that hold, IGNORECASE among them.
    """
    found = re.findall(source, cased(), flags)
    return normal([*minus(plain, cased_ranges()), *((ord(c), ord(c)) for c in found)])
