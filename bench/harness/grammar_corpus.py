# SPDX-License-Identifier: Apache-2.0
"""The grammars of grammars/ with their texts, and what one engine does with one of them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.engines import Engine
from harness.lark_form import NoLarkFormError, to_lark
from harness.tasks import Report
from harness.timing import timed
from harness.vocabularies import ROOT
from harness.walk import allowed, report_walk, walk

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = ROOT / "grammars"


@dataclass(frozen=True, slots=True)
class CorpusGrammar:
    """A grammar in the forms that engines read, and texts by verdict."""

    name: str
    forms: dict[str, str] = field(repr=False)
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()

    def request(self, rounds: int) -> dict[str, Any]:
        """Give what a worker needs."""
        return {
            "forms": self.forms,
            "accept": self.accept,
            "reject": self.reject,
            "rounds": rounds,
        }


def load_grammar(path: Path) -> CorpusGrammar:
    """Read `<name>.ebnf` and `<name>.cases.toml` beside it."""
    from pushmask import Grammar

    ebnf = path.read_text(encoding="utf-8")
    printed = Grammar.from_ebnf(ebnf).to_ebnf()
    forms = {"ebnf": ebnf, "printed": printed}
    try:
        forms["lark"] = to_lark(printed)
    except NoLarkFormError as error:
        forms["no lark"] = str(error)
    cases = tomllib.loads(path.with_suffix(".cases.toml").read_text(encoding="utf-8"))
    return CorpusGrammar(path.stem, forms, tuple(cases["accept"]), tuple(cases["reject"]))


def load_corpus(names: Sequence[str]) -> list[CorpusGrammar]:
    """Load the named grammars, or all if none is named."""
    paths = [FOLDER / f"{name}.ebnf" for name in names] or sorted(FOLDER.glob("*.ebnf"))
    return [load_grammar(path) for path in paths]


def measure(engine: Engine, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Do one grammar in a worker: the first compile of all, then rounds of cold and warm walks."""
    forms = request["forms"]
    texts = [engine.vocabulary.encode(text) for text in request["accept"]]
    report.phase("first")
    engine.fresh()
    compile_and_walk(engine, forms, texts, "first", report)
    for number in range(request["rounds"]):
        report.phase(f"round {number}")
        compiled = compile_and_walk(engine, forms, texts, "cold", report)
        if engine.warms_apart:  # what was walked shares nothing with `compiled`
            for tokens in texts:
                walk(engine, engine.calls(engine.matcher(compiled)), tokens)
        for tokens in texts:
            result = walk(engine, engine.calls(engine.matcher(compiled)), tokens)
            report.record({"step": "warm", **report_walk(result)})
    report.phase("reject")
    compiled = engine.compile_grammar(forms)
    rejected = [engine.vocabulary.encode(text) for text in request["reject"]]
    return {"wrongly_accepted": sum(accepts(engine, compiled, tokens) for tokens in rejected)}


def compile_and_walk(
    engine: Engine,
    forms: Mapping[str, str],
    texts: Sequence[list[int]],
    step: str,
    report: Report,
) -> Any:
    """Compile the grammar anew and walk the texts, each on a cold matcher."""
    compiled, compiling = timed(lambda: engine.compile_grammar(forms))
    report.record({"step": step, "compile": compiling})
    for number, tokens in enumerate(texts):
        fresh = compiled if number == 0 or not engine.warms_apart else engine.compile_grammar(forms)
        matcher = engine.matcher(fresh)
        result = walk(engine, engine.calls(matcher), tokens)
        report.record({"step": step, "error": engine.error(matcher), **report_walk(result)})
    return compiled


def accepts(engine: Engine, compiled: Any, tokens: Sequence[int]) -> bool:
    """Whether the masks allow the tokens one by one and then a stop token."""
    matcher = engine.matcher(compiled)
    fill, accept = engine.calls(matcher)
    for token in tokens:
        fill()
        if not allowed(engine, token) or not accept(token):
            return False
    fill()
    return allowed(engine, engine.vocabulary.stop_id)
