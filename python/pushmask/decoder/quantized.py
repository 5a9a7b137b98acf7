# SPDX-License-Identifier: Apache-2.0
"""Matrices between the file and the packed layout: codes and scales by row, still exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pushmask.errors import ModelError

from .kernels.storage import BLOCK, CODES_PER_WORD, TILE, Kind, Storage
from .model_file import FileTensor


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix W (n, k) with one row per output.

    Attributes:
        kind: Encoding, as in `Storage`.
        codes: (n, k): uint8 0..15 for q4, int8 for q8, float32 values for f32.
        scales: (n, k / 32, 2) float16 scale and minimum for q4, (n, k / 32, 1) scale for q8, empty
            for f32.
    """

    kind: Kind
    codes: NDArray[Any]
    scales: NDArray[np.float16]

    def take(self, rows: NDArray[np.intp]) -> Matrix:
        """Give the rows in another order."""
        scales = self.scales if self.kind == "f32" else self.scales[rows]
        return Matrix(self.kind, self.codes[rows], scales)

    def dequantise(self) -> NDArray[np.float32]:
        """Give the values, (n, k) float32."""
        if self.kind == "f32":
            return self.codes.astype(np.float32)
        n, k = self.codes.shape
        blocks = self.codes.reshape(n, k // BLOCK, BLOCK).astype(np.float32)
        scales = self.scales.astype(np.float32)
        values = blocks * scales[..., :1]
        if self.kind == "q4":
            values += scales[..., 1:]
        return values.reshape(n, k)


def read_matrix(tensor: FileTensor, path: str) -> Matrix:
    """Take a two-dimensional tensor apart into codes and scales.

    Raises:
        ModelError: the tensor has another rank, a width that is not a multiple of 32, or a type
            that the gguf package cannot dequantise.
    """
    if len(tensor.shape) != 2 or tensor.shape[1] % BLOCK:
        raise ModelError(f"{path}: tensor '{tensor.name}' has unusable shape {tensor.shape}", path)
    n, k = tensor.shape
    if tensor.type_name in ("Q4_0", "Q4_1"):
        head = 2 if tensor.type_name == "Q4_0" else 4
        raw = tensor.data.reshape(n, k // BLOCK, head + BLOCK // 2)
        nibbles = raw[:, :, head:]
        codes = np.concatenate([nibbles & 15, nibbles >> 4], axis=2).reshape(n, k)  # (n, k) uint8
        scales = np.ascontiguousarray(raw[:, :, :head]).view(np.float16)  # (n, k / 32, 1 or 2)
        if tensor.type_name == "Q4_0":  # d * (code - 8)
            scales = np.concatenate([scales, scales * np.float16(-8)], axis=2)
        return Matrix("q4", codes, scales)
    if tensor.type_name == "Q8_0":
        raw = tensor.data.reshape(n, k // BLOCK, 2 + BLOCK)
        codes = np.ascontiguousarray(raw[:, :, 2:]).view(np.int8).reshape(n, k)
        return Matrix("q8", codes, np.ascontiguousarray(raw[:, :, :2]).view(np.float16))
    return _dense(read_values(tensor, path))


def read_values(tensor: FileTensor, path: str) -> NDArray[np.float32]:
    """Dequantise a tensor of any type and rank to float32.

    Raises:
        ModelError: the gguf package cannot dequantise its type.
    """
    import gguf

    kind = gguf.GGMLQuantizationType[tensor.type_name]
    try:
        values = gguf.quants.dequantize(tensor.data, kind)
    except NotImplementedError as error:
        raise ModelError(
            f"{path}: tensor '{tensor.name}' has type {tensor.type_name}, which is not supported",
            path,
        ) from error
    return np.asarray(values, dtype=np.float32).reshape(tensor.shape)


def _dense(values: NDArray[np.float32]) -> Matrix:
    return Matrix("f32", values, np.zeros((0,), dtype=np.float16))


def stack(matrices: Sequence[Matrix]) -> Matrix:
    """Put matrices of equal width on top of each other; mixed kinds become f32."""
    kinds = {matrix.kind for matrix in matrices}
    if len(kinds) > 1 or "f32" in kinds:
        return _dense(np.concatenate([matrix.dequantise() for matrix in matrices]))
    return Matrix(
        matrices[0].kind,
        np.concatenate([matrix.codes for matrix in matrices]),
        np.concatenate([matrix.scales for matrix in matrices]),
    )


def pack(matrix: Matrix) -> tuple[Storage, NDArray[Any], NDArray[np.float16]]:
    """Lay a matrix out for the kernels; see `kernels.storage`.

    Returns:
        The packed shape, codes and scales, C-contiguous.
    """
    n, k = matrix.codes.shape
    padding = -n % TILE
    storage = Storage(matrix.kind, n + padding, k)
    codes = np.pad(matrix.codes, ((0, padding), (0, 0)))
    if matrix.kind == "f32":
        tiled = codes.reshape(storage.tiles, TILE, k).transpose(0, 2, 1)
        return storage, np.ascontiguousarray(tiled), np.zeros(storage.scales_shape, np.float16)
    scales = np.pad(matrix.scales, ((0, padding), (0, 0), (0, 0)))
    scales = scales.reshape(storage.tiles, TILE, storage.blocks, -1).transpose(0, 2, 3, 1)
    if matrix.kind == "q4":
        groups = codes.reshape(storage.n, k // CODES_PER_WORD, CODES_PER_WORD)
        words = np.zeros(groups.shape[:2], dtype=np.uint32)
        for j in range(CODES_PER_WORD):
            words |= groups[:, :, j].astype(np.uint32) << np.uint32(4 * j)
        codes = words
    tiled = codes.reshape(storage.tiles, TILE, -1).transpose(0, 2, 1)
    return (
        storage,
        np.ascontiguousarray(tiled),
        np.ascontiguousarray(scales).reshape(storage.scales_shape),
    )
