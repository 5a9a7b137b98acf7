# SPDX-License-Identifier: Apache-2.0
"""Draws one request's tokens. Order: mask, then temperature, then top-p."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .runtime import Runtime, SamplingBatch


class Sampler:
    """How one request draws, and the mask that the next draw obeys.

    Attributes:
        mask: (ceil(vocab_size / 32),) int32, 1 = allowed; the matcher writes it.
    """

    def __init__(
        self, runtime: Runtime, vocab_size: int, *, temperature: float, top_p: float, seed: int
    ) -> None:
        """Start with a mask that allows every token of the vocabulary.

        Args:
            runtime: Runs the sampling kernel.
            vocab_size: Tokens that may be drawn; logits past them are padding.
            temperature: 0 takes the highest logit.
            top_p: In (0, 1].
            seed: Of the draws; equal seeds and logits give equal tokens.
        """
        self._runtime = runtime
        self._draws = np.random.default_rng(seed)
        self._uniform = np.zeros(1, dtype=np.float32)
        num_words = runtime.config.padded_vocab_size // 32
        row = np.zeros((1, num_words), dtype=np.int32)  # bits past the vocabulary stay 0
        self.mask: NDArray[np.int32] = row[0, : -(-vocab_size // 32)]
        self.mask[:] = _full_mask(vocab_size)
        self._how = SamplingBatch(
            mask=row,
            temperature=np.array([temperature], dtype=np.float32),
            top_p=np.array([top_p], dtype=np.float32),
            uniform=self._uniform,
        )

    @property
    def temperature(self) -> float:
        """Divides the logits of the next draw; 0 takes the highest one."""
        return float(self._how.temperature[0])

    @temperature.setter
    def temperature(self, temperature: float) -> None:
        self._how.temperature[0] = temperature

    def draw(self, logits: Any) -> int:
        """Draw a token from logits (1, padded vocabulary); -1 if the mask allows none."""
        self._uniform[0] = self._draws.random()
        return int(self._runtime.sample(logits, self._how)[0])


def _full_mask(vocab_size: int) -> NDArray[np.int32]:
    """Give words with a bit for each token, (ceil(vocab_size / 32),) int32."""
    bits = np.zeros(-(-vocab_size // 32) * 32, dtype=np.uint8)
    bits[:vocab_size] = 1
    return np.packbits(bits, bitorder="little").view("<i4").astype(np.int32)
