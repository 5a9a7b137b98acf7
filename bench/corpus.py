# SPDX-License-Identifier: Apache-2.0
"""The corpus of grammars/: masks of every grammar over its own texts, beside peers.

    python bench/corpus.py [--grammars json,python] [--rounds 3]

The texts are the accepted ones of `<name>.cases.toml`. Each engine gets the grammar in a form that
it reads: we the file, XGrammar the grammar as `to_ebnf` prints it, llguidance that in Lark's
syntax (harness/lark_form.py). Three kinds of walks, the last two of them done `--rounds` times:

    first   of a vocabulary that has seen no grammar
    cold    the grammar was compiled a moment before; what the vocabulary shares is warm
    warm    the same texts again, on new matchers

A peer that judges the cases otherwise is marked with how many: its masks are not of this language,
and it is not compared. A peer whose walk of a text ends early is measured up to there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from harness import results
from harness.grammar_corpus import CorpusGrammar, load_corpus
from harness.runner import Lineup, Reply
from harness.stats import distribution
from harness.tables import table
from harness.walk import COLUMNS, unpack

ENGINES = "pushmask,xgrammar,llguidance"
OURS = "pushmask"
LIMIT_S = 300.0
STEPS = ("first", "cold", "warm")
COMPARED = (("cold", "p50"), ("cold", "p99"), ("warm", "p50"), ("warm", "p99"))
YARDSTICK = "json"  # and the grammars that are to be within a factor of it
NEAR_YARDSTICK = ("python", "sql_select")


def score(grammar: CorpusGrammar, reply: Reply) -> dict[str, Any]:
    """Summarise what an engine did with a grammar."""
    if reply.status != "done":
        return {"unread": f"{reply.status} ({reply.phase}): {reply.error}"[:300]}
    column = COLUMNS.index("fill_cpu")
    scored: dict[str, Any] = {}
    for step in STEPS:
        records = [record for record in reply.records if record["step"] == step]
        walks = [record for record in records if "samples" in record]
        samples = [x for one in walks for x in unpack(one["samples"])[:, column].tolist()]
        compiles = [record["compile"][1] for record in records if "compile" in record]
        scored[step] = {"mask_us": distribution(samples), "compile_us": distribution(compiles)}
        if step == "first":
            rejected = sum(one["outcome"] != "accepted" for one in walks)
    scored["wrong"] = rejected + reply.result["wrongly_accepted"]
    errors = [record["error"] for record in reply.records if record.get("error")]
    if errors:
        scored["error"] = " ".join(errors[0].split())[:200]
    return scored


def run(
    lineup: Lineup, corpus: Sequence[CorpusGrammar], rounds: int, limit_s: float
) -> dict[str, dict[str, Any]]:
    """Let the engines take turns, grammar by grammar."""
    found: dict[str, dict[str, Any]] = {grammar.name: {} for grammar in corpus}
    requests = [
        {
            "task": "harness.grammar_corpus:measure",
            "limit_s": limit_s,
            **grammar.request(rounds),
        }
        for grammar in corpus
    ]
    for engine, index, reply in lineup.take_turns(requests):
        found[corpus[index].name][engine] = score(corpus[index], reply)
        print(f"{corpus[index].name:16} {engine:12} {reply.status}", file=sys.stderr)
    return found


def value(scored: Mapping[str, Any], step: str, key: str) -> float | None:
    """Give a statistic of an engine's masks, in µs."""
    masks = scored.get(step, {}).get("mask_us")
    return masks[key] if masks else None


def best_peer(engines: Mapping[str, Any], step: str, key: str) -> tuple[float, str] | None:
    """Give the smallest value of the peers that judge all cases rightly, and whose it is."""
    values = [
        (found, name)
        for name, scored in engines.items()
        if name != OURS
        and not scored.get("wrong")
        and (found := value(scored, step, key)) is not None
    ]
    return min(values, default=None)


def slower(content: Mapping[str, Any]) -> list[str]:
    """Say where a peer that reads the grammar is faster."""
    lines = []
    for grammar, engines in content["grammars"].items():
        for step, key in COMPARED:
            ours, peer = value(engines.get(OURS, {}), step, key), best_peer(engines, step, key)
            if ours is not None and peer is not None and ours > peer[0]:
                lines.append(
                    f"- {grammar}, {step} {key}: {ours:.2f} µs, {peer[1]} {peer[0]:.2f} µs "
                    f"({ours / peer[0]:.2f}×)\n"
                )
    return lines


def against_json(content: Mapping[str, Any]) -> list[str]:
    """Compare large languages with JSON, within our own engine."""
    lines = []
    json = content["grammars"].get(YARDSTICK, {}).get(OURS, {})
    for grammar in NEAR_YARDSTICK:
        ours = content["grammars"].get(grammar, {}).get(OURS, {})
        for step, key in COMPARED:
            a, b = value(ours, step, key), value(json, step, key)
            if a and b:
                lines.append(f"- {grammar}, {step} {key}: {a:.2f} µs, {a / b:.2f}× JSON's\n")
    return lines


def mark(engines: Mapping[str, Any], name: str) -> str:
    """Say how an engine read a grammar, where that is not rightly."""
    scored = engines.get(name, {})
    if "unread" in scored:
        return "unread"
    return f"{scored['wrong']} wrong" if scored.get("wrong") else ""


def mask_table(content: Mapping[str, Any], step: str) -> str:
    """Write one table of masks; `*`: judges some cases otherwise."""
    names = list(content["engines"])
    rows: list[list[Any]] = []
    for grammar, engines in content["grammars"].items():
        row: list[Any] = [grammar]
        for key in ("p50", "p99", "max"):
            for name in names:
                found = value(engines.get(name, {}), step, key)
                wrong = engines.get(name, {}).get("wrong")
                row.append(f"{found:,.2f}*" if found is not None and wrong else found)
        rows.append(row)
    header = [f"{key} {name}" for key in ("p50", "p99", "max") for name in names]
    return table([f"{step} mask, µs", *header], rows)


def reading_table(content: Mapping[str, Any]) -> str:
    """Write how the engines read the grammars, and how long compiling took."""
    names = list(content["engines"])
    rows: list[list[Any]] = []
    for grammar, engines in content["grammars"].items():
        row: list[Any] = [grammar]
        for name in names:
            compiles = engines.get(name, {}).get("cold", {}).get("compile_us")
            row.append(compiles["p50"] / 1000 if compiles else None)
        rows.append([*row, *(mark(engines, name) for name in names)])
    header = [f"compile {name}, ms" for name in names] + [f"verdicts {name}" for name in names]
    return table(["grammar", *header], rows)


def markdown(content: Mapping[str, Any]) -> str:
    """Write the tables of a run."""
    text = f"{content['rounds']} rounds; µs of thread CPU. `*`: judges some cases otherwise.\n\n"
    for step in reversed(STEPS):
        text += mask_table(content, step) + "\n"
    text += reading_table(content)
    text += "\n## Where a peer that reads the grammar is faster\n\n"
    text += "".join(slower(content)) or "Nowhere.\n"
    text += "\n## Beside JSON\n\n" + "".join(against_json(content))
    unread = [
        f"- {grammar}, {name}: {scored['unread']}\n"
        for grammar, engines in content["grammars"].items()
        for name, scored in engines.items()
        if "unread" in scored
    ]
    text += "\n## Not read\n\n" + "".join(unread) if unread else ""
    errors = [
        f"- {grammar}, {name}: {scored['error']}\n"
        for grammar, engines in content["grammars"].items()
        for name, scored in engines.items()
        if "error" in scored
    ]
    return text + ("\n## Errors on the way\n\n" + "".join(errors) if errors else "")


def main() -> int:
    parser = results.parser(__doc__ or "", ENGINES, LIMIT_S)
    parser.add_argument("--grammars", default="", help="comma-separated; by default all")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    corpus = load_corpus(options.grammars.split(",") if options.grammars else [])
    with Lineup(results.engine_names(options), results.settings(options, block=1)) as lineup:
        found = run(lineup, corpus, options.rounds, options.limit_s)
        document = results.document("corpus", options, lineup)
    document |= {"rounds": options.rounds, "grammars": found}
    results.save(document, options, markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
