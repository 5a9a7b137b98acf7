# SPDX-License-Identifier: Apache-2.0
"""References to tokens and marks in every way that a matcher is used, against the oracle.

The oracle reads each set of tokens as a private character.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

import pushmask
from reference.masks import allowed, compile_ebnf, ids
from reference.slow_matcher import SlowGrammar, SlowMatcher

TOKENS = [b"a", b"b", b"ab", b"<", b"u>", b"<u>", b"<t>", b"<u>", b"bab", b"", b"</s>", b"<e>"]
A, B, AB, LESS, UP, PLAIN, T, U, BAB, PAD, STOP, END = range(len(TOKENS))
GRAMMAR = 'root ::= part* (%mark "<e>" | "")\npart ::= "a" <t> | %mark "<u>b" | "ab" !<t> "b"?'
# <t>, the special <u>, everything but <t>.
MEANING = 'root ::= part* ("<e>" | "")\npart ::= "a" "X" | ("<u>" | "Y") "b" | "ab" "Z" "b"?'
PRIVATE = {"X": {T}, "Y": {U}, "Z": {A, B, AB, LESS, UP, PLAIN, U, BAB}}
ORDINARY = {A, B, AB, LESS, UP, PLAIN, BAB}


class Oracle:
    """All ways to read the tokens so far."""

    def __init__(self, states: list[SlowMatcher], *, stopped: bool = False) -> None:
        self.states = states
        self.stopped = stopped

    def after(self, token: int) -> Oracle | None:
        """Where a token leads, None if it is not allowed."""
        if self.stopped:
            return None
        if token == STOP:
            can_stop = any(state.can_stop for state in self.states)
            return Oracle(self.states, stopped=True) if can_stop else None
        if token == END:
            ends = self.read(b"<e>")
            may = any(s.can_stop for s in (*ends, *self.states))
            return Oracle(ends, stopped=True) if may else None
        ways = [chr(0xE000 + i).encode() for i, n in enumerate(PRIVATE) if token in PRIVATE[n]]
        ways += [TOKENS[token]] if token in ORDINARY else []
        found = [state for way in ways for state in self.read(way)]
        return Oracle(found) if found else None

    def read(self, text: bytes) -> list[SlowMatcher]:
        return [after for state in self.states if (after := state.feed(text)) is not None]

    def allowed(self) -> set[int]:
        return {token for token in range(len(TOKENS)) if self.after(token) is not None}


def start() -> Oracle:
    text = MEANING
    for i, name in enumerate(PRIVATE):
        text = text.replace(f'"{name}"', f'"{chr(0xE000 + i)}"')
    return Oracle([SlowGrammar(text).start()])


@pytest.fixture(scope="module")
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(
        TOKENS, stop_token_ids=[STOP, END], special_token_ids=[T, U], size=40
    )


@pytest.fixture(scope="module", params=["lazy", "eager", "threads"])
def compiled(
    request: pytest.FixtureRequest, vocabulary: pushmask.Vocabulary
) -> pushmask.CompiledGrammar:
    compiler = pushmask.Compiler(vocabulary, num_threads=2 if request.param == "threads" else 1)
    return compiler.compile(pushmask.Grammar.from_ebnf(GRAMMAR), eager=request.param == "eager")


def walk(chooser: random.Random, length: int) -> list[int]:
    """Tokens that are allowed one after another."""
    oracle: Oracle | None = start()
    tokens: list[int] = []
    while oracle is not None and len(tokens) < length and (choices := sorted(oracle.allowed())):
        # A stop token ends the walk, so others are tried first.
        going = [token for token in choices if token not in (STOP, END)]
        tokens.append(chooser.choice(going if going and chooser.random() < 0.95 else choices))
        oracle = oracle.after(tokens[-1])
    return tokens


def at(tokens: list[int]) -> Oracle:
    oracle: Oracle | None = start()
    for token in tokens:
        assert oracle is not None
        oracle = oracle.after(token)
    assert oracle is not None
    return oracle


def test_tokens_at_once_are_tokens_one_by_one(
    compiled: pushmask.CompiledGrammar, vocabulary: pushmask.Vocabulary
) -> None:
    for seed in range(40):
        tokens = walk(random.Random(seed), 12)
        matcher = compiled.matcher()
        assert matcher.validate_tokens(tokens) == len(tokens)
        assert matcher.accept_tokens(tokens) == len(tokens)
        want = at(tokens).allowed()
        assert allowed(matcher, vocabulary) == want
        wrong = sorted(set(range(len(TOKENS))) - want)
        for token in wrong:
            assert matcher.validate_tokens([token]) == 0
            assert matcher.accept_tokens([token, *tokens]) == 0
        assert allowed(matcher, vocabulary) == want


def test_a_rollback_and_a_fork_go_back_over_references(
    compiled: pushmask.CompiledGrammar, vocabulary: pushmask.Vocabulary
) -> None:
    for seed in range(40):
        chooser = random.Random(seed)
        tokens = walk(chooser, 12)
        matcher = compiled.matcher()
        matcher.accept_tokens(tokens)
        kept = chooser.randrange(len(tokens) + 1)
        fork = matcher.fork()
        matcher.rollback(len(tokens) - kept)
        assert allowed(matcher, vocabulary) == at(tokens[:kept]).allowed()
        assert allowed(fork, vocabulary) == at(tokens).allowed()
        assert matcher.accept_tokens(tokens[kept:]) == len(tokens) - kept
        assert allowed(matcher, vocabulary) == at(tokens).allowed()
        matcher.reset()
        assert allowed(matcher, vocabulary) == start().allowed()


def test_a_batch_moves_by_references(
    compiled: pushmask.CompiledGrammar, vocabulary: pushmask.Vocabulary
) -> None:
    walks = [walk(random.Random(seed), 8) for seed in range(16)]
    matchers = [compiled.matcher() for _ in walks]
    for step in range(8):
        moving = [
            (m, tokens) for m, tokens in zip(matchers, walks, strict=True) if step < len(tokens)
        ]
        batch = pushmask.MatcherBatch([m for m, _ in moving], num_threads=2)
        assert batch.accept_tokens([tokens[step] for _, tokens in moving]) == [True] * len(moving)
        mask = np.full((len(moving), 2), -1, dtype=np.int32)
        batch.fill_masks(mask)
        for row, (_, tokens) in zip(mask.tolist(), moving, strict=True):
            assert ids(row) == at(tokens[: step + 1]).allowed()


def test_a_draft_tree_has_references(
    compiled: pushmask.CompiledGrammar, vocabulary: pushmask.Vocabulary
) -> None:
    for seed in range(30):
        chooser = random.Random(seed)
        prefix = [token for token in walk(chooser, 4) if token not in (STOP, END)]
        matcher = compiled.matcher()
        matcher.accept_tokens(prefix)
        oracles: list[Oracle | None] = [at(prefix)]
        tree = []
        for number in range(24):
            parent = chooser.randrange(-1, number)
            token = chooser.randrange(len(TOKENS))
            before = oracles[parent + 1]
            if before is not None and before.allowed() and chooser.random() < 0.8:
                token = chooser.choice(sorted(before.allowed()))
            tree.append((token, parent))
            oracles.append(before and before.after(token))
        mask = np.full((len(tree) + 1, 2), -1, dtype=np.int32)
        tokens, parents = zip(*tree, strict=True)
        verdicts = pushmask.fill_draft_tree(matcher, tokens, parents, mask)
        assert verdicts.tolist() == [oracle is not None for oracle in oracles[1:]]
        wanted = [oracle.allowed() if oracle else set() for oracle in oracles]
        assert [ids(row) for row in mask.tolist()] == wanted


def test_forced_text_ends_before_a_token(vocabulary: pushmask.Vocabulary) -> None:
    text = 'root ::= "ab" %mark "<u>" "b" <t> %mark "<e>"'
    matcher = compile_ebnf(text, vocabulary).matcher()
    assert matcher.jump_forward() == b"ab"
    assert matcher.jump_forward_tokens() == [AB]
    assert matcher.accept_tokens([AB, U]) == 2
    assert (matcher.jump_forward(), matcher.jump_forward_tokens()) == (b"b", [B])
    assert matcher.accept_token(B)
    assert (matcher.jump_forward(), matcher.forced_token()) == (b"", T)
    assert matcher.accept_token(T)
    assert matcher.jump_forward() == b""
    assert allowed(matcher, vocabulary) == {LESS, END}
    assert matcher.next_bytes() == b"<"
