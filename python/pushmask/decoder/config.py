# SPDX-License-Identifier: Apache-2.0
"""Sizes of a Llama model, read from GGUF metadata and checked before anything is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushmask.errors import ModelError

ARCHITECTURE = "llama"


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The sizes of a model.

    Attributes:
        num_layers: Transformer blocks.
        hidden_size: Width of the residual stream.
        intermediate_size: Width inside the feed-forward network.
        num_heads: Query heads.
        num_kv_heads: Key and value heads; divides `num_heads`.
        head_dim: Width of a head.
        vocab_size: Rows of the embedding matrix.
        context_length: Most tokens of prompt and output together.
        rope_base: Base of the rotary frequencies.
        norm_epsilon: Added to the mean square in RMS norms.
    """

    num_layers: int
    hidden_size: int
    intermediate_size: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    vocab_size: int
    context_length: int
    rope_base: float
    norm_epsilon: float

    @property
    def padded_vocab_size(self) -> int:
        """Width of a row of logits: `vocab_size` rounded up to a multiple of 64."""
        return -(-self.vocab_size // 64) * 64


def config_from_metadata(
    metadata: Mapping[str, object], *, vocab_size: int, path: str
) -> ModelConfig:
    """Read the sizes of a model from its GGUF metadata.

    Args:
        metadata: GGUF keys and their values.
        vocab_size: Rows of the embedding matrix.
        path: Name of the file, for messages.

    Raises:
        ModelError: another architecture, a missing key, or sizes that do not fit together.
    """
    found = metadata.get("general.architecture")
    if found != ARCHITECTURE:
        raise ModelError(f"{path}: architecture {found!r} is not supported; expected 'llama'", path)

    def number(key: str, default: float | None = None) -> float:
        value = metadata.get(f"{ARCHITECTURE}.{key}", default)
        if not isinstance(value, int | float) or value <= 0:
            raise ModelError(f"{path}: metadata key 'llama.{key}' is {value!r}, not positive", path)
        return value

    scaling = metadata.get("llama.rope.scaling.type", "none")
    if scaling != "none":
        raise ModelError(f"{path}: rotary scaling {scaling!r} is not supported", path)
    num_heads = int(number("attention.head_count"))
    hidden_size = int(number("embedding_length"))
    config = ModelConfig(
        num_layers=int(number("block_count")),
        hidden_size=hidden_size,
        intermediate_size=int(number("feed_forward_length")),
        num_heads=num_heads,
        num_kv_heads=int(number("attention.head_count_kv", num_heads)),
        head_dim=int(number("attention.key_length", hidden_size // num_heads)),
        vocab_size=vocab_size,
        context_length=int(number("context_length")),
        rope_base=number("rope.freq_base", 10000.0),
        norm_epsilon=number("attention.layer_norm_rms_epsilon"),
    )
    _check(config, path)
    if number("rope.dimension_count", config.head_dim) != config.head_dim:
        raise ModelError(f"{path}: rotary embedding of a part of a head is not supported", path)
    return config


def _check(config: ModelConfig, path: str) -> None:
    """Hold the sizes to what the kernels are built for."""
    if config.num_heads % config.num_kv_heads:
        raise ModelError(
            f"{path}: {config.num_heads} query heads do not divide among "
            f"{config.num_kv_heads} key-value heads",
            path,
        )
    for name, unit in (("hidden_size", 64), ("intermediate_size", 32), ("head_dim", 16)):
        if getattr(config, name) % unit:
            raise ModelError(
                f"{path}: {name} {getattr(config, name)} is not a multiple of {unit}", path
            )
