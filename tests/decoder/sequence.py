# SPDX-License-Identifier: Apache-2.0
"""Drives a runtime's cache by hand, below the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pushmask.decoder.kv_cache import PagePool, SequencePages
from pushmask.decoder.runtime import Runtime


class CachedSequence:
    """One sequence in a cache."""

    def __init__(self, runtime: Runtime, pool: PagePool) -> None:
        self.runtime = runtime
        self.pages = SequencePages(pool)

    @property
    def table(self) -> NDArray[np.int32]:
        table = np.zeros((1, self.runtime.table_width), dtype=np.int32)
        table[0, : len(self.pages.pages)] = self.pages.pages
        return table

    def prefill(self, tokens: list[int]) -> Any:
        """Logits (vocabulary,) after the last of the tokens."""
        start = self.pages.extend(len(tokens)).start
        logits = self.runtime.prefill(np.array(tokens, np.int32), start, self.table)
        return logits.numpy()[0, : self.runtime.config.vocab_size]

    def decode(self, token: int) -> Any:
        """Logits (vocabulary,) after the token."""
        position = np.array([self.pages.extend(1).start], np.int32)
        logits = self.runtime.decode(np.array([token], np.int32), position, self.table)
        return logits.numpy()[0, : self.runtime.config.vocab_size]
