# SPDX-License-Identifier: Apache-2.0
"""Percentiles, curves and ratios."""

from __future__ import annotations

import pytest

from harness.stats import (
    curve,
    distribution,
    end_to_end,
    last_over_first,
    percentile,
    ratios,
)


@pytest.mark.parametrize(
    ("samples", "p", "expected"),
    [
        ([1.0], 99.9, 1.0),
        ([1.0, 2.0], 50, 2.0),
        (list(range(1, 101)), 25, 26),
        (list(range(1, 101)), 99, 100),
        (list(range(1, 1001)), 99.9, 1000),
        (list(range(1, 1001)), 0, 1),
    ],
)
def test_percentiles_are_nearest_rank(samples: list[float], p: float, expected: float) -> None:
    assert percentile(samples, p) == expected


def test_a_distribution_is_in_microseconds() -> None:
    found = distribution([3000, 1000, 2000])
    assert found is not None
    assert (found["n"], found["p50"], found["max"], found["mean"]) == (3, 2.0, 3.0, 2.0)


def test_no_samples_have_no_distribution() -> None:
    assert distribution([]) is None
    assert curve([]) == []
    assert ratios(None, distribution([1])) == {}


def test_ratios_divide_ours_by_the_peers() -> None:
    found = ratios(distribution([1000, 1000]), distribution([4000, 4000]))
    assert found["p50"] == found["max"] == found["mean"] == 0.25


def test_a_curve_falls_from_all_samples_to_the_slowest_one() -> None:
    points = curve([1000.0 * value for value in range(1, 1001)])
    shares = [share for share, _ in points]
    times = [time for _, time in points]
    assert shares[0] == 1.0
    assert shares[-1] == pytest.approx(0.001)
    assert times == sorted(times)
    assert (times[0], times[-1]) == (1.0, 1000.0)


def test_flatness_needs_all_points() -> None:
    assert last_over_first([2.0, 9.0, 3.0]) == 1.5
    assert end_to_end([2.0, 9.0, 3.0]) == 4.5
    assert last_over_first([2.0, None]) is None
    assert end_to_end([2.0, None, 3.0]) is None
    assert last_over_first([]) is None
