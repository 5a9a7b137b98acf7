# SPDX-License-Identifier: Apache-2.0
"""Whatever the masks of a grammar lead to is read by another reader of the language."""

from __future__ import annotations

import random

import pytest

import pushmask
from cases.closing import closing
from cases.corpus import NAMES, cases, fragments, neighbour
from cases.readers import READERS
from cases.verdicts import ExcusedError
from cases.walks import Walker
from pushmask import builtin
from reference.masks import accepts

WALKS = 200
MAX_TRIES = 320  # walks, those without an end and those that a reader excuses included
MAX_LENGTH = 160  # bytes, before a text is brought to its end
NEIGHBOURS = 1200  # texts that differ a little from a case, accepted or not
MIN_NEIGHBOURS = 30  # of them that the grammar has to accept


def is_read(name: str, text: str) -> bool:
    """Whether a reader, if there is one, takes a text; False if it is excused for refusing it."""
    print(repr(text))  # seen if it is refused
    try:
        if name in READERS:
            READERS[name](text)
    except ExcusedError:
        return False
    return True


@pytest.mark.parametrize("name", READERS)
def test_accepted_cases_are_read_by_another_reader(name: str) -> None:
    for text in cases(name)["accept"]:
        is_read(name, text)


@pytest.mark.parametrize("name", READERS)
def test_accepted_neighbours_of_the_cases_are_read_by_another_reader(
    name: str, byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(builtin.load(name))
    rng = random.Random(name)
    texts = [text for texts in cases(name).values() for text in texts]
    changed = {neighbour(rng.choice(texts), texts, rng) for _ in range(NEIGHBOURS)}
    accepted = [text for text in sorted(changed) if accepts(compiled, text)]
    assert len(accepted) >= MIN_NEIGHBOURS
    for text in accepted:
        is_read(name, text)


@pytest.mark.parametrize("name", NAMES)
def test_walks_along_the_masks_are_read_by_another_reader(
    name: str, vocabulary: pushmask.Vocabulary
) -> None:
    compiled = pushmask.Compiler(vocabulary).compile(builtin.load(name))
    walker, rng = Walker(compiled, fragments(name), closing(name)), random.Random(name)
    num_read = 0
    for _ in range(MAX_TRIES):
        text = walker.walk(rng, MAX_LENGTH)
        if text is None:
            continue
        assert accepts(compiled, text)
        num_read += is_read(name, text)
        if num_read == WALKS:
            return
    pytest.fail(f"only {num_read} of {MAX_TRIES} walks came to an end that a reader took")
