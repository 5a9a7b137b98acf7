# SPDX-License-Identifier: Apache-2.0
"""Vocabularies of Hugging Face tokenizers: `tokenizers` and `transformers`.

The tokenizer's own decoder says what the text of a token means. Decoders whose output depends on
the neighbouring tokens (WordPiece, CTC) have no bytes per token and are refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from pushmask.errors import VocabularyError
from pushmask.vocabulary import sentencepiece
from pushmask.vocabulary.parts import (
    SPACE_MARK,
    VocabularyParts,
    byte_level_bytes,
    byte_token,
    chosen_stop_ids,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class AddedToken(Protocol):
    """The part of `tokenizers.AddedToken` that is read here."""

    special: bool


class FastTokenizer(Protocol):
    """The part of `tokenizers.Tokenizer` that is read here."""

    def to_str(self) -> str: ...
    def get_vocab(self, with_added_tokens: bool = True) -> dict[str, int]: ...
    def get_added_tokens_decoder(self) -> Mapping[int, AddedToken]: ...


def read_tokenizers(tokenizer: FastTokenizer, *, stop_token_ids: Sequence[int]) -> VocabularyParts:
    """Read a `tokenizers.Tokenizer`; it does not know which token ends the text."""
    decoder = TokenDecoder(json.loads(tokenizer.to_str()).get("decoder"))
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    tokens = [b""] * (max(vocabulary.values(), default=-1) + 1)
    for text, token_id in vocabulary.items():
        tokens[token_id] = decoder.token_bytes(text)
    added = tokenizer.get_added_tokens_decoder()
    special = {token_id for token_id, token in added.items() if token.special}
    special.update(set(range(len(tokens))) - set(vocabulary.values()))
    return VocabularyParts(tokens, chosen_stop_ids(stop_token_ids, []), sorted(special))


def read_transformers(tokenizer: Any, *, stop_token_ids: Sequence[int] | None) -> VocabularyParts:
    """Read a `transformers` tokenizer, fast or SentencePiece."""
    stop = chosen_stop_ids(stop_token_ids, [getattr(tokenizer, "eos_token_id", None)])
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None:
        parts = read_tokenizers(backend, stop_token_ids=stop)
    elif (processor := getattr(tokenizer, "sp_model", None)) is not None:
        parts = sentencepiece.read(processor, stop_token_ids=stop)
        _append_added_tokens(parts.tokens, tokenizer.get_added_vocab())
    else:
        raise VocabularyError(
            f"{type(tokenizer).__name__} has neither a fast nor a SentencePiece backend; "
            "load it with use_fast=True"
        )
    special = {*parts.special_token_ids, *tokenizer.all_special_ids}
    return VocabularyParts(parts.tokens, stop, sorted(special))


def _append_added_tokens(tokens: list[bytes], added: Mapping[str, int]) -> None:
    for text, token_id in sorted(added.items(), key=lambda item: item[1]):
        tokens.extend([b""] * (token_id + 1 - len(tokens)))
        tokens[token_id] = text.encode("utf-8")


class TokenDecoder:
    """What a tokenizer's decoder does to one token, read from its JSON form."""

    def __init__(self, decoder: Mapping[str, Any] | None) -> None:
        """Take the `decoder` member of tokenizer.json.

        Raises:
            VocabularyError: it has a step that no token can be decoded through alone.
        """
        self._byte_level = False
        self._byte_fallback = False
        self._replacements: list[tuple[str, str]] = []
        if decoder is None:
            raise VocabularyError(
                "the tokenizer has no decoder, so its tokens have no bytes; set tokenizer.decoder"
            )
        for step in decoder["decoders"] if decoder["type"] == "Sequence" else [decoder]:
            self._add_step(step)

    def _add_step(self, step: Mapping[str, Any]) -> None:
        kind = step["type"]
        if kind == "ByteLevel":
            self._byte_level = True
        elif kind == "ByteFallback":
            self._byte_fallback = True
        elif kind == "Metaspace":
            self._replacements.append((step.get("replacement", SPACE_MARK), " "))
        elif kind == "Replace" and "String" in step["pattern"]:
            self._replacements.append((step["pattern"]["String"], step["content"]))
        elif kind not in ("Fuse", "Strip"):  # these act on the joined text only
            raise VocabularyError(
                f"the tokenizer's decoder has the step '{kind}', which gives a token no bytes of "
                "its own"
            )

    def token_bytes(self, text: str) -> bytes:
        """Return the bytes that the token `text` adds to the output."""
        if self._byte_level:
            return byte_level_bytes(text)
        if self._byte_fallback and (value := byte_token(text)) is not None:
            return value
        for old, new in self._replacements:
            text = text.replace(old, new)
        return text.encode("utf-8")
