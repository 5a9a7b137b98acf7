# SPDX-License-Identifier: Apache-2.0
"""Layers that call one kernel each."""

from __future__ import annotations

from typing import Any

from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op

from ..kernels import amx, elementwise, gemm, gemv
from ..kernels.epilogue import Epilogue
from ..kernels.storage import Storage


class Linear(nn.Module):  # type: ignore[misc]  # tvm ships no types
    """y = W x with packed weights; the kernel depends on whether there is one row or many."""

    def __init__(self, storage: Storage, *, use_amx: bool) -> None:
        super().__init__()
        self.storage = storage
        self.use_amx = use_amx
        self.codes = nn.Parameter(storage.codes_shape, storage.codes_dtype)
        self.scales = nn.Parameter(storage.scales_shape, "float16")

    def _kernel(self, num_rows: Any, epilogue: Epilogue) -> Any:
        if isinstance(num_rows, int) and num_rows == 1:
            return gemv.gemv(self.storage, epilogue)
        build = amx.gemm if self.use_amx else gemm.gemm
        return build(self.storage, epilogue)

    def forward(self, x: Any, epilogue: Epilogue = Epilogue.STORE) -> Any:
        """Multiply x (num_rows, k) -> (num_rows, outputs) float32."""
        num_rows = x.shape[0]
        return op.tensor_ir_op(
            self._kernel(num_rows, epilogue),
            f"matmul_{epilogue.value}",
            [x, self.codes, self.scales],
            nn.Tensor.placeholder((num_rows, epilogue.outputs(self.storage.n)), "float32"),
        )

    def add_to(self, y: Any, x: Any) -> Any:
        """Add W x to y (num_rows, n) in place and give y."""
        return op.tensor_ir_inplace_op(
            self._kernel(x.shape[0], Epilogue.ADD),
            "matmul_add",
            [x, self.codes, self.scales, y],
            3,
            nn.Tensor.placeholder(y.shape, "float32"),
        )


class Embedding(Linear):
    """The token embedding; tied models use the same weights for the logits."""

    def embed(self, tokens: Any) -> Any:
        """Look up tokens (num_rows,) int32 -> (num_rows, hidden) float32."""
        return op.tensor_ir_op(
            elementwise.embed(self.storage),
            "embed",
            [tokens, self.codes, self.scales],
            nn.Tensor.placeholder((tokens.shape[0], self.storage.k), "float32"),
        )


class RmsNorm(nn.Module):  # type: ignore[misc]  # tvm ships no types
    """y = gain * x / rms(x)."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.width = width
        self.epsilon = epsilon
        self.gain = nn.Parameter((width,), "float32")

    def forward(self, x: Any) -> Any:
        """Normalise x (num_rows, width) -> (num_rows, width) float32."""
        return op.tensor_ir_op(
            elementwise.rms_norm(self.width, self.epsilon),
            "rms_norm",
            [x, self.gain],
            nn.Tensor.placeholder(x.shape, "float32"),
        )
