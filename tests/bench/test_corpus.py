# SPDX-License-Identifier: Apache-2.0
"""Grammars in the form of a peer, and the tables of the corpus, without running an engine."""

from __future__ import annotations

from typing import Any

import pytest

import corpus
from harness.lark_form import NoLarkFormError, to_lark


@pytest.mark.parametrize(
    ("printed", "lark"),
    [
        ('root ::= "a\\n" b-1 root\nb-1 ::= [0-9]+', 'r_root: "a\\u000a" T_B_45__49_ r_root'),
        ("root ::= [^\\n\\-é]", "T_ROOT: /[^\\u{a}\\u{2d}\\u{e9}]/"),
        ("root ::= .{2,3} & ~(x)\nx ::= [a-c]", "T_ROOT: /(?s:.)/{2,3} & ~(T_X)"),
        ('%let e1 ::= "\\"" root\nroot ::= e1 | "x"', 'r_e_49_: "\\u0022" r_root'),
    ],
)
def test_a_printed_grammar_is_written_as_lark(printed: str, lark: str) -> None:
    lines = to_lark(printed).splitlines()
    assert lines[0] == "%llguidance {}"
    assert lark in lines
    assert len(lines) == 2 + len(printed.splitlines())


def test_rules_that_reach_themselves_are_no_terminals() -> None:
    text = to_lark('root ::= "(" root ")" | x y\nx ::= "x"\ny ::= x+')
    assert "\nr_root: " in text
    assert "\nT_Y: T_X+" in text


def test_what_lark_has_no_form_for_is_refused() -> None:
    with pytest.raises(NoLarkFormError):
        to_lark('root ::= <|end|> "a"')


def times(p50: float, p99: float, *, wrong: int = 0) -> dict[str, Any]:
    masks = {"p50": p50, "p99": p99, "max": p99}
    steps = {step: {"mask_us": masks, "compile_us": masks} for step in corpus.STEPS}
    return {**steps, "wrong": wrong}


def test_a_peer_is_compared_where_it_judges_all_cases_rightly() -> None:
    content = {
        "rounds": 1,
        "engines": {"pushmask": {}, "xgrammar": {}, "llguidance": {}},
        "grammars": {
            "csv": {
                "pushmask": times(1.0, 30.0),
                "xgrammar": times(2.0, 20.0),
                "llguidance": times(0.5, 10.0, wrong=3),
            },
            "lua": {"pushmask": times(1.0, 30.0), "xgrammar": {"unread": "error (first): no"}},
        },
    }
    assert [line.partition(" µs")[0] for line in corpus.slower(content)] == [
        "- csv, cold p99: 30.00",
        "- csv, warm p99: 30.00",
    ]
    text = corpus.markdown(content)
    assert "0.50*" in text
    assert "- lua, xgrammar: error" in text
