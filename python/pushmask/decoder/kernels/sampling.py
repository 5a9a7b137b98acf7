# SPDX-License-Identifier: Apache-2.0
# mypy: disable-error-code="untyped-decorator,no-untyped-def"
"""Mask, temperature, nucleus (top-p) and the draw of one token, without sorting the vocabulary.

The mask comes first: a token that the grammar forbids has no share in the softmax, so temperature
and top-p act on the allowed tokens only. The nucleus is the smallest set {p_i >= threshold} whose
mass reaches top_p (ties stay together). Its threshold is found by bisection on the *bits* of
a positive float32, which order like integers: 30 passes over the row give it exactly.
Nucleus sampling: Holtzman et al., The Curious Case of Neural Text Degeneration, ICLR 2020.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from tvm.script import tirx as T

from .math import exp

_LANES = 64
_BISECTIONS = 30  # 1.0f is 0x3F800000 < 2^30
_ONE = 0x3F800000


@T.inline
def _mass(weights, threshold, lanes, result, width):
    """result[0] = sum of the weights >= threshold, in a fixed order."""
    for v in T.vectorized(_LANES):
        lanes[v] = T.float32(0)
    for c in range(width // _LANES):
        for v in T.vectorized(_LANES):
            lanes[v] = lanes[v] + T.Select(
                weights[c * _LANES + v] >= threshold, weights[c * _LANES + v], T.float32(0)
            )
    result[0] = T.float32(0)
    for v in range(_LANES):
        result[0] = result[0] + lanes[v]


@cache
def sample(width: int) -> Any:
    """Build sample(logits, mask, temperature, top_p, uniform, tokens).

    logits is (batch, width) float32, width a multiple of 64; mask is (batch, width / 32) int32;
    temperature, top_p and uniform are (batch,) float32; tokens is (batch,) int32. Temperature 0
    takes the highest allowed logit, the lowest id among equals. uniform is the host's draw from
    [0, 1). An empty mask gives -1.
    """

    @T.prim_func(s_tir=True, private=True)
    def sample_rows(
        logits_: T.handle,
        mask_: T.handle,
        temperature_: T.handle,
        top_p_: T.handle,
        uniform_: T.handle,
        tokens_: T.handle,
    ):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        batch = T.int64()
        logits = T.match_buffer(logits_, (batch, width), "float32")
        mask = T.match_buffer(mask_, (batch, width // 32), "int32")
        temperature = T.match_buffer(temperature_, (batch,), "float32")
        top_p = T.match_buffer(top_p_, (batch,), "float32")
        uniform = T.match_buffer(uniform_, (batch,), "float32")
        tokens = T.match_buffer(tokens_, (batch,), "int32")
        for i in T.parallel(batch):
            weights = T.sblock_alloc_buffer((width,), "float32")
            lanes = T.sblock_alloc_buffer((_LANES,), "float32")
            best = T.sblock_alloc_buffer((1,), "float32")
            mass = T.sblock_alloc_buffer((1,), "float32")
            wanted = T.sblock_alloc_buffer((1,), "float32")
            low = T.sblock_alloc_buffer((1,), "int32")
            high = T.sblock_alloc_buffer((1,), "int32")
            for v in T.vectorized(_LANES):
                lanes[v] = T.min_value("float32")
            for c in range(width // _LANES):
                for h in T.unroll(_LANES // 32):
                    for v in T.vectorized(32):
                        weights[c * _LANES + h * 32 + v] = T.Select(
                            (T.shift_right(mask[i, c * 2 + h], v) & 1) != 0,
                            logits[i, c * _LANES + h * 32 + v],
                            T.min_value("float32"),
                        )
                for v in T.vectorized(_LANES):
                    lanes[v] = T.max(lanes[v], weights[c * _LANES + v])
            best[0] = lanes[0]
            for v in range(_LANES):
                best[0] = T.max(best[0], lanes[v])

            tokens[i] = -1
            if temperature[i] <= T.float32(0):
                for c in range(width):
                    if (
                        tokens[i] < 0
                        and weights[c] == best[0]
                        and (T.shift_right(mask[i, c // 32], c % 32) & 1) != 0
                    ):
                        tokens[i] = c
            else:
                for c in range(width // _LANES):
                    for v in T.vectorized(_LANES):
                        weights[c * _LANES + v] = T.Select(
                            weights[c * _LANES + v] > T.min_value("float32"),
                            exp((weights[c * _LANES + v] - best[0]) / temperature[i]),
                            T.float32(0),
                        )
                # Invariant: mass(>= low) >= wanted > mass(>= high), as bits of thresholds.
                low[0] = 1
                high[0] = _ONE + 1
                _mass(weights, T.reinterpret("float32", low[0]), lanes, mass, width)
                wanted[0] = mass[0] * T.min(top_p[i], T.float32(1))
                if top_p[i] < T.float32(1):
                    for _ in range(_BISECTIONS):
                        _mass(
                            weights,
                            T.reinterpret("float32", (low[0] + high[0]) // 2),
                            lanes,
                            mass,
                            width,
                        )
                        if mass[0] >= wanted[0]:
                            low[0] = (low[0] + high[0]) // 2
                        else:
                            high[0] = (low[0] + high[0]) // 2
                _mass(weights, T.reinterpret("float32", low[0]), lanes, mass, width)
                # Walk the nucleus until the draw's share of its mass is passed.
                wanted[0] = uniform[i] * mass[0]
                best[0] = T.float32(0)
                high[0] = 0
                for c in range(width):
                    if high[0] == 0 and weights[c] >= T.reinterpret("float32", low[0]):
                        tokens[i] = c
                        best[0] = best[0] + weights[c]
                        if best[0] > wanted[0]:
                            high[0] = 1

    return sample_rows
