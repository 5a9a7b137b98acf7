# SPDX-License-Identifier: Apache-2.0
"""Masks of a batch in one native call: warm against the copy of a row, cold on 2 threads against 1.

    python bench/batch.py [--batch 64] [--engines pushmask,llguidance,xgrammar]

Warm: the sequences of one grammar, each at another place of its text, all of whose masks are known;
time of a sequence, against one row's copy in the same process. Ours also by row ids, which move no
rows. Cold: sequences of as many grammars, compiled fresh, each part-way into its text without a
mask having been asked for; the same on 1 and on 2 threads, in turn. `cores` says how many cores two
busy threads really had at the time: the bound of what 2 threads could gain.
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness import results
from harness.cases import Case, load_cases
from harness.engines import Engine, Pushmask
from harness.floor import HOT_ROWS, INSTANCE, SCHEMA, row_copy_ns
from harness.runner import Lineup
from harness.stats import distribution
from harness.tables import table
from harness.tasks import Report
from harness.timing import median_ns, timed

ENGINES = "pushmask,llguidance,xgrammar"
LIMIT_S = 600.0
BATCH = 64
STRIDE = 7  # sequences start that many tokens apart
WARM_STEPS = 40
LAPS = 6  # over WARM_STEPS; the first is not timed
COLD_STEPS = 8
THREADS = (1, 2)
SPIN_BYTES, SPIN_ROUNDS = 1 << 20, 40
WARMTHS = ("vocabulary shared", "vocabulary fresh")


def usable_cores() -> float:
    """Give the cores that two busy threads have right now. The digests release the GIL."""
    data = b"x" * SPIN_BYTES

    def work() -> None:
        for _ in range(SPIN_ROUNDS):
            hashlib.sha256(data).digest()

    cpu, wall = time.process_time(), time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.process_time() - cpu) / (time.perf_counter() - wall)


def batch_copy_ns(batch: int, words: int) -> float:
    """Time the copy of `batch` different rows into a batch's buffer, for one row."""
    source = np.ones((batch, words), dtype=np.int32)
    target = np.zeros((batch, words), dtype=np.int32)
    return median_ns(lambda: np.copyto(target, source), 500) / batch


class Sequences:
    """Sequences of one grammar at different places of one text, all of whose masks are known."""

    def __init__(self, engine: Engine, size: int) -> None:
        self.engine = engine
        self.compiled = engine.compile(json.dumps(SCHEMA))
        self.tokens = engine.vocabulary.encode(json.dumps(INSTANCE, ensure_ascii=False))
        self.rows: NDArray[np.int32] = np.zeros((size, engine.vocabulary.row_words), np.int32)
        self.start()
        fill, accept = engine.calls(engine.matcher(self.compiled))
        for token in self.tokens:
            fill()
            accept(token)

    def start(self) -> None:
        """Take new matchers, each at a place that leaves WARM_STEPS tokens."""
        size, last = len(self.rows), len(self.tokens) - WARM_STEPS
        self.positions = [number * STRIDE % last for number in range(size)]
        self.matchers = [self.engine.matcher(self.compiled) for _ in range(size)]
        for matcher, position in zip(self.matchers, self.positions, strict=True):
            accept = self.engine.calls(matcher).accept
            for token in self.tokens[:position]:
                accept(token)

    def check(self) -> None:
        """See that every row allows the token that comes next."""
        for number, position in enumerate(self.positions):
            token = self.tokens[position]
            if not int(self.rows[number, token >> 5]) >> (token & 31) & 1:
                raise ValueError(f"sequence {number} may not go on at token {position}")

    def step(self) -> None:
        """Accept a token in every sequence."""
        for number, position in enumerate(self.positions):
            self.engine.calls(self.matchers[number]).accept(self.tokens[position])
            self.positions[number] += 1


MakeCall = Callable[[Sequence[Any]], Callable[[], object]]


def warm_times(sequences: Sequences, make: MakeCall, check: Callable[[], None]) -> list[float]:
    """Time the batch's first call in each of WARM_STEPS states; nanoseconds of a sequence."""
    samples = []
    for lap in range(LAPS):
        sequences.start()
        call = make(sequences.matchers)
        call()  # threads start here
        for _ in range(WARM_STEPS - 1):
            sequences.step()
            _, span = timed(call)
            check()
            if lap:
                samples.append(span.wall / len(sequences.matchers))
    return samples


def measure_warm(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Do the warm part in a worker."""
    sequences = Sequences(engine, request["batch"])
    size, words = sequences.rows.shape
    found: dict[str, Any] = {"row_copy_ns": row_copy_ns(words, HOT_ROWS)}
    found["row_copy_to_batch_ns"] = batch_copy_ns(size, words)
    for threads in THREADS:
        report.phase(f"warm, {threads} threads")

        def make(matchers: Sequence[Any], threads: int = threads) -> Callable[[], object]:
            return engine.batch_fill(matchers, sequences.rows, threads)

        found[f"fill_{threads}_us"] = distribution(warm_times(sequences, make, sequences.check))
    if isinstance(engine, Pushmask):
        report.phase("row ids")
        found["row_ids_us"] = distribution(row_id_times(engine, sequences))
    return found


def row_id_times(engine: Pushmask, sequences: Sequences) -> list[float]:
    """Time the call that resolves row ids instead of copying rows, and read the rows back."""
    ids = np.zeros(len(sequences.rows), dtype=np.int32)
    table_of_rows = sequences.compiled.rows

    def make(matchers: Sequence[Any]) -> Callable[[], object]:
        return partial(engine.batch(matchers, 1).row_ids, ids)

    def check() -> None:
        for number, row_id in enumerate(ids.tolist()):
            table_of_rows.read(row_id, sequences.rows[number : number + 1])
        sequences.check()

    return warm_times(sequences, make, check)


def cold_matchers(
    engine: Engine, request: Mapping[str, Any], size: int
) -> tuple[list[Any], list[list[int]]]:
    """Compile a grammar for each sequence and walk into its text without masks."""
    matchers, rest = [], []
    for number, (schema, text) in enumerate(request["texts"]):
        tokens = engine.vocabulary.encode(text)
        if len(tokens) < 2 * COLD_STEPS:
            continue
        try:
            matcher = engine.first_matcher(engine.compile(schema))
        except Exception:  # the engine refuses it, whatever it raises
            continue
        accept = engine.calls(matcher).accept
        position = number * STRIDE % (len(tokens) - COLD_STEPS)
        if all(accept(token) for token in tokens[:position]):
            matchers.append(matcher)
            rest.append(tokens[position : position + COLD_STEPS])
        if len(matchers) == size:
            break
    return matchers, rest


def cold_total(engine: Engine, request: Mapping[str, Any], threads: int) -> tuple[float, int]:
    """Give the milliseconds of COLD_STEPS batch calls, and the number of sequences."""
    matchers, rest = cold_matchers(engine, request, request["batch"])
    rows = np.zeros((len(matchers), engine.vocabulary.row_words), dtype=np.int32)
    call = engine.batch_fill(matchers, rows, threads)
    total = 0
    for step in range(COLD_STEPS):
        total += timed(call)[1].wall
        for matcher, tokens in zip(matchers, rest, strict=True):
            engine.calls(matcher).accept(tokens[step])
    return total / 1e6, len(matchers)


def measure_cold(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Do the cold part in a worker: 1 and 2 threads in turn, with and without shared warmth."""
    for warmth in WARMTHS:
        runs: dict[int, list[float]] = {threads: [] for threads in THREADS}
        cores, size = [], 0
        if warmth == WARMTHS[0]:
            cold_total(engine, request, 1)  # what the vocabulary shares is warm from here on
        for number in range(request["repeats"]):
            for threads in THREADS:
                report.phase(f"cold, {warmth}, repeat {number}, {threads} threads")
                if warmth == WARMTHS[1]:
                    engine.fresh()
                cores.append(usable_cores())
                milliseconds, size = cold_total(engine, request, threads)
                runs[threads].append(milliseconds)
        best = {str(threads): round(min(times), 3) for threads, times in runs.items()}
        found = {
            "sequences": size,
            "best_ms": best,
            "median_ms": {str(t): round(float(np.median(times)), 3) for t, times in runs.items()},
            "speed_up": round(best["1"] / best["2"], 3),
            "cores": round(float(np.median(cores)), 2),
        }
        report.record({"warmth": warmth, **found})
    return {}


def markdown(content: Mapping[str, Any]) -> str:
    """Write the tables of a run."""
    engines = content["engines"]
    rows: list[list[Any]] = []
    for key in ("fill_1_us", "fill_2_us", "row_ids_us"):
        label = {"fill_1_us": "1 thread", "fill_2_us": "2 threads", "row_ids_us": "row ids"}[key]
        for statistic in ("p50", "p99", "mean"):
            values = [(e["warm"].get(key) or {}).get(statistic) for e in engines.values()]
            rows.append([f"{label}, {statistic}, µs", *values])
    for key, label in (
        ("row_copy_ns", "one row's copy, ns"),
        ("row_copy_to_batch_ns", "one row's copy into a batch, ns"),
    ):
        rows.append([label, *(e["warm"].get(key) for e in engines.values())])
    for key, copy, label in (
        ("fill_1_us", "row_copy_ns", "1 thread, p50 / one row's copy"),
        ("fill_1_us", "row_copy_to_batch_ns", "1 thread, p50 / one row's copy into a batch"),
        ("row_ids_us", "row_copy_ns", "row ids, p50 / one row's copy"),
    ):
        rows.append([label, *(in_copies(engine, key, copy) for engine in engines.values())])
    text = f"Batches of {content['batch']} sequences; wall time.\n\n## Warm, for one sequence\n\n"
    text += table(["warm", *engines], rows)
    cold = [
        [
            f"{name}, {warmth}",
            found["sequences"],
            found["best_ms"]["1"],
            found["best_ms"]["2"],
            found["speed_up"],
            found["cores"],
        ]
        for name, engine in engines.items()
        for warmth, found in engine["cold"].items()
        if warmth in WARMTHS
    ]
    header = ["cold", "sequences", "1 thread, ms", "2 threads, ms", "1 / 2 threads", "cores"]
    text += f"\n## Cold, {COLD_STEPS} steps, best of {content['repeats']}\n\n"
    text += table(header, cold)
    failed = [
        f"- {name}: {engine[part]['error']}\n"
        for name, engine in engines.items()
        for part in ("warm", "cold")
        if "error" in engine[part]
    ]
    return text + ("\n## Not measured\n\n" + "".join(failed) if failed else "")


def in_copies(engine: Mapping[str, Any], key: str, copy: str) -> float | None:
    """Divide a sequence's time by one row's copy."""
    found = engine["warm"].get(key)
    return found["p50"] * 1e3 / engine["warm"][copy] if found else None


def valid_texts(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """Give each case's schema with its first valid instance."""
    return [
        (case.schema, next(text for text, valid in case.instances if valid))
        for case in cases
        if any(valid for _, valid in case.instances)
    ]


def main() -> int:
    parser = results.parser(__doc__ or "", ENGINES, LIMIT_S)
    parser.add_argument("--data", type=Path, help="folder or .tar.xz of cases")
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--repeats", type=int, default=5, help="of the cold part")
    options = parser.parse_args()
    texts = valid_texts(load_cases(options.data, options.batch * 6, options.seed))
    common = {"batch": options.batch, "repeats": options.repeats}
    requests = [
        {"task": "batch:measure_warm", **common},
        {"task": "batch:measure_cold", "texts": texts, **common},
    ]
    parts: dict[str, dict[str, Any]] = {}
    with Lineup(results.engine_names(options), results.settings(options, block=1)) as lineup:
        for engine, index, reply in lineup.take_turns(requests):
            found = {record.pop("warmth"): record for record in reply.records} | reply.result
            failed = {} if reply.status == "done" else {"error": reply.error}
            parts.setdefault(engine, {})["cold" if index else "warm"] = found | failed
            print(f"{engine:12} {reply.status} {reply.error}", file=sys.stderr)
        document = results.document("batch", options, lineup)
    document |= common
    for engine, found in parts.items():
        document["engines"][engine] |= found
    results.save(document, options, markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
