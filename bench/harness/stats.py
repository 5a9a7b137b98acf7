# SPDX-License-Identifier: Apache-2.0
"""Percentiles, curves and ratios of times.

Percentiles are nearest-rank, as MaskBench indexes them: of n sorted samples the one at n * p / 100,
rounded down. Samples are nanoseconds; what comes out is microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

PERCENTILES = (25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9)
STATISTICS = (*(f"p{p:g}" for p in PERCENTILES), "max", "mean")
NS_PER_US = 1000.0
CURVE_POINTS_PER_DECADE = 12

Distribution = dict[str, float]


def sorted_samples(samples: ArrayLike) -> NDArray[np.float64]:
    return np.sort(np.asarray(samples, dtype=np.float64))


def percentile(ordered: Sequence[float] | NDArray[np.float64], p: float) -> float:
    """Give the nearest-rank percentile of sorted, non-empty samples."""
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))])


def distribution(samples: ArrayLike, unit: float = NS_PER_US) -> Distribution | None:
    """Summarise samples; None if there are none."""
    ordered = sorted_samples(samples)
    if not len(ordered):
        return None
    values = {f"p{p:g}": percentile(ordered, p) for p in PERCENTILES}
    values |= {"max": float(ordered[-1]), "mean": float(ordered.mean())}
    return {"n": len(ordered)} | {key: round(value / unit, 4) for key, value in values.items()}


def curve(samples: ArrayLike) -> list[list[float]]:
    """Give (share of samples that are slower, microseconds), log-spaced towards the slowest."""
    ordered = sorted_samples(samples)
    if not len(ordered):
        return []
    decades = np.log10(len(ordered))
    shares = np.logspace(0, -decades, int(decades * CURVE_POINTS_PER_DECADE) + 2)
    ranks = np.minimum((len(ordered) * (1 - shares)).astype(int), len(ordered) - 1)
    return [
        [float(f"{share:.4g}"), round(float(ordered[rank]) / NS_PER_US, 4)]
        for share, rank in zip(shares, ranks, strict=True)
    ]


def ratios(ours: Mapping[str, float] | None, theirs: Mapping[str, float] | None) -> Distribution:
    """Divide each statistic of `ours` by the same one of `theirs`."""
    if not ours or not theirs:
        return {}
    return {key: float(f"{ours[key] / theirs[key]:.4g}") for key in STATISTICS if theirs[key]}


def end_to_end(values: Sequence[float | None]) -> float | None:
    """Give the largest value over the smallest: 1 is flat. None unless all are known."""
    known = [value for value in values if value]
    if not known or len(known) < len(values):
        return None
    return round(max(known) / min(known), 3)


def last_over_first(values: Sequence[float | None]) -> float | None:
    """Give the value at the end of a curve over that at its start. None unless both are known."""
    first, last = (values[0], values[-1]) if values else (None, None)
    return round(last / first, 3) if first and last else None
