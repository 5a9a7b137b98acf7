# SPDX-License-Identifier: Apache-2.0
"""Vocabulary of a SentencePiece model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pushmask.errors import VocabularyError
from pushmask.vocabulary.parts import (
    VocabularyParts,
    byte_token,
    chosen_stop_ids,
    sentencepiece_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class SentencePieceModel(Protocol):
    """The part of `sentencepiece.SentencePieceProcessor` that is read here."""

    def vocab_size(self) -> int: ...
    def id_to_piece(self, token_id: int, /) -> str: ...
    def is_byte(self, token_id: int, /) -> bool: ...
    def is_control(self, token_id: int, /) -> bool: ...
    def is_unknown(self, token_id: int, /) -> bool: ...
    def is_unused(self, token_id: int, /) -> bool: ...
    def eos_id(self) -> int: ...


def read(processor: SentencePieceModel, *, stop_token_ids: Sequence[int] | None) -> VocabularyParts:
    """Read the pieces of `processor`; only pieces of type BYTE are bytes, whatever their text."""
    tokens = []
    special = []
    for token_id in range(processor.vocab_size()):
        piece = processor.id_to_piece(token_id)
        if processor.is_byte(token_id):
            value = byte_token(piece)
            if value is None:
                raise VocabularyError(f"token {token_id}: {piece!r} is not of the form <0xNN>")
            tokens.append(value)
            continue
        tokens.append(sentencepiece_bytes(piece))
        is_text = not (
            processor.is_control(token_id)
            or processor.is_unknown(token_id)
            or processor.is_unused(token_id)
        )
        if not is_text:
            special.append(token_id)
    eos = processor.eos_id()  # -1: none
    stop = chosen_stop_ids(stop_token_ids, [eos if eos >= 0 else None])
    return VocabularyParts(tokens, stop, special)
