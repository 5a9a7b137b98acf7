# SPDX-License-Identifier: Apache-2.0
# mypy: disable-error-code="untyped-decorator,no-untyped-def"
"""y = W x for one row x: the kernel of a decode step at batch 1, bound by streaming W once.

q4 reads a code without converting it to float: placed at the top of a float32 mantissa, under the
exponent of 1.0, a code c reads as 1 + c/16 (bits 19..22) or 1 + c/256 (bits 15..18). One rotation
brings two codes into place, and the ones are taken off per block with the sums of x:

    sum_k c_k x_k = 256 (acc_even - sum_even) + 16 (acc_odd - sum_odd)

That is 2.5 vector instructions per 16 weights. Software prefetch keeps enough cache misses in
flight; without it one core streams at half the rate.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from tvm.script import tirx as T

from .epilogue import Epilogue
from .math import rotate_left
from .storage import BLOCK, TILE, Storage

PREFETCH_BYTES = 8192  # measured: 2 KiB is too late, from 8 KiB on it stays flat
_ONE = 0x3F800000  # bits of 1.0f
_LINE = 64  # bytes in a cache line


def _prefetch(buffer: Any, tile: Any, row: Any, line: Any, itemsize: int) -> Any:
    """Ask for a cache line of codes `PREFETCH_BYTES` ahead; past the end that is harmless."""
    rows_ahead = PREFETCH_BYTES // (TILE * itemsize)
    address = T.address_of(buffer[tile, row + rows_ahead, line * (_LINE // itemsize)])
    read, keep, data = T.int32(0), T.int32(3), T.int32(1)
    return T.call_llvm_intrin("void", "llvm.prefetch.p0", address, read, keep, data)


def _mantissa(word: Any, pair: Any, mask: int) -> Any:
    """Give 1 + code / 256 (mask 0xF << 15) or 1 + code / 16 (0xF << 19) for a pair of codes."""
    bits = rotate_left(word, (47 - 8 * pair) % 32) & T.uint32(mask)
    return T.reinterpret("float32", bits | T.uint32(_ONE))


@cache
def gemv(w: Storage, epilogue: Epilogue) -> Any:
    """Build gemv(x (1, k), codes, scales, y (1, outputs)), all float32 but the weights."""
    return _gemv_q4(w, epilogue) if w.kind == "q4" else _gemv_plain(w, epilogue)


def _gemv_q4(w: Storage, epilogue: Epilogue) -> Any:
    @T.prim_func(s_tir=True, private=True)
    def gemv_q4(x_: T.handle, codes_: T.handle, scales_: T.handle, y_: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        x = T.match_buffer(x_, (1, w.k), "float32")
        codes = T.match_buffer(codes_, w.codes_shape, "uint32")
        scales = T.match_buffer(scales_, w.scales_shape, "float16")
        y = T.match_buffer(y_, (1, epilogue.outputs(w.n)), "float32")
        sums = T.sblock_alloc_buffer((w.blocks, 2), "float32")  # of x at even and odd k
        for b in range(w.blocks):
            sums[b, 0] = T.float32(0)
            sums[b, 1] = T.float32(0)
            for j in T.unroll(BLOCK // 2):
                sums[b, 0] = sums[b, 0] + x[0, b * BLOCK + 2 * j]
                sums[b, 1] = sums[b, 1] + x[0, b * BLOCK + 2 * j + 1]
        for t in T.parallel(w.tiles):
            acc = T.sblock_alloc_buffer((TILE,), "float32")
            even = T.sblock_alloc_buffer((TILE,), "float32")
            odd = T.sblock_alloc_buffer((TILE,), "float32")
            for v in T.vectorized(TILE):
                acc[v] = T.float32(0)
            for b in range(w.blocks):
                for v in T.vectorized(TILE):
                    even[v] = T.float32(0)
                for v in T.vectorized(TILE):
                    odd[v] = T.float32(0)
                for g in T.unroll(4):
                    for line in T.unroll(4):
                        T.evaluate(_prefetch(codes, t, b * 4 + g, line, 4))
                    for p in T.unroll(4):
                        for v in T.vectorized(TILE):
                            even[v] = even[v] + x[0, b * BLOCK + g * 8 + 2 * p] * _mantissa(
                                codes[t, b * 4 + g, v], p, 0xF << 15
                            )
                        for v in T.vectorized(TILE):
                            odd[v] = odd[v] + x[0, b * BLOCK + g * 8 + 2 * p + 1] * _mantissa(
                                codes[t, b * 4 + g, v], p, 0xF << 19
                            )
                for v in T.vectorized(TILE):
                    acc[v] = (
                        acc[v]
                        + T.cast(scales[t, b, 0, v], "float32")
                        * (
                            (even[v] - sums[b, 0]) * T.float32(256)
                            + (odd[v] - sums[b, 1]) * T.float32(16)
                        )
                        + T.cast(scales[t, b, 1, v], "float32") * (sums[b, 0] + sums[b, 1])
                    )
            for v in T.vectorized(epilogue.outputs(TILE)):
                y[0, t * epilogue.outputs(TILE) + v] = epilogue.apply(
                    acc[v], acc[epilogue.partner(v)], y[0, t * epilogue.outputs(TILE) + v]
                )

    return gemv_q4


def _gemv_plain(w: Storage, epilogue: Epilogue) -> Any:
    itemsize = 1 if w.kind == "q8" else 4
    lines = TILE * itemsize // _LINE

    @T.prim_func(s_tir=True, private=True)
    def gemv_plain(x_: T.handle, codes_: T.handle, scales_: T.handle, y_: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        x = T.match_buffer(x_, (1, w.k), "float32")
        codes = T.match_buffer(codes_, w.codes_shape, w.codes_dtype)
        scales = T.match_buffer(scales_, w.scales_shape, "float16")
        y = T.match_buffer(y_, (1, epilogue.outputs(w.n)), "float32")
        for t in T.parallel(w.tiles):
            acc = T.sblock_alloc_buffer((TILE,), "float32")
            part = T.sblock_alloc_buffer((TILE,), "float32")
            for v in T.vectorized(TILE):
                acc[v] = T.float32(0)
            for b in range(w.blocks):
                for v in T.vectorized(TILE):
                    part[v] = T.float32(0)
                for j in T.unroll(BLOCK):
                    for line in T.unroll(lines):
                        T.evaluate(_prefetch(codes, t, b * BLOCK + j, line, itemsize))
                    for v in T.vectorized(TILE):
                        part[v] = part[v] + x[0, b * BLOCK + j] * T.cast(
                            codes[t, b * BLOCK + j, v], "float32"
                        )
                if w.kind == "q8":
                    for v in T.vectorized(TILE):
                        acc[v] = acc[v] + part[v] * T.cast(scales[t, b, v], "float32")
                else:
                    for v in T.vectorized(TILE):
                        acc[v] = acc[v] + part[v]
            for v in T.vectorized(epilogue.outputs(TILE)):
                y[0, t * epilogue.outputs(TILE) + v] = epilogue.apply(
                    acc[v], acc[epilogue.partner(v)], y[0, t * epilogue.outputs(TILE) + v]
                )

    return gemv_plain
