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
    "alternatives that wait for a rule": "root ::= "
    + " | ".join(f'"w{i}" x' for i in range(100_000))
    + '\nx ::= "y"',
    "a sequence that waits for rules": "root ::= "
    + " ".join(f"x{i}" for i in range(20_000))
    + "".join(f'\nx{i} ::= "y"?' for i in range(20_000)),
    "nested repetition of ambiguous parts": "root ::= " + "(" * 120 + '[a-z] "b"?' + "){0,7}" * 120,
    "an ambiguous pattern": r"root ::= /(?:(\d1+1?)\w\b|(?:\D{1,3}éa)(?:é+\n1{0,2}|\d{1,3}.*))+/",
    "nested groups": "root ::= " + "(" * 100_000 + '"a"' + ")" * 100_000,
    "nested complements": "root ::= " + "~" * 100_000 + '"a"',
    "a long literal": 'root ::= "' + "ab" * 5_000_000 + '"',
    "many rules": "root ::= r0\n"
    + "\n".join(f'r{i} ::= "x" r{i + 1} | "y"' for i in range(100_000))
    + '\nr100000 ::= "z"',
    "a circle of rules": "root ::= r0\n"
    + "\n".join(f'r{i} ::= "x" r{(i + 1) % 50_000}' for i in range(50_000)),
    "doubling rules": 'root ::= r60\nr0 ::= "a"?\n'
    + "\n".join(f'r{i} ::= r{i - 1} r{i - 1} | "b" r{i - 1}' for i in range(1, 61)),
    "doubling rules of a regular language": 'root ::= ~r60\nr0 ::= "a"\n'
    + "\n".join(f"r{i} ::= r{i - 1} r{i - 1}" for i in range(1, 61)),
    "doubling shorthands": '%let r0 ::= "a" | x\n'
    + "\n".join(f"%let r{i} ::= r{i - 1} r{i - 1}" for i in range(1, 61))
    + '\nroot ::= r60\nx ::= "b"',
    "left recursion in a circle": "root ::= r0\n"
    + "\n".join(f'r{i} ::= r{(i + 1) % 500} "x{i}" | "y{i}"' for i in range(500)),
    "deep left recursion": "root ::= r0\n"
    + "\n".join(f'r{i} ::= r{i + 1} "x" | "y"' for i in range(20_000))
    + '\nr20000 ::= "z"',
    "a chain of rules that may be empty": "root ::= r0\n"
    + "\n".join(f"r{i} ::= r{i + 1}? r{i + 1}?" for i in range(2000))
    + '\nr2000 ::= "z"',
    "spelled repetition": "root ::= %json_any { [^x]{100000} }",
    "nested spelled repetition": "root ::= %json_any { "
    + "(" * 100
    + "[a-z]"
    + "){1,20}" * 100
    + " }",
    "many tokens": "root ::= " + "<[97]> " * 100_000,
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
