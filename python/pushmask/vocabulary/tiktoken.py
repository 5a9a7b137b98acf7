# SPDX-License-Identifier: Apache-2.0
"""Vocabulary of a tiktoken encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pushmask.vocabulary.parts import VocabularyParts, chosen_stop_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

END_OF_TEXT = "<|endoftext|>"


class TiktokenEncoding(Protocol):
    """The part of `tiktoken.Encoding` that is read here."""

    @property
    def max_token_value(self) -> int: ...
    @property
    def special_tokens_set(self) -> set[str]: ...
    def decode_single_token_bytes(self, token: int, /) -> bytes: ...
    def encode_single_token(self, text_or_bytes: str, /) -> int: ...


def read(encoding: TiktokenEncoding, *, stop_token_ids: Sequence[int] | None) -> VocabularyParts:
    """Read the tokens of `encoding`; ids that it leaves out become special tokens without bytes."""
    special_ids = {encoding.encode_single_token(text) for text in encoding.special_tokens_set}
    tokens = []
    for token_id in range(encoding.max_token_value + 1):
        try:
            tokens.append(encoding.decode_single_token_bytes(token_id))
        except KeyError:  # the ids of cl100k and o200k have holes
            tokens.append(b"")
            special_ids.add(token_id)
    has_end = END_OF_TEXT in encoding.special_tokens_set
    end = encoding.encode_single_token(END_OF_TEXT) if has_end else None
    return VocabularyParts(tokens, chosen_stop_ids(stop_token_ids, [end]), sorted(special_ids))
