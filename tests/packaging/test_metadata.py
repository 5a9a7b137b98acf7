# SPDX-License-Identifier: Apache-2.0
"""What pyproject.toml says twice agrees, and the installed package says the same."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def project() -> dict[str, Any]:
    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))


def test_the_build_group_pins_what_the_build_backend_pins() -> None:
    assert set(project()["build-system"]["requires"]) <= set(
        project()["dependency-groups"]["build"]
    )


def test_the_core_depends_on_numpy_only() -> None:
    (requirement,) = project()["project"]["dependencies"]
    assert requirement.startswith("numpy")


def test_the_installed_version_is_the_one_in_pyproject() -> None:
    assert importlib.metadata.version("pushmask") == project()["project"]["version"]
