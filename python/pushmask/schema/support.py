# SPDX-License-Identifier: Apache-2.0
"""Which keywords are enforced in which draft: the engine's own table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from pushmask import _core

Support = Literal["enforced", "annotation", "refused"]


@dataclass(frozen=True, slots=True)
class Keyword:
    """What becomes of one keyword of JSON Schema.

    Attributes:
        name: As it is written in schemas.
        drafts: The drafts that have it, the oldest first, of "4", "6", "7", "2019-09" and
            "2020-12". In the others it is ignored, as the specification says.
        support: `enforced`, an `annotation` that says nothing about validity, or `refused`.
        note: What is refused or left out of an enforced one, and what to do; may be empty.
    """

    name: str
    drafts: tuple[str, ...]
    support: Support
    note: str


def keywords() -> list[Keyword]:
    """Return all keywords that the engine knows, sorted by name."""
    return [
        Keyword(name, tuple(drafts), cast("Support", support), note)
        for name, drafts, support, note in _core.schema_keywords()
    ]
