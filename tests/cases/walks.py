# SPDX-License-Identifier: Apache-2.0
"""Random texts of a grammar, drawn from its masks token by token.

A uniform choice among the allowed tokens hardly ever meets a keyword, so most steps take a fragment
of the grammar's own cases, spelt in tokens of the vocabulary. Behind a random length the text is
brought to its end by what closes things in that language.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

import pushmask

FRAGMENT_CHANCE = 0.65
TRIES = 12  # fragments that are tried for one step
STOP_CHANCE = 0.1  # where the text may end
SKIP_CHANCE = 0.2  # that something that closes is passed over, lest the same one come for ever
MOVE_CHANCE = 0.5  # that what leads nowhere is passed over
MAX_TOKENS = 150
MAX_TOKEN_BYTES = 24  # of a token that spells a fragment


class Walker:
    """Draws texts of one grammar."""

    def __init__(
        self,
        compiled: pushmask.CompiledGrammar,
        fragments: Sequence[bytes],
        closing: Sequence[bytes],
    ) -> None:
        self.compiled = compiled
        self.vocabulary = compiled.vocabulary
        self.fragments = fragments
        self.closing = closing
        self.row = pushmask.allocate_mask(1, self.vocabulary)[0]  # (words,)
        self.stop = self.vocabulary.stop_token_ids[0]
        self.ids = {
            self.vocabulary.token_bytes(i): i for i in reversed(range(self.vocabulary.size))
        }

    def walk(self, rng: random.Random, max_length: int) -> str | None:
        """Draw a text that is brought to its end after about `max_length` bytes.

        Returns:
            The text, or None if it did not end.

        Raises:
            AssertionError: a mask allows no token, or one that the matcher refuses.
        """
        matcher, text, plan = self.compiled.matcher(), bytearray(), b""
        length = rng.randrange(max_length)
        for _ in range(MAX_TOKENS):
            matcher.fill_mask(self.row)
            is_late = len(text) >= length
            if not plan and self.allows(self.stop) and (is_late or rng.random() < STOP_CHANCE):
                token_id: int | None = self.stop
            else:
                plan = plan or self.plan(matcher, rng, is_late=is_late)
                token_id = self.spell(plan) if plan else self.any_token(rng)
            assert token_id is not None, ("no token is allowed after", bytes(text), plan)
            assert matcher.accept_token(token_id), ("an allowed token is refused", bytes(text))
            if token_id == self.stop:
                return text.decode("utf-8")
            token = self.vocabulary.token_bytes(token_id)
            text += token
            plan = plan[len(token) :]
        return None

    def plan(self, matcher: pushmask.Matcher, rng: random.Random, *, is_late: bool) -> bytes:
        """Choose what to write next; nothing if any token will do."""
        if is_late:
            return self.closer(matcher, rng)
        return self.fragment(matcher, rng) if rng.random() < FRAGMENT_CHANCE else b""

    def fragment(self, matcher: pushmask.Matcher, rng: random.Random) -> bytes:
        tried = rng.sample(self.fragments, min(TRIES, len(self.fragments)))
        return next((piece for piece in tried if matcher.fork().accept_bytes(piece)), b"")

    def closer(self, matcher: pushmask.Matcher, rng: random.Random) -> bytes:
        """Choose what brings the text nearer to its end: its last piece, or else the first one.

        In a string everything fits, and one piece only leads out of it: behind it comes something
        else than before.
        """
        fitting, moving = [], []
        for piece in self.closing:
            trial = matcher.fork()
            if trial.accept_bytes(piece):
                if trial.can_stop:
                    return piece
                fitting.append(piece)
                if trial.next_bytes() != matcher.next_bytes():
                    moving.append(piece)
        if moving and rng.random() < MOVE_CHANCE:
            fitting = moving
        kept = [piece for piece in fitting if rng.random() > SKIP_CHANCE]
        return kept[0] if kept else self.fragment(matcher, rng)

    def spell(self, plan: bytes) -> int | None:
        """Give the longest token that the plan begins with. It has to be allowed."""
        for size in range(min(len(plan), MAX_TOKEN_BYTES), 0, -1):
            token_id = self.ids.get(plan[:size])
            if token_id is not None:
                return token_id if self.allows(token_id) else None
        return None

    def any_token(self, rng: random.Random) -> int | None:
        """Choose among the allowed tokens."""
        bits = np.unpackbits(self.row.view(np.uint8), bitorder="little")  # (32 * words,)
        allowed = np.flatnonzero(bits)
        return int(allowed[rng.randrange(allowed.size)]) if allowed.size else None

    def allows(self, token_id: int) -> bool:
        return bool(int(self.row[token_id >> 5]) >> (token_id & 31) & 1)
