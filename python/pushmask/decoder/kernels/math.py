# SPDX-License-Identifier: Apache-2.0
"""Expressions that TensorIR lacks in a vectorisable form."""

from __future__ import annotations

import math
from typing import Any

from tvm.script import tirx as T

# e^f for |f| <= ln(2)/2: Taylor terms; the degree leaves a relative error of 1e-8, below float32.
_EXP_COEFFICIENTS = tuple(1.0 / math.factorial(i) for i in range(8))
# ln(2) in two parts, the first exact in few bits, so that n * ln(2) loses nothing (Cody and Waite).
_LN2_HIGH = 0.693359375
_LN2_LOW = math.log(2.0) - _LN2_HIGH


def exp(x: Any) -> Any:
    """Give e**x for a float32 expression, clamped to [-87, 88]; relative error about 1e-7.

    LLVM turns the exp intrinsic of a vector into one libm call per lane; this stays in vectors.
    """
    x = T.min(T.max(x, T.float32(-87.0)), T.float32(88.0))
    n = T.floor(x * T.float32(1.0 / math.log(2.0)) + T.float32(0.5))
    f = x - n * T.float32(_LN2_HIGH) - n * T.float32(_LN2_LOW)
    series = T.float32(_EXP_COEFFICIENTS[-1])
    for coefficient in reversed(_EXP_COEFFICIENTS[:-1]):
        series = series * f + T.float32(coefficient)
    power = T.reinterpret("float32", T.shift_left(T.cast(n, "int32") + 127, T.int32(23)))
    return series * power


def silu(x: Any) -> Any:
    """Give x * sigmoid(x)."""
    return x / (T.float32(1.0) + exp(T.float32(0.0) - x))


def rotate_left(word: Any, bits: Any) -> Any:
    """Rotate a uint32 expression left by 1 to 31 bits."""
    bits = T.cast(bits, "uint32")
    return T.shift_left(word, bits) | T.shift_right(word, T.uint32(32) - bits)


def bfloat16_bits(x: Any) -> Any:
    """Give a uint32 whose top 16 bits are the float32 expression x rounded to bfloat16."""
    return T.reinterpret("uint32", x) + T.uint32(0x8000)


def bfloat16_value(bits: Any) -> Any:
    """Give the float32 value of the bfloat16 in the top 16 bits."""
    return T.reinterpret("float32", bits & T.uint32(0xFFFF0000))


def bfloat16_rest(x: Any) -> Any:
    """Give what rounding x to bfloat16 left out; exact in float32."""
    return x - bfloat16_value(bfloat16_bits(x))


def bfloat16_pair(even: Any, odd: Any) -> Any:
    """Pack two float32 expressions as bfloat16 into a uint32, `even` in the low half."""
    low = T.shift_right(bfloat16_bits(even), T.uint32(16))
    return low | (bfloat16_bits(odd) & T.uint32(0xFFFF0000))
