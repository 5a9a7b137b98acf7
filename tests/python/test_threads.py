# SPDX-License-Identifier: Apache-2.0
"""Threads that share a compiled grammar see what one thread alone sees."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import pushmask
from reference.masks import allowed, compile_ebnf

NUM_THREADS = 8
STEPS = 40
GRAMMAR = r"""
root   ::= value
value  ::= object | "[" (value ("," value){0,5})? "]" | string | [0-9]{1,30}
object ::= "{" (member ("," member)*)? "}"
member ::= string ":" value
string ::= "\"" [^"\\]{0,200} "\""
"""


@pytest.fixture(scope="module")
def vocabulary() -> pushmask.Vocabulary:
    chooser = random.Random(7)
    pieces = ['"', "{", "}", "[", "]", ":", ",", "1", "23", "a", "bc", "é", "😀", '":', '",', '"}']
    tokens = {
        "".join(chooser.choices(pieces, k=chooser.randint(1, 4))).encode() for _ in range(800)
    }
    tokens |= {piece.encode() for piece in pieces} | {b"\xc3", b"\xa9"}
    return pushmask.Vocabulary([b"</s>", *sorted(tokens)], stop_token_ids=[0])


def walk(compiled: pushmask.CompiledGrammar, seed: int) -> list[tuple[int, ...]]:
    """The masks along a random text, with rollbacks and forks on the way."""
    chooser = random.Random(seed)
    vocabulary = compiled.vocabulary
    matcher = compiled.matcher()
    seen = []
    for _ in range(STEPS):
        mask = sorted(allowed(matcher, vocabulary))
        seen.append((*mask, -1, matcher.can_stop))
        assert mask or matcher.is_stopped
        if not mask or chooser.random() < 0.1:
            matcher.rollback(min(matcher.num_tokens, chooser.randint(1, 3)))
        elif not matcher.fork().accept_token(token := chooser.choice(mask)):
            raise AssertionError(token)
        else:
            matcher.accept_token(token)
    return seen


def test_threads_with_their_own_matchers_agree_with_one_thread(
    vocabulary: pushmask.Vocabulary,
) -> None:
    alone = compile_ebnf(GRAMMAR, vocabulary)
    expected = [walk(alone, seed) for seed in range(4 * NUM_THREADS)]
    shared = compile_ebnf(GRAMMAR, vocabulary)
    start = threading.Barrier(NUM_THREADS)

    def work(first_seed: int) -> list[list[tuple[int, ...]]]:
        start.wait()
        # Every thread takes every walk, beginning with its own.
        seeds = [(first_seed + i) % len(expected) for i in range(len(expected))]
        found = {seed: walk(shared, seed) for seed in seeds}
        return [found[seed] for seed in range(len(expected))]

    with ThreadPoolExecutor(NUM_THREADS) as pool:
        for found in pool.map(work, range(0, 4 * NUM_THREADS, 4)):
            assert found == expected


def test_threads_may_compile_with_one_compiler(vocabulary: pushmask.Vocabulary) -> None:
    compiler = pushmask.Compiler(vocabulary, num_threads=2)
    texts = [f'root ::= "{i % 5}" root | [a-z]{{1,{i % 5 + 1}}}' for i in range(40)]

    def work(text: str) -> set[int]:
        matcher = compiler.compile(pushmask.Grammar.from_ebnf(text)).matcher()
        return allowed(matcher, vocabulary)

    with ThreadPoolExecutor(NUM_THREADS) as pool:
        assert list(pool.map(work, texts)) == [work(text) for text in texts]


def test_a_matcher_may_move_to_another_thread(vocabulary: pushmask.Vocabulary) -> None:
    matcher = compile_ebnf(GRAMMAR, vocabulary).matcher()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(matcher.accept_bytes, b'{"a').result()
    assert matcher.accept_bytes(b'":1}')
    assert matcher.can_stop
