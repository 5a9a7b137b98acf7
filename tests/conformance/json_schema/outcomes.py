# SPDX-License-Identifier: Apache-2.0
"""What the engine makes of the groups of the suite, in both orders of properties."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from conformance.engine import VERDICTS, Options, Reading, dumps, guarded, read, verdict
from conformance.json_schema.suite import SECTIONS, Group

LIMIT_S = 60.0  # for one group; hundreds fit into a second


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a group, in any order and in the schema's order of properties.

    Both are of VERDICTS. "order" says that in the schema's order the engine rejects nothing but
    valid instances that have their members in another order. `reason` is the feature or error.
    """

    any_order: str
    schema_order: str
    reason: str = ""


def options_of(group: Group, documents: Mapping[str, Any]) -> Options:
    """Read a group as the suite means it.

    Formats are enforced where the suite has them enforced. From draft 6 on an integer may be
    written with a fraction of zeros. Only what could refer to other documents gets them.
    """
    refers = any(word in json.dumps(group.schema) for word in ("Ref", "$ref", "localhost"))
    return Options(
        formats="enforce" if group.section == "format" else "ignore",
        fractional_integers=group.draft != "draft4",
        documents=documents if refers else {},
    )


def judge(group: Group, documents: Mapping[str, Any]) -> Outcome:
    """Run a group in both orders."""
    options = options_of(group, documents)
    texts = [dumps(instance) for instance in group.instances]
    reading = read(group.schema, options)
    accepted = [reading.accepts(text) for text in texts]
    any_order = verdict(reading, accepted, group.valid)
    ordered = read(group.schema, replace(options, property_order="schema"))
    schema_order = judge_ordered(ordered, texts, accepted, group.valid)
    return Outcome(any_order, schema_order, reading.reason or ordered.reason)


def judge_ordered(
    reading: Reading, texts: Sequence[bytes], any_order: Sequence[bool], valid: Sequence[bool]
) -> str:
    """Judge the schema's order; `any_order` says which texts are accepted in any order."""
    accepted = [reading.accepts(text) for text in texts]
    out_of_order = [
        label and was and not now
        for label, was, now in zip(valid, any_order, accepted, strict=True)
    ]
    excused = [now or excuse for now, excuse in zip(accepted, out_of_order, strict=True)]
    found = verdict(reading, excused, valid)
    return "order" if found == "exact" and any(out_of_order) else found


def judge_all(groups: Iterable[Group], documents: Mapping[str, Any]) -> dict[str, Outcome]:
    """Run the groups of a draft; by the name of the group."""
    return {
        group.name: guarded(group.name, LIMIT_S, partial(judge, group, documents))
        for group in groups
    }


def table(outcomes: Mapping[str, Mapping[str, Outcome]], groups: Mapping[str, list[Group]]) -> str:
    """Count the verdicts of each draft and section, in any order and in the schema's order."""
    lines = [f"{'draft':13} {'section':9} {'order':7}{'groups':>7}" + header(VERDICTS)]
    for draft, found in outcomes.items():
        for section in SECTIONS:
            names = [group.name for group in groups[draft] if group.section == section]
            for order in ("any", "schema"):
                words = Counter(getattr(found[name], f"{order}_order") for name in names)
                counts = "".join(f"{words[word]:>16}" for word in VERDICTS)
                lines.append(f"{draft:13} {section:9} {order:7}{len(names):>7}{counts}")
    return "\n".join(lines)


def header(words: Iterable[str]) -> str:
    """Write the heads of the columns of counts."""
    return "".join(f"{word:>16}" for word in words)
