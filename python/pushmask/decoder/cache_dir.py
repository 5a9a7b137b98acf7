# SPDX-License-Identifier: Apache-2.0
"""Where models and compiled artefacts are kept between runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "PUSHMASK_CACHE"


def cache_dir() -> Path:
    """Give the cache directory: $PUSHMASK_CACHE, or `pushmask` in the platform's user cache."""
    override = os.environ.get(VARIABLE)
    if override:
        return Path(override).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "pushmask"
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "pushmask"
