# SPDX-License-Identifier: Apache-2.0
"""Tasks for a worker that end badly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from harness.engines import Engine
from harness.tasks import Report


def crash(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    report.record({"engine": engine.name})
    report.phase("crashing")
    os.abort()


def spin(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    report.phase("spinning")
    while True:
        pass


def fail(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    raise ValueError("no such thing")


def process(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    print("noise on stdout")
    return {"pid": os.getpid()}
