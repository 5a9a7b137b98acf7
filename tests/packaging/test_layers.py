# SPDX-License-Identifier: Apache-2.0
"""The include-direction check holds on this tree and finds what it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

import check_layers

ROOT = Path(__file__).resolve().parents[2]


def test_every_include_of_the_engine_points_to_an_earlier_stage() -> None:
    assert check_layers.main(ROOT) == 0


@pytest.mark.parametrize(
    ("file", "include", "is_allowed"),
    [
        ("pda/build.cc", '"automaton/dfa.h"', True),
        ("pda/build.cc", '"pda/machine.h"', True),
        ("pda/build.cc", "<vector>", True),
        ("pda/build.cc", "<sys/mman.h>", True),
        ("pda/build.cc", '"pushmask/error.h"', True),
        ("pda/build.cc", '"pushmask/matcher.h"', False),
        ("pda/build.cc", '"mask/row_table.h"', False),
        ("pda/build.cc", "<frontend/ebnf/ast.h>", False),
        ("frontend/regex/lower.cc", '"ir/builder.h"', True),
        ("frontend/regex/lower.cc", '"pda/machine.h"', False),
        ("api/matcher.cc", '"pushmask/matcher.h"', True),
        ("api/matcher.cc", '"match/advance.h"', True),
        ("base/hash.h", '"text/utf8.h"', False),
        ("misc/new.cc", "<vector>", False),
    ],
)
def test_an_include_is_judged_by_the_layer_table(
    tmp_path: Path, file: str, include: str, is_allowed: bool
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(f"// a comment\n#include {include}\n", encoding="utf-8")
    assert (check_layers.offences(tmp_path) == []) is is_allowed


def test_the_layer_table_has_no_cycle() -> None:
    seen: set[str] = set()
    for stage, allowed in check_layers.LAYERS.items():
        assert allowed <= seen, f"{stage} may include a stage that comes after it"
        seen.add(stage)
