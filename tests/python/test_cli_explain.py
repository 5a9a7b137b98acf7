# SPDX-License-Identifier: Apache-2.0
"""`pushmask explain` and `pushmask show`: what they print, and their exit statuses."""

from __future__ import annotations

import html
import re
import xml.dom.minidom
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import pushmask
from pushmask.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
JSON = "grammars/json.ebnf"
# Every kind of expression that a grammar can have.
ALL_KINDS = """\
root ::= "a" ([0-9] | b){2,5} c? d* e+ <|x|> !<|y|> m f g "" n
b ::= [a-z]+ & ~"if"
c ::= %json { [a-c]{0,3} }
d ::= "d" | "é\\n"
e ::= <[1-3]> | "e"{3} | %bytes { C3 }
m ::= %members { %count {1,3} %separator "," %ordered %required "x" %item "y" %item "z"
                 %key [k]{1,4} %rest ":v" %if 0 %then 1 %if 1 2 %never }
f ::= "<&>" ~("x" | "y")
g ::= "f"{0,4} "z"{2,} (%nothing)?
n ::= %members { %separator "," %item "n" %rest [r]+ }
"""


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


@pytest.fixture
def all_kinds(tmp_path: Path) -> str:
    path = tmp_path / "all.ebnf"
    path.write_text(ALL_KINDS, encoding="utf-8")
    return str(path)


# --- explain --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status", "shown"),
    [
        (
            ("--grammar", JSON, '{"a": [1, tru'),
            0,
            """\
legal: the text has to go on
 1 | {"a": [1, tru
   |              ^
in root > value > object > member > value > array > element > value, grammars/json.ebnf:6:1: \
expected 'e'
""",
        ),
        (
            ("--grammar", JSON, '{"a":\n {"b" 1}}'),
            1,
            """\
not legal: no rule takes this
 2 |  {"b" 1}}
   |       ^
in root > value > object > member > value > object > member > ws, grammars/json.ebnf:18:1: \
expected ':' or white space
""",
        ),
        (
            ("--schema", "examples/person.json", '{"name": "Ada", "age": "x"}'),
            1,
            """\
not legal: no rule takes this
 1 | {"name": "Ada", "age": "x"}
   |                        ^
in root > object, schema /properties/age: expected "-0", a digit or white space
""",
        ),
        (
            ("--regex", "é+x", "éÉx"),
            1,
            """\
not legal: no rule takes this
 1 | éÉx
   |  ^
in root: expected "é" or 'x'
""",
        ),
        (
            ("--regex", "[ab]+", "ab"),
            0,
            """\
legal: the text is complete
 1 | ab
   |   ^
in root: expected 'a', 'b' or the end of the text
""",
        ),
    ],
)
def test_explain_shows_the_place(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], status: int, shown: str
) -> None:
    monkeypatch.chdir(ROOT)
    result = run("explain", *arguments)
    assert result.stdout == shown
    assert result.exit_code == status


def test_explain_reads_standard_input() -> None:
    assert run("explain", "--regex", "a+", "-", stdin=b"aa").exit_code == 0
    refused = run("explain", "--regex", "a+", "-", stdin=b"a\xffa")
    assert refused.exit_code == 1
    assert "expected 'a'" in refused.stdout


def test_explain_of_a_broken_grammar_is_an_error() -> None:
    result = run("explain", "--regex", "(", "a")
    assert result.exit_code == 2
    assert "error: " in result.stderr


# --- show -----------------------------------------------------------------------------------------


def test_show_draws_every_kind_of_expression(all_kinds: str, tmp_path: Path) -> None:
    pytest.importorskip("railroad", reason="needs pushmask[show]")
    page = run("show", "--grammar", all_kinds)
    assert page.exit_code == 0, page.output
    output = str(tmp_path / "all.svg")
    assert run("show", "--grammar", all_kinds, "-o", output).exit_code == 0
    drawn = Path(output).read_text(encoding="utf-8")
    xml.dom.minidom.parseString(drawn)
    for text in (page.stdout, drawn):
        for label in (
            "2 to 5 times",
            "all of these at once",
            "any text but",
            "in JSON",
            "3 times",
            "2 times or more",
            "<|x|>",
            "!<|y|>",
            "<[1-3]>",
            "members, 1 to 3 of them",
            "separator",
            "member 0, in order, required",
            "members 0 need member 1",
            "members 1 2 exclude each other",
            "any other member",
            '"<&>"',
        ):
            assert label in html.unescape(text), label


def test_show_draws_an_automaton() -> None:
    pytest.importorskip("railroad", reason="needs pushmask[show]")
    result = run("show", "--schema", '{"multipleOf": 7, "type": "integer"}')
    assert re.search(r"an automaton of \d+ states", result.stdout)


def test_show_draws_the_rules_that_are_named(all_kinds: str) -> None:
    pytest.importorskip("railroad", reason="needs pushmask[show]")
    result = run("show", "--grammar", all_kinds, "--rule", "b", "--rule", "f")
    assert re.findall(r"<h2 id=.*?>(.*)</h2>", result.stdout) == ["b", "f"]
    unknown = run("show", "--grammar", all_kinds, "--rule", "nope")
    assert unknown.exit_code == 2
    assert "there is no rule 'nope'; there are root, b" in unknown.stderr


def test_show_refuses_what_is_too_much_to_draw(tmp_path: Path) -> None:
    pytest.importorskip("railroad", reason="needs pushmask[show]")
    deep = tmp_path / "deep.ebnf"
    # Alternating choices and sequences stay nested.
    nested = '"z"'
    for _ in range(100):
        nested = f'("a" {nested} | "b")'
    deep.write_text(f"root ::= {nested}", encoding="utf-8")
    result = run("show", "--grammar", str(deep))
    assert result.exit_code == 2
    assert "limit max_depth" in result.stderr
    wide = tmp_path / "wide.ebnf"
    doubled = ['%let x0 ::= "a" "b"? "c"']
    doubled += [f"%let x{n + 1} ::= x{n} x{n}?" for n in range(20)]
    wide.write_text("\n".join([*doubled, "root ::= x20"]), encoding="utf-8")
    result = run("show", "--grammar", str(wide))
    assert result.exit_code == 2
    assert "limit max_boxes" in result.stderr


def test_show_says_which_file_names_it_takes() -> None:
    result = run("show", "--regex", "a", "-o", "picture.png")
    assert result.exit_code == 2
    assert "ends in neither .svg nor .html" in result.stderr


def test_dot_is_a_graph_of_the_machine() -> None:
    result = run("show", "--grammar", str(ROOT / JSON), "--dot")
    assert result.exit_code == 0
    text = result.stdout
    assert text.startswith("digraph machine {\n")
    assert text.endswith("}\n")
    # Every line is one of these, braces match, and arrows join states that are declared.
    quoted = r'"(?:[^"\\]|\\.)*"'
    line = re.compile(
        r"digraph machine {|}|  rankdir=LR;|  node \[shape=circle\];|  start \[shape=point\];"
        rf"|  subgraph cluster_\d+ {{|    label={quoted};|  }}"
        r"|    s\d+(?: \[shape=doublecircle\])?;|  start -> s\d+;"
        rf"|  s\d+ -> s\d+ \[label={quoted}(?:, style=dashed)?\];"
    )
    for each in text.splitlines():
        assert line.fullmatch(each), each
    assert text.count("{\n") == len(re.findall(r"^ *}$", text, re.MULTILINE))
    declared = set(re.findall(r"^    (s\d+)", text, re.MULTILINE))
    arrows = re.findall(r"^  (s\d+) -> (s\d+) \[label=(.*?)(, style=dashed)?\];$", text, re.M)
    assert {state for arrow in arrows for state in arrow[:2]} <= declared
    called = {label.strip('"') for _, _, label, dashed in arrows if dashed}
    grammar = pushmask.Grammar.from_ebnf((ROOT / JSON).read_text(encoding="utf-8"))
    assert called <= {rule.name for rule in grammar.structure().rules}
    assert {"value", "object", "array", "ws"} <= called


@pytest.mark.filterwarnings("ignore")  # of pyparsing, for what pydot does
def test_dot_can_be_parsed() -> None:
    pydot = pytest.importorskip("pydot", reason="pydot is not a dependency")
    text = run("show", "--grammar", str(ROOT / "grammars" / "regex.ebnf"), "--dot").stdout
    (graph,) = pydot.graph_from_dot_data(text)
    assert graph.get_name() == "machine"
    assert graph.get_edges()


def test_dot_is_bounded() -> None:
    result = run("show", "--grammar", str(ROOT / JSON), "--dot", "--max-states", "5")
    assert result.exit_code == 2
    assert "limit max_states" in result.stderr
    tokens = [*(bytes([byte]) for byte in range(256)), b"</s>"]
    compiler = pushmask.Compiler(pushmask.Vocabulary(tokens, stop_token_ids=[256]))
    compiled = compiler.compile(pushmask.Grammar.from_regex("a{3}"))
    with pytest.raises(pushmask.LimitError) as error:
        compiled.to_dot(max_states=2)
    assert (error.value.limit, error.value.bound) == ("max_states", 2)


# --- files in other languages ---------------------------------------------------------------------


@pytest.fixture
def lark_file(tmp_path: Path) -> str:
    pytest.importorskip("lark", reason="needs pushmask[lark]")
    path = tmp_path / "sum.lark"
    path.write_text('start: sum\nsum: NUMBER ("+" NUMBER)*\nNUMBER: /[0-9]+/\n', encoding="utf-8")
    return str(path)


@pytest.fixture
def schema_file(tmp_path: Path) -> str:
    path = tmp_path / "numbers.json"
    path.write_text('{"type": "array", "items": {"type": "integer"}}', encoding="utf-8")
    return str(path)


def test_a_lark_file_is_known_by_its_suffix(lark_file: str) -> None:
    assert run("check", "--grammar", lark_file, "1+23").exit_code == 0
    explained = run("explain", "--grammar", lark_file, "1+")
    assert explained.exit_code == 0
    assert f"in root > start > sum, {lark_file}:2:1: expected a digit" in explained.stdout
    shown = run("show", "--grammar", lark_file, "--dot")
    assert shown.exit_code == 0
    assert "digraph" in shown.stdout


def test_a_schema_file_is_known_by_its_suffix(schema_file: str) -> None:
    explained = run("explain", "--grammar", schema_file, "[1, x")
    assert explained.exit_code == 1
    assert "in root > array, schema root: expected a digit" in explained.stdout
    assert "array" in run("show", "--grammar", schema_file, "--dot").stdout


def test_an_error_in_a_lark_file_is_shown_in_it(tmp_path: Path) -> None:
    pytest.importorskip("lark", reason="needs pushmask[lark]")
    path = tmp_path / "bad.lark"
    path.write_text('start: "a" nope\n', encoding="utf-8")
    result = run("explain", "--grammar", str(path), "a")
    assert result.exit_code == 2
    assert "nope" in result.stderr
    assert "bad.lark:1:12" in result.stderr
