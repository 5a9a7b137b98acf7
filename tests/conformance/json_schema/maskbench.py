# SPDX-License-Identifier: Apache-2.0
"""The cases of MaskBench, judged for correctness only; bench/maskbench.py takes the times.

A label says whether `jsonschema` accepts the instance under the draft that `$schema` names, 2020-12
by default, with the formats that it knows enforced in every draft and unknown ones ignored.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema_specifications

from conformance.engine import VERDICTS, Options, guarded, read, verdict
from harness.cases import Case

LIMIT_S = 60.0  # for one case; most take less than a millisecond
# What the tests run, and the file of what they expect of it.
SAMPLE = 1500
SEED = 1
EXPECTED = Path(__file__).parent / "expected" / "maskbench.txt"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case: one of VERDICTS, but "passing" for "exact".

    `reason` is the refused feature, the limit or the class of the error; `wrong` are the indices of
    the instances with another verdict than their label.
    """

    verdict: str
    reason: str = ""
    wrong: tuple[int, ...] = ()


def options_of(case: Case) -> Options:
    """Read a schema as the labels have it; only what refers to other documents gets any."""
    refers = re.search(r'"\$ref": "[^#]', case.schema)
    return Options(formats="annotate", documents=metaschemas() if refers else {})


def metaschemas() -> dict[str, Any]:
    """Give the metaschemas of all drafts, by URI."""
    registry = jsonschema_specifications.REGISTRY
    return {uri: registry.contents(uri) for uri in registry}


def judge(case: Case) -> Result:
    """Feed a case's instances, written as in MaskBench."""
    reading = read(json.loads(case.schema), options_of(case))
    accepted = [reading.accepts(text.encode()) for text, _ in case.instances]
    valid = [label for _, label in case.instances]
    found = verdict(reading, accepted, valid)
    if found in {"refused", "error"}:
        return Result(found, reading.reason)
    wrong = tuple(i for i, label in enumerate(valid) if accepted[i] is not label)
    return Result("passing" if found == "exact" else found, wrong=wrong)


def judge_all(cases: Iterable[Case]) -> dict[str, Result]:
    """Judge cases one after the other; by name."""
    return {case.name: guarded(case.name, LIMIT_S, partial(judge, case)) for case in cases}


def category(name: str) -> str:
    """Name the source of a case: `Github_easy`, `Kubernetes`, ...; files are SOURCE[---]NUMBER."""
    return re.match(r"Github_[a-z]+|[A-Za-z0-9]+", name).group()  # type: ignore[union-attr]


COLUMNS = ("passing", "refused", "rejects_valid", "accepts_invalid", "both", "error")


def table(results: Mapping[str, Result]) -> str:
    """Count the verdicts of each category and of all."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, result in results.items():
        for row in (category(name), "all"):
            counts[row][result.verdict] += 1
    lines = [f"{'category':18}{'cases':>7}" + "".join(f"{word:>17}" for word in COLUMNS)]
    for row in sorted(counts, key=lambda row: (row == "all", row)):
        words = counts[row]
        cells = "".join(f"{words[word]:>17}" for word in COLUMNS)
        lines.append(f"{row:18}{words.total():>7}{cells}")
    return "\n".join(lines)


def reasons(results: Mapping[str, Result]) -> str:
    """Count what is refused and what fails, the most frequent first."""
    counts = Counter(
        (result.verdict, result.reason) for result in results.values() if result.reason
    )
    return "\n".join(f"{n:>6} {verdict} {reason}" for (verdict, reason), n in counts.most_common())


def wrong_cases(results: Mapping[str, Result]) -> str:
    """List the cases with a wrong verdict, with the indices of the instances."""
    return "\n".join(
        f"{result.verdict:16} {name} {','.join(map(str, result.wrong))}"
        for name, result in sorted(results.items())
        if result.wrong
    )


def save(results: Mapping[str, Result]) -> None:
    """Record the cases that do not pass; the others are not listed."""
    lines = [
        f"{result.verdict:15} {name} {result.reason}".rstrip() + "\n"
        for name, result in sorted(results.items())
        if result.verdict != "passing"
    ]
    header = "# cases of the sample that do not pass; tools/run_suites.py maskbench --update\n"
    EXPECTED.write_text(header + "".join(lines), encoding="utf-8")


def load() -> dict[str, str]:
    """Read the recorded verdicts of the cases that do not pass; by name."""
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    words = [line.split(maxsplit=2) for line in lines if not line.startswith("#")]
    return {name: verdict for verdict, name, *_ in words}


def compare(expected: Mapping[str, str], results: Mapping[str, Result]) -> list[str]:
    """Say which cases do worse than recorded; a line for each."""
    order = ("passing", *VERDICTS[1:])
    return [
        f"{name}: {expected.get(name, 'passing')} -> {result.verdict} {result.reason}"
        f" {','.join(map(str, result.wrong))}"
        for name, result in sorted(results.items())
        if order.index(result.verdict) > order.index(expected.get(name, "passing"))
    ]
