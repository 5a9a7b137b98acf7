# SPDX-License-Identifier: Apache-2.0
"""Grouped-query attention over a paged cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tvm import tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op

from ..kernels.attention import AttentionShape, attention
from ..kernels.storage import Storage
from .layers import Linear


@dataclass(slots=True)
class Cache:
    """What attention needs beside the residual stream; the same in every layer.

    Attributes:
        rotary: (max_positions, 2, head_dim / 2) float32.
        positions: (num_tokens,) int32.
        page_table: (batch, pages_per_sequence) int32.
        keys: (num_layers, num_pages, num_kv_heads, head_dim * 16), written in place.
        values: the same shape, written in place.
        one_sequence: The tokens are successive ones of one sequence.
    """

    rotary: Any
    positions: Any
    page_table: Any
    keys: Any
    values: Any
    one_sequence: bool


class Attention(nn.Module):  # type: ignore[misc]  # tvm ships no types
    """Project to queries, keys and values, attend, project back and add to the residual."""

    def __init__(
        self, shape: AttentionShape, layer: int, qkv: Storage, out: Storage, *, use_amx: bool
    ) -> None:
        super().__init__()
        self.shape = shape
        self.layer = layer
        self.qkv = Linear(qkv, use_amx=use_amx)
        self.out = Linear(out, use_amx=use_amx)

    def forward(self, residual: Any, x: Any, cache: Cache) -> Any:
        """Add attention over x (num_tokens, hidden) to residual (num_tokens, hidden)."""
        qkv = self.qkv(x)  # (num_tokens, qkv_width), padded to a multiple of 64
        num_tokens = x.shape[0]
        width = self.shape.num_heads * self.shape.head_dim
        mixed, cache.keys, cache.values = op.tensor_ir_inplace_op(
            attention(self.shape, one_sequence=cache.one_sequence),
            "attention",
            [
                qkv,
                cache.rotary,
                cache.positions,
                cache.page_table,
                cache.keys,
                cache.values,
                tirx.IntImm("int64", self.layer),
            ],
            [-1, 4, 5],
            [
                nn.Tensor.placeholder((num_tokens, width), "float32"),
                nn.Tensor.placeholder(cache.keys.shape, cache.keys.dtype),
                nn.Tensor.placeholder(cache.values.shape, cache.values.dtype),
            ],
        )
        return self.out.add_to(residual, mixed)  # (num_tokens, hidden)
