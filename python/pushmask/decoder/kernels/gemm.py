# SPDX-License-Identifier: Apache-2.0
# mypy: disable-error-code="untyped-decorator,no-untyped-def"
"""y = W x for many rows x (a prefill, or a batch of decodes), in portable float32.

Each task decodes one tile of 64 outputs into scratch once, one k-chunk at a time so that it stays
in the first cache level, and then multiplies all rows by it in register tiles of 3 x 64.
`amx.py` holds the same product for machines with matrix instructions.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from tvm.script import tirx as T

from .epilogue import Epilogue
from .storage import BLOCK, TILE, Storage

# 12 accumulators of an AVX-512 register. TVM keeps buffers in registers only below 1 KiB.
ROWS = 3
CHUNK_BLOCKS = 4  # 128 k x 64 outputs x 4 bytes = 32 KiB of decoded weights


@cache
def gemm(w: Storage, epilogue: Epilogue) -> Any:
    """Build gemm(x (num_rows, k), codes, scales, y (num_rows, outputs)), num_rows symbolic."""
    chunks = -(-w.blocks // CHUNK_BLOCKS)

    @T.prim_func(s_tir=True, private=True)
    def gemm_f32(x_: T.handle, codes_: T.handle, scales_: T.handle, y_: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        num_rows = T.int64()
        x = T.match_buffer(x_, (num_rows, w.k), "float32")
        codes = T.match_buffer(codes_, w.codes_shape, w.codes_dtype)
        scales = T.match_buffer(scales_, w.scales_shape, "float16")
        y = T.match_buffer(y_, (num_rows, epilogue.outputs(w.n)), "float32")
        for t in T.parallel(w.tiles):
            weights = T.sblock_alloc_buffer((CHUNK_BLOCKS * BLOCK, TILE), "float32")
            sums = T.sblock_alloc_buffer(((num_rows + ROWS - 1) // ROWS * ROWS, TILE), "float32")
            acc = T.sblock_alloc_buffer((ROWS, TILE), "float32")
            for chunk in range(chunks):
                for b in range(T.min(CHUNK_BLOCKS, w.blocks - chunk * CHUNK_BLOCKS)):
                    for j in range(BLOCK):
                        for v in T.vectorized(TILE):
                            weights[b * BLOCK + j, v] = w.weight(
                                codes, scales, t, chunk * CHUNK_BLOCKS + b, j, v
                            )
                for m in range((num_rows + ROWS - 1) // ROWS):
                    for r in T.unroll(ROWS):
                        for v in T.vectorized(TILE):
                            acc[r, v] = T.Select(chunk == 0, T.float32(0), sums[m * ROWS + r, v])
                    for k in range(T.min(CHUNK_BLOCKS, w.blocks - chunk * CHUNK_BLOCKS) * BLOCK):
                        for r in T.unroll(ROWS):
                            for v in T.vectorized(TILE):
                                acc[r, v] = (
                                    acc[r, v]
                                    + x[
                                        # The last register tile repeats the last row.
                                        T.min(m * ROWS + r, num_rows - 1),
                                        chunk * CHUNK_BLOCKS * BLOCK + k,
                                    ]
                                    * weights[k, v]
                                )
                    for r in T.unroll(ROWS):
                        for v in T.vectorized(TILE):
                            sums[m * ROWS + r, v] = acc[r, v]
            for i in range(num_rows):
                for v in T.vectorized(epilogue.outputs(TILE)):
                    y[i, t * epilogue.outputs(TILE) + v] = epilogue.apply(
                        sums[i, v],
                        sums[i, epilogue.partner(v)],
                        y[i, t * epilogue.outputs(TILE) + v],
                    )

    return gemm_f32
