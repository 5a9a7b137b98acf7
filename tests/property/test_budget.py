# SPDX-License-Identifier: Apache-2.0
"""A small budget on a long random walk over a recursive grammar: it is kept, and masks stay exact.

`bench/memory.py` does the same for a million steps, a real vocabulary and the resident memory.
"""

from __future__ import annotations

import random

import pushmask
from reference.masks import fill, ids

JSON = r"""
root   ::= value
value  ::= object | array | string | number
object ::= "{" (string ":" value ("," string ":" value)*)? "}"
array  ::= "[" (value ("," value){0,1000})? "]"
string ::= "\"" [^"\\]{0,500} "\""
number ::= "-"? [0-9]{1,200}
"""
TOKENS = [
    *(bytes([byte]) for byte in b'[]{}":,-019ax'),
    *(
        b"[[",
        b'[{"',
        b"]]",
        b'":',
        b'",',
        b'":[',
        b'"}',
        b"1,",
        b"1]",
        b"}}",
        b'{"a":',
        b"xa",
        b"10",
    ),
]
BUDGET = 1 << 16
STEPS = 20_000
TEXT_STEPS = 3_000


def compile_json(max_memory_bytes: int) -> pushmask.CompiledGrammar:
    vocabulary = pushmask.Vocabulary([*TOKENS, b"</s>"], stop_token_ids=[len(TOKENS)])
    compiler = pushmask.Compiler(
        vocabulary, limits=pushmask.Limits(max_memory_bytes=max_memory_bytes)
    )
    return compiler.compile(pushmask.Grammar.from_ebnf(JSON))


def test_masks_stay_exact_past_the_budget_which_is_kept() -> None:
    bounded, free = compile_json(BUDGET), compile_json(1 << 40)
    vocabulary = free.vocabulary
    draw = random.Random(8)
    pair = (bounded.matcher(), free.matcher())
    forks = [(matcher.fork(), other.fork()) for matcher, other in [pair] * 3]
    bytes_seen = []
    for step in range(STEPS):
        small, large = pair
        words = fill(large, vocabulary)
        assert fill(small, vocabulary) == words, step
        assert small.can_stop == large.can_stop
        choices = sorted(ids(words[0]) - {len(TOKENS)})
        token = draw.choice(choices) if choices else len(TOKENS)
        if not choices or large.num_tokens > TEXT_STEPS:
            pair = (bounded.matcher(), free.matcher())
            continue
        # Openers more often, so that stacks grow deep.
        token = max(draw.choices(choices, k=2), key=lambda t: TOKENS[t][-1:] in b'[{"')
        assert small.accept_token(token)
        assert large.accept_token(token)
        if draw.random() < 0.01:
            num_tokens = draw.randrange(min(40, large.num_tokens))
            small.rollback(num_tokens)
            large.rollback(num_tokens)
        if draw.random() < 0.01:
            forks[draw.randrange(len(forks))] = (small.fork(), large.fork())
            pair = forks.pop(draw.randrange(len(forks)))
            forks.append((pair[0].fork(), pair[1].fork()))
        bytes_seen.append(bounded.stats()["bytes"])
    assert max(bytes_seen) <= BUDGET
    assert max(bytes_seen[STEPS // 4 :]) == max(bytes_seen[: STEPS // 4])
    assert free.stats()["bytes"] > 10 * BUDGET
