# SPDX-License-Identifier: Apache-2.0
"""What tests ask of the engine again and again, in one line each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import pushmask


def compile_ebnf(text: str, vocabulary: pushmask.Vocabulary) -> pushmask.CompiledGrammar:
    return pushmask.Compiler(vocabulary).compile(pushmask.Grammar.from_ebnf(text))


def fill(matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary) -> tuple[list[int], bool]:
    """One mask row as a list of words, and what fill_mask returned."""
    # Bits left over from before must not show through.
    mask = np.full(-(-vocabulary.size // 32), -1, dtype=np.int32)  # (words,)
    all_allowed = matcher.fill_mask(mask)
    return mask.tolist(), all_allowed


def ids(words: list[int]) -> set[int]:
    """The bits that are set in a mask row."""
    return {32 * i + bit for i, word in enumerate(words) for bit in range(32) if word >> bit & 1}


def allowed(matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary) -> set[int]:
    """The ids of the tokens that the matcher allows next, out of its mask."""
    return ids(fill(matcher, vocabulary)[0])


def tried(matcher: pushmask.Matcher, tokens: Sequence[bytes]) -> set[int]:
    """The numbers of the tokens whose bytes the matcher takes, each tried by itself.

    Tokens that begin with bytes that no text goes on with are not tried again.
    """
    fits = set()
    trial = matcher.fork()
    dead = b""
    for token, number in sorted((token, number) for number, token in enumerate(tokens)):
        if not token or (dead and token.startswith(dead)):
            continue
        if trial.accept_bytes(token):
            fits.add(number)
            trial.rollback(trial.num_tokens - matcher.num_tokens)
            continue
        # One byte longer until it is refused.
        length = 1
        while length < len(token) and trial.accept_bytes(token[:length]):
            trial.rollback(trial.num_tokens - matcher.num_tokens)
            length += 1
        dead = token[:length]
    return fits


def view(matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary) -> tuple[object, ...]:
    """Everything that can be seen of a matcher without moving it."""
    return (
        fill(matcher, vocabulary),
        matcher.can_stop,
        matcher.is_stopped,
        matcher.num_tokens,
        matcher.next_bytes(),
        matcher.jump_forward(),
    )


def accepts(compiled: pushmask.CompiledGrammar, text: str | bytes) -> bool:
    """Whether a text is a sentence."""
    matcher = compiled.matcher()
    data = text.encode() if isinstance(text, str) else text
    return matcher.accept_bytes(data) and matcher.can_stop
