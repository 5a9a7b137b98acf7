# SPDX-License-Identifier: Apache-2.0
"""Vocabularies that all engines of a run share, and the text of the cases in their tokens.

A vocabulary file is gzipped JSON: `name`, `n_vocab`, `tokens_b64` (base64 of each token's bytes, by
id), `special` ({id: text}), `eos_id` and `pat_str`, the pre-tokenisation pattern. The merge rank of
a token is its id. `make_vocabulary.py` builds such files from public packages.

Every engine gets the same token ids, made by tiktoken: what a model would emit.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_VOCABULARY = "llama3-128k"


def shared_folder() -> Path:
    """Give the folder of data that is too large for the repository."""
    return Path(os.environ.get("PUSHMASK_SHARED", ROOT.parent / "shared" / "data"))


def find_vocabulary(name: str) -> Path:
    """Give the file of a vocabulary, named or given by path.

    Raises:
        FileNotFoundError: there is none.
    """
    for path in (Path(name), shared_folder() / "vocabs" / f"{name}.json.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"no vocabulary {name!r}; set PUSHMASK_SHARED to the folder that has vocabs/, "
        "or build one with bench/make_vocabulary.py"
    )


@dataclass(frozen=True)
class BenchVocabulary:
    """Tokens of a model with what is needed to tokenise text."""

    name: str
    tokens: tuple[bytes, ...]
    special: dict[int, str]
    stop_id: int
    pattern: str

    @property
    def size(self) -> int:
        return len(self.tokens)

    @property
    def row_words(self) -> int:
        """int32 words of one mask row."""
        return (self.size + 31) // 32

    @cached_property
    def encoding(self) -> tiktoken.Encoding:
        import tiktoken

        ranks = {t: i for i, t in enumerate(self.tokens) if t and i not in self.special}
        return tiktoken.Encoding(
            self.name,
            pat_str=self.pattern,
            mergeable_ranks=ranks,
            special_tokens={text: token_id for token_id, text in self.special.items()},
        )

    def encode(self, text: str) -> list[int]:
        return self.encoding.encode_ordinary(text)


def load_vocabulary(path: Path) -> BenchVocabulary:
    """Read a vocabulary file."""
    data = json.loads(gzip.decompress(path.read_bytes()))
    return BenchVocabulary(
        name=data["name"],
        tokens=tuple(base64.b64decode(token) for token in data["tokens_b64"]),
        special={int(token_id): text for token_id, text in data["special"].items()},
        stop_id=data["eos_id"],
        pattern=data["pat_str"],
    )
