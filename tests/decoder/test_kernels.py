# SPDX-License-Identifier: Apache-2.0
"""Single kernels against numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tvm
from numpy.typing import NDArray
from tvm.script import tirx as T  # noqa: N812  # the script parser knows it as T

from pushmask.decoder.kernels import amx, elementwise, gemm, gemv, math, sampling
from pushmask.decoder.kernels.epilogue import Epilogue
from pushmask.decoder.quantized import Matrix, pack
from pushmask.decoder.target import host_target

N, K = 128, 96


def compiled(function: Any) -> Callable[..., None]:
    module = tvm.IRModule({"main": function.with_attr("global_symbol", "main")})
    call = tvm.compile(module, target=host_target().tvm_target())["main"]

    def run(*arrays: NDArray[Any]) -> None:
        tensors = [tvm.runtime.tensor(array) for array in arrays]
        call(*tensors)
        arrays[-1][...] = tensors[-1].numpy()

    return run


def matrix(kind: str) -> Matrix:
    draws = np.random.default_rng(7)
    if kind == "f32":
        values = draws.standard_normal((N, K)).astype(np.float32)
        return Matrix("f32", values, np.zeros(0, np.float16))
    low, high, dtype = (0, 16, np.uint8) if kind == "q4" else (-127, 128, np.int8)
    codes = draws.integers(low, high, (N, K)).astype(dtype)
    parts = 2 if kind == "q4" else 1
    scales = draws.uniform(-0.02, 0.02, (N, K // 32, parts)).astype(np.float16)
    return Matrix("q4" if kind == "q4" else "q8", codes, scales)


def expected(epilogue: Epilogue, w: Matrix, x: NDArray[Any], before: NDArray[Any]) -> Any:
    product = x.astype(np.float64) @ w.dequantise().astype(np.float64).T
    if epilogue is Epilogue.ADD:
        return before + product
    if epilogue is Epilogue.STORE:
        return product
    tiles = product.reshape(len(x), -1, 2, 32)
    gate, up = tiles[:, :, 0], tiles[:, :, 1]
    return (gate / (1 + np.exp(-gate)) * up).reshape(len(x), -1)


@pytest.mark.parametrize("epilogue", list(Epilogue))
@pytest.mark.parametrize("kind", ["q4", "q8", "f32"])
@pytest.mark.parametrize("form", ["gemv", "gemm", "amx"])
def test_matrix_products_agree_with_numpy(form: str, kind: str, epilogue: Epilogue) -> None:
    if form == "amx" and not host_target().use_amx:
        pytest.skip("this machine has no AMX")
    w = matrix(kind)
    storage, codes, scales = pack(w)
    build = {"gemv": gemv.gemv, "gemm": gemm.gemm, "amx": amx.gemm}[form]
    run = compiled(build(storage, epilogue))
    draws = np.random.default_rng(8)
    for num_rows in (1,) if form == "gemv" else (1, 2, 31, 32, 33, 50):
        x = draws.standard_normal((num_rows, K)).astype(np.float32)
        y = draws.standard_normal((num_rows, epilogue.outputs(N))).astype(np.float32)
        wanted = expected(epilogue, w, x, y.copy())
        run(x, codes, scales, y)
        tolerance = 1e-4 if form == "amx" else 1e-5
        assert np.abs(y - wanted).max() < tolerance * max(1.0, np.abs(wanted).max())


def test_rms_norm_agrees_with_numpy() -> None:
    draws = np.random.default_rng(9)
    x = draws.standard_normal((5, K)).astype(np.float32)
    gain = draws.standard_normal(K).astype(np.float32)
    y = np.zeros_like(x)
    compiled(elementwise.rms_norm(K, 1e-5))(x, gain, y)
    wanted = x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5) * gain
    assert np.abs(y - wanted).max() < 1e-5


@pytest.mark.parametrize("kind", ["q4", "q8", "f32"])
def test_embedding_gives_the_rows(kind: str) -> None:
    w = matrix(kind)
    storage, codes, scales = pack(w)
    tokens = np.array([0, 63, 64, 127, 5], dtype=np.int32)
    y = np.zeros((len(tokens), K), dtype=np.float32)
    compiled(elementwise.embed(storage))(tokens, codes, scales, y)
    assert np.abs(y - w.dequantise()[tokens]).max() < 1e-6


def test_exp_is_right_to_float32() -> None:
    @T.prim_func(s_tir=True)
    def exp_all(x_: T.handle, y_: T.handle) -> None:
        n = T.int64()
        x = T.match_buffer(x_, (n,), "float32")
        y = T.match_buffer(y_, (n,), "float32")
        for i in range(n):
            y[i] = math.exp(x[i])

    x = np.linspace(-80, 80, 10001).astype(np.float32)
    y = np.zeros_like(x)
    compiled(exp_all)(x, y)
    wanted = np.exp(x.astype(np.float64))
    assert (np.abs(y - wanted) / wanted).max() < 1e-6


WIDTH = 192


class Sampling:
    """The sampling kernel on one row, with many draws at once."""

    def __init__(self) -> None:
        self.run = compiled(sampling.sample(WIDTH))

    def __call__(
        self,
        logits: NDArray[Any],
        *,
        allowed: NDArray[np.bool_] | None = None,
        temperature: float = 1.0,
        top_p: float = 1.0,
        uniform: NDArray[Any] | None = None,
    ) -> NDArray[np.int32]:
        draws = np.array([0.5]) if uniform is None else uniform
        batch = len(draws)
        bits = np.ones(WIDTH, bool) if allowed is None else allowed
        mask = np.packbits(bits, bitorder="little").view(np.int32)
        tokens = np.zeros(batch, dtype=np.int32)
        self.run(
            np.tile(logits.astype(np.float32), (batch, 1)),
            np.tile(mask, (batch, 1)),
            np.full(batch, temperature, np.float32),
            np.full(batch, top_p, np.float32),
            draws.astype(np.float32),
            tokens,
        )
        return tokens


@pytest.fixture(scope="module")
def sample() -> Sampling:
    return Sampling()


LOGITS = np.random.default_rng(10).standard_normal(WIDTH) * 2
EVEN = (np.arange(2000) + 0.5) / 2000  # draws, evenly spread


def nucleus(logits: NDArray[Any], top_p: float) -> NDArray[Any]:
    """Probabilities of the smallest set with mass top_p, by sorting."""
    p = np.exp(logits - logits.max())
    p /= p.sum()
    order = np.argsort(-p)
    count = int(np.searchsorted(np.cumsum(p[order]), top_p)) + 1
    kept = np.zeros_like(p)
    kept[order[:count]] = p[order[:count]]
    return kept / kept.sum()


@pytest.mark.parametrize("top_p", [1.0, 0.9, 0.5, 0.05])
@pytest.mark.parametrize("temperature", [1.0, 0.5, 2.0])
def test_draws_follow_the_nucleus(sample: Sampling, temperature: float, top_p: float) -> None:
    tokens = sample(LOGITS, temperature=temperature, top_p=top_p, uniform=EVEN)
    wanted = nucleus(LOGITS / temperature, top_p)
    found = np.bincount(tokens, minlength=WIDTH) / len(EVEN)
    assert np.abs(found - wanted).max() < 2 / len(EVEN)
    assert not found[wanted == 0].any()


def test_the_mask_comes_before_the_nucleus(sample: Sampling) -> None:
    allowed = np.zeros(WIDTH, bool)
    allowed[np.argsort(LOGITS)[:20]] = True  # the 20 least likely
    tokens = sample(LOGITS, allowed=allowed, top_p=0.7, uniform=EVEN)
    wanted = nucleus(np.where(allowed, LOGITS, -np.inf), 0.7)
    found = np.bincount(tokens, minlength=WIDTH) / len(EVEN)
    assert np.abs(found - wanted).max() < 2 / len(EVEN)


def test_temperature_0_takes_the_highest_allowed_logit(sample: Sampling) -> None:
    allowed = np.random.default_rng(11).random(WIDTH) < 0.1
    wanted = int(np.where(allowed, LOGITS, -np.inf).argmax())
    assert sample(LOGITS, allowed=allowed, temperature=0.0).tolist() == [wanted]


def test_ties_go_to_the_lowest_id(sample: Sampling) -> None:
    assert sample(np.zeros(WIDTH), temperature=0.0).tolist() == [0]


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_single_allowed_token_is_drawn_whatever_its_logit(
    sample: Sampling, temperature: float
) -> None:
    allowed = np.zeros(WIDTH, bool)
    allowed[77] = True
    logits = LOGITS.copy()
    logits[77] = -1e4
    uniform = np.array([0.0, 0.5, np.nextafter(1.0, 0.0)])  # the last is 1 in float32
    tokens = sample(logits, allowed=allowed, temperature=temperature, top_p=0.3, uniform=uniform)
    assert tokens.tolist() == [77, 77, 77]


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_an_empty_mask_gives_no_token(sample: Sampling, temperature: float) -> None:
    tokens = sample(LOGITS, allowed=np.zeros(WIDTH, bool), temperature=temperature, top_p=0.9)
    assert tokens.tolist() == [-1]
