# SPDX-License-Identifier: Apache-2.0
"""The published test suite of JSON Schema: no group does worse than it once did."""

from __future__ import annotations

import pytest

from conformance.json_schema import ratchet
from conformance.json_schema.outcomes import judge_all, table
from conformance.json_schema.suite import ARCHIVE, DRAFTS, Suite, load_suite
from conftest import SHARED

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def suite() -> Suite:
    if not (SHARED / ARCHIVE).exists():
        pytest.skip(f"needs {ARCHIVE}; set PUSHMASK_SHARED to the folder that has it")
    return load_suite(SHARED)


@pytest.mark.parametrize("draft", DRAFTS)
def test_no_group_of_the_suite_does_worse_than_recorded(draft: str, suite: Suite) -> None:
    found = judge_all(suite.groups[draft], suite.documents)
    worse, better = ratchet.compare(ratchet.load(draft), found)
    print(table({draft: found}, suite.groups))
    print("\n".join(["better than recorded (tools/run_suites.py suite --update):", *better]))
    assert worse == []
