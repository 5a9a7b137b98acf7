# SPDX-License-Identifier: Apache-2.0
"""What a matrix product does with its result before it is stored."""

from __future__ import annotations

from enum import Enum
from typing import Any

from .math import silu
from .storage import TILE


class Epilogue(Enum):
    """STORE writes it; ADD adds it to what y holds (the residual stream); SWIGLU gates it.

    For SWIGLU every tile holds 32 rows of the gate matrix and then the same 32 rows of the up
    matrix, and gives 32 outputs silu(gate) * up.
    """

    STORE = "store"
    ADD = "add"
    SWIGLU = "swiglu"

    def outputs(self, n: int) -> int:
        """Give the number of outputs of n rows of the weight matrix."""
        return n // 2 if self is Epilogue.SWIGLU else n

    def partner(self, lane: Any) -> Any:
        """Give the lane of the value that is combined with `lane`."""
        return lane + TILE // 2 if self is Epilogue.SWIGLU else lane

    def apply(self, product: Any, partner: Any, before: Any) -> Any:
        """Give the expression to store; `before` is what y holds there."""
        if self is Epilogue.SWIGLU:
            return silu(product) * partner
        return before + product if self is Epilogue.ADD else product
