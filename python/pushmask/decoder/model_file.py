# SPDX-License-Identifier: Apache-2.0
"""Opens a GGUF file: metadata as plain Python values, tensors as views of the mapped file.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, read by the `gguf` package.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pushmask.errors import ModelError

_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class FileTensor:
    """A tensor as it is stored.

    Attributes:
        name: Name in the file.
        type_name: GGML type, for example `Q4_1`.
        shape: (rows, columns) or (columns,), outermost first.
        data: Raw blocks, shape (rows, bytes per row) uint8, or float values for F32 and F16.
    """

    name: str
    type_name: str
    shape: tuple[int, ...]
    data: NDArray[Any]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """An open GGUF file.

    Attributes:
        path: Where it is.
        metadata: GGUF keys and values.
        tensors: Tensors by name.
    """

    path: Path
    metadata: dict[str, object]
    tensors: dict[str, FileTensor]

    def tensor(self, name: str) -> FileTensor:
        """Give a tensor; ModelError if the file lacks it."""
        if name not in self.tensors:
            raise ModelError(f"{self.path}: tensor '{name}' is missing", str(self.path))
        return self.tensors[name]


def check_is_gguf(path: Path) -> None:
    """Raise ModelError unless `path` is a file that begins like a GGUF file."""
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise ModelError(f"model file '{path}' {what}", str(path))
    with path.open("rb") as file:
        magic = file.read(len(_MAGIC))
    if magic != _MAGIC:
        raise ModelError(f"{path}: not a GGUF file; it begins with {magic!r}", str(path))


def open_model(path: Path) -> ModelFile:
    """Open a GGUF file.

    Args:
        path: The file; it stays mapped while the result lives.

    Raises:
        ModelError: it is missing, not GGUF, of a newer version, or truncated.
    """
    import gguf

    check_is_gguf(path)
    try:
        reader = gguf.GGUFReader(path)
        metadata = {key: field.contents() for key, field in reader.fields.items()}
        tensors = {
            tensor.name: FileTensor(
                name=tensor.name,
                type_name=tensor.tensor_type.name,
                shape=tuple(int(n) for n in reversed(tensor.shape)),
                data=np.asarray(tensor.data),
            )
            for tensor in reader.tensors
        }
    except (ValueError, IndexError, KeyError, OverflowError, TypeError, struct.error) as error:
        # The reader indexes a map of the file; where the file ends early, so do its arrays.
        size = path.stat().st_size
        raise ModelError(
            f"{path}: truncated or damaged GGUF file of {size} bytes ({error}); fetch it again",
            str(path),
        ) from error
    return ModelFile(path=path, metadata=metadata, tensors=tensors)
