# SPDX-License-Identifier: Apache-2.0
"""Masks where whole subtrees of the vocabulary are looked up, against every token tried alone."""

from __future__ import annotations

import json
import random
from typing import Literal

import pytest

import pushmask
from property.large_subtrees import (
    GRAMMARS,
    KINDS,
    SCHEMAS,
    STOP,
    new_vocabulary,
    random_grammar,
    tokens_of,
    warm_vocabulary,
)
from reference.masks import allowed, tried
from reference.slow_matcher import SlowGrammar

# So ambiguous that reading a text takes seconds: stacks of many counts each.
AMBIGUOUS = {8, 57}
ORACLE_SAMPLE = 12  # tokens per walk, of the allowed and of the others each
WHITESPACE: list[Literal["compact", "flexible", "indented"]] = ["compact", "flexible", "indented"]


def compare_along_walks(
    grammar: pushmask.Grammar, kind: str, seed: int, *, walks: int, steps: int, oracle: bool = True
) -> None:
    """Compare every mask with all tokens tried, and once a walk with the oracle on a sample."""
    chooser = random.Random(seed)
    tokens = tokens_of(kind)
    stop = len(tokens)
    vocabulary = warm_vocabulary(kind) if seed % 2 else new_vocabulary(kind)
    compiled = pushmask.Compiler(vocabulary).compile(grammar)
    slow_grammar = SlowGrammar(str(grammar)) if oracle else None
    for _ in range(walks):
        matcher = compiled.matcher()
        prefix = b""
        asked = chooser.randrange(steps)
        for step in range(steps):
            found = allowed(matcher, vocabulary)
            expected = tried(matcher, tokens) | ({stop} if matcher.can_stop else set())
            wrong = [([*tokens, STOP][t], t in found) for t in found ^ expected]
            assert not wrong, (prefix, wrong)
            if step == asked and slow_grammar and len(prefix) < 60:
                slow = slow_grammar.start().feed(prefix)
                assert slow is not None
                assert slow.can_stop == (stop in found)
                for population in (found - {stop}, set(range(stop)) - found):
                    size = min(ORACLE_SAMPLE, len(population))
                    for token in chooser.sample(sorted(population), size):
                        fits = slow.feed(tokens[token]) is not None
                        assert fits == (token in found), (prefix, tokens[token])
            if not (choices := sorted(found - {stop})):
                break
            token = chooser.choice(choices)
            assert matcher.accept_token(token)
            prefix += tokens[token]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", GRAMMARS)
def test_the_mask_is_every_token_tried(name: str, kind: str) -> None:
    grammar = pushmask.Grammar.from_ebnf(GRAMMARS[name])
    compare_along_walks(grammar, kind, KINDS.index(kind), walks=2, steps=8)


@pytest.mark.parametrize("seed", sorted(set(range(120)) - AMBIGUOUS))
def test_the_mask_of_a_random_grammar_is_every_token_tried(seed: int) -> None:
    grammar = pushmask.Grammar.from_ebnf(random_grammar(seed))
    compare_along_walks(grammar, KINDS[seed % len(KINDS)], seed, walks=2, steps=6, oracle=False)


@pytest.mark.parametrize("whitespace", WHITESPACE)
@pytest.mark.parametrize("name", SCHEMAS)
def test_the_mask_of_a_schema_is_every_token_tried(
    name: str, whitespace: Literal["compact", "flexible", "indented"]
) -> None:
    text = json.dumps(SCHEMAS[name])
    grammar = pushmask.Grammar.from_json_schema(text, whitespace=whitespace)
    for seed, kind in enumerate(("mixed", "json", "spaces")):
        compare_along_walks(grammar, kind, seed, walks=1, steps=12, oracle=seed == 1)
