# SPDX-License-Identifier: Apache-2.0
"""What every vocabulary loader finds out, and the two encodings of bytes in token texts.

Byte-level BPE (GPT-2, section 2.2 of "Language Models are Unsupervised Multitask Learners", and
its encoder.py) writes each byte as one printable character. SentencePiece with byte fallback
writes a space as U+2581 and has one token `<0xNN>` for each byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pushmask.errors import VocabularyError

if TYPE_CHECKING:
    from collections.abc import Sequence

SPACE_MARK = "\u2581"
BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")


@dataclass(frozen=True, slots=True)
class VocabularyParts:
    """The arguments of `Vocabulary`, as read from a tokenizer.

    Attributes:
        tokens: bytes of each token, indexed by id; `b""` for an id without a token.
        stop_token_ids: tokens that end the text.
        special_token_ids: tokens that stand for no text, and ids without a token.
    """

    tokens: list[bytes]
    stop_token_ids: list[int]
    special_token_ids: list[int]


def _byte_level_table() -> dict[str, int]:
    """GPT-2's table: printable Latin-1 stands for itself, the other bytes move up to U+0100."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {chr(byte): byte for byte in printable}
    others = (byte for byte in range(0x100) if byte not in printable)
    table.update((chr(0x100 + index), byte) for index, byte in enumerate(others))
    return table


BYTE_LEVEL_TABLE = _byte_level_table()


def byte_level_bytes(text: str) -> bytes:
    """Return the bytes of a byte-level token.

    A text with a character outside the table is an added token that was never encoded: it stands
    for itself, as in the ByteLevel decoder of the `tokenizers` library.
    """
    try:
        return bytes([BYTE_LEVEL_TABLE[character] for character in text])
    except KeyError:
        return text.encode("utf-8")


def sentencepiece_bytes(piece: str) -> bytes:
    """Return the bytes of a normal SentencePiece piece, U+2581 being a space."""
    return piece.replace(SPACE_MARK, " ").encode("utf-8")


def byte_token(text: str) -> bytes | None:
    """Return the byte that a byte-fallback token such as `<0xE2>` stands for, or None."""
    match = BYTE_TOKEN.fullmatch(text)
    return bytes([int(match[1], 16)]) if match else None


def chosen_stop_ids(given: Sequence[int] | None, found: Sequence[int | None]) -> list[int]:
    """Return the caller's stop tokens, or else those the tokenizer names, in order, once each.

    Raises:
        VocabularyError: the caller gave none and the tokenizer names none.
    """
    ids = given if given is not None else [token_id for token_id in found if token_id is not None]
    if not ids:
        raise VocabularyError("the tokenizer names no end-of-text token; pass stop_token_ids=[...]")
    return list(dict.fromkeys(ids))
