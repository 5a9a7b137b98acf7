# SPDX-License-Identifier: Apache-2.0
"""Check that each stage of cpp/src includes earlier stages only.

The table below is the one place where the layers are written down. Every stage may also include
the two leaf public headers; only `api` sees the other public headers.

    python tools/check_layers.py [ROOT]     exit status 1 and one line per offence
"""

from __future__ import annotations

import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

LAYERS: dict[str, set[str]] = {
    "base": set(),
    "text": {"base"},
    "ir": {"base", "text"},
    "automaton": {"base", "text", "ir"},
    "frontend": {"base", "text", "ir", "automaton"},
    "pda": {"base", "ir", "automaton"},
    "vocab": {"base"},
    "stack": {"base", "pda"},
    "mask": {"base", "pda", "vocab", "stack"},
    "compile": {"base", "ir", "automaton", "pda", "vocab", "stack", "mask"},
    "match": {"base", "pda", "vocab", "stack", "mask", "compile"},
}
LAYERS["api"] = set(LAYERS)
LEAF_HEADERS = {"error.h", "token_mask.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([a-z_]+)/([^">]+)[">]', re.MULTILINE)


def offences(source_root: Path) -> list[str]:
    """Return one line for each include under `source_root` that the table does not allow."""
    found = []
    for path in sorted(p for p in source_root.rglob("*") if p.suffix in {".h", ".cc"}):
        stage = path.relative_to(source_root).parts[0]
        if stage not in LAYERS:
            found.append(f"{path}: folder '{stage}' is not a stage of the layer table")
            continue
        for folder, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            allowed = folder == stage or folder in LAYERS[stage]
            if folder == "pushmask":
                allowed = stage == "api" or header in LEAF_HEADERS
            elif folder not in LAYERS:
                continue  # a system header such as <sys/mman.h>
            if not allowed:
                found.append(f"{path}: stage '{stage}' must not include {folder}/{header}")
    return found


def main(root: Path) -> int:
    """Print the offences and return the exit status."""
    tuple(TopologicalSorter(LAYERS).static_order())  # raises CycleError if the table has a cycle
    found = offences(root / "cpp" / "src")
    print("\n".join(found) or "layers: every include points to an earlier stage")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
