# SPDX-License-Identifier: Apache-2.0
# mypy: disable-error-code="untyped-decorator,no-untyped-def"
"""y = W x for many rows on Intel AMX: bfloat16 tiles, three products, float32 sums.

Every operand is split in two bfloat16 parts, a = a1 + a2, which together keep 16 bits of its
mantissa; a b = a1 b1 + a1 b2 + a2 b1 leaves out only a2 b2, below 2^-16 of the product. Even at
three products this is five times the rate of float32 vector instructions.

A tile register is 16 rows of 64 bytes. `tdpbf16ps c, a, b` adds to c (16 x 16 float32) the product
of a (16 x 32 bfloat16) with b (32 x 16 bfloat16, stored as 16 rows of 16 pairs of successive k).
Registers 0..3 hold c for 32 rows x 32 outputs, 4 and 5 hold a, 6 and 7 hold b.
Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from tvm.script import tirx as T

from .epilogue import Epilogue
from .math import bfloat16_pair, bfloat16_rest
from .storage import BLOCK, TILE, Storage

ROWS = 32  # rows of x per register tile
HALF = 32  # outputs per register tile
_EDGE = 16  # rows of a tile, and uint32 in a row: pairs of bfloat16
_LINE = 64  # bytes in a row of a tile


def _tile(name: str, *arguments: Any) -> Any:
    return T.call_llvm_intrin("void", f"llvm.x86.{name}", *arguments)


def _load(register: int, address: Any, stride_bytes: int) -> Any:
    return _tile("tileloadd64", T.int8(register), address, T.int64(stride_bytes))


def _store(register: int, address: Any, stride_bytes: int) -> Any:
    return _tile("tilestored64", T.int8(register), address, T.int64(stride_bytes))


def _multiply(c: int, a: int, b: int) -> Any:
    return _tile("tdpbf16ps", T.int8(c), T.int8(a), T.int8(b))


@T.inline
def _configure(config):
    """Set all eight registers to 16 rows of 64 bytes (palette 1)."""
    for i in range(64):
        config[i] = T.uint8(0)
    config[0] = T.uint8(1)
    for i in range(8):
        config[16 + 2 * i] = T.uint8(64)
        config[48 + i] = T.uint8(16)
    T.evaluate(_tile("ldtilecfg", config.data))


@T.inline
def _load_a(parts, part, rows, block):
    """Load 32 rows of a, the two tiles of row pair `rows`, into registers 4 and 5."""
    T.evaluate(_load(4, T.address_of(parts[part, 2 * rows, block, 0, 0]), _LINE))
    T.evaluate(_load(5, T.address_of(parts[part, 2 * rows + 1, block, 0, 0]), _LINE))


@T.inline
def _load_b(parts, part, block, half):
    """Load 32 columns of b into registers 6 and 7."""
    T.evaluate(_load(6, T.address_of(parts[part, block, 2 * half, 0, 0]), _LINE))
    T.evaluate(_load(7, T.address_of(parts[part, block, 2 * half + 1, 0, 0]), _LINE))


@T.inline
def _multiply_all():
    T.evaluate(_multiply(0, 4, 6))
    T.evaluate(_multiply(1, 4, 7))
    T.evaluate(_multiply(2, 5, 6))
    T.evaluate(_multiply(3, 5, 7))


@T.inline
def _store_all(sums, column):
    T.evaluate(_store(0, T.address_of(sums[0, column]), 4 * TILE))
    T.evaluate(_store(1, T.address_of(sums[0, column + 16]), 4 * TILE))
    T.evaluate(_store(2, T.address_of(sums[16, column]), 4 * TILE))
    T.evaluate(_store(3, T.address_of(sums[16, column + 16]), 4 * TILE))


@cache
def gemm(w: Storage, epilogue: Epilogue) -> Any:
    """Build gemm(x (num_rows, k), codes, scales, y (num_rows, outputs)), num_rows symbolic."""

    @T.prim_func(s_tir=True, private=True)
    def gemm_amx(x_: T.handle, codes_: T.handle, scales_: T.handle, y_: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        num_rows = T.int64()
        x = T.match_buffer(x_, (num_rows, w.k), "float32")
        codes = T.match_buffer(codes_, w.codes_shape, w.codes_dtype)
        scales = T.match_buffer(scales_, w.scales_shape, "float16")
        y = T.match_buffer(y_, (num_rows, epilogue.outputs(w.n)), "float32")
        # Tiles are contiguous. Rows past num_rows stay unset: they only reach sums that are not
        # stored.
        a = T.sblock_alloc_buffer(
            (2, (num_rows + ROWS - 1) // ROWS * 2, w.blocks, _EDGE, _EDGE), "uint32"
        )
        for i in T.parallel(num_rows):
            for c in range(w.blocks):
                for v in T.vectorized(_EDGE):
                    a[0, i // _EDGE, c, i % _EDGE, v] = bfloat16_pair(
                        x[i, c * BLOCK + 2 * v], x[i, c * BLOCK + 2 * v + 1]
                    )
                for v in T.vectorized(_EDGE):
                    a[1, i // _EDGE, c, i % _EDGE, v] = bfloat16_pair(
                        bfloat16_rest(x[i, c * BLOCK + 2 * v]),
                        bfloat16_rest(x[i, c * BLOCK + 2 * v + 1]),
                    )
        for t in T.parallel(w.tiles):
            config = T.sblock_alloc_buffer((64,), "uint8")
            b = T.sblock_alloc_buffer((2, w.blocks, TILE // _EDGE, _EDGE, _EDGE), "uint32")
            sums = T.sblock_alloc_buffer((ROWS, TILE), "float32")
            even = T.sblock_alloc_buffer((_EDGE,), "float32")
            odd = T.sblock_alloc_buffer((_EDGE,), "float32")
            for block in range(w.blocks):
                for pair in range(_EDGE):
                    for c in T.unroll(TILE // _EDGE):
                        for v in T.vectorized(_EDGE):
                            even[v] = w.weight(codes, scales, t, block, 2 * pair, c * _EDGE + v)
                        for v in T.vectorized(_EDGE):
                            odd[v] = w.weight(codes, scales, t, block, 2 * pair + 1, c * _EDGE + v)
                        for v in T.vectorized(_EDGE):
                            b[0, block, c, pair, v] = bfloat16_pair(even[v], odd[v])
                        for v in T.vectorized(_EDGE):
                            b[1, block, c, pair, v] = bfloat16_pair(
                                bfloat16_rest(even[v]), bfloat16_rest(odd[v])
                            )
            _configure(config)
            for m in range((num_rows + ROWS - 1) // ROWS):
                for half in range(TILE // HALF):
                    for c in T.unroll(4):
                        T.evaluate(_tile("tilezero", T.cast(c, "int8")))
                    for block in range(w.blocks):
                        _load_b(b, 1, block, half)
                        _load_a(a, 0, m, block)
                        _multiply_all()
                        _load_b(b, 0, block, half)
                        _multiply_all()
                        _load_a(a, 1, m, block)
                        _multiply_all()
                    _store_all(sums, half * HALF)
                for r in range(T.min(T.int64(ROWS), num_rows - m * ROWS)):
                    for v in T.vectorized(epilogue.outputs(TILE)):
                        y[m * ROWS + r, t * epilogue.outputs(TILE) + v] = epilogue.apply(
                            sums[r, v],
                            sums[r, epilogue.partner(v)],
                            y[m * ROWS + r, t * epilogue.outputs(TILE) + v],
                        )
            T.evaluate(_tile("tilerelease"))

    return gemm_amx
