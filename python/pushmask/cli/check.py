# SPDX-License-Identifier: Apache-2.0
"""`pushmask check`: does a text belong to a grammar, and if not, where does it leave it?"""

from __future__ import annotations

from dataclasses import dataclass

from pushmask import CompiledGrammar, Compiler, Grammar, Vocabulary

NUM_BYTES = 256
STOP_TOKEN_ID = NUM_BYTES


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a text follows a grammar.

    Attributes:
        accepted: the whole text is in the language.
        offset: first byte of the character that does not fit, or the text's length in bytes if
            the text ends too early.
        expected: what could stand at `offset`, in words.
    """

    accepted: bool
    offset: int
    expected: str


def bytewise(grammar: Grammar, *, keep_rules: bool = False) -> CompiledGrammar:
    """Compile for a vocabulary of the 256 bytes, where a token id is a byte, and a stop token."""
    tokens = [*(bytes([byte]) for byte in range(NUM_BYTES)), b"<stop>"]
    vocabulary = Vocabulary(tokens, stop_token_ids=[STOP_TOKEN_ID])
    return Compiler(vocabulary).compile(grammar, keep_rules=keep_rules)


def check(grammar: Grammar, data: bytes) -> Verdict:
    """Match `data` byte by byte.

    Raises:
        pushmask.GrammarError, pushmask.LimitError: the grammar cannot be compiled.
    """
    matcher = bytewise(grammar).matcher()
    offset = matcher.accept_tokens(list(data))
    if offset == len(data):
        return Verdict(matcher.can_stop, offset, matcher.describe())
    while offset > 0 and data[offset] & 0xC0 == 0x80:  # back to the start of the character
        matcher.rollback(1)
        offset -= 1
    return Verdict(False, offset, matcher.describe())
