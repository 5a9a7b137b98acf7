# SPDX-License-Identifier: Apache-2.0
# mypy: disable-error-code="untyped-decorator,no-untyped-def"
"""Kernels that work on one row at a time: embedding look-up, RMS norm, picking a row."""

from __future__ import annotations

from functools import cache
from typing import Any

from tvm.script import tirx as T

from .storage import BLOCK, TILE, Storage

_LANES = 16


@cache
def embed(w: Storage) -> Any:
    """Build embed(tokens (num_rows,) int32, codes, scales, y (num_rows, k)): row tokens[i] of W."""

    @T.prim_func(s_tir=True, private=True)
    def embed_rows(tokens_: T.handle, codes_: T.handle, scales_: T.handle, y_: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        num_rows = T.int64()
        tokens = T.match_buffer(tokens_, (num_rows,), "int32")
        codes = T.match_buffer(codes_, w.codes_shape, w.codes_dtype)
        scales = T.match_buffer(scales_, w.scales_shape, "float16")
        y = T.match_buffer(y_, (num_rows, w.k), "float32")
        for i in range(num_rows):
            for b in range(w.blocks):
                for j in range(BLOCK):
                    y[i, b * BLOCK + j] = w.weight(
                        codes, scales, tokens[i] // TILE, b, j, tokens[i] % TILE
                    )

    return embed_rows


@cache
def rms_norm(width: int, epsilon: float) -> Any:
    """Build rms_norm(x (num_rows, width), gain (width,), y): y = gain * x / rms(x)."""

    @T.prim_func(s_tir=True, private=True)
    def rms_norm_rows(x_: T.handle, gain_: T.handle, y_: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        num_rows = T.int64()
        x = T.match_buffer(x_, (num_rows, width), "float32")
        gain = T.match_buffer(gain_, (width,), "float32")
        y = T.match_buffer(y_, (num_rows, width), "float32")
        for i in range(num_rows):
            squares = T.sblock_alloc_buffer((_LANES,), "float32")
            factor = T.sblock_alloc_buffer((1,), "float32")
            for v in T.vectorized(_LANES):
                squares[v] = T.float32(0)
            for c in range(width // _LANES):
                for v in T.vectorized(_LANES):
                    squares[v] = squares[v] + x[i, c * _LANES + v] * x[i, c * _LANES + v]
            factor[0] = T.float32(0)
            for v in T.unroll(_LANES):
                factor[0] = factor[0] + squares[v]
            factor[0] = T.float32(1) / T.sqrt(factor[0] / T.float32(width) + T.float32(epsilon))
            for c in range(width // _LANES):
                for v in T.vectorized(_LANES):
                    y[i, c * _LANES + v] = x[i, c * _LANES + v] * factor[0] * gain[c * _LANES + v]

    return rms_norm_rows


@cache
def last_row(width: int) -> Any:
    """Build last_row(x (num_rows, width), y (1, width))."""

    @T.prim_func(s_tir=True, private=True)
    def copy_last_row(x_: T.handle, y_: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        num_rows = T.int64()
        x = T.match_buffer(x_, (num_rows, width), "float32")
        y = T.match_buffer(y_, (1, width), "float32")
        for c in range(width // _LANES):
            for v in T.vectorized(_LANES):
                y[0, c * _LANES + v] = x[num_rows - 1, c * _LANES + v]

    return copy_last_row
