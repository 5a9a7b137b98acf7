# SPDX-License-Identifier: Apache-2.0
"""Token masks as numpy arrays: make them, and apply them to logits on the host.

A mask is int32 words, shape (batch, ceil(vocab_size / 32)); bit `i % 32` of word `i // 32`, least
significant first, is token i; 1 = allowed. vLLM, SGLang and XGrammar share this layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pushmask import _core

BITS_PER_WORD = 32
LOGIT_TYPES = (np.float16, np.float32, np.float64)


def allocate_mask(batch: int, vocabulary: _core.Vocabulary) -> NDArray[np.int32]:
    """Make a mask of `batch` rows that allow no token yet.

    Args:
        batch: number of rows, one per sequence, at least 1.
        vocabulary: gives the width.

    Returns:
        Zeros, shape (batch, ceil(vocabulary.size / 32)), int32, C-contiguous, CPU. Set a row to
        -1 to leave its sequence without a constraint.

    Raises:
        ValueError: `batch` is less than 1.
    """
    if batch < 1:
        raise ValueError(f"batch must be at least 1, not {batch}")
    num_words = -(-vocabulary.size // BITS_PER_WORD)
    return np.zeros((batch, num_words), dtype=np.int32)


def apply_mask(logits: NDArray[np.floating[Any]], mask: NDArray[np.int32]) -> None:
    """Set the logits of tokens that the mask does not allow to minus infinity, in place.

    Args:
        logits: shape (batch, columns) or (columns,), float16, float32 or float64, CPU, any
            strides; changed in place. Columns past the mask, as in a padded model, become -inf.
        mask: shape (batch, ceil(vocab_size / 32)) or (ceil(vocab_size / 32),), int32, CPU. An
            array of one dimension is a batch of one.

    Raises:
        TypeError: an argument is not a numpy array, or has another dtype.
        ValueError: the shapes do not fit together, or `logits` is read-only.

    Cost: one pass over the logits; a decoder on a device applies masks there instead.
    """
    _check_arrays(logits, mask)
    rows = np.atleast_2d(logits)  # (batch, columns), a view
    words = np.atleast_2d(mask)  # (batch, words), a view
    if rows.shape[0] != words.shape[0]:
        raise ValueError(f"logits have {rows.shape[0]} rows, the mask has {words.shape[0]}")
    num_columns = rows.shape[1]
    num_bits = words.shape[1] * BITS_PER_WORD
    if num_columns <= num_bits - BITS_PER_WORD:
        raise ValueError(
            f"logits have {num_columns} columns, but the mask is {words.shape[1]} words wide: "
            f"more than {num_bits - BITS_PER_WORD} tokens"
        )
    octets = np.ascontiguousarray(words, dtype="<i4").view(np.uint8)  # (batch, 4 * words)
    allowed = np.unpackbits(octets, axis=1, bitorder="little").view(np.bool_)  # (batch, num_bits)
    covered = min(num_columns, num_bits)
    np.copyto(rows[:, :covered], -np.inf, where=~allowed[:, :covered])
    rows[:, covered:] = -np.inf


def _check_arrays(logits: NDArray[np.floating[Any]], mask: NDArray[np.int32]) -> None:
    for name, array in (("logits", logits), ("mask", mask)):
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} must be a numpy array, not {type(array).__name__}")
        if array.ndim not in (1, 2):
            raise ValueError(f"{name} must have 1 or 2 dimensions, not {array.ndim}")
    if logits.dtype not in LOGIT_TYPES:
        raise TypeError(f"logits must be float16, float32 or float64, not {logits.dtype}")
    if mask.dtype != np.int32:
        raise TypeError(f"mask must be int32, not {mask.dtype}")
    if not logits.flags.writeable:
        raise ValueError("logits are read-only")
