# SPDX-License-Identifier: Apache-2.0
"""What an engine did on the cases of a run: verdicts, times, and comparison with another engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.cases import Case
from harness.runner import Reply
from harness.stats import curve, distribution, ratios
from harness.walk import COLUMNS, Samples, unpack

CLOCKS = ("wall", "cpu")
TEMPERATURES = ("cold", "warm")
MOST_REASONS = 12
MOST_NAMES = 40
MOST_SLOW = 8
REASON_CHARACTERS = 110
NS_PER_S = 1e9

Times = NDArray[np.float32]


@dataclass(slots=True)
class CaseScore:
    """One case.

    `status` is "pass", "valid rejected", "invalid accepted" (also if both), "refused": it did not
    compile; or "error", "timeout" or "crash" of a process.
    """

    name: str
    status: str = "pass"
    reason: str = ""
    compile_ns: tuple[int, int] | None = None  # wall, cpu
    first_mask_ns: tuple[int, int] | None = None  # compile and matcher included
    cold: list[Samples] = field(default_factory=list)  # by instance
    warm: list[Samples] = field(default_factory=list)
    valid_rejected: int = 0
    invalid_accepted: int = 0
    contradictions: int = 0  # the mask allowed a token that accept refused
    warm_differs: int = 0  # the warm walk ended elsewhere than the cold one
    growth_kb: int = 0


def judge(case: Case, reply: Reply) -> CaseScore:
    """Turn a worker's reply into a score."""
    score = CaseScore(case.name, growth_kb=reply.growth_kb)
    ends: dict[str, list[tuple[str, int]]] = {"cold": [], "warm": []}
    for record in reply.records:
        step = record["step"]
        if step == "first":
            score.compile_ns = tuple(record["compile"])
            score.first_mask_ns = tuple(record["first_mask"])
            continue
        (score.cold if step == "cold" else score.warm).append(unpack(record["samples"]))
        ends[step].append((record["outcome"], record["position"]))
        if step == "cold":
            valid = case.instances[len(score.cold) - 1][1]
            judge_instance(score, record, valid=valid)
    score.warm_differs = sum(c != w for c, w in zip(ends["cold"], ends["warm"], strict=False))
    if reply.status != "done":
        refused = reply.status == "error" and score.first_mask_ns is None
        score.status = "refused" if refused else reply.status
        score.reason = reply.error
    elif score.valid_rejected:
        score.status = "valid rejected"
    elif score.invalid_accepted:
        score.status = "invalid accepted"
    return score


def judge_instance(score: CaseScore, record: Mapping[str, Any], *, valid: bool) -> None:
    """Count a cold walk's verdict."""
    accepted = record["outcome"] == "accepted" and not record["error"]
    score.contradictions += record["outcome"] == "contradiction"
    if valid and not accepted:
        score.valid_rejected += 1
        score.reason = score.reason or record["error"] or record["outcome"]
    if accepted and not valid:
        score.invalid_accepted += 1


def reason_class(text: str) -> str:
    """Reduce a message to its kind, so that kinds can be counted."""
    line = text.strip().partition("\n")[0]
    line = re.sub(r'"(?:[^"\\]|\\.)*"|`[^`]*`', '"..."', line)
    line = re.sub(r"(?:/[\w.$+-]+)+", "/...", line)
    return re.sub(r"\d+", "N", line)[:REASON_CHARACTERS]


def column(samples: Iterable[Samples], name: str) -> Times:
    """Join one column of many samples, without the calls that did not happen."""
    parts = [part[:, COLUMNS.index(name)] for part in samples]
    joined = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    return joined[~np.isnan(joined)]


class EngineScores:
    """All cases of one engine."""

    def __init__(self, engine: str, limit_s: float) -> None:
        self.engine = engine
        self.limit_ns = limit_s * NS_PER_S
        self.cases: dict[str, CaseScore] = {}
        self.peak_kb = 0
        self.times: dict[str, list[Mapping[str, float]]] = {"floor": [], "operations": []}

    def add(self, case: Case, reply: Reply) -> None:
        self.cases[case.name] = judge(case, reply)
        self.peak_kb = max(self.peak_kb, reply.peak_kb)

    def add_times(self, kind: str, times: Mapping[str, float]) -> None:
        if times:
            self.times[kind].append(times)

    def medians(self, kind: str) -> dict[str, float]:
        """Give the median over the blocks of a run, in nanoseconds."""
        blocks = self.times[kind]
        names = blocks[0] if blocks else ()
        return {name: float(np.median([block[name] for block in blocks])) for name in names}

    def samples(self, temperature: str) -> list[Samples]:
        return [part for case in self.cases.values() for part in getattr(case, temperature)]

    def first_masks(self, clock: int) -> list[float]:
        """Give the times to first mask; a case out of time before it counts with the limit."""
        times = []
        for case in self.cases.values():
            if case.first_mask_ns is not None:
                times.append(float(case.first_mask_ns[clock]))
            elif case.status == "timeout":
                times.append(self.limit_ns)
        return times

    def first_masks_of(self, names: Iterable[str], clock: int) -> list[int]:
        """Give the times to first mask of cases that reached it."""
        found = (self.cases[name].first_mask_ns for name in names)
        return [times[clock] for times in found if times is not None]

    def compiled(self) -> set[str]:
        """Give the cases that reached a first mask."""
        return {name for name, case in self.cases.items() if case.first_mask_ns is not None}

    def summary(self) -> dict[str, Any]:
        """Give all that does not depend on another engine."""
        cases = list(self.cases.values())
        reasons = Counter(
            f"{case.status}: {reason_class(case.reason)}" for case in cases if case.reason
        )
        floor = self.medians("floor")
        result: dict[str, Any] = {
            "verdicts": dict(Counter(case.status for case in cases)),
            "cases_valid_rejected": [c.name for c in cases if c.valid_rejected][:MOST_NAMES],
            "cases_invalid_accepted": [c.name for c in cases if c.invalid_accepted][:MOST_NAMES],
            "instances_valid_rejected": sum(case.valid_rejected for case in cases),
            "instances_invalid_accepted": sum(case.invalid_accepted for case in cases),
            "count_valid_rejected": sum(case.valid_rejected > 0 for case in cases),
            "count_invalid_accepted": sum(case.invalid_accepted > 0 for case in cases),
            "contradictions": sum(case.contradictions for case in cases),
            "warm_differs": sum(case.warm_differs for case in cases),
            "reasons": dict(reasons.most_common(MOST_REASONS)),
            "slowest_masks": self.slowest(),
            "peak_mb": round(self.peak_kb / 1024, 1),
            "case_growth_mb": distribution([c.growth_kb for c in cases], 1024.0),
            "floor_ns": floor,
            "operations_ns": self.medians("operations"),
            "compile_us": {
                clock: distribution([c.compile_ns[i] for c in cases if c.compile_ns])
                for i, clock in enumerate(CLOCKS)
            },
            "first_mask_us": {
                clock: distribution(self.first_masks(i)) for i, clock in enumerate(CLOCKS)
            },
        }
        for temperature in TEMPERATURES:
            samples = self.samples(temperature)
            result[f"mask_{temperature}_us"] = {
                clock: distribution(column(samples, f"fill_{clock}")) for clock in CLOCKS
            }
            result[f"accept_{temperature}_us"] = {
                clock: distribution(column(samples, f"accept_{clock}")) for clock in CLOCKS
            }
        return result

    def curves(self, names: Iterable[str]) -> dict[str, list[list[float]]]:
        """Give percentile curves by thread CPU over some of the compiled cases."""
        chosen = sorted(names)
        found = {"first mask": curve(self.first_masks_of(chosen, CLOCKS.index("cpu")))}
        for temperature in TEMPERATURES:
            samples = (part for name in chosen for part in getattr(self.cases[name], temperature))
            found[f"{temperature} mask"] = curve(column(samples, "fill_cpu"))
        return found

    def slowest(self) -> list[dict[str, Any]]:
        """Give the cases with the slowest cold masks, to look at."""
        tops = [
            (float(part[:, 1].max()), int(part[:, 1].argmax()), name)
            for name, case in self.cases.items()
            for part in case.cold
            if len(part)
        ]
        return [
            {"case": name, "token": position, "us": round(ns / 1e3, 1)}
            for ns, position, name in sorted(tops, reverse=True)[:MOST_SLOW]
        ]

    def compare(self, peer: EngineScores) -> dict[str, Any]:
        """Compare times on the cases that both compiled, and masks that both computed.

        Of an instance the masks count up to where the first of the two engines stopped.
        """
        both = sorted(self.compiled() & peer.compiled())
        result: dict[str, Any] = {"ours": self.engine, "peer": peer.engine, "cases": len(both)}
        result["first_mask_us"] = {
            clock: versus(self.first_masks_of(both, i), peer.first_masks_of(both, i))
            for i, clock in enumerate(CLOCKS)
        }
        for temperature in TEMPERATURES:
            pairs = [
                (ours[:count], theirs[:count])
                for name in both
                for ours, theirs in zip(
                    getattr(self.cases[name], temperature),
                    getattr(peer.cases[name], temperature),
                    strict=False,
                )
                for count in [min(len(ours), len(theirs))]
            ]
            result[f"mask_{temperature}_us"] = {
                clock: versus(
                    column((ours for ours, _ in pairs), f"fill_{clock}"),
                    column((theirs for _, theirs in pairs), f"fill_{clock}"),
                )
                for clock in CLOCKS
            }
        return result


def document_parts(scores: Mapping[str, EngineScores]) -> dict[str, Any]:
    """Give what a document says of engines, comparisons of the first one, and common curves."""
    ours, *peers = scores.values()
    common = set.intersection(*(score.compiled() for score in scores.values()))
    return {
        "summaries": {name: score.summary() for name, score in scores.items()},
        "pairs": [ours.compare(peer) for peer in peers],
        "common_cases": len(common),
        "curves": {name: score.curves(common) for name, score in scores.items()},
    }


def versus(ours: Any, theirs: Any) -> dict[str, Any]:
    """Give both distributions and the ratios of their statistics."""
    mine, other = distribution(ours), distribution(theirs)
    return {"ours": mine, "peer": other, "ratio": ratios(mine, other)}
