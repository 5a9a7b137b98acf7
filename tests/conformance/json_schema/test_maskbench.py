# SPDX-License-Identifier: Apache-2.0
"""Schemas that people wrote, with labelled instances: verdicts of a sample of MaskBench.

All cases: `python tools/run_suites.py maskbench`.
"""

from __future__ import annotations

import pytest

from conformance.json_schema import maskbench
from conftest import SHARED
from harness.cases import ARCHIVE, load_cases

pytestmark = pytest.mark.conformance


def test_no_case_of_the_sample_does_worse_than_recorded() -> None:
    path = SHARED / ARCHIVE
    if not path.exists():
        pytest.skip(f"needs {path.name}; set PUSHMASK_SHARED to the folder that has it")
    results = maskbench.judge_all(load_cases(path, maskbench.SAMPLE, maskbench.SEED))
    print(maskbench.table(results))
    assert maskbench.compare(maskbench.load(), results) == []
