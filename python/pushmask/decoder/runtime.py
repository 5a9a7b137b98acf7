# SPDX-License-Identifier: Apache-2.0
"""Runs the compiled functions: tokens and pages in, logits out, tokens drawn from logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import tvm
import tvm_ffi
from numpy.typing import NDArray
from tvm import relax

from .artifact import LIBRARY, Artifact, read_weights
from .kernels.attention import KV_DTYPE
from .kv_cache import PAGE_POSITIONS
from .model.llama import attention_shape


@dataclass(frozen=True, slots=True)
class SamplingBatch:
    """How to draw one token per row.

    Attributes:
        mask: (batch, padded vocabulary / 32) int32, 1 = allowed.
        temperature: (batch,) float32; 0 takes the highest logit.
        top_p: (batch,) float32 in (0, 1].
        uniform: (batch,) float32 draws from [0, 1).
    """

    mask: NDArray[np.int32]
    temperature: NDArray[np.float32]
    top_p: NDArray[np.float32]
    uniform: NDArray[np.float32]


class Runtime:
    """A loaded model with the tensors of its key-value cache.

    One call at a time. The GIL is released while a compiled function runs.
    """

    def __init__(self, artifact: Artifact, *, num_pages: int) -> None:
        self.config = artifact.config
        self.num_pages = num_pages
        device = tvm.cpu()
        machine = relax.VirtualMachine(
            tvm.runtime.load_module(str(artifact.directory / LIBRARY)), device
        )
        self._prefill = machine["prefill"]
        self._decode = machine["decode"]
        self._decode_one = machine["decode_one"]
        self._sample = machine["sample"]
        self._arrays = read_weights(artifact)
        self._parameters = tvm_ffi.convert(
            [tvm.runtime.from_dlpack(self._arrays[entry.name]) for entry in artifact.entries]
        )
        shape = attention_shape(artifact.config).page_shape(num_pages)
        # Untouched pages cost no memory: the system maps them on first use.
        self._keys = tvm.runtime.empty(shape, KV_DTYPE, device)
        self._values = tvm.runtime.empty(shape, KV_DTYPE, device)

    @property
    def table_width(self) -> int:
        """Entries of a row of a page table that cover the whole context."""
        return -(-self.config.context_length // PAGE_POSITIONS)

    def matrices(self) -> list[NDArray[Any]]:
        """Give the packed arrays that a decode step streams, each once.

        An embedding that is not also the output matrix is left out: a step reads a row of it.
        """
        untied = "head.codes" in self._arrays
        return [
            array
            for name, array in self._arrays.items()
            if name.endswith((".codes", ".scales"))
            and array.size > 1  # float32 matrices have no scales
            and not (untied and name.startswith("embedding."))
        ]

    @property
    def weight_bytes(self) -> int:
        """Bytes that a decode step streams."""
        return sum(array.nbytes for array in self.matrices())

    def prefill(self, tokens: NDArray[np.int32], start: int, page_table: NDArray[np.int32]) -> Any:
        """Append successive tokens of one sequence.

        Args:
            tokens: (num_tokens,) int32, ids below the vocabulary size.
            start: Position of the first.
            page_table: (1, table_width) int32, with pages for all positions up to the last.

        Returns:
            Logits after the last token, a TVM tensor (1, padded vocabulary) float32.
        """
        positions = np.arange(start, start + len(tokens), dtype=np.int32)
        return self._run(self._prefill, tokens, positions, page_table)

    def decode(
        self,
        tokens: NDArray[np.int32],
        positions: NDArray[np.int32],
        page_table: NDArray[np.int32],
    ) -> Any:
        """Append one token to each sequence of a batch.

        Args:
            tokens: (batch,) int32, ids below the vocabulary size.
            positions: (batch,) int32.
            page_table: (batch, table_width) int32.

        Returns:
            Logits, a TVM tensor (batch, padded vocabulary) float32.
        """
        function = self._decode_one if len(tokens) == 1 else self._decode
        return self._run(function, tokens, positions, page_table)

    def sample(self, logits: Any, how: SamplingBatch) -> NDArray[np.int32]:
        """Draw a token per row of logits, (batch,) int32; -1 where the mask is empty.

        The mask is applied first, then the temperature, then top-p.
        """
        arguments = (how.mask, how.temperature, how.top_p, how.uniform)
        tokens = self._sample(logits, *(tvm.runtime.tensor(array) for array in arguments))
        return np.asarray(tokens.numpy(), dtype=np.int32)

    def fill_cache(self, value: float) -> None:
        """Overwrite every page; what a sequence has not written itself never reaches its logits."""
        for pages in (self._keys, self._values):
            pages.copyfrom(np.full(pages.shape, value, dtype=KV_DTYPE))

    def _run(
        self,
        function: Any,
        tokens: NDArray[np.int32],
        positions: NDArray[np.int32],
        page_table: NDArray[np.int32],
    ) -> Any:
        return function(
            tvm.runtime.tensor(tokens),
            tvm.runtime.tensor(positions),
            tvm.runtime.tensor(page_table),
            self._keys,
            self._values,
            self._parameters,
        )
