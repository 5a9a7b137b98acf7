# SPDX-License-Identifier: Apache-2.0
"""The Llama forward pass in plain numpy: the oracle for the compiled model.

It shares nothing with the decoder: tensors are dequantised by the `gguf` package, queries and keys
are left in the file's order and rotated as neighbouring pairs, products are float32 matmuls.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class NumpyLlama:
    """A model with the cache of one sequence."""

    def __init__(self, path: Path) -> None:
        reader = gguf.GGUFReader(path)
        self.weights: dict[str, Floats] = {
            tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            .astype(np.float32)
            .reshape(tuple(reversed([int(n) for n in tensor.shape])))
            for tensor in reader.tensors
        }

        def read(key: str) -> float:
            return reader.fields[f"llama.{key}"].contents()

        self.layers = int(read("block_count"))
        self.heads = int(read("attention.head_count"))
        self.kv_heads = int(read("attention.head_count_kv"))
        self.dim = int(read("embedding_length")) // self.heads
        self.epsilon = read("attention.layer_norm_rms_epsilon")
        self.base = read("rope.freq_base")
        self.length = 0
        self.keys: list[list[Floats]] = [[] for _ in range(self.layers)]
        self.values: list[list[Floats]] = [[] for _ in range(self.layers)]

    def forward(self, tokens: list[int]) -> Floats:
        """Append tokens; logits (num_tokens, vocabulary) after each."""
        x = self.weights["token_embd.weight"][tokens]  # (num_tokens, hidden)
        positions = np.arange(self.length, self.length + len(tokens))
        for layer in range(self.layers):
            x = x + self._attention(layer, self._norm(x, f"blk.{layer}.attn_norm"), positions)
            x = x + self._feed_forward(layer, self._norm(x, f"blk.{layer}.ffn_norm"))
        self.length += len(tokens)
        head = self.weights.get("output.weight", self.weights["token_embd.weight"])
        return self._norm(x, "output_norm") @ head.T  # (num_tokens, vocabulary)

    def _norm(self, x: Floats, name: str) -> Floats:
        scale = np.sqrt((x * x).mean(axis=-1, keepdims=True) + self.epsilon)
        return x / scale * self.weights[f"{name}.weight"]

    def _rotate(self, x: Floats, positions: NDArray[np.int64]) -> Floats:
        """Rotate neighbouring pairs of x (num_tokens, heads, dim)."""
        frequencies = self.base ** (-np.arange(0, self.dim, 2) / self.dim)
        angles = np.outer(positions, frequencies)[:, None, :]  # (num_tokens, 1, dim / 2)
        cosine, sine = np.cos(angles), np.sin(angles)
        out = np.empty_like(x)
        out[..., 0::2] = x[..., 0::2] * cosine - x[..., 1::2] * sine
        out[..., 1::2] = x[..., 1::2] * cosine + x[..., 0::2] * sine
        return out

    def _attention(self, layer: int, x: Floats, positions: NDArray[np.int64]) -> Floats:
        def project(name: str, heads: int) -> Floats:
            weight = self.weights[f"blk.{layer}.attn_{name}.weight"]
            return (x @ weight.T).reshape(len(x), heads, self.dim)

        query = self._rotate(project("q", self.heads), positions)
        self.keys[layer].append(self._rotate(project("k", self.kv_heads), positions))
        self.values[layer].append(project("v", self.kv_heads))
        keys = np.concatenate(self.keys[layer])  # (length, kv_heads, dim)
        values = np.concatenate(self.values[layer])  # (length, kv_heads, dim)
        group = self.heads // self.kv_heads
        hidden = positions[:, None] < np.arange(len(keys))[None, :]  # (num_tokens, length)
        out = np.empty_like(query)
        for head in range(self.heads):
            scores = query[:, head] @ keys[:, head // group].T / np.sqrt(self.dim)
            scores = np.where(hidden, -np.inf, scores).astype(np.float32)
            weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
            weights /= weights.sum(axis=-1, keepdims=True)
            out[:, head] = weights @ values[:, head // group]
        return out.reshape(len(x), -1) @ self.weights[f"blk.{layer}.attn_output.weight"].T

    def _feed_forward(self, layer: int, x: Floats) -> Floats:
        gate = x @ self.weights[f"blk.{layer}.ffn_gate.weight"].T
        up = x @ self.weights[f"blk.{layer}.ffn_up.weight"].T
        gated = gate / (1 + np.exp(-gate)) * up
        return gated @ self.weights[f"blk.{layer}.ffn_down.weight"].T
