# SPDX-License-Identifier: Apache-2.0
"""Writes a random Llama of 2 layers as GGUF, with every storage kind and a byte vocabulary."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

LAYERS, HIDDEN, INNER, HEADS, KV_HEADS, CONTEXT = 2, 64, 96, 4, 2, 96
DIM = HIDDEN // HEADS
SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MERGES = ("h e", "l l", "he ll", "hell o")
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_characters() -> list[str]:
    """GPT-2's character for each byte, in the order of its vocabulary."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in printable]
    table = {byte: chr(byte) for byte in printable}
    table.update({byte: chr(0x100 + index) for index, byte in enumerate(others)})
    return [table[byte] for byte in range(0x100)]


def vocabulary() -> list[str]:
    """Token texts: specials, bytes, merges."""
    return [*SPECIALS, *byte_characters(), *(merge.replace(" ", "") for merge in MERGES)]


def write_tiny_model(path: Path, *, seed: int = 0, head: bool = False) -> Path:
    """Write the model; with `head` the logits have a matrix of their own."""
    draws = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    _add_tokenizer(writer)

    def matrix(name: str, rows: int, columns: int, kind: Type) -> None:
        values = draws.standard_normal((rows, columns)).astype(np.float32) * 1.5 / columns**0.5
        data = gguf.quants.quantize(values, kind)
        writer.add_tensor(f"{name}.weight", data, raw_dtype=kind)

    def gain(name: str) -> None:
        writer.add_tensor(f"{name}.weight", draws.uniform(0.5, 1.5, HIDDEN).astype(np.float32))

    matrix("token_embd", len(vocabulary()), HIDDEN, Type.Q8_0)
    if head:
        matrix("output", len(vocabulary()), HIDDEN, Type.F16)
    gain("output_norm")
    for layer in range(LAYERS):
        name = f"blk.{layer}"
        matrix(f"{name}.attn_q", HIDDEN, HIDDEN, Type.Q4_1)
        matrix(f"{name}.attn_k", KV_HEADS * DIM, HIDDEN, Type.Q4_1)
        # Mixed with Q4_1 in one product, so this layer's three become float32.
        matrix(f"{name}.attn_v", KV_HEADS * DIM, HIDDEN, Type.Q4_1 if layer else Type.Q8_0)
        matrix(f"{name}.attn_output", HIDDEN, HIDDEN, Type.Q4_0)
        matrix(f"{name}.ffn_gate", INNER, HIDDEN, Type.Q4_1)
        matrix(f"{name}.ffn_up", INNER, HIDDEN, Type.Q4_1)
        matrix(f"{name}.ffn_down", HIDDEN, INNER, Type.BF16)
        gain(f"{name}.attn_norm")
        gain(f"{name}.ffn_norm")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter) -> None:
    tokens = vocabulary()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3] * len(SPECIALS) + [1] * (len(tokens) - len(SPECIALS)))
    writer.add_token_merges(list(MERGES))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)
