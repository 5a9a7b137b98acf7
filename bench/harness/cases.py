# SPDX-License-Identifier: Apache-2.0
"""MaskBench cases: a JSON schema with instances that are valid or not.

Source: the folder maskbench/data of guidance-ai/jsonschemabench. A file is an object with `schema`
and `tests`, each of these with `data` and `valid`. Instances are serialised as MaskBench does it.
"""

from __future__ import annotations

import json
import random
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.vocabularies import shared_folder

ARCHIVE = "maskbench-dev.tar.xz"


@dataclass(frozen=True, slots=True)
class Case:
    """A schema and its instances."""

    name: str
    schema: str  # JSON text
    instances: tuple[tuple[str, bool], ...]  # JSON text, whether it is valid

    def request(self) -> dict[str, Any]:
        """Give what a worker needs."""
        return {"schema": self.schema, "instances": self.instances}


def parse_case(name: str, text: str | bytes) -> Case:
    """Read one file."""
    data = json.loads(text)
    instances = tuple(
        (json.dumps(test["data"], indent=None, ensure_ascii=False), bool(test["valid"]))
        for test in data["tests"]
    )
    return Case(name=name, schema=json.dumps(data["schema"]), instances=instances)


def read_files(source: Path) -> dict[str, bytes]:
    """Read the case files of a folder, or of a .tar.xz, by their name without `.json`.

    Raises:
        FileNotFoundError: there are none.
    """
    files: dict[str, bytes] = {}
    if source.is_dir():
        files = {path.stem: path.read_bytes() for path in source.glob("*.json")}
    elif source.is_file():
        with tarfile.open(source) as archive:
            for member in archive:
                data = archive.extractfile(member) if member.name.endswith(".json") else None
                if data is not None:
                    files[Path(member.name).stem] = data.read()
    if not files:
        raise FileNotFoundError(
            f"no cases in {source.name}; give --data a folder or a .tar.xz, or set PUSHMASK_SHARED "
            f"to the folder that has {ARCHIVE}"
        )
    return files


def sample_names(names: list[str], size: int, seed: int) -> list[str]:
    """Draw `size` names; the same names, whatever their order was. 0 draws all, shuffled."""
    drawn = sorted(names)
    random.Random(seed).shuffle(drawn)
    return drawn[: size or None]


def load_cases(source: Path | None, size: int, seed: int) -> list[Case]:
    """Load a seeded sample of the cases in `source`, by default the shared archive."""
    files = read_files(source or shared_folder() / ARCHIVE)
    return [parse_case(name, files[name]) for name in sample_names(list(files), size, seed)]
