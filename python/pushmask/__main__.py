# SPDX-License-Identifier: Apache-2.0
"""`python -m pushmask` and the `pushmask` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    try:
        from pushmask.cli.app import run
    except ModuleNotFoundError as error:
        if error.name not in ("rich", "typer"):
            raise
        message = f"pushmask: the command line needs {error.name}: pip install 'pushmask[cli]'"
        print(message, file=sys.stderr)
        return 2
    return run()


if __name__ == "__main__":
    sys.exit(main())
