# SPDX-License-Identifier: Apache-2.0
"""How a weight matrix lies in memory, and how one weight is read back as float32.

A matrix W (n, k) is cut into tiles of 64 output rows; inside a tile the k index is outermost, so a
kernel that walks k reads memory strictly forwards and finds 64 outputs side by side: four AVX-512
vectors. Three kinds are kept, all exact images of what the model file holds:

* ``q4``: GGUF Q4_0 and Q4_1. Eight 4-bit codes of eight successive k share a uint32;
  per block of 32 k a float16 scale d and minimum m: w = d * code + m. 5 bits per weight.
* ``q8``: GGUF Q8_0. One int8 code per weight and a float16 scale per block. 8.5 bits per weight.
* ``f32``: everything else, dequantised.

Why not float16 for all: rounding Q4_1 products to float16 moves logits by more than the 5e-3 this
decoder promises, and a decode step is bound by the bytes it streams, of which q4 has 3x fewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tvm.script import tirx as T

Kind = Literal["q4", "q8", "f32"]

TILE = 64  # outputs side by side
BLOCK = 32  # successive k that share a scale (GGUF's block length)
CODES_PER_WORD = 8  # 4-bit codes in a uint32


@dataclass(frozen=True, slots=True)
class Storage:
    """The shape of one packed matrix.

    Attributes:
        kind: Encoding of a weight.
        n: Outputs, a multiple of `TILE` (packing pads with zero rows).
        k: Inputs, a multiple of `BLOCK`.
    """

    kind: Kind
    n: int
    k: int

    @property
    def tiles(self) -> int:
        return self.n // TILE

    @property
    def blocks(self) -> int:
        return self.k // BLOCK

    @property
    def codes_shape(self) -> tuple[int, int, int]:
        rows = self.k // CODES_PER_WORD if self.kind == "q4" else self.k
        return (self.tiles, rows, TILE)

    @property
    def codes_dtype(self) -> str:
        return {"q4": "uint32", "q8": "int8", "f32": "float32"}[self.kind]

    @property
    def scales_shape(self) -> tuple[int, ...]:
        """Scales are float16; f32 has none, and one unused element keeps signatures equal."""
        if self.kind == "q4":
            return (self.tiles, self.blocks, 2, TILE)
        return (self.tiles, self.blocks, TILE) if self.kind == "q8" else (1,)

    def weight(self, codes: Any, scales: Any, tile: Any, block: Any, j: Any, lane: Any) -> Any:
        """Give the float32 expression of weight (n = 64 * tile + lane, k = 32 * block + j)."""
        if self.kind == "f32":
            return codes[tile, block * BLOCK + j, lane]
        if self.kind == "q8":
            code = T.cast(codes[tile, block * BLOCK + j, lane], "float32")
            return code * T.cast(scales[tile, block, lane], "float32")
        word = codes[tile, block * (BLOCK // CODES_PER_WORD) + j // CODES_PER_WORD, lane]
        shift = T.cast(j % CODES_PER_WORD * 4, "uint32")
        # Through int32: there is no unsigned-to-float conversion below AVX-512.
        code = T.cast(T.cast(T.shift_right(word, shift) & T.uint32(15), "int32"), "float32")
        scale = T.cast(scales[tile, block, 0, lane], "float32")
        return code * scale + T.cast(scales[tile, block, 1, lane], "float32")
