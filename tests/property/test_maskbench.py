# SPDX-License-Identifier: Apache-2.0
"""Masks of schemas that people wrote, along valid instances, over a real model's tokens."""

from __future__ import annotations

import json
import random
import tarfile
from pathlib import PurePosixPath
from typing import Any

import pytest

import pushmask
from conftest import SHARED
from reference.masks import allowed, tried

ARCHIVE = "maskbench-dev.tar.xz"
NUM_CASES = 60
POSITIONS = 3  # compared per case
MAX_TOKENS = 600


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, dict[str, Any]]]:
    """A few of the files, always the same."""
    path = SHARED / ARCHIVE
    if not path.exists():
        pytest.skip(f"needs {path.name}; set PUSHMASK_SHARED to the folder that has it")
    found = []
    with tarfile.open(path) as archive:
        members = [m for m in archive.getmembers() if m.name.endswith(".json")]
        members.sort(key=lambda member: member.name)
        chosen = random.Random(2).sample(members, NUM_CASES)
        for member in sorted(chosen, key=lambda member: member.offset):
            data = archive.extractfile(member)
            assert data is not None
            found.append((PurePosixPath(member.name).stem, json.loads(data.read())))
    return found


class Tokens:
    """The ordinary tokens of a vocabulary, and texts cut into them."""

    def __init__(self, vocabulary: pushmask.Vocabulary) -> None:
        reserved = {*vocabulary.stop_token_ids, *vocabulary.special_token_ids}
        self.bytes = [
            b"" if i in reserved else vocabulary.token_bytes(i) for i in range(vocabulary.size)
        ]
        self.ids = {token: i for i, token in enumerate(self.bytes) if token}

    def cut(self, text: bytes, chooser: random.Random) -> list[int]:
        """The longest token at each place, now and then a short one."""
        ids = []
        while text:
            longest = chooser.choice([1, 2, 3]) if chooser.random() < 0.15 else 24
            size = next(n for n in range(min(longest, len(text)), 0, -1) if text[:n] in self.ids)
            ids.append(self.ids[text[:size]])
            text = text[size:]
        return ids


def test_masks_along_valid_instances(
    cases: list[tuple[str, dict[str, Any]]], smollm2: pushmask.Vocabulary
) -> None:
    tokens = Tokens(smollm2)
    compiler = pushmask.Compiler(smollm2)
    compared = 0
    for name, case in cases:
        chooser = random.Random(name)
        flexible = chooser.random() < 0.5
        try:
            grammar = pushmask.Grammar.from_json_schema(
                json.dumps(case["schema"]), whitespace="flexible" if flexible else "compact"
            )
            compiled = compiler.compile(grammar)
        except (pushmask.GrammarError, pushmask.LimitError):  # not supported, say
            continue
        instances = [test["data"] for test in case["tests"] if test["valid"]]
        if not instances:
            continue
        indent = chooser.choice([None, 2, 4]) if flexible else None
        text = json.dumps(
            chooser.choice(instances),
            ensure_ascii=chooser.random() < 0.5,
            indent=indent,
            separators=None if flexible else (",", ":"),
        )
        ids = tokens.cut(text.encode(), chooser)[:MAX_TOKENS]
        positions = set(chooser.sample(range(len(ids) + 1), min(POSITIONS, len(ids) + 1)))
        matcher = compiled.matcher()
        for position in range(len(ids) + 1):
            if position in positions:
                stop = set(smollm2.stop_token_ids) if matcher.can_stop else set()
                wrong = allowed(matcher, smollm2) ^ (tried(matcher, tokens.bytes) | stop)
                assert not wrong, (name, position, [smollm2.token_bytes(t) for t in wrong])
                compared += 1
            if position < len(ids) and not matcher.accept_token(ids[position]):
                break
    assert compared > NUM_CASES
