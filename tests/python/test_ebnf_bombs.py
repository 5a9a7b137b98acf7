# SPDX-License-Identifier: Apache-2.0
"""Hostile EBNF ends soon: in a matcher, or in an error of ours."""

from __future__ import annotations

import time

import numpy as np
import pytest

import pushmask

LIMIT_S = 20.0  # on a busy machine; each takes less than two seconds on an idle one

BOMBS = {
    "many alternatives": "root ::= " + " | ".join(f'"w{i}"' for i in range(200_000)),
    "nested repetition": "root ::= " + "(" * 200 + '"a"' + "){1,1000}" * 200,
    "nested stars": "root ::= " + "(" * 200 + '"a"*' + ")*" * 200,
    "nested optional": "root ::= " + "(" * 200 + '"a"?' + "){0,30}" * 200,
    "ambiguous stars": 'root ::= (x*)*\nx ::= y*\ny ::= "a"* | z\nz ::= root?',
    "ambiguous roots": 'root ::= root root root | root root | "a" | ""',
    "no base case": 'root ::= a\na ::= b "x"\nb ::= a "y"',
    "many states": "root ::= " + '[ab]* "a" [ab]{40}',
    "equal members": 'root ::= %members { %separator "," ' + '%item "a" ' * 40 + "}",
    "overlapping members": 'root ::= %members { %separator "," ' + "%item [a-z]+ " * 40 + "}",
    "keys without an end": 'root ::= %members { %separator [a-z]+ %key [a-z]+ %rest "" }',
    "shared expressions": '%let x0 ::= "a" | "bb"\n'
    + "\n".join(f'%let x{i} ::= x{i - 1} "-" x{i - 1} | "b"' for i in range(1, 60))
    + "\nroot ::= x59",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_soon(name: str, byte_vocabulary: pushmask.Vocabulary) -> None:
    start = time.perf_counter()
    mask = np.zeros(-(-byte_vocabulary.size // 32), dtype=np.int32)  # (words,)
    try:
        grammar = pushmask.Grammar.from_ebnf(BOMBS[name])
        matcher = pushmask.Compiler(byte_vocabulary).compile(grammar).matcher()
        for text in (b"a", b",", b"a", b",a,a,a,a", b"abababababab"):
            matcher.accept_bytes(text)
            matcher.fill_mask(mask)
    except (pushmask.LimitError, pushmask.EmptyLanguageError, pushmask.UnsupportedError):
        pass
    assert time.perf_counter() - start < LIMIT_S
