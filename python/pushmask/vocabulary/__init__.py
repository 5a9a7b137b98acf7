# SPDX-License-Identifier: Apache-2.0
"""`Vocabulary`, with constructors for the tokenizers people have.

The native class takes the bytes of every token; each loader beside this file knows one kind of
tokenizer and finds those bytes, the stop tokens and the special tokens. The libraries themselves
are not imported here: the caller has the tokenizer object already.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pushmask import _core
from pushmask.vocabulary import gguf, hf, sentencepiece, tiktoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

    from pushmask.vocabulary.parts import VocabularyParts


class Vocabulary(_core.Vocabulary):
    __doc__ = _core.Vocabulary.__doc__
    __slots__ = ()

    @classmethod
    def from_gguf(
        cls,
        source: str | Path | Mapping[str, Any],
        *,
        stop_token_ids: Sequence[int] | None = None,
        size: int | None = None,
    ) -> Self:
        """Read the vocabulary of a GGUF model file.

        Args:
            source: the file, or its metadata (keys and values) if it is open already. Byte-level
                BPE (`gpt2`) and SentencePiece (`llama`, `t5`) tokenizers are supported.
            stop_token_ids: tokens that end the text; default: the file's end-of-text and
                end-of-turn tokens.
            size: width of the model's logits in tokens, if more than the tokenizer's tokens.

        Raises:
            ModelError: the file is missing, truncated, or has no supported tokenizer.
            VocabularyError: it names no stop token and none was given, or `size` is too small.
            ImportError: the extra `pushmask[decoder]` is not installed.
        """
        metadata = gguf.read_metadata(source) if isinstance(source, (str, Path)) else source
        return cls._from_parts(gguf.read(metadata, stop_token_ids=stop_token_ids), size)

    @classmethod
    def from_transformers(
        cls,
        tokenizer: Any,
        *,
        stop_token_ids: Sequence[int] | None = None,
        size: int | None = None,
    ) -> Self:
        """Read the vocabulary of a `transformers` tokenizer, fast or SentencePiece.

        Args:
            tokenizer: a `transformers.PreTrainedTokenizerBase`.
            stop_token_ids: tokens that end the text; default: `tokenizer.eos_token_id`. A chat
                model often has another one in its generation config: pass it here.
            size: width of the model's logits in tokens (`model.config.vocab_size`), if more than
                the tokenizer's tokens.

        Raises:
            VocabularyError: tokens have no bytes of their own (WordPiece), there is no stop
                token, or `size` is too small.
        """
        parts = hf.read_transformers(tokenizer, stop_token_ids=stop_token_ids)
        return cls._from_parts(parts, size)

    @classmethod
    def from_tokenizers(
        cls, tokenizer: hf.FastTokenizer, *, stop_token_ids: Sequence[int], size: int | None = None
    ) -> Self:
        """Read the vocabulary of a `tokenizers.Tokenizer`.

        Args:
            tokenizer: its decoder has to be set: it says what the tokens' texts mean.
            stop_token_ids: tokens that end the text; the tokenizer does not know them.
            size: width of the model's logits in tokens, if more than the tokenizer's tokens.

        Raises:
            VocabularyError: tokens have no bytes of their own (WordPiece, no decoder),
                `stop_token_ids` is empty, or `size` is too small.
        """
        parts = hf.read_tokenizers(tokenizer, stop_token_ids=stop_token_ids)
        return cls._from_parts(parts, size)

    @classmethod
    def from_tiktoken(
        cls,
        encoding: tiktoken.TiktokenEncoding,
        *,
        stop_token_ids: Sequence[int] | None = None,
        size: int | None = None,
    ) -> Self:
        """Read the vocabulary of a `tiktoken.Encoding`.

        Args:
            encoding: ids that it leaves out become tokens that are never allowed.
            stop_token_ids: tokens that end the text; default: `<|endoftext|>`.
            size: width of the model's logits in tokens, if more than the encoding's tokens.

        Raises:
            VocabularyError: there is no stop token, or `size` is too small.
        """
        return cls._from_parts(tiktoken.read(encoding, stop_token_ids=stop_token_ids), size)

    @classmethod
    def from_sentencepiece(
        cls,
        processor: sentencepiece.SentencePieceModel,
        *,
        stop_token_ids: Sequence[int] | None = None,
        size: int | None = None,
    ) -> Self:
        """Read the vocabulary of a `sentencepiece.SentencePieceProcessor`.

        Args:
            processor: with or without byte fallback.
            stop_token_ids: tokens that end the text; default: the model's end-of-sentence piece.
            size: width of the model's logits in tokens, if more than the model's pieces.

        Raises:
            VocabularyError: there is no stop token, or `size` is too small.
        """
        return cls._from_parts(sentencepiece.read(processor, stop_token_ids=stop_token_ids), size)

    @classmethod
    def _from_parts(cls, parts: VocabularyParts, size: int | None) -> Self:
        return cls(
            parts.tokens,
            stop_token_ids=parts.stop_token_ids,
            special_token_ids=parts.special_token_ids,
            size=size,
        )
