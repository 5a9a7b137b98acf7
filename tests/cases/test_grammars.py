# SPDX-License-Identifier: Apache-2.0
"""The grammars of grammars/ against their own cases, byte by byte and token by token."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

import numpy as np
import pytest

import pushmask
from cases.corpus import FOLDER, NAMES, cases
from pushmask import Grammar, GrammarError, builtin

MIN_CASES = 20  # of either kind
RANDOM_SPLITS = 2
MAX_TOKEN_BYTES = 16  # of the tokens that texts are split into


@pytest.mark.parametrize("name", NAMES)
def test_a_grammar_has_cases_of_both_kinds_and_a_line_in_the_readme(name: str) -> None:
    for texts in cases(name).values():
        assert len(texts) >= MIN_CASES
        assert len(set(texts)) == len(texts)
    assert cases(name).keys() == {"accept", "reject"}
    assert f"| `{name}` |" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(GrammarError, match="json_compact"):
        builtin.load("jsom")


@pytest.fixture(scope="module")
def grammars() -> dict[str, Grammar]:
    return {name: builtin.load(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_grammar_decides_its_cases_byte_by_byte(
    name: str, grammars: dict[str, Grammar], byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(grammars[name])
    for verdict, texts in cases(name).items():
        for text in texts:
            matcher = compiled.matcher()
            is_followed = matcher.accept_tokens(list(text.encode())) == len(text.encode())
            assert (is_followed and matcher.can_stop) is (verdict == "accept"), text


class Splitter:
    """Splits texts into tokens of a vocabulary, which has every byte."""

    def __init__(self, vocabulary: pushmask.Vocabulary) -> None:
        reserved = {*vocabulary.stop_token_ids, *vocabulary.special_token_ids}
        self.ids = {
            vocabulary.token_bytes(i): i for i in range(vocabulary.size) if i not in reserved
        }

    def split(self, data: bytes, rng: random.Random | None) -> list[int]:
        """Take the longest token each time, or any that fits if there is a random generator."""
        tokens, start = [], 0
        while start < len(data):
            ends = range(start + 1, min(len(data), start + MAX_TOKEN_BYTES) + 1)
            fitting = [end for end in ends if data[start:end] in self.ids]
            end = rng.choice(fitting) if rng else fitting[-1]
            tokens.append(self.ids[data[start:end]])
            start = end
        return tokens

    def splits(self, text: str) -> Iterator[list[int]]:
        """The greedy split of a text and some random ones."""
        data = text.encode()
        rng = random.Random(zlib.crc32(data))
        yield self.split(data, None)
        for _ in range(RANDOM_SPLITS):
            yield self.split(data, rng)


@pytest.fixture(scope="module")
def splitter(each_vocabulary: pushmask.Vocabulary) -> Splitter:
    return Splitter(each_vocabulary)


def follows_the_masks(compiled: pushmask.CompiledGrammar, tokens: list[int]) -> bool:
    """Whether each token is in the mask before it, and a stop token in the last one.

    Raises:
        AssertionError: the matcher takes a token that the mask has not, or the other way round.
    """
    matcher = compiled.matcher()
    row = pushmask.allocate_mask(1, compiled.vocabulary)[0]  # (words,)
    for token in [*tokens, compiled.vocabulary.stop_token_ids[0]]:
        matcher.fill_mask(row)
        is_allowed = bool(row.view(np.uint32)[token >> 5] >> np.uint32(token & 31) & 1)
        assert matcher.accept_token(token) is is_allowed
        if not is_allowed:
            return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_a_grammar_decides_its_cases_token_by_token(
    name: str,
    grammars: dict[str, Grammar],
    each_vocabulary: pushmask.Vocabulary,
    splitter: Splitter,
) -> None:
    compiled = pushmask.Compiler(each_vocabulary).compile(grammars[name])
    for verdict, texts in cases(name).items():
        for text in texts:
            for tokens in splitter.splits(text):
                is_accepted = follows_the_masks(compiled, tokens)
                assert is_accepted is (verdict == "accept"), (text, tokens)
