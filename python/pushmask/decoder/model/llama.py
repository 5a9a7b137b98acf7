# SPDX-License-Identifier: Apache-2.0
"""The Llama architecture: pre-norm blocks of grouped-query attention and a gated feed-forward net.

Source: Touvron et al., LLaMA: Open and Efficient Foundation Language Models, 2023; shapes are
those of the GGUF file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op, spec

from ..config import ModelConfig
from ..kernels import elementwise, sampling
from ..kernels.attention import KV_DTYPE, AttentionShape
from ..kernels.epilogue import Epilogue
from ..kernels.storage import Storage
from .attention import Attention, Cache
from .layers import Embedding, Linear, RmsNorm


def attention_shape(config: ModelConfig) -> AttentionShape:
    """Give the sizes that the attention kernel is built for."""
    return AttentionShape(
        num_layers=config.num_layers,
        num_heads=config.num_heads,
        num_kv_heads=config.num_kv_heads,
        head_dim=config.head_dim,
        max_positions=config.context_length,
    )


class Block(nn.Module):  # type: ignore[misc]  # tvm ships no types
    """One transformer block."""

    def __init__(
        self, config: ModelConfig, layer: int, storage: Mapping[str, Storage], *, use_amx: bool
    ) -> None:
        super().__init__()
        name = f"blocks.{layer}"
        self.attention_norm = RmsNorm(config.hidden_size, config.norm_epsilon)
        self.attention = Attention(
            attention_shape(config),
            layer,
            storage[f"{name}.attention.qkv"],
            storage[f"{name}.attention.out"],
            use_amx=use_amx,
        )
        self.feed_forward_norm = RmsNorm(config.hidden_size, config.norm_epsilon)
        self.gate_up = Linear(storage[f"{name}.gate_up"], use_amx=use_amx)
        self.down = Linear(storage[f"{name}.down"], use_amx=use_amx)

    def forward(self, x: Any, cache: Cache) -> Any:
        """Run the block on x (num_tokens, hidden), updating it in place."""
        x = self.attention(x, self.attention_norm(x), cache)  # (num_tokens, hidden)
        gated = self.gate_up(
            self.feed_forward_norm(x), Epilogue.SWIGLU
        )  # (num_tokens, intermediate)
        return self.down.add_to(x, gated)  # (num_tokens, hidden)


class Llama(nn.Module):  # type: ignore[misc]  # tvm ships no types
    """The whole model, with one method per compiled function."""

    def __init__(
        self, config: ModelConfig, storage: Mapping[str, Storage], *, use_amx: bool
    ) -> None:
        super().__init__()
        self.config = config
        self.embedding = Embedding(storage["embedding"], use_amx=use_amx)
        self.blocks = nn.ModuleList(
            [Block(config, layer, storage, use_amx=use_amx) for layer in range(config.num_layers)]
        )
        self.norm = RmsNorm(config.hidden_size, config.norm_epsilon)
        # Tied models have no matrix of their own for the logits.
        self.head = Linear(storage["head"], use_amx=use_amx) if "head" in storage else None
        self.rotary = nn.Parameter((config.context_length, 2, config.head_dim // 2), "float32")

    def _hidden(
        self, tokens: Any, positions: Any, page_table: Any, keys: Any, values: Any, *, one: bool
    ) -> Any:
        """Run all blocks: tokens (num_tokens,) int32 -> (num_tokens, hidden) float32."""
        cache = Cache(self.rotary, positions, page_table, keys, values, one_sequence=one)
        x = self.embedding.embed(tokens)  # (num_tokens, hidden)
        for block in self.blocks:
            x = block(x, cache)  # (num_tokens, hidden)
        return x

    def _logits(self, x: Any) -> Any:
        """Give logits (num_rows, padded vocabulary) for x (num_rows, hidden)."""
        head = self.embedding if self.head is None else self.head
        return head(self.norm(x))  # (num_rows, padded vocabulary)

    def prefill(self, tokens: Any, positions: Any, page_table: Any, keys: Any, values: Any) -> Any:
        """Append successive tokens of one sequence; logits (1, vocabulary) after the last."""
        x = self._hidden(
            tokens, positions, page_table, keys, values, one=True
        )  # (num_tokens, hidden)
        last = op.tensor_ir_op(
            elementwise.last_row(self.config.hidden_size),
            "last_row",
            [x],
            nn.Tensor.placeholder((1, self.config.hidden_size), "float32"),
        )  # (1, hidden)
        return self._logits(last)  # (1, padded vocabulary)

    def decode(self, tokens: Any, positions: Any, page_table: Any, keys: Any, values: Any) -> Any:
        """Append one token to each of `batch` sequences; logits (batch, vocabulary)."""
        x = self._hidden(tokens, positions, page_table, keys, values, one=False)  # (batch, hidden)
        return self._logits(x)  # (batch, padded vocabulary)

    def decode_one(
        self, tokens: Any, positions: Any, page_table: Any, keys: Any, values: Any
    ) -> Any:
        """Decode with batch = 1 fixed at compile time: static shapes, matrix-vector kernels."""
        return self.decode(tokens, positions, page_table, keys, values)

    def sample(self, logits: Any, mask: Any, temperature: Any, top_p: Any, uniform: Any) -> Any:
        """Draw a token id (batch,) int32 per row; see `kernels.sampling.sample`."""
        return op.tensor_ir_op(
            sampling.sample(self.config.padded_vocab_size),
            "sample",
            [logits, mask, temperature, top_p, uniform],
            nn.Tensor.placeholder((logits.shape[0],), "int32"),
        )


def method_spec(config: ModelConfig) -> dict[str, Any]:
    """Give the argument shapes of the compiled functions; names stand for symbolic sizes."""
    pages = spec.Tensor(attention_shape(config).page_shape("num_pages"), KV_DTYPE)
    packed = {"param_mode": "packed", "effect_mode": "none"}
    width = config.padded_vocab_size

    def forward(num_tokens: int | str, batch: int | str) -> dict[str, Any]:
        return {
            "tokens": spec.Tensor((num_tokens,), "int32"),
            "positions": spec.Tensor((num_tokens,), "int32"),
            "page_table": spec.Tensor((batch, "table_width"), "int32"),
            "keys": pages,
            "values": pages,
            "$": packed,
        }

    return {
        "prefill": forward("num_tokens", 1),
        "decode": forward("batch", "batch"),
        "decode_one": forward(1, 1),
        "sample": {
            "logits": spec.Tensor(("batch", width), "float32"),
            "mask": spec.Tensor(("batch", width // 32), "int32"),
            "temperature": spec.Tensor(("batch",), "float32"),
            "top_p": spec.Tensor(("batch",), "float32"),
            "uniform": spec.Tensor(("batch",), "float32"),
            "$": {"param_mode": "none", "effect_mode": "none"},
        },
    }
