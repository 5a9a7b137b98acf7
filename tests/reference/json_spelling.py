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
    out = [("\\", letter) for c, letter in named.items() if low <= ord(c) <= high]
    if every:
        out += numeric(low, high)
    else:
        plain = [c for c in range(low, min(high, 0x1F) + 1) if chr(c) not in SHORT]
        out += [escape for c in plain for escape in numeric(c, c)]
    return tuple(out)


def numeric(low: int, high: int) -> Iterator[tuple[str, ...]]:
    """\\uXXXX, and two of them for what is beyond U+FFFF."""
    for first, last in ((0, 0xD7FF), (0xE000, 0xFFFF)):
        if max(low, first) <= min(high, last):
            for digits in hexadecimal(max(low, first), min(high, last), 4):
                yield ("\\", "u", *digits)
    for half in range(0xD800, 0xDC00):
        begin = 0x10000 + (half - 0xD800) * 0x400
        from_, to = max(low, begin) - begin, min(high, begin + 0x3FF) - begin
        if from_ <= to:
            (upper,) = hexadecimal(half, half, 4)
            for lower in hexadecimal(0xDC00 + from_, 0xDC00 + to, 4):
                yield ("\\", "u", *upper, "\\", "u", *lower)


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
