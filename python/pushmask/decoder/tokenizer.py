# SPDX-License-Identifier: Apache-2.0
"""Prompt text to token ids, with the byte-level BPE that the model file carries.

Special tokens are read only where the caller says that the text may hold them, so that a user who
writes `<|im_end|>` gets those characters and not the end of a turn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pushmask.errors import ModelError

_CONTROL = 3  # tokenizer.ggml.token_type of tokens that stand for no text
_USER_DEFINED = 4
# Byte-level pre-tokenisers of `tokenizer.ggml.pre`: are digits split one by one?
_SPLITS_DIGITS = {"smollm": True, "gpt-2": False}


class Tokenizer:
    """The tokenizer of a model file.

    Attributes:
        special_ids: Ids of the special tokens by their text.
    """

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        """Build it from GGUF metadata.

        Raises:
            ModelError: the file's tokenizer is of a kind that is not supported, or incomplete.
        """
        kind = metadata.get("tokenizer.ggml.model")
        if kind != "gpt2":
            raise ModelError(f"tokenizer model {kind!r} is not supported for prompts, only 'gpt2'")
        pre = metadata.get("tokenizer.ggml.pre", "gpt-2")
        if pre not in _SPLITS_DIGITS:
            known = ", ".join(_SPLITS_DIGITS)
            raise ModelError(f"pre-tokenizer {pre!r} is not supported; supported are {known}")
        for key in ("tokens", "merges"):
            if f"tokenizer.ggml.{key}" not in metadata:
                raise ModelError(f"the model file has no key tokenizer.ggml.{key}")
        texts: list[str] = metadata["tokenizer.ggml.tokens"]
        types: list[int] = metadata.get("tokenizer.ggml.token_type", [1] * len(texts))
        self.special_ids = {
            text: token_id
            for token_id, (text, type_) in enumerate(zip(texts, types, strict=True))
            if type_ in (_CONTROL, _USER_DEFINED)
        }
        self.bos_id: int | None = (
            metadata.get("tokenizer.ggml.bos_token_id")
            if metadata.get("tokenizer.ggml.add_bos_token", False)
            else None
        )
        self._bpe = _byte_level_bpe(
            texts, metadata["tokenizer.ggml.merges"], split_digits=_SPLITS_DIGITS[pre]
        )
        longest_first = sorted(self.special_ids, key=len, reverse=True)
        self._special = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def encode(self, text: str) -> list[int]:
        """Encode text in which no special token is read."""
        return list(self._bpe.encode(text, add_special_tokens=False).ids)

    def encode_template(self, text: str, guard: str = "") -> list[int]:
        """Encode text in which special tokens are read.

        Args:
            text: What a chat template gave.
            guard: Characters that are removed after special tokens were found; `chat` puts them
                inside whatever looks like a special token in a message.
        """
        ids: list[int] = []
        start = 0
        for match in self._special.finditer(text):
            ids += self._plain(text[start : match.start()], guard)
            ids.append(self.special_ids[match.group()])
            start = match.end()
        return ids + self._plain(text[start:], guard)

    def break_specials(self, text: str, guard: str) -> str:
        """Put `guard` after the first character of everything that reads like a special token."""
        return self._special.sub(lambda match: match[0][0] + guard + match[0][1:], text)

    def _plain(self, text: str, guard: str) -> list[int]:
        if guard:
            text = text.replace(guard, "")
        return self.encode(text) if text else []


def _byte_level_bpe(texts: list[str], merges: list[str], *, split_digits: bool) -> Any:
    import tokenizers
    from tokenizers import models, pre_tokenizers

    pairs = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
    bpe = tokenizers.Tokenizer(
        models.BPE(vocab={text: index for index, text in enumerate(texts)}, merges=pairs)
    )
    steps: list[Any] = [pre_tokenizers.Digits(individual_digits=True)] if split_digits else []
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True))
    bpe.pre_tokenizer = pre_tokenizers.Sequence(steps)
    return bpe
