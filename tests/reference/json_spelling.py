# SPDX-License-Identifier: Apache-2.0
"""How JSON escapes characters (RFC 8259, section 7), as sequences of sets of ASCII characters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

SHORT = {'"': '"', "\\": "\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
BOTH_CASES = ["0123456789"[d] if d < 10 else "abcdef"[d - 10] + "ABCDEF"[d - 10] for d in range(16)]


def is_literal(code: int) -> bool:
    return code >= 0x20 and chr(code) not in '"\\'


@cache
def escapes(low: int, high: int, *, every: bool) -> tuple[tuple[str, ...], ...]:
    """The escapes of a range of code points: each is one of the characters at each place.

    `every`: all escapes; otherwise those without which a character cannot be.
    """
    named = SHORT | ({"/": "/"} if every else {})
    letters = "".join(letter for c, letter in named.items() if low <= ord(c) <= high)
    out = [("\\", letters)] if letters else []
    if every:
        out += numeric(low, high)
    else:
        for first, last in ((0, 7), (0x0B, 0x0B), (0x0E, 0x1F)):  # controls that have no letter
            if max(low, first) <= min(high, last):
                out += numeric(max(low, first), min(high, last))
    return tuple(out)


def numeric(low: int, high: int) -> Iterator[tuple[str, ...]]:
    """\\uXXXX, and two of them for what is beyond U+FFFF."""
    for first, last in ((0, 0xD7FF), (0xE000, 0xFFFF)):
        if max(low, first) <= min(high, last):
            for digits in hexadecimal(max(low, first), min(high, last), 4):
                yield ("\\", "u", *digits)
    begin, end = max(low, 0x10000) - 0x10000, high - 0x10000
    while begin <= end:
        half, lower = divmod(begin, 0x400)
        last_half, upper = half, min(end - half * 0x400, 0x3FF)
        if lower == 0 and upper == 0x3FF:  # first halves that take every second half
            last_half = (end + 1) // 0x400 - 1
        for one in hexadecimal(0xD800 + half, 0xD800 + last_half, 4):
            for other in hexadecimal(0xDC00 + lower, 0xDC00 + upper, 4):
                yield ("\\", "u", *one, "\\", "u", *other)
        begin = (last_half + 1) * 0x400


def hexadecimal(low: int, high: int, num_digits: int) -> Iterator[tuple[str, ...]]:
    """The numbers from `low` to `high` in so many digits."""
    if num_digits == 0:
        yield ()
        return
    size = 16 ** (num_digits - 1)
    full = ""  # the digits behind which anything may come
    for digit in range(low // size, high // size + 1):
        begin = max(low - digit * size, 0)
        end = min(high - digit * size, size - 1)
        if (begin, end) == (0, size - 1):
            full += BOTH_CASES[digit]
            continue
        for rest in hexadecimal(begin, end, num_digits - 1):
            yield (BOTH_CASES[digit], *rest)
    if full:
        yield (full, *["".join(BOTH_CASES)] * (num_digits - 1))
