# SPDX-License-Identifier: Apache-2.0
"""Write docs/support/json_schema.md from the engine's table of keywords.

python tools/support_table.py [FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path

from pushmask.schema import Keyword, keywords

PAGE = Path(__file__).resolve().parents[1] / "docs" / "support" / "json_schema.md"
DRAFTS = ("4", "6", "7", "2019-09", "2020-12")
HEAD = """\
# Keywords of JSON Schema

<!-- Written by tools/support_table.py from cpp/src/frontend/json_schema/keywords.cc. -->

What `Grammar.from_json_schema` makes of each keyword; `pushmask.schema.keywords()` returns this
table.

- **enforced**: a text of the grammar obeys it, exactly; what the note says is refused is an error
  with its place (`lenient=True` leaves some of it out, with a warning).
- **annotation**: says nothing about validity.

In a draft that does not have it, a keyword is ignored, and so is one of no draft, as the
specification says; one that looks misspelt is a warning. How values are spelled, and the options:
[docs/reference/json_schema.md](../reference/json_schema.md).

| keyword | drafts | | note |
|---|---|---|---|
"""


def drafts_cell(drafts: tuple[str, ...]) -> str:
    """Write the drafts as a range; those that have a keyword follow each other."""
    if drafts == DRAFTS:
        return "all"
    if len(drafts) == 1:
        return f"{drafts[0]} only"
    if drafts[-1] == DRAFTS[-1]:
        return f"since {drafts[0]}"
    return f"{drafts[0]} to {drafts[-1]}"


def row(keyword: Keyword) -> str:
    """Write one line of the table."""
    note = keyword.note.replace("|", "\\|")
    return f"| `{keyword.name}` | {drafts_cell(keyword.drafts)} | {keyword.support} | {note} |\n"


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(map(row, keywords()))


def main(path: Path) -> int:
    """Write the page and return the exit status."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE))
