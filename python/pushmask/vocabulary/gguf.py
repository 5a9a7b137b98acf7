# SPDX-License-Identifier: Apache-2.0
"""Vocabulary of a GGUF model file.

Keys `tokenizer.ggml.*` and token types as in the GGUF specification (ggml, docs/gguf.md); the
meaning of a token's text by type as in llama.cpp's `llama_vocab::token_to_piece`.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pushmask.errors import ModelError
from pushmask.vocabulary.parts import (
    VocabularyParts,
    byte_level_bytes,
    byte_token,
    chosen_stop_ids,
    sentencepiece_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class TokenType(IntEnum):
    """Values of `tokenizer.ggml.token_type`."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


# USER_DEFINED tokens are text (runs of spaces, `<tool_call>`) and so are not special.
SPECIAL_TYPES = {TokenType.UNKNOWN, TokenType.CONTROL, TokenType.UNUSED}
BYTE_LEVEL_MODELS = {"gpt2"}
SENTENCEPIECE_MODELS = {"llama", "t5"}
STOP_KEYS = ("eos_token_id", "eot_token_id", "eom_token_id")
# What ends a turn where the file has no eot_token_id (the list of llama.cpp).
END_OF_TURN_TEXTS = {"<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>"}


def read_metadata(path: str | Path) -> dict[str, Any]:
    """Read the keys and values of a GGUF file.

    Raises:
        ModelError: the file is missing, truncated, or not a GGUF file.
        ImportError: the `gguf` package is not installed.
    """
    try:
        from gguf import GGUFReader
    except ImportError as error:
        raise ImportError(
            "reading a GGUF file needs the gguf package: pip install 'pushmask[decoder]'"
        ) from error
    path = Path(path)
    if not path.is_file():
        raise ModelError(f"{path}: there is no such model file", path=str(path))
    try:
        return {key: field.contents() for key, field in GGUFReader(path).fields.items()}
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, struct.error) as error:
        # The reader indexes a map of the file; where the file ends early, so do its arrays.
        raise ModelError(
            f"{path}: not a complete GGUF file ({error}); fetch it again", path=str(path)
        ) from error


def read(metadata: Mapping[str, Any], *, stop_token_ids: Sequence[int] | None) -> VocabularyParts:
    """Read the vocabulary in the metadata of a GGUF file."""
    model = _required(metadata, "tokenizer.ggml.model")
    if model not in BYTE_LEVEL_MODELS | SENTENCEPIECE_MODELS:
        known = ", ".join(sorted(BYTE_LEVEL_MODELS | SENTENCEPIECE_MODELS))
        raise ModelError(f"tokenizer.ggml.model is '{model}'; supported are {known}")
    texts: list[str] = _required(metadata, "tokenizer.ggml.tokens")
    types = metadata.get("tokenizer.ggml.token_type", [TokenType.NORMAL] * len(texts))
    if len(types) != len(texts):
        raise ModelError(
            f"tokenizer.ggml.token_type has {len(types)} entries, but there are {len(texts)} tokens"
        )
    tokens = [
        _token_bytes(text, kind, byte_level=model in BYTE_LEVEL_MODELS)
        for text, kind in zip(texts, types, strict=True)
    ]
    special = [token_id for token_id, kind in enumerate(types) if kind in SPECIAL_TYPES]
    stop = chosen_stop_ids(stop_token_ids, _stop_ids(metadata, texts, special))
    return VocabularyParts(tokens, stop, special)


def _token_bytes(text: str, kind: int, *, byte_level: bool) -> bytes:
    if kind == TokenType.NORMAL:
        return byte_level_bytes(text) if byte_level else sentencepiece_bytes(text)
    if kind == TokenType.BYTE:
        value = byte_token(text)
        if value is None:
            raise ModelError(f"byte token {text!r} is not of the form <0xNN>")
        return value
    return text.encode("utf-8")


def _stop_ids(
    metadata: Mapping[str, Any], texts: Sequence[str], special: Sequence[int]
) -> list[int]:
    keys = [f"tokenizer.ggml.{key}" for key in STOP_KEYS]
    ids = [int(metadata[key]) for key in keys if key in metadata]
    if "tokenizer.ggml.eot_token_id" not in metadata:
        ids += [token_id for token_id in special if texts[token_id] in END_OF_TURN_TEXTS]
    return ids


def _required(metadata: Mapping[str, Any], key: str) -> Any:
    if key not in metadata:
        raise ModelError(f"the GGUF file has no key {key}, so it holds no usable tokenizer")
    return metadata[key]
