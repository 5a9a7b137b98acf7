# SPDX-License-Identifier: Apache-2.0
"""Memory: what a compiled and used grammar holds, and whether a budget is kept.

    python bench/memory.py [--grammars 80] [--steps 1000000] [--budget-kb 512]

1. The growth of resident memory by compiled grammars that have served all their instances, kept
   alive, in a fresh process for each engine; free memory is handed back before each reading.
2. A random walk on the recursive grammar of JSON under a small `Limits(max_memory_bytes=...)`: what
   `stats()["bytes"]` and the resident memory come to, and whether sampled masks equal those of a
   process without the budget that walks by the same seed. A wrong mask would also lead the two
   walks apart, and so show in all later samples.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness import results
from harness.cases import Case, load_cases
from harness.engines import Engine, Pushmask
from harness.floor import serve_something
from harness.runner import Lineup, Reply
from harness.tables import table
from harness.tasks import Report
from harness.timing import resident_kb, settle
from harness.walk import allowed, walk

ENGINES = "pushmask,llguidance,xgrammar"
LIMIT_S = 3600.0
NO_BUDGET = 1 << 40
CHECKPOINTS = 100
SAMPLE_STRIDE = 97  # steps between two compared masks; prime, so that no cycle hides
TEXT_STEPS = 20_000  # a text ends after so many tokens, so that its history stays small
# More openers than closers, so that the stacks grow deep.
STRUCTURE = (
    *(b"[", b"{", b'{"', b"[[", b'[{"', b"[", b'{"'),
    *(b'"', b'":', b'",', b"]", b"}", b",", b":", b"1", b"true", b" "),
)
STRUCTURE_SHARE = 0.6
STOP_SHARE = 0.5
TRIES = 40


def measure_grammars(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Compile and use grammars in a worker, keep them, and see what that took."""
    serve_something(engine)
    cases = [
        (schema, [engine.vocabulary.encode(text) for text, _ in instances])
        for schema, instances in request["cases"]
    ]
    settle()
    start = resident_kb()
    held: list[Any] = []
    numbers = []
    for number, (schema, texts) in enumerate(cases):
        report.phase(f"grammar {number}")
        try:
            compiled = engine.compile(schema)
        except Exception:  # the engine refuses it, whatever it raises
            continue
        numbers.append(number)
        for tokens in texts:
            walk(engine, engine.calls(engine.matcher(compiled)), tokens)
        held.append(compiled)
    settle()
    grown = resident_kb() - start
    return {
        "compiled": len(held),
        "refused": len(cases) - len(held),
        "numbers": numbers,
        "start_kb": start,
        "grown_kb": grown,
        "kb_per_grammar": round(grown / len(held), 1) if held else None,
    }


@dataclass(slots=True)
class RandomWalk:
    """Tokens drawn from the masks alone, so that equal masks make equal walks."""

    engine: Engine
    draw: random.Random
    structure: Sequence[int]

    def next_token(self) -> int:
        """Draw an allowed token; those of JSON's structure and the stop token more often."""
        engine, draw = self.engine, self.draw
        stop, size = engine.vocabulary.stop_id, engine.vocabulary.size
        if allowed(engine, stop) and draw.random() < STOP_SHARE:
            return stop
        for _ in range(TRIES):
            structural = draw.random() < STRUCTURE_SHARE
            token = draw.choice(self.structure) if structural else draw.randrange(size)
            if allowed(engine, token):
                return token
        bits = np.unpackbits(engine.row.view(np.uint8), bitorder="little")
        return int(draw.choice(np.flatnonzero(bits)))


def measure_walk(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Walk at random in a worker under a budget; give a digest for each checkpoint."""
    assert isinstance(engine, Pushmask)
    module, steps = engine.module, request["steps"]
    limits = module.Limits(max_memory_bytes=request["budget"])
    compiler = module.Compiler(engine.native, num_threads=1, limits=limits)
    compiled = compiler.compile(module.Grammar.from_json_schema("{}"))
    ids = {token: token_id for token_id, token in enumerate(engine.vocabulary.tokens)}
    structure = [ids[token] for token in STRUCTURE if token in ids]
    walker = RandomWalk(engine, random.Random(request["seed"]), structure)
    digest = hashlib.blake2b(digest_size=8)
    matcher = compiled.matcher()
    fill, accept = engine.calls(matcher)
    texts, length = 1, 0
    for step in range(1, steps + 1):
        fill()
        if step % SAMPLE_STRIDE == 0:
            digest.update(engine.row.tobytes())
        token = structure[0] if length == 0 else walker.next_token()
        if not accept(token):
            raise ValueError(f"step {step}: the mask allows token {token}, accept refuses it")
        length += 1
        if token == engine.vocabulary.stop_id or length == TEXT_STEPS:
            matcher = compiled.matcher()
            fill, accept = engine.calls(matcher)
            texts, length = texts + 1, 0
        if step % max(1, steps // CHECKPOINTS) == 0:
            stats = compiled.stats()
            report.record(
                {
                    "step": step,
                    "digest": digest.hexdigest(),
                    "bytes": stats["bytes"],
                    "resident_kb": resident_kb(),
                    "texts": texts,
                }
            )
    return {"stats": compiled.stats()}


def summarise_walk(bounded: Reply, free: Reply, budget: int) -> dict[str, Any]:
    """Compare the walk under the budget with the one without."""
    if bounded.status != "done" or free.status != "done":
        return {"error": bounded.error or free.error}
    pairs = list(zip(bounded.records, free.records, strict=True))
    settled = bounded.records[len(bounded.records) // 10 :]  # tables are full by then
    resident = [record["resident_kb"] for record in settled]
    return {
        "masks_equal": all(a["digest"] == b["digest"] for a, b in pairs),
        "masks_compared": bounded.records[-1]["step"] // SAMPLE_STRIDE,
        "texts": bounded.records[-1]["texts"],
        "budget_bytes": budget,
        "largest_bytes": max(record["bytes"] for record in bounded.records),
        "within_budget": all(record["bytes"] <= budget for record in bounded.records),
        "resident_kb_first": resident[0],
        "resident_kb_last": resident[-1],
        "resident_kb_largest": max(resident),
        "free_bytes": free.records[-1]["bytes"],
        "free_resident_kb": free.records[-1]["resident_kb"],
        "stats": bounded.result["stats"],
        "checkpoints": bounded.records,
    }


def markdown(content: Mapping[str, Any]) -> str:
    """Write the tables of a run."""
    engines = content["engines"]
    keys = ("compiled", "refused", "grown_kb", "kb_per_grammar")
    rows: list[list[Any]] = [
        [key.replace("_", " "), *(e["grammars"].get(key) for e in engines.values())] for key in keys
    ]
    common = [e["common"].get("kb_per_grammar") for e in engines.values()]
    both = min(e["common"].get("compiled", 0) for e in engines.values())
    rows.append([f"kb per grammar, of the {both} that all compile", *common])
    text = (
        f"{content['grammars']} grammars, compiled, used for all their instances, kept alive.\n\n"
        f"{table(['resident memory', *engines], rows)}\n"
    )
    walked = content["walk"]
    if "error" in walked:
        return text + f"Random walk: {walked['error']}\n"
    shown = [(key, value) for key, value in walked.items() if not isinstance(value, dict | list)]
    return text + (
        f"## Random walk of {content['steps']:,} steps on JSON\n\n"
        + table(["pushmask", "value"], [[k.replace("_", " "), plain(v)] for k, v in shown])
        + "\n`stats()` at the end: "
        + ", ".join(f"{key} {value:,}" for key, value in walked["stats"].items())
        + "\n"
    )


def plain(value: Any) -> float | str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, float | int) else str(value)


def grammar_memory(lineup: Lineup, cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """Measure each engine on all cases, then on those that all engines compile."""
    found: dict[str, dict[str, Any]] = {name: {} for name in lineup.engines}
    chosen = list(cases)
    for part in ("grammars", "common"):
        content = [(case.schema, case.instances) for case in chosen]
        for name in lineup.engines:
            lineup.retire(name)
            reply = lineup.ask(name, {"task": "memory:measure_grammars", "cases": content})
            done = reply.status == "done"
            found[name][part] = reply.result if done else {"error": reply.error, "numbers": []}
            print(f"{part:9} {name:12} {reply.status} {reply.error}", file=sys.stderr)
        compiled = [set(parts[part].pop("numbers")) for parts in found.values()]
        chosen = [case for number, case in enumerate(chosen) if all(number in c for c in compiled)]
    return found


def random_walk(lineup: Lineup, options: argparse.Namespace) -> dict[str, Any]:
    """Walk with and without the budget, each in a fresh process."""
    budget = options.budget_kb << 10
    replies = []
    for bound in (budget, NO_BUDGET):
        lineup.retire(Pushmask.name)
        request = {"task": "memory:measure_walk", "steps": options.steps, "seed": options.seed}
        replies.append(lineup.ask(Pushmask.name, request | {"budget": bound}))
        print(f"walk {replies[-1].status} {replies[-1].error}", file=sys.stderr)
    return summarise_walk(replies[0], replies[1], budget)


def main() -> int:
    parser = results.parser(__doc__ or "", ENGINES, LIMIT_S)
    parser.add_argument("--data", type=Path, help="folder or .tar.xz of cases")
    parser.add_argument("--grammars", type=int, default=80)
    parser.add_argument("--steps", type=int, default=1_000_000, help="of the random walk; 0: none")
    parser.add_argument("--budget-kb", type=int, default=512)
    options = parser.parse_args()
    cases = load_cases(options.data, options.grammars, options.seed)
    with Lineup(results.engine_names(options), results.settings(options, block=1)) as lineup:
        parts = grammar_memory(lineup, cases)
        walked = random_walk(lineup, options) if options.steps else {"error": "not asked for"}
        document = results.document("memory", options, lineup)
    document |= {"grammars": len(cases), "steps": options.steps, "walk": walked}
    for engine, found in parts.items():
        document["engines"][engine] |= found
    results.save(document, options, markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
