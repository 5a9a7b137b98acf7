# SPDX-License-Identifier: Apache-2.0
"""A model file to an artefact: found in the cache, or compiled and packed there."""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

from .artifact import (
    LIBRARY,
    WEIGHTS,
    Artifact,
    artifact_key,
    file_digest,
    publish,
    read_artifact,
    write_manifest,
    write_weights,
)
from .cache_dir import cache_dir
from .compile import compile_model
from .model_file import ModelFile, check_is_gguf, open_model
from .target import host_target
from .weights import packed_parameters, read_config

_log = logging.getLogger("pushmask.decoder.loader")
_KEPT_METADATA = ("general.name", "tokenizer.")


def load_artifact(path: Path) -> Artifact:
    """Find or make the artefact of a model file for this machine.

    Args:
        path: A GGUF file.

    Raises:
        ModelError: the file is missing, damaged or not supported, or cannot be compiled.
    """
    check_is_gguf(path)
    target = host_target()
    directory = cache_dir() / "compiled" / artifact_key(file_digest(path), repr(target))
    found = read_artifact(directory)
    if found is not None:
        return found
    _log.info("compiling %s for %s", path, target.cpu)
    file = open_model(path)
    config = read_config(file)
    storages, arrays = packed_parameters(file, config)
    directory.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=directory.parent))
    try:
        names = compile_model(config, storages, target, temporary / LIBRARY)
        entries = write_weights(temporary / WEIGHTS, names, arrays)
        write_manifest(temporary, config, entries, _metadata(file))
        publish(temporary, directory)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)  # gone already, unless something failed
    return Artifact(directory, config, entries, _metadata(file))


def _metadata(file: ModelFile) -> dict[str, Any]:
    """Give the metadata that generation needs, so that a later run need not parse the file."""
    return {key: value for key, value in file.metadata.items() if key.startswith(_KEPT_METADATA)}
