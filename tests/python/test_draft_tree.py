# SPDX-License-Identifier: Apache-2.0
"""`fill_draft_tree` and `fill_draft_trees`: masks along candidate continuations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pushmask
from reference.masks import compile_ebnf, fill, view

TOKENS = [b"yes", b"no", b"y", b"es", b" and ", b"</s>", b"<pad>"]
YES, NO, Y, ES, AND, STOP, PAD = range(len(TOKENS))
GRAMMAR = 'root ::= answer (" and " answer)*\nanswer ::= "yes" | "no"'
# Two ways to write "yes", a wrong token with a right one below it, a stop token with one below.
TREE = [(Y, -1), (YES, -1), (ES, 0), (ES, 1), (AND, 3), (STOP, 1), (YES, 5), (AND, 2), (NO, 7)]
ALLOWED = [True, True, True, False, False, True, False, True, True]


@pytest.fixture
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[PAD], size=40)


@pytest.fixture
def matcher(vocabulary: pushmask.Vocabulary) -> pushmask.Matcher:
    matcher = compile_ebnf(GRAMMAR, vocabulary).matcher()
    assert matcher.accept_tokens([NO, AND]) == 2
    return matcher


def by_hand(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary, tree: list[tuple[int, int]]
) -> tuple[list[list[int]], list[bool]]:
    """The same with forks: masks and verdicts."""
    forks: list[pushmask.Matcher | None] = [matcher]
    for token, parent in tree:
        before = forks[parent + 1]
        fork = None if before is None else before.fork()
        forks.append(fork if fork is not None and fork.accept_token(token) else None)
    width = -(-vocabulary.size // 32)
    masks = [[0] * width if fork is None else fill(fork, vocabulary)[0] for fork in forks]
    return masks, [fork is not None for fork in forks[1:]]


def test_a_row_says_what_may_follow_its_token(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    tokens, parents = (np.array(each, np.int32) for each in zip(*TREE, strict=True))
    mask = np.full((len(TREE) + 1, 2), -1, dtype=np.int32)
    allowed = pushmask.fill_draft_tree(matcher, tokens, parents, mask)
    assert (allowed.dtype, allowed.shape) == (np.bool_, (len(TREE),))
    assert (mask.tolist(), allowed.tolist()) == by_hand(matcher, vocabulary, TREE)
    assert allowed.tolist() == ALLOWED
    assert mask[4:6].tolist() == [[0, 0], [0, 0]]


def test_the_matcher_is_not_changed(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    before = view(matcher, vocabulary)
    pushmask.fill_draft_tree(matcher, [Y, ES], [-1, 0], np.zeros((3, 2), np.int32))
    assert view(matcher, vocabulary) == before


def test_no_tokens_leave_the_current_mask(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    mask = np.full((1, 2), -1, dtype=np.int32)
    assert pushmask.fill_draft_tree(matcher, [], [], mask).shape == (0,)
    assert mask[0].tolist() == fill(matcher, vocabulary)[0]


def test_after_a_stop_token_nothing_is_allowed(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_tokens([YES, STOP]) == 2
    mask = np.full((3, 2), -1, dtype=np.int32)
    allowed = pushmask.fill_draft_tree(matcher, [AND, STOP], [-1, -1], mask)
    assert not allowed.any()
    assert not mask.any()


@pytest.mark.parametrize("max_memory_bytes", [0, 20_000, 64 << 20])
@pytest.mark.parametrize("shape", ["chain", "star", "binary"])
def test_large_trees_are_exact_with_and_without_room(
    vocabulary: pushmask.Vocabulary, shape: str, max_memory_bytes: int
) -> None:
    grammar = pushmask.Grammar.from_ebnf('root ::= "y" root "es" | "no"')
    limits = pushmask.Limits(max_memory_bytes=max_memory_bytes)
    compiled = pushmask.Compiler(vocabulary, limits=limits).compile(grammar)
    parent = {
        "chain": lambda i: i - 1,
        "star": lambda _: -1,
        "binary": lambda i: (i - 1) // 2 if i else -1,
    }[shape]
    tree = [([Y, NO, Y, ES, Y][i % 5] if i % 7 else Y, parent(i)) for i in range(300)]
    if shape == "chain":
        tree = [
            (Y, i - 1) if i < 200 else ((NO, i - 1) if i == 200 else (ES, i - 1))
            for i in range(300)
        ]
    matcher = compiled.matcher()
    mask = np.full((301, 2), -1, dtype=np.int32)
    tokens, parents = zip(*tree, strict=True)
    for _ in range(2):
        allowed = pushmask.fill_draft_tree(matcher, tokens, parents, mask)
        assert (mask.tolist(), allowed.tolist()) == by_hand(matcher, vocabulary, tree)
    assert matcher.accept_tokens([Y, Y, NO, ES, ES, STOP]) == 6


def test_trees_of_a_batch_lie_one_after_another(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    start = compile_ebnf(GRAMMAR, vocabulary).matcher()
    stopped = matcher.fork()
    assert stopped.accept_tokens([YES, STOP]) == 2
    matchers = [matcher, stopped, start]
    trees = [TREE, [], [(NO, -1), (AND, 0)]]
    flat = [node for tree in trees for node in tree]
    offsets = np.array([0, 9, 9, 11], dtype=np.int32)
    mask = np.full((11 + 3, 2), -1, dtype=np.int32)
    allowed = pushmask.fill_draft_trees(
        matchers, [t for t, _ in flat], [p for _, p in flat], offsets, mask
    )
    for b, (each, tree) in enumerate(zip(matchers, trees, strict=True)):
        masks, verdicts = by_hand(each, vocabulary, tree)
        first = offsets[b] + b
        assert mask[first : first + len(tree) + 1].tolist() == masks
        assert allowed[offsets[b] : offsets[b + 1]].tolist() == verdicts


def test_a_batch_without_trees_has_nothing_to_write() -> None:
    allowed = pushmask.fill_draft_trees([], [], [], [0], np.zeros((0, 0), np.int32))
    assert allowed.shape == (0,)


MASK = np.zeros((3, 2), dtype=np.int32)
READ_ONLY = np.zeros((3, 2), dtype=np.int32)
READ_ONLY.flags.writeable = False
BAD_TREES: list[tuple[Any, Any, Any, type[Exception]]] = [
    ([YES, AND], [-1], MASK, ValueError),
    ([YES], [-1, 0], MASK, ValueError),
    ([YES, AND], [0, -1], MASK, ValueError),  # its own parent
    ([YES, AND], [1, 0], MASK, ValueError),  # a cycle
    ([YES, AND], [-1, 2], MASK, ValueError),
    ([YES, AND], [-2, 0], MASK, ValueError),
    ([YES, AND], [-1, 2**31], MASK, ValueError),
    ([YES, AND], [-(2**70), 0], MASK, ValueError),
    ([YES, AND], [-1, 0.0], MASK, TypeError),
    ([YES, 40], [-1, 0], MASK, pushmask.VocabularyError),
    ([YES, -1], [-1, 0], MASK, pushmask.VocabularyError),
    ([YES, 2**66], [-1, 0], MASK, pushmask.VocabularyError),
    ([YES, None], [-1, 0], MASK, TypeError),
    (np.zeros((1, 2), np.int32), [-1, 0], MASK, ValueError),
    (np.zeros(2), [-1, 0], MASK, TypeError),
    ([YES, AND], [-1, 0], np.zeros((2, 2), np.int32), ValueError),
    ([YES, AND], [-1, 0], np.zeros((4, 2), np.int32), ValueError),
    ([YES, AND], [-1, 0], np.zeros((3, 1), np.int32), ValueError),
    ([YES, AND], [-1, 0], np.zeros(6, np.int32), ValueError),
    ([YES, AND], [-1, 0], np.zeros((3, 2), np.int64), TypeError),
    ([YES, AND], [-1, 0], np.zeros((3, 4), np.int32)[:, ::2], TypeError),
    ([YES, AND], [-1, 0], READ_ONLY, ValueError),
]


@pytest.mark.parametrize(("tokens", "parents", "mask", "error"), BAD_TREES)
def test_another_tree_is_refused_and_nothing_is_written(
    matcher: pushmask.Matcher, tokens: Any, parents: Any, mask: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        pushmask.fill_draft_tree(matcher, tokens, parents, mask)
    with pytest.raises(error):
        pushmask.fill_draft_trees([matcher], tokens, parents, [0, 2], mask)
    assert not np.any(mask)


@pytest.mark.parametrize(
    "offsets",
    [[], [0], [0, 2], [0, 1, 1], [0, 1, 3], [1, 1, 2], [0, 3, 2], [0, -1, 2], [0, 2**40, 2]],
)
def test_offsets_must_cut_the_tokens_into_trees(
    matcher: pushmask.Matcher, offsets: list[int]
) -> None:
    mask = np.zeros((4, 2), dtype=np.int32)
    with pytest.raises(ValueError, match="offset"):
        pushmask.fill_draft_trees([matcher, matcher.fork()], [YES, NO], [-1, -1], offsets, mask)
    assert not mask.any()


def test_a_parent_is_in_its_own_tree(matcher: pushmask.Matcher) -> None:
    mask = np.zeros((4, 2), dtype=np.int32)
    with pytest.raises(ValueError, match="parent"):
        pushmask.fill_draft_trees([matcher, matcher.fork()], [YES, NO], [-1, 0], [0, 1, 2], mask)


def test_vocabularies_of_two_widths_do_not_fit_one_mask(matcher: pushmask.Matcher) -> None:
    wide = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], size=80)
    other = compile_ebnf(GRAMMAR, wide).matcher()
    with pytest.raises(ValueError, match="words"):
        pushmask.fill_draft_trees([matcher, other], [], [], [0, 0, 0], np.zeros((2, 2), np.int32))
    with pytest.raises(TypeError):
        pushmask.fill_draft_trees([None], [], [], [0, 0], MASK)  # type: ignore[list-item]
