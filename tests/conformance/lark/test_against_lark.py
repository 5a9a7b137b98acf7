# SPDX-License-Identifier: Apache-2.0
"""`Grammar.from_lark` and lark's own Earley parser take the same texts.

For each grammar of `grammars/`: sentences found by random walks, and texts that differ from them
a little. The lexers are `dynamic_complete`, which tries every length of a terminal, and `dynamic`,
which tries the longest; a grammar that says `lexer: dynamic_complete` has texts that the latter
does not find.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

import pushmask
from reference.masks import accepts

lark = pytest.importorskip("lark", reason="needs pushmask[lark]")

GRAMMARS = sorted((Path(__file__).parent / "grammars").glob("*.lark"))
NUM_TEXTS = 90
NUM_SENTENCES = 25  # of these, at most
MAX_CHARACTERS = 24  # Earley takes cubic time
EXTRA = "a0 \n\"'(é"


@cache
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary([*(bytes([i]) for i in range(256)), b"</s>"], stop_token_ids=[256])


def alphabet(text: str) -> str:
    return "".join(sorted(set(re.sub("//.*", "", text) + EXTRA)))


def walk(compiled: pushmask.CompiledGrammar, rng: random.Random, letters: str) -> list[str]:
    """The sentences that a random walk passes."""
    matcher = compiled.matcher()
    text = ""
    found = [text] if matcher.can_stop else []
    while len(text) < MAX_CHARACTERS:
        for letter in rng.sample(letters, len(letters)):
            if matcher.accept_bytes(letter.encode()):
                break
        else:
            break
        text += letter
        if matcher.can_stop:
            found.append(text)
    return found


def changed(text: str, rng: random.Random, letters: str) -> str:
    at = rng.randrange(len(text) + 1)
    drop, add = rng.choice([(0, 1), (1, 0), (1, 1), (2, 1)])
    return text[:at] + "".join(rng.choices(letters, k=add)) + text[at + drop :]


def texts(compiled: pushmask.CompiledGrammar, grammar: str) -> list[str]:
    rng = random.Random(7)
    letters = alphabet(grammar)
    sentences: set[str] = set()
    for _ in range(300):
        found = walk(compiled, rng, letters)
        sentences.update(rng.sample(found, min(2, len(found))))
        if len(sentences) >= NUM_SENTENCES:
            break
    chosen = rng.sample(sorted(sentences), min(NUM_SENTENCES, len(sentences)))
    everything = {"", *chosen}
    while len(everything) < NUM_TEXTS:
        text = rng.choice(chosen)
        for _ in range(rng.randrange(1, 3)):
            text = changed(text, rng, letters)
        everything.add(text)
    return sorted(everything)


def verdicts(
    grammar: str, lexer: Literal["dynamic", "dynamic_complete"], given: list[str]
) -> dict[str, bool]:
    parser = lark.Lark(grammar, parser="earley", lexer=lexer)
    found = {}
    for text in given:
        try:
            parser.parse(text)
            found[text] = True
        except lark.exceptions.UnexpectedInput:
            found[text] = False
    return found


def test_there_are_enough_grammars() -> None:
    assert len(GRAMMARS) >= 40


@pytest.mark.parametrize("path", GRAMMARS, ids=[path.stem for path in GRAMMARS])
def test_verdicts_are_those_of_lark(path: Path) -> None:
    grammar = path.read_text(encoding="utf-8")
    compiled = pushmask.Compiler(vocabulary()).compile(pushmask.Grammar.from_lark(grammar))
    ours = {text: accepts(compiled, text) for text in texts(compiled, grammar)}
    assert len(ours) >= 50
    assert 2 <= sum(ours.values()) < len(ours)
    assert verdicts(grammar, "dynamic_complete", list(ours)) == ours
    if "// lexer: dynamic_complete" not in grammar:
        assert verdicts(grammar, "dynamic", list(ours)) == ours
