# SPDX-License-Identifier: Apache-2.0
"""`pushmask explain`: where in a grammar does a text stand, or where and why is it not legal?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pushmask.cli.check import bytewise

if TYPE_CHECKING:
    from pushmask import Grammar
    from pushmask.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Report:
    """How far a text goes, and where that is.

    Attributes:
        is_legal: the text is the beginning of some text of the grammar, or all of one.
        is_complete: it is all of one.
        offset: the text's length in bytes if it is legal, else the first byte of the character
            that no rule takes.
        length: bytes of that character; 1 at the end of the text.
        place: where the text before `offset` stands, and what may come there.
    """

    is_legal: bool
    is_complete: bool
    offset: int
    length: int
    place: Explanation


def explain(grammar: Grammar, data: bytes) -> Report:
    """Match `data` byte by byte and say where it stands.

    Raises:
        pushmask.GrammarError, pushmask.LimitError: the grammar cannot be compiled, or the text can
            be read in too many ways.
    """
    matcher = bytewise(grammar, keep_rules=True).matcher()
    if matcher.accept_bytes(data):
        return Report(True, matcher.can_stop, len(data), 1, matcher.explain())
    begin = matcher.explain(data).offset or 0
    while begin > 0 and data[begin] & 0xC0 == 0x80:  # back to the start of the character
        begin -= 1
    end = begin + 1
    while end < len(data) and data[end] & 0xC0 == 0x80:
        end += 1
    matcher.accept_bytes(data[:begin])
    return Report(False, False, begin, end - begin, matcher.explain())
