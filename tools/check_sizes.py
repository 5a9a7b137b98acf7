# SPDX-License-Identifier: Apache-2.0
"""Check that files and functions fit on a page and a screen.

python tools/check_sizes.py [ROOT]     exit status 1 and one line per offence
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import lizard

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 80
MAX_PARAMETERS = 6  # C++ only: Python's keyword-only parameters are named at the call
FOLDERS = ("cpp", "python", "tests", "tools", "bench")
GENERATED = {"unicode_tables.cc"}
# A TensorIR function is one scope: it cannot call helpers, so it cannot be split.
UNSPLITTABLE = "decoder/kernels/"


def sources(root: Path) -> Iterator[Path]:
    """Yield the C++ and Python sources under `root` that people write."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".cc", ".h", ".py"} and path.name not in GENERATED:
                yield path


def offences(path: Path) -> Iterator[str]:
    """Yield one line for each size in `path` that is over its limit."""
    num_lines = len(path.read_text(encoding="utf-8").splitlines())
    if num_lines > MAX_FILE_LINES:
        yield f"{path}: {num_lines} lines, more than {MAX_FILE_LINES}"
    if UNSPLITTABLE in path.as_posix():
        return
    for function in lizard.analyze_file(str(path)).function_list:
        place = f"{path}:{function.start_line}: {function.name}"
        if function.length > MAX_FUNCTION_LINES:
            yield f"{place} has {function.length} lines, more than {MAX_FUNCTION_LINES}"
        if path.suffix != ".py" and function.parameter_count > MAX_PARAMETERS:
            yield f"{place} has {function.parameter_count} parameters, more than {MAX_PARAMETERS}"


def main(root: Path) -> int:
    """Print the offences and return the exit status."""
    found = [line for path in sources(root) for line in offences(path)]
    print("\n".join(found) or "sizes: every file and function is within its limit")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
