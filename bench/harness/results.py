# SPDX-License-Identifier: Apache-2.0
"""Results: a JSON document, its markdown and its plot, under bench/results/<date>-<name>.*

A document says what ran where: `bench`, `date`, `command`, `seed`, `environment` and `engines`, and
then what the program measured. Markdown and plots are made from the document alone, so
`report.py` can make them again.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.engines import ENGINES
from harness.runner import Lineup, Settings
from harness.vocabularies import DEFAULT_VOCABULARY, ROOT

RESULTS = ROOT / "bench" / "results"
LOAD_AT_START = round(os.getloadavg()[0], 2)

Document = dict[str, Any]


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def commit() -> str:
    """Give the commit that was measured, with a + if the tree has changes."""
    shown = subprocess.run(
        ["git", "describe", "--always", "--abbrev=10", "--dirty=+", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.strip() or "unknown"


def environment() -> dict[str, Any]:
    """Describe the machine, without what only its owner needs to know."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(gigabytes),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "commit": commit(),
        "load": [LOAD_AT_START, round(os.getloadavg()[0], 2)],
    }


def command_line(arguments: Sequence[str]) -> str:
    """Give the command that ran, with the names of files instead of their places."""
    shown = [Path(arg).name if Path(arg).is_absolute() else arg for arg in arguments[1:]]
    return " ".join(["python", f"bench/{Path(arguments[0]).name}", *shown])


def parser(description: str, engines: str, limit_s: float) -> argparse.ArgumentParser:
    """Start a program's options with those that all programs have."""
    made = argparse.ArgumentParser(
        description=description.partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    made.add_argument("--engines", default=engines, help="comma-separated: " + ", ".join(ENGINES))
    made.add_argument("--vocabulary", default=DEFAULT_VOCABULARY, help="name or file")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--limit-s", type=float, default=limit_s, help="CPU seconds of one request")
    made.add_argument("--memory-gb", type=float, default=0.0, help="of one worker; 0: no limit")
    made.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    made.add_argument("--name", help="of the results; by default the program's")
    made.add_argument("--log", type=Path, help="file for what the workers print")
    return made


def settings(options: argparse.Namespace, *, block: int, requests_per_process: int = 0) -> Settings:
    """Give the settings that the common options name."""
    return Settings(
        vocabulary=options.vocabulary,
        limit_s=options.limit_s,
        memory_gb=options.memory_gb,
        requests_per_process=requests_per_process,
        block=block,
        log=options.log,
    )


def engine_names(options: argparse.Namespace) -> list[str]:
    """Give the engines asked for.

    Raises:
        SystemExit: one is not known.
    """
    names = str(options.engines).split(",")
    unknown = [name for name in names if name not in ENGINES]
    if unknown:
        raise SystemExit(f"unknown engines {unknown}; known are {', '.join(ENGINES)}")
    return names


def document(bench: str, options: argparse.Namespace, lineup: Lineup) -> Document:
    """Start the document of a run."""
    return {
        "bench": bench,
        "date": datetime.date.today().isoformat(),
        "command": command_line(sys.argv),
        "seed": options.seed,
        "vocabulary": Path(options.vocabulary).name,
        "limit_s": options.limit_s,
        "environment": environment(),
        "engines": {name: dict(lineup.ready.get(name, {})) for name in lineup.engines},
    }


def heading(content: Mapping[str, Any]) -> str:
    """Say in markdown what ran where."""
    machine = content["environment"]
    versions = ", ".join(f"{name} {e.get('version')}" for name, e in content["engines"].items())
    return (
        f"# {content['bench']}, {content['date']}\n\n"
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB; "
        f"{machine['system']}, Python {machine['python']}; pushmask at {machine['commit']}; "
        f"1-minute load {machine['load'][0]} to {machine['load'][-1]}.\n"
        f"Vocabulary {content['vocabulary']}, seed {content['seed']}. {versions}.\n\n"
        f"`{content['command']}`\n"
    )


def save(
    content: Document,
    options: argparse.Namespace,
    markdown: Callable[[Mapping[str, Any]], str],
    plot: Callable[[Mapping[str, Any], Path], None] | None = None,
) -> Path:
    """Write the JSON, the markdown and the plot; print the markdown."""
    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{content['date']}-{options.name or content['bench']}"
    path = stem.with_name(stem.name + ".json")
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = heading(content) + "\n" + markdown(content)
    stem.with_name(stem.name + ".md").write_text(text, encoding="utf-8")
    print(text)
    if plot is not None:
        plot(content, stem.with_name(stem.name + ".png"))
    return path
