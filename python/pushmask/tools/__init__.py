# SPDX-License-Identifier: Apache-2.0
"""Grammars of what models with tools answer, by model family.

    tools ──schema.tools──▶ names, parameters ──build (format, choice)──▶ Grammar

docs/guides/tool_calling.md shows their use.
"""

from __future__ import annotations

from pushmask.tools.build import grammar
from pushmask.tools.format import Format, formats, load

__all__ = ["Format", "formats", "grammar", "load"]
