# SPDX-License-Identifier: Apache-2.0
"""`Grammar.from_ebnf(g.to_ebnf())` is `g` again: the same masks, and the same text."""

from __future__ import annotations

import json
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

import pushmask
from conftest import SHARED
from property.schema_keywords import FAMILIES, SchemaMaker
from property.strategies import CHARACTERS, FAMOUS, PIECES, random_grammars
from property.test_printed_form import REGEXES, SCHEMAS, STOP, TOKENS
from reference.masks import allowed

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = SHARED / "maskbench-dev.tar.xz"
NUM_SCHEMAS = 40  # of each family of keywords
NUM_FILES = 60
MAX_FILE = 20_000  # bytes of a schema
STEPS = 12
ROUNDS = 3

# What only the dialect's additions can say.
ADDITIONS = [
    'root ::= "\\"" %json { [a"é]{1,3} & ~"aa" } "\\"" | "1" %json_any { "ab" | "\\\\" }',
    'root ::= [a-c]{2,4} & ~("ab" | "abc")',
    "root ::= word & ~word2 & .{3,}\nword ::= [ab]+\nword2 ::= [a]+",
    'root ::= ~("a" .*) "," ~(~"b")',
    'root ::= "a" | %nothing',
    "root ::= %bytes { C3 } %bytes { A9 } | [é]",
    "root ::= %automaton { 0: [ab] -> 1; 1!: [^ab] -> 0 [a] -> 1 }+",
    """root ::= "{" %members {
      %count {1,3}
      %separator ", "
      %ordered %required "a"
      %ordered "b"
      %item %required "c"
      %item "1"
      %rest "x" | "y"
      %if 0 1 %then 3
      %if 1 2 3 %never } "}" """,
    'root ::= %members { %separator "," %key [ab]+ %rest ":" root | "" }',
    'root ::= %members { %separator "," %key "a" [ab]* %rest ":" %key [ac]+ %rest "=" }',
    """root ::= %members { %separator "," %item %required %nothing %item "c"
                         %key [ab]+ %rest ":" %key "a" [ab]* %rest "=" %as 0 }""",
    'root ::= %members { %separator "," %item %members { %separator ";" %rest [a] } "b" }',
    'root ::= x "." y\nx[stop="ab", max_chars=4] ::= [abc]*\ny[lazy] ::= [ab]* "a"',
    'root ::= "<" x x\nx[temperature=0.5, suffix="-", max_chars=3] ::= [ab]*',
    'root[temperature=1] ::= x | "(" root ")"\nx[temperature=0] ::= "a"',
    'root ::= x x\nx[capture="é \\"x\\"", max_tokens=2, temperature=1e-7, stop="ab"] ::= [ab]*',
    'root[capture] ::= x | "(" root ")"\nx[max_tokens=1] ::= [ab]*',
    'root[suffix="aa", max_chars=30] ::= ("a" | "b")*',
    '%let x ::= [ab]{3} "-"\n%let y ::= x x\nroot ::= y | x & ~"aab-"',
]


def own_grammars() -> Iterator[pushmask.Grammar]:
    for schema in SCHEMAS.values():
        for whitespace in ("compact", "flexible", "indented"):
            yield pushmask.Grammar.from_json_schema(schema, whitespace=whitespace)
        yield pushmask.Grammar.from_json_schema(schema, property_order="any")
    yield from map(pushmask.Grammar.from_regex, REGEXES)
    yield from map(pushmask.Grammar.from_ebnf, [*FAMOUS, *ADDITIONS])
    for path in sorted((ROOT / "grammars").glob("*.ebnf")):
        yield pushmask.Grammar.from_ebnf(path.read_text(encoding="utf-8"))
    chooser = random.Random(5)
    compiler = pushmask.Compiler(pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP]))
    for family in FAMILIES:
        for _ in range(NUM_SCHEMAS):
            try:
                grammar = pushmask.Grammar.from_json_schema(SchemaMaker(chooser, family).root())
                compiler.compile(grammar)
            except pushmask.Error:  # refused, or it matches nothing
                continue
            yield grammar


def written_schemas() -> Iterator[pushmask.Grammar]:
    """Those of a few MaskBench files, always the same."""
    with tarfile.open(ARCHIVE) as archive:
        members = [m for m in archive.getmembers() if m.name.endswith(".json")]
        members.sort(key=lambda member: member.name)
        for member in random.Random(3).sample(members, NUM_FILES):
            data = archive.extractfile(member)
            assert data is not None
            schema = json.dumps(json.loads(data.read())["schema"])
            try:
                if len(schema) < MAX_FILE:
                    yield pushmask.Grammar.from_json_schema(schema, formats="annotate")
            except pushmask.Error:
                continue


def assert_same_masks(
    one: pushmask.Grammar, other: pushmask.Grammar, tokens: list[bytes], stop: int
) -> None:
    vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[stop])
    compiler = pushmask.Compiler(vocabulary)
    compiled = [compiler.compile(grammar) for grammar in (one, other)]
    chooser = random.Random(7)
    for _ in range(ROUNDS):
        matchers = [c.matcher() for c in compiled]
        for _ in range(STEPS):
            want, found = (allowed(matcher, vocabulary) for matcher in matchers)
            assert found == want
            if not (choices := sorted(want - {stop})):
                break
            token = chooser.choice(choices)
            assert all(matcher.accept_token(token) for matcher in matchers)


def assert_round_trip(grammar: pushmask.Grammar, tokens: list[bytes], stop: int) -> None:
    text = grammar.to_ebnf()
    again = pushmask.Grammar.from_ebnf(text)
    assert again.to_ebnf() == text
    assert_same_masks(grammar, again, tokens, stop)


def test_grammars_of_every_front_end_read_back() -> None:
    grammars = list(own_grammars())
    assert len(grammars) >= 200
    for grammar in grammars:
        assert_round_trip(grammar, TOKENS, STOP)


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"needs {ARCHIVE.name}; set PUSHMASK_SHARED")
def test_schemas_that_people_wrote_read_back() -> None:
    grammars = list(written_schemas())
    assert len(grammars) > NUM_FILES // 2
    for grammar in grammars:
        assert_round_trip(grammar, TOKENS, STOP)


@settings(max_examples=60)
@given(random_grammars())
def test_random_grammars_read_back(text: str) -> None:
    try:
        grammar = pushmask.Grammar.from_ebnf(text)
    except pushmask.EmptyLanguageError:
        return
    assert_round_trip(grammar, [*PIECES, b"</s>"], len(PIECES))


def test_the_root_is_called_root() -> None:
    text = 'start ::= "a" root | "c"\nroot ::= "b" start | e1\ne1 ::= "c"'
    grammar = pushmask.Grammar.from_ebnf(text, root="start")
    assert grammar.to_ebnf() == (
        'root ::= "a" root-2 | "c"\nroot-2 ::= "b" root | e1\ne1 ::= "c"\n'
    )


def test_every_character_reads_back() -> None:
    literal = "".join(CHARACTERS) + "[^]-~'\\t\\r" + "ßж字\u202e\u0301\x7f\ufeff"
    text = f'root ::= "{literal}" [\\]\\[\\-\\\\^ß-ж\u202e] [^\\n"]\n'
    grammar = pushmask.Grammar.from_ebnf(text)
    again = pushmask.Grammar.from_ebnf(grammar.to_ebnf())
    assert str(again) == str(grammar)
    assert "\u202e" not in grammar.to_ebnf()


def test_shared_expressions_are_written_once() -> None:
    # Each rule of 2^60 letters would be twice the one before.
    rules = [f'%let x{i} ::= x{i - 1} "-" x{i - 1} | "b"' for i in range(1, 60)]
    text = "\n".join(['%let x0 ::= "abc" | "def"', *rules, "root ::= x59", ""])
    printed = pushmask.Grammar.from_ebnf(text).to_ebnf()
    assert len(printed) < 2 * len(text)
    assert pushmask.Grammar.from_ebnf(printed).to_ebnf() == printed


def test_expressions_may_nest_deeper_than_a_text_can() -> None:
    body = '"a"'
    for _ in range(240):
        body = f'("x" {body})?'
    lets = ["%let x0 ::= " + body]
    lets += [f"%let x{i} ::= " + body.replace('"a"', f"x{i - 1}") for i in range(1, 10)]
    grammar = pushmask.Grammar.from_ebnf("\n".join([*lets, "root ::= x9"]))
    printed = grammar.to_ebnf()
    assert pushmask.Grammar.from_ebnf(printed).to_ebnf() == printed
