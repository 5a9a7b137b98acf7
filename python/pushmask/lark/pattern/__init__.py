# SPDX-License-Identifier: Apache-2.0
"""Patterns of the `re` module as automata: what `re.match` returns, and nothing else.

pattern ──program──▶ instructions ──determinize──▶ a deterministic automaton over code points
"""

from __future__ import annotations

from pushmask.lark.pattern.determinize import Result, determinize
from pushmask.lark.pattern.program import RefusedError, compile_pattern

__all__ = ["RefusedError", "Result", "match_automaton"]


def match_automaton(pattern: str) -> Result:
    """Return the automaton of the strings w with `re.match(pattern, w).end() == len(w)`.

    Raises:
        re.error: the pattern is none of `re`.
        RefusedError: it has a construct that is not regular or asks too much of its surroundings.
        LimitError: it is too large ("max_pattern", "max_pattern_states", "max_pattern_steps").
    """
    return determinize(compile_pattern(pattern))
