# SPDX-License-Identifier: Apache-2.0
"""Speed of the decoder against the physical floor: streaming its weights once.

    python bench/decode.py [MODEL]

Prints the time of a decode step at batch 1 divided by the time to read the same weight bytes once
(target: at most 2.5), and the time of a prefill of 400 tokens in decode steps (target: at most 60).
One thread, unless TVM_NUM_THREADS says otherwise. Exit status 1 if a target is missed.

The floor is a hand-vectorised read of the runtime's own packed arrays, the bytes that the step's
kernels stream and no others, with the same software prefetch; it is measured between the decode
steps, because other users of the machine change its bandwidth from second to second.

The weights are packed as 4-bit codes, 5 bits a weight with their scales. Against float16 that is
a third of the bytes, so the floor, too, is three times lower and the ratio harder to meet; the step
is faster, and exact: float16 would round Q4_1's products.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TVM_NUM_THREADS", "1")

import numpy as np
import tvm
from tvm.script import tirx as T  # noqa: N812  # the script parser knows it as T

from pushmask.decoder import Decoder
from pushmask.decoder.kernels.gemv import PREFETCH_BYTES
from pushmask.decoder.target import host_target

PROMPT_TOKENS = 400
CONTEXTS = (16, 400)  # positions already in the cache
ROUNDS = 15
STEPS = 4  # decode steps between two floors
FIRST_TOKEN = 100  # ordinary tokens
TARGET_STEP = 2.5
TARGET_PREFILL = 60.0

_WORDS = 64  # of 4 bytes, read per turn: four cache lines
_LINE_WORDS = 16


def build_reader() -> Callable[..., None]:
    """Compile read(words (n, 64) int32, out (64,) int32): xor of all rows."""

    @T.prim_func(s_tir=True)
    def read_all(words_: T.handle, out_: T.handle) -> None:
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        n = T.int64()
        words = T.match_buffer(words_, (n, _WORDS), "int32")
        out = T.match_buffer(out_, (_WORDS,), "int32")
        acc = T.sblock_alloc_buffer((_WORDS,), "int32")
        for v in T.vectorized(_WORDS):
            acc[v] = 0
        for i in range(n):
            for line in T.unroll(_WORDS // _LINE_WORDS):
                T.evaluate(
                    T.call_llvm_intrin(
                        "void",
                        "llvm.prefetch.p0",
                        T.address_of(words[i + PREFETCH_BYTES // 256, line * _LINE_WORDS]),
                        T.int32(0),
                        T.int32(3),
                        T.int32(1),
                    )
                )
            for v in T.vectorized(_WORDS):
                acc[v] = T.bitwise_xor(acc[v], words[i, v])
        for v in T.vectorized(_WORDS):
            out[v] = acc[v]

    module = tvm.IRModule({"main": read_all})
    return tvm.compile(module, target=host_target().tvm_target())["main"]


def seconds(action: Callable[[], Any]) -> float:
    """Time one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


class Bench:
    """A model with one sequence's pages, and the reader of its weights."""

    def __init__(self, model: str) -> None:
        self.runtime = Decoder.load(model, progress=True).runtime
        self.table = np.arange(self.runtime.table_width, dtype=np.int32)[None]
        self.reader = build_reader()
        self.out = tvm.runtime.tensor(np.zeros(_WORDS, dtype=np.int32))
        self.words = [
            tvm.runtime.from_dlpack(array.reshape(-1).view(np.int32).reshape(-1, _WORDS))
            for array in self.runtime.matrices()
        ]

    def floor(self) -> float:
        """Seconds to read every packed matrix once."""

        def read() -> None:
            for words in self.words:
                self.reader(words, self.out)

        return seconds(read)

    def step(self, context: int) -> float:
        """Seconds of a decode step with `context` positions before it."""
        token = np.array([FIRST_TOKEN], np.int32)
        position = np.array([context], np.int32)
        return seconds(lambda: self.runtime.decode(token, position, self.table))

    def prefill(self) -> float:
        """Seconds of a prefill of PROMPT_TOKENS tokens."""
        tokens = np.arange(FIRST_TOKEN, FIRST_TOKEN + PROMPT_TOKENS, dtype=np.int32)
        return seconds(lambda: self.runtime.prefill(tokens, 0, self.table))


def main(model: str) -> int:
    bench = Bench(model)
    bench.prefill()  # fills the cache and warms up
    floors, prefills = [], []
    steps: dict[int, list[float]] = {context: [] for context in CONTEXTS}
    for _ in range(ROUNDS):
        floors.append(bench.floor())
        for context in CONTEXTS:
            steps[context] += [bench.step(context) for _ in range(STEPS)]
        prefills.append(bench.prefill())
    megabytes = bench.runtime.weight_bytes / 1e6
    floor, prefill = min(floors), min(prefills)
    print(f"threads {os.environ['TVM_NUM_THREADS']}, best of {ROUNDS} rounds (median in brackets)")
    print(
        f"read {megabytes:.0f} MB of weights    {1e3 * floor:8.2f} ms "
        f"({1e3 * float(np.median(floors)):.2f})  {megabytes / floor / 1e3:.1f} GB/s"
    )
    for context, times in steps.items():
        best = min(times)
        print(
            f"decode step, context {context:4d} {1e3 * best:8.2f} ms "
            f"({1e3 * float(np.median(times)):.2f})  {1 / best:.0f} tokens/s, "
            f"{best / floor:.2f} x floor"
        )
    step = min(steps[CONTEXTS[0]])
    print(
        f"prefill of {PROMPT_TOKENS} tokens      {1e3 * prefill:8.2f} ms "
        f"({1e3 * float(np.median(prefills)):.2f})  {PROMPT_TOKENS / prefill:.0f} tokens/s, "
        f"{prefill / step:.1f} decode steps"
    )
    good = step / floor <= TARGET_STEP and prefill / step <= TARGET_PREFILL
    print(
        f"step / floor {step / floor:.2f} (target {TARGET_STEP}), "
        f"prefill / step {prefill / step:.1f} (target {TARGET_PREFILL:.0f}): "
        f"{'met' if good else 'missed'}"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "smollm2"))
