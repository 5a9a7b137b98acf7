# SPDX-License-Identifier: Apache-2.0
"""GGUF tensors to the parameters of `model.llama`, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pushmask.errors import ModelError

from .config import ModelConfig, config_from_metadata
from .kernels.storage import TILE, Storage
from .model_file import ModelFile
from .quantized import Matrix, pack, read_matrix, read_values, stack


def read_config(file: ModelFile) -> ModelConfig:
    """Read and check the sizes of a model."""
    vocab_size = file.tensor("token_embd.weight").shape[0]
    return config_from_metadata(file.metadata, vocab_size=vocab_size, path=str(file.path))


def unpermuted_rows(num_heads: int, head_dim: int) -> NDArray[np.intp]:
    """Give the row order that undoes GGUF's permutation of query and key heads.

    GGUF interleaves the two halves of a head, so that rotary pairs are neighbours; the kernels
    rotate the first half against the second.
    """
    rows = np.arange(num_heads * head_dim).reshape(num_heads, head_dim // 2, 2)
    return np.asarray(rows.swapaxes(1, 2).reshape(-1), dtype=np.intp)


def interleaved_rows(n: int) -> NDArray[np.intp]:
    """Give the order of (gate; up) rows in which a tile is 32 gate rows and their 32 up rows."""
    rows = np.arange(2 * n).reshape(2, n // (TILE // 2), TILE // 2)
    return np.asarray(rows.swapaxes(0, 1).reshape(-1), dtype=np.intp)


def rotary_table(config: ModelConfig) -> NDArray[np.float32]:
    """Compute cosines and sines, (context_length, 2, head_dim / 2) float32."""
    exponents = np.arange(0, config.head_dim, 2, dtype=np.float64) / config.head_dim
    angles = np.outer(np.arange(config.context_length), config.rope_base**-exponents)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def matrices(file: ModelFile, config: ModelConfig) -> Iterator[tuple[str, Matrix]]:
    """Yield every matrix of the model under its parameter name, in the kernels' row order.

    Raises:
        ModelError: a tensor is missing or its shape does not fit the sizes.
    """
    width = config.num_heads * config.head_dim
    kv_width = config.num_kv_heads * config.head_dim
    hidden, inner = config.hidden_size, config.intermediate_size

    def read(name: str, n: int, k: int) -> Matrix:
        tensor = file.tensor(name)
        if tensor.shape != (n, k):
            raise ModelError(
                f"{file.path}: tensor '{name}' has shape {tensor.shape}, expected {(n, k)}",
                str(file.path),
            )
        return read_matrix(tensor, str(file.path))

    yield "embedding", read("token_embd.weight", config.vocab_size, hidden)
    if "output.weight" in file.tensors:
        yield "head", read("output.weight", config.vocab_size, hidden)
    for layer in range(config.num_layers):
        theirs, ours = f"blk.{layer}", f"blocks.{layer}"
        query = read(f"{theirs}.attn_q.weight", width, hidden)
        key = read(f"{theirs}.attn_k.weight", kv_width, hidden)
        value = read(f"{theirs}.attn_v.weight", kv_width, hidden)
        yield (
            f"{ours}.attention.qkv",
            stack(
                [
                    query.take(unpermuted_rows(config.num_heads, config.head_dim)),
                    key.take(unpermuted_rows(config.num_kv_heads, config.head_dim)),
                    value,
                ]
            ),
        )
        yield f"{ours}.attention.out", read(f"{theirs}.attn_output.weight", hidden, width)
        gate = read(f"{theirs}.ffn_gate.weight", inner, hidden)
        up = read(f"{theirs}.ffn_up.weight", inner, hidden)
        yield f"{ours}.gate_up", stack([gate, up]).take(interleaved_rows(inner))
        yield f"{ours}.down", read(f"{theirs}.ffn_down.weight", hidden, inner)


def norms(file: ModelFile, config: ModelConfig) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield the gains of the RMS norms, (hidden,) float32, by parameter name."""

    def read(name: str) -> NDArray[np.float32]:
        values = read_values(file.tensor(name), str(file.path))
        if values.shape != (config.hidden_size,):
            raise ModelError(
                f"{file.path}: tensor '{name}' has shape {values.shape}", str(file.path)
            )
        return values

    for layer in range(config.num_layers):
        yield f"blocks.{layer}.attention_norm.gain", read(f"blk.{layer}.attn_norm.weight")
        yield f"blocks.{layer}.feed_forward_norm.gain", read(f"blk.{layer}.ffn_norm.weight")
    yield "norm.gain", read("output_norm.weight")


def packed_parameters(
    file: ModelFile, config: ModelConfig
) -> tuple[dict[str, Storage], dict[str, NDArray[Any]]]:
    """Read, check and pack the whole model.

    Returns:
        The packed shape of every matrix, and every parameter's array, both by name.
    """
    storages: dict[str, Storage] = {}
    arrays: dict[str, NDArray[Any]] = {"rotary": rotary_table(config)}
    for name, matrix in matrices(file, config):
        storages[name], arrays[f"{name}.codes"], arrays[f"{name}.scales"] = pack(matrix)
    arrays.update(norms(file, config))
    return storages, arrays
