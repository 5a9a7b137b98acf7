# SPDX-License-Identifier: Apache-2.0
"""What a worker calls: a function `task(engine, request, report) -> result`, named as text."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from harness.engines import Engine


class Report:
    """The way back to the parent while a task runs."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def send(self, kind: str, content: Mapping[str, Any]) -> None:
        self.out.write(json.dumps({"kind": kind, **content}) + "\n")
        self.out.flush()

    def phase(self, name: str) -> None:
        """Say what comes next, so that the parent knows where a process ended."""
        self.send("phase", {"phase": name})

    def record(self, content: Mapping[str, Any]) -> None:
        """Hand over a partial result, which counts even if the process ends after it."""
        self.send("record", {"record": content})


Task = Callable[[Engine, Mapping[str, Any], Report], dict[str, Any]]


def find_task(name: str) -> Task:
    """Import the function `module:function`."""
    module, _, function = name.partition(":")
    task: Task = getattr(importlib.import_module(module), function)
    return task
