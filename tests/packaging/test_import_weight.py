# SPDX-License-Identifier: Apache-2.0
"""What `import pushmask` costs: numpy and the native module, nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

# numpy may bring what it likes; an editable install's own finder is loaded before pushmask.
PROGRAM = """
import json, sys
import numpy
before = set(sys.modules)
import pushmask
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_importing_pushmask_imports_the_standard_library_and_numpy_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert loaded - sys.stdlib_module_names == {"pushmask"}
