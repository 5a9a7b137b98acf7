# SPDX-License-Identifier: Apache-2.0
"""What tests ask of the engine again and again, in one line each."""

from __future__ import annotations

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
