# SPDX-License-Identifier: Apache-2.0
"""A compiled model on disk: library, packed weights, manifest; found by a hash of its inputs.

The key covers the bytes of the model file, the source of every module that shapes the result, the
versions of TVM and this CPU. Whatever changes one of them finds no artefact and makes another.
A directory is written under a temporary name and renamed when complete, so that a reader never
sees a half.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cache_dir import cache_dir
from .config import ModelConfig

LIBRARY = "model.so"
WEIGHTS = "weights.bin"
MANIFEST = "manifest.json"
_ALIGNMENT = 64  # bytes; a cache line, and what TVM asks of borrowed memory
_CHUNK = 1 << 20
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one parameter lies in the weights file.

    Attributes:
        name: Parameter name.
        dtype: NumPy name of the element type.
        shape: Shape.
        offset: Bytes from the start of the file.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int

    @property
    def num_bytes(self) -> int:
        return int(np.prod(self.shape)) * np.dtype(self.dtype).itemsize


@dataclass(frozen=True, slots=True)
class Artifact:
    """A complete artefact.

    Attributes:
        directory: Where it is.
        config: Sizes of the model.
        entries: Parameters in the order in which compiled functions take them.
        metadata: What of the model's own metadata generation needs (tokenizer, chat template).
    """

    directory: Path
    config: ModelConfig
    entries: tuple[Entry, ...]
    metadata: dict[str, Any]


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file; remembered in the cache by path, size and time of change."""
    stat = path.stat()
    memory = cache_dir() / "digests.json"
    identity = f"{path.resolve()}:{stat.st_size}:{stat.st_mtime_ns}"
    known: dict[str, str] = {}
    if memory.is_file():
        try:
            known = json.loads(memory.read_text(encoding="utf-8"))
        except ValueError:
            known = {}  # an interrupted write; rebuilt below
    if identity not in known:
        known[identity] = compute_digest(path)
        write_atomically(memory, json.dumps(known).encode())
    return known[identity]


def compute_digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that no reader sees a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(name, path)


def source_digest() -> str:
    """Give a hash of the sources that shape the library or the packed weights."""
    digest = hashlib.sha256()
    names = (
        "artifact",
        "compile",
        "config",
        "loader",
        "model_file",
        "quantized",
        "target",
        "weights",
    )
    files = [_PACKAGE / f"{name}.py" for name in names]
    files += sorted(_PACKAGE.glob("kernels/*.py")) + sorted(_PACKAGE.glob("model/*.py"))
    for file in files:
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def artifact_key(model_digest: str, target: str) -> str:
    """Give the name of the artefact of a model file for a target.

    Args:
        model_digest: SHA-256 of the model file.
        target: Text that names the CPU and its features.
    """
    parts = [
        model_digest,
        source_digest(),
        target,
        version("apache-tvm"),
        version("apache-tvm-ffi"),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def read_artifact(directory: Path) -> Artifact | None:
    """Open the artefact in a directory; None if there is none or it is damaged."""
    manifest = directory / MANIFEST
    if not manifest.is_file():
        return None
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        entries = tuple(
            Entry(item["name"], item["dtype"], tuple(item["shape"]), item["offset"])
            for item in content["entries"]
        )
        config = ModelConfig(**content["config"])
        metadata = content["metadata"]
    except (ValueError, KeyError, TypeError):
        return None
    weights = directory / WEIGHTS
    end = max((entry.offset + entry.num_bytes for entry in entries), default=0)
    if not (directory / LIBRARY).is_file() or not weights.is_file() or weights.stat().st_size < end:
        return None
    return Artifact(directory, config, entries, metadata)


def write_weights(
    path: Path, names: list[str], arrays: Mapping[str, NDArray[Any]]
) -> tuple[Entry, ...]:
    """Write arrays one after another, each on a cache line of its own."""
    entries = []
    with path.open("wb") as file:
        for name in names:
            array = np.ascontiguousarray(arrays[name])
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            entries.append(Entry(name, str(array.dtype), array.shape, file.tell()))
            file.write(array.tobytes())
    return tuple(entries)


def write_manifest(
    directory: Path, config: ModelConfig, entries: tuple[Entry, ...], metadata: dict[str, Any]
) -> None:
    """Write the manifest, which makes a directory an artefact."""
    content = {
        "config": asdict(config),
        "entries": [asdict(entry) for entry in entries],
        "metadata": metadata,
    }
    (directory / MANIFEST).write_text(json.dumps(content), encoding="utf-8")


def publish(temporary: Path, directory: Path) -> None:
    """Give a complete directory its final name; another process's finished copy is as good."""
    if directory.exists() and read_artifact(directory) is None:
        shutil.rmtree(directory)
    try:
        temporary.rename(directory)
    except OSError:
        if read_artifact(directory) is None:
            raise
        shutil.rmtree(temporary)


def read_weights(artifact: Artifact) -> dict[str, NDArray[Any]]:
    """Read all parameters into one aligned block of memory; about 40 ms for 100 MB when cached."""
    path = artifact.directory / WEIGHTS
    size = path.stat().st_size
    memory = np.empty(size + _ALIGNMENT, dtype=np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    block = memory[start : start + size]
    with path.open("rb") as file:
        # numpy's arrays are buffers, which its types say only from Python 3.12 on.
        file.readinto(memoryview(block))  # type: ignore[arg-type]
    return {
        entry.name: block[entry.offset : entry.offset + entry.num_bytes]
        .view(entry.dtype)
        .reshape(entry.shape)
        for entry in artifact.entries
    }
