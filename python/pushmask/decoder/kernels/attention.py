# SPDX-License-Identifier: Apache-2.0
# mypy: disable-error-code="untyped-decorator,no-untyped-def"
"""Rotary embedding, append to the paged cache, and causal attention over it, in one kernel.

A page holds 16 successive positions of one sequence: keys transposed, (head_dim, 16), so that one
vector is one dimension of 16 keys and scores need no horizontal sum; values as (16, head_dim).
A task is one key-value head and a run of tokens of one sequence; all query heads that share
the key-value head are its rows, so a key or value is loaded once for many of them.
Three passes per task: scores, exponentials, weighted values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from tvm.script import tirx as T

from .math import exp
from .storage import TILE

PAGE = 16  # positions per page: the lanes of one AVX-512 vector
KV_DTYPE = "float32"
_PREFILL_ROWS = 24  # query rows of a prefill task
# Accumulators stay in registers only in buffers below 1 KiB; TVM puts larger ones on the heap.
_SCORE_ROWS = 12  # x 16 lanes
_VALUE_FLOATS = 12 * 16
_MASKED = -1e30


@dataclass(frozen=True, slots=True)
class AttentionShape:
    """The sizes of an attention layer.

    Attributes:
        num_layers: Layers that share the page tensors.
        num_heads: Query heads, a multiple of `num_kv_heads`.
        num_kv_heads: Key and value heads.
        head_dim: Width of a head, a multiple of 16.
        max_positions: Rows of the rotary table.
    """

    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    max_positions: int

    @property
    def group(self) -> int:
        """Query heads per key-value head."""
        return self.num_heads // self.num_kv_heads

    @property
    def half(self) -> int:
        """Half a head: rotary pairs are (i, half + i)."""
        return self.head_dim // 2

    @property
    def qkv_width(self) -> int:
        """Width of a projected row, padded as packed matrices are."""
        width = (self.num_heads + 2 * self.num_kv_heads) * self.head_dim
        return -(-width // TILE) * TILE

    def page_shape(self, num_pages: Any) -> tuple[Any, ...]:
        """Shape of the key pages and, with as many elements, of the value pages."""
        return (self.num_layers, num_pages, self.num_kv_heads, self.head_dim * PAGE)


@dataclass(frozen=True, slots=True)
class _Task:
    """How tokens and heads are dealt to tasks, and the index expressions that follow.

    A row past the last token, or past the last row of the task, repeats the last: it computes the
    same and writes the same twice, and the loops need no second form.
    """

    shape: AttentionShape
    one_sequence: bool

    @property
    def dim(self) -> int:
        return self.shape.head_dim

    @property
    def run(self) -> int:
        """Tokens of a task."""
        return max(1, _PREFILL_ROWS // self.shape.group) if self.one_sequence else 1

    @property
    def rows(self) -> int:
        """Query rows of a task."""
        return self.run * self.shape.group

    @property
    def score_rows(self) -> int:
        """Rows scored at once."""
        return min(self.rows, _SCORE_ROWS)

    @property
    def score_groups(self) -> int:
        return -(-self.rows // self.score_rows)

    @property
    def value_rows(self) -> int:
        """Rows mixed at once."""
        return max(1, min(self.rows, _VALUE_FLOATS // self.shape.head_dim))

    @property
    def value_groups(self) -> int:
        return -(-self.rows // self.value_rows)

    def sequence(self, token: Any) -> Any:
        """Row of the page table."""
        return T.int64(0) if self.one_sequence else token

    def kv_head(self, task: Any) -> Any:
        return task % self.shape.num_kv_heads

    def token(self, task: Any, row: Any, num_tokens: Any) -> Any:
        token = task // self.shape.num_kv_heads * self.run + row // self.shape.group
        return T.min(token, num_tokens - 1)

    def head(self, task: Any, row: Any) -> Any:
        return self.kv_head(task) * self.shape.group + row % self.shape.group

    def last(self, row: Any) -> Any:
        """Clamp a row to the task's."""
        return T.min(row, self.rows - 1)


@T.inline
def _rotate_queries(s, i, qkv, rotary, position, queries):
    """queries[i] = rotated query heads of token i, times 1 / sqrt(head_dim)."""
    for h in range(s.num_heads):
        for v in T.vectorized(s.half):
            queries[i, h, v] = T.float32(s.head_dim**-0.5) * (
                qkv[i, h * s.head_dim + v] * rotary[position, 0, v]
                - qkv[i, h * s.head_dim + s.half + v] * rotary[position, 1, v]
            )
        for v in T.vectorized(s.half):
            queries[i, h, s.half + v] = T.float32(s.head_dim**-0.5) * (
                qkv[i, h * s.head_dim + s.half + v] * rotary[position, 0, v]
                + qkv[i, h * s.head_dim + v] * rotary[position, 1, v]
            )


@T.inline
def _append(s, i, qkv, rotary, position, layer, page, keys, values):
    """Write token i's rotated keys and its values to their place in the page."""
    for h in range(s.num_kv_heads):
        for v in range(s.half):
            keys[layer, page, h, v * PAGE + position % PAGE] = T.cast(
                qkv[i, (s.num_heads + h) * s.head_dim + v] * rotary[position, 0, v]
                - qkv[i, (s.num_heads + h) * s.head_dim + s.half + v] * rotary[position, 1, v],
                KV_DTYPE,
            )
        for v in range(s.half):
            keys[layer, page, h, (s.half + v) * PAGE + position % PAGE] = T.cast(
                qkv[i, (s.num_heads + h) * s.head_dim + s.half + v] * rotary[position, 0, v]
                + qkv[i, (s.num_heads + h) * s.head_dim + v] * rotary[position, 1, v],
                KV_DTYPE,
            )
        for v in T.vectorized(s.head_dim):
            values[layer, page, h, position % PAGE * s.head_dim + v] = T.cast(
                qkv[i, (s.num_heads + s.num_kv_heads + h) * s.head_dim + v], KV_DTYPE
            )


@T.inline
def _score_page(k, task, g, num_tokens, positions, queries, keys, layer, page, p, scores, top):
    """Score one group of rows against the 16 keys of page p of the sequence."""
    acc = T.sblock_alloc_buffer((k.score_rows, PAGE), "float32")
    key = T.sblock_alloc_buffer((PAGE,), "float32")
    for r in T.unroll(k.score_rows):
        for v in T.vectorized(PAGE):
            acc[r, v] = T.float32(0)
    for d in range(k.dim):
        for v in T.vectorized(PAGE):
            key[v] = T.cast(keys[layer, page, k.kv_head(task), d * PAGE + v], "float32")
        for r in T.unroll(k.score_rows):
            for v in T.vectorized(PAGE):
                acc[r, v] = acc[r, v] + queries[d, g * k.score_rows + r] * key[v]
    for r in T.unroll(k.score_rows):
        for v in T.vectorized(PAGE):
            acc[r, v] = T.Select(
                p * PAGE + v <= positions[k.token(task, g * k.score_rows + r, num_tokens)],
                acc[r, v],
                T.float32(_MASKED),
            )
        for v in T.vectorized(PAGE):
            top[g * k.score_rows + r, v] = T.max(top[g * k.score_rows + r, v], acc[r, v])
        for v in T.vectorized(PAGE):
            scores[g * k.score_rows + r, p * PAGE + v] = acc[r, v]


@T.inline
def _exponentials(r, length, top, scores, total):
    """scores[r] = e^(score - highest), 0 where masked; total[r] = their sum."""
    highest = T.sblock_alloc_buffer((1,), "float32")
    lanes = T.sblock_alloc_buffer((PAGE,), "float32")
    highest[0] = top[r, 0]
    for v in T.unroll(PAGE):
        highest[0] = T.max(highest[0], top[r, v])
    for v in T.vectorized(PAGE):
        lanes[v] = T.float32(0)
    for p in range((length + PAGE - 1) // PAGE):
        for v in T.vectorized(PAGE):
            scores[r, p * PAGE + v] = T.Select(
                scores[r, p * PAGE + v] > T.float32(_MASKED / 2),
                exp(scores[r, p * PAGE + v] - highest[0]),
                T.float32(0),
            )
        for v in T.vectorized(PAGE):
            lanes[v] = lanes[v] + scores[r, p * PAGE + v]
    total[r] = T.float32(0)
    for v in T.unroll(PAGE):
        total[r] = total[r] + lanes[v]


@T.inline
def _mix_values(k, task, g, num_tokens, length, page_table, values, layer, scores, total, out):
    """out = the first `length` values weighted by the scores of one group of rows.

    The rest of the last page was never written, and 0 times what lies there may be NaN.
    """
    mix = T.sblock_alloc_buffer((k.value_rows, k.dim), "float32")
    value = T.sblock_alloc_buffer((k.dim,), "float32")
    for r in T.unroll(k.value_rows):
        for v in T.vectorized(k.dim):
            mix[r, v] = T.float32(0)
    for p in range((length + PAGE - 1) // PAGE):
        for j in range(T.min(PAGE, length - p * PAGE)):
            for v in T.vectorized(k.dim):
                value[v] = T.cast(
                    values[
                        layer,
                        page_table[k.sequence(task // k.shape.num_kv_heads), p],
                        k.kv_head(task),
                        j * k.dim + v,
                    ],
                    "float32",
                )
            for r in T.unroll(k.value_rows):
                for v in T.vectorized(k.dim):
                    mix[r, v] = (
                        mix[r, v] + scores[k.last(g * k.value_rows + r), p * PAGE + j] * value[v]
                    )
    for r in T.unroll(k.value_rows):
        for v in T.vectorized(k.dim):
            out[
                k.token(task, k.last(g * k.value_rows + r), num_tokens),
                k.head(task, k.last(g * k.value_rows + r)) * k.dim + v,
            ] = mix[r, v] / total[k.last(g * k.value_rows + r)]


@cache
def attention(shape: AttentionShape, *, one_sequence: bool) -> Any:
    """Build attention(qkv, rotary, positions, page_table, keys, values, layer, out).

    qkv is (num_tokens, qkv_width): query heads, key heads, value heads; rotary is
    (max_positions, 2, head_dim / 2): cosines, sines; positions is (num_tokens,) int32; page_table
    is (batch, table_width) int32; out is (num_tokens, num_heads * head_dim). keys and values
    are written in place. With `one_sequence` the tokens are successive ones of sequence 0 (a
    prefill); without, token i is the last one of sequence i (a decode).
    """
    k = _Task(shape, one_sequence)
    padded_rows = k.score_groups * k.score_rows
    over_tokens = T.parallel if one_sequence else T.serial  # a decode's few are not worth a fork

    @T.prim_func(s_tir=True, private=True)
    def paged_attention(
        qkv_: T.handle,
        rotary_: T.handle,
        positions_: T.handle,
        page_table_: T.handle,
        keys_: T.handle,
        values_: T.handle,
        layer: T.int64,
        out_: T.handle,
    ):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        num_tokens = T.int64()
        batch = T.int64()
        table_width = T.int64()
        num_pages = T.int64()
        qkv = T.match_buffer(qkv_, (num_tokens, shape.qkv_width), "float32")
        rotary = T.match_buffer(rotary_, (shape.max_positions, 2, shape.half), "float32")
        positions = T.match_buffer(positions_, (num_tokens,), "int32")
        page_table = T.match_buffer(page_table_, (batch, table_width), "int32")
        keys = T.match_buffer(keys_, shape.page_shape(num_pages), KV_DTYPE)
        values = T.match_buffer(values_, shape.page_shape(num_pages), KV_DTYPE)
        out = T.match_buffer(out_, (num_tokens, shape.num_heads * shape.head_dim), "float32")
        rotated = T.sblock_alloc_buffer((num_tokens, shape.num_heads, shape.head_dim), "float32")
        for i in over_tokens(num_tokens):
            _rotate_queries(shape, i, qkv, rotary, positions[i], rotated)
            _append(
                shape,
                i,
                qkv,
                rotary,
                positions[i],
                layer,
                page_table[k.sequence(i), positions[i] // PAGE],
                keys,
                values,
            )
        for task in T.parallel((num_tokens + k.run - 1) // k.run * shape.num_kv_heads):
            length = T.sblock_alloc_buffer((1,), "int32")  # positions the last row sees
            queries = T.sblock_alloc_buffer((shape.head_dim, padded_rows), "float32")
            top = T.sblock_alloc_buffer((padded_rows, PAGE), "float32")
            scores = T.sblock_alloc_buffer((padded_rows, table_width * PAGE), "float32")
            total = T.sblock_alloc_buffer((k.rows,), "float32")
            length[0] = positions[k.token(task, k.rows - 1, num_tokens)] + 1
            for r in range(padded_rows):
                for d in range(shape.head_dim):
                    queries[d, r] = rotated[
                        k.token(task, k.last(r), num_tokens), k.head(task, k.last(r)), d
                    ]
                for v in T.vectorized(PAGE):
                    top[r, v] = T.float32(_MASKED)
            for p in range((length[0] + PAGE - 1) // PAGE):
                for g in range(k.score_groups):
                    _score_page(
                        k,
                        task,
                        g,
                        num_tokens,
                        positions,
                        queries,
                        keys,
                        layer,
                        page_table[k.sequence(task // shape.num_kv_heads), p],
                        p,
                        scores,
                        top,
                    )
            for r in range(k.rows):
                _exponentials(r, length[0], top, scores, total)
            for g in range(k.value_groups):
                _mix_values(
                    k, task, g, num_tokens, length[0], page_table, values, layer, scores, total, out
                )

    return paged_attention
