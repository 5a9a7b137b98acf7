# SPDX-License-Identifier: Apache-2.0
"""All ways to a mask give the same one, and what is derived from it agrees with it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import pushmask
from property.strategies import Case, cases, sound_cases
from property.walk import next_token
from reference.masks import ids

NO_ROOM = pushmask.Limits(max_memory_bytes=0)


def compile_both_ways(
    case: Case, vocabulary: pushmask.Vocabulary
) -> dict[str, pushmask.CompiledGrammar] | None:
    """One compiled grammar for each way to compile; None for a grammar that matches nothing."""
    try:
        grammar = pushmask.Grammar.from_ebnf(case.grammar)
        return {
            "lazy": pushmask.Compiler(vocabulary).compile(grammar),
            "eager": pushmask.Compiler(vocabulary).compile(grammar, eager=True),
            "eager on threads": pushmask.Compiler(vocabulary, num_threads=2).compile(
                grammar, eager=True
            ),
            "no room": pushmask.Compiler(vocabulary, limits=NO_ROOM).compile(grammar),
        }
    except pushmask.EmptyLanguageError:
        return None


def row_of(compiled: pushmask.CompiledGrammar, matcher: pushmask.Matcher) -> list[int] | None:
    row_id = matcher.row_id()
    if row_id is None:
        return None
    assert row_id < len(compiled.rows)
    row = np.full((1, -(-compiled.vocabulary.size // 32)), -1, dtype=np.int32)
    compiled.rows.read(row_id, row)
    return [int(word) for word in row[0]]


@settings(max_examples=120)
@given(cases())
def test_every_way_to_a_mask_gives_the_same(case: Case) -> None:
    vocabulary = case.parts.build()
    compiled = compile_both_ways(case, vocabulary)
    if compiled is None:
        return
    width = -(-vocabulary.size // 32)
    matchers = {way: each.matcher() for way, each in compiled.items()}
    batches = [pushmask.MatcherBatch(matchers.values(), num_threads=n) for n in (1, 2)]
    for number in case.walk:
        # The batches come first in turn, so that each meets masks nobody has met.
        masks = np.full((2, len(matchers), width), -1, dtype=np.int32)
        for which in (number % 2, 1 - number % 2):
            batches[which].fill_masks(masks[which])
        row_ids = np.full(len(matchers), -7, dtype=np.int32)
        batches[number % 2].row_ids(row_ids)
        expected = masks[0, 0].tolist()
        assert (masks == masks[0, 0]).all()
        for (way, matcher), row_id in zip(matchers.items(), row_ids.tolist(), strict=True):
            one = np.full(width, -1, dtype=np.int32)
            matcher.fill_mask(one)
            assert one.tolist() == expected
            row = row_of(compiled[way], matcher)
            assert row == expected or (way == "no room" and row is None)
            assert matcher.row_id() == (None if row_id == -1 else row_id)
            alone = ids(expected)
            assert matcher.forced_token() == (alone.pop() if len(alone) == 1 else None)
        token = next_token(matchers["lazy"], vocabulary, case, number)
        if token is None:
            break
        assert all(batches[number % 2].accept_tokens([token] * len(matchers)))


@settings(max_examples=80)
@given(sound_cases(), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=12))
def test_draft_trees_have_the_masks_of_forks(case: Case, picks: list[tuple[int, int]]) -> None:
    vocabulary = case.parts.build()
    compiled = compile_both_ways(case, vocabulary)
    assert compiled is not None
    width = -(-vocabulary.size // 32)
    for each in compiled.values():
        # Nodes after any earlier one, of allowed tokens mostly.
        forks: list[pushmask.Matcher | None] = [each.matcher()]
        masks, tokens, parents = [np.zeros(width, dtype=np.int32)], [], []
        forks[0].fill_mask(masks[0])  # type: ignore[union-attr]  # the root
        for place, number in picks:
            parent = place % len(forks)
            choices = sorted(ids(masks[parent].tolist())) or [0]
            token = number % vocabulary.size if number % 5 == 0 else choices[number % len(choices)]
            before = forks[parent]
            fork = before.fork() if before is not None else None
            if fork is not None and not fork.accept_token(token):
                fork = None
            mask = np.zeros(width, dtype=np.int32)
            if fork is not None:
                fork.fill_mask(mask)
            forks.append(fork)
            masks.append(mask)
            tokens.append(token)
            parents.append(parent - 1)
        for matcher in (each.matcher(), each.matcher()):
            out = np.full((len(forks), width), -1, dtype=np.int32)
            allowed = pushmask.fill_draft_tree(matcher, tokens, parents, out)
            assert (out == np.array(masks)).all()
            assert allowed.tolist() == [fork is not None for fork in forks[1:]]
            assert matcher.num_tokens == 0


@settings(max_examples=150)
@given(cases(length=5))
def test_jump_forward_tokens_spell_what_is_forced(case: Case) -> None:
    vocabulary = case.parts.build()
    compiled = compile_both_ways(case, vocabulary)
    if compiled is None:
        return
    matcher = compiled["lazy"].matcher()
    for number in case.walk:
        forced = matcher.jump_forward()
        tokens = matcher.jump_forward_tokens()
        spelled = [case.parts.tokens[token] for token in tokens]
        assert forced.startswith(b"".join(spelled))
        ahead = matcher.fork()
        for token, text, rest in zip(tokens, spelled, suffixes(forced, spelled), strict=True):
            # No allowed token says more than this one: it is a prefix of the rest, or shorter.
            words = np.zeros(-(-vocabulary.size // 32), dtype=np.int32)
            ahead.fill_mask(words)
            others = [case.parts.tokens[t] for t in ids(words.tolist()) - case.parts.stop]
            assert all(rest.startswith(other) and len(other) <= len(text) for other in others)
            assert ahead.accept_token(token)
        token = next_token(matcher, vocabulary, case, number)
        if token is None:
            break
        assert matcher.accept_token(token)


def suffixes(text: bytes, pieces: list[bytes]) -> list[bytes]:
    """What is left of the text before each piece."""
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    return [text[begin:] for begin, _ in pairwise(ends)]
