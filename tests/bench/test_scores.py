# SPDX-License-Identifier: Apache-2.0
"""Verdicts of cases, and comparisons of engines."""

from __future__ import annotations

import numpy as np
import pytest

from bench.documents import CASE, reply, scores, walked
from harness.runner import Reply
from harness.scores import EngineScores, judge, reason_class
from harness.walk import COLUMNS, pack, unpack


@pytest.mark.parametrize(
    ("valid_end", "invalid_end", "status"),
    [
        ("accepted", "masked out", "pass"),
        ("accepted", "no stop", "pass"),
        ("masked out", "masked out", "valid rejected"),
        ("no stop", "masked out", "valid rejected"),
        ("accepted", "accepted", "invalid accepted"),
        ("contradiction", "accepted", "valid rejected"),
    ],
)
def test_a_verdict_looks_at_both_kinds(valid_end: str, invalid_end: str, status: str) -> None:
    found = judge(CASE, reply(walked(valid_end, [1.0]), walked(invalid_end, [1.0])))
    assert found.status == status


def test_an_error_kept_in_a_matcher_is_no_acceptance() -> None:
    broken = walked("accepted", [1.0]) | {"error": "too complex"}
    found = judge(CASE, reply(broken, walked("masked out", [1.0])))
    assert (found.status, found.reason) == ("valid rejected", "too complex")


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (Reply(status="error", phase="compile", error="no"), "refused"),
        (Reply(status="timeout", phase="compile"), "timeout"),
        (Reply(status="crash", phase="cold 0"), "crash"),
    ],
)
def test_a_case_that_did_not_end_has_the_status_of_its_process(found: Reply, status: str) -> None:
    assert judge(CASE, found).status == status


def test_a_warm_walk_that_ends_elsewhere_is_counted() -> None:
    walks = [walked("accepted", [1.0]), walked("masked out", [1.0])]
    walks += [walked("masked out", [1.0], "warm"), walked("masked out", [1.0], "warm")]
    assert judge(CASE, reply(*walks)).warm_differs == 1


def test_comparison_is_over_masks_that_both_computed() -> None:
    ours, peer = (EngineScores(name, limit_s=1.0) for name in ("pushmask", "peer"))
    end = walked("masked out", [10.0])
    ours.add(CASE, reply(walked("accepted", [10.0, 10.0, 9000.0]), end))
    peer.add(CASE, reply(walked("masked out", [40.0, 40.0]), end))
    found = ours.compare(peer)["mask_cold_us"]["cpu"]
    assert (found["ours"]["n"], found["peer"]["n"]) == (3, 3)
    assert found["ours"]["max"] == 0.01
    assert found["ratio"]["p50"] == 0.25


def test_comparison_is_over_cases_that_both_compile() -> None:
    ours, peer = scores("pushmask", [1.0], 100), EngineScores("peer", limit_s=1.0)
    peer.add(CASE, Reply(status="error", phase="compile", error="no"))
    assert ours.compare(peer)["cases"] == 0


def test_a_timeout_counts_with_the_limit() -> None:
    found = EngineScores("slow", limit_s=2.0)
    found.add(CASE, Reply(status="timeout", phase="compile"))
    summary = found.summary()
    assert summary["first_mask_us"]["cpu"]["max"] == 2e6
    assert summary["verdicts"] == {"timeout": 1}


def test_messages_of_one_kind_are_one_reason() -> None:
    texts = ['<schema>:1:20: keyword "a b" at /x/y', '<schema>:31:4: keyword "c" at /z']
    assert len({reason_class(text) for text in texts}) == 1


def test_samples_survive_the_pipe() -> None:
    samples = np.arange(12, dtype=np.float32).reshape(3, len(COLUMNS))
    assert np.array_equal(unpack(pack(samples)), samples)
