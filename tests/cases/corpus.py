# SPDX-License-Identifier: Apache-2.0
"""The grammars of grammars/ and the texts that each says to accept and to reject."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from pushmask import builtin

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).resolve().parents[2] / "grammars"
NAMES = builtin.names()
PIECES = re.compile(r"\w+|[^\w\s]|\s")
MAX_PIECES = 4  # of a fragment
MAX_FRAGMENT = 24  # bytes


def cases(name: str) -> dict[str, list[str]]:
    """Read the texts of a grammar by verdict, `accept` and `reject`."""
    return tomllib.loads((FOLDER / f"{name}.cases.toml").read_text(encoding="utf-8"))


def fragments(name: str) -> list[bytes]:
    """List what the accepted texts are made of: words and symbols, up to some in a row."""
    found = set()
    for text in cases(name)["accept"]:
        pieces = PIECES.findall(text)
        for size in range(1, MAX_PIECES + 1):
            for start in range(len(pieces) - size + 1):
                found.add("".join(pieces[start : start + size]).encode())
    return sorted(fragment for fragment in found if len(fragment) <= MAX_FRAGMENT)


def neighbour(text: str, texts: Sequence[str], rng: random.Random) -> str:
    """Change a text a little: drop, double or swap pieces, or put in one of another text."""
    pieces = PIECES.findall(text)
    foreign = PIECES.findall(rng.choice(texts)) or [" "]
    at = rng.randrange(len(pieces) + 1)
    change = rng.randrange(5)
    if change == 0:
        pieces[at : at + 1] = []
    elif change == 1:
        pieces[at:at] = pieces[at : at + 1]
    elif change == 2:
        pieces[at : at + 2] = reversed(pieces[at : at + 2])
    elif change == 3:
        pieces[at:at] = [rng.choice(foreign)]
    else:
        pieces[at : at + 1] = [rng.choice(foreign)]
    return "".join(pieces)
