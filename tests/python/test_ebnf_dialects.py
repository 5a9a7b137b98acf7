# SPDX-License-Identifier: Apache-2.0
"""`Grammar.from_ebnf`: the dialects, and what ours adds to GBNF, by texts."""

from __future__ import annotations

import pytest

import pushmask
from reference.masks import accepts

# (grammar, texts it matches, texts it does not)
Case = tuple[str, list[str], list[str]]

GBNF: list[Case] = [
    ('root ::= [a-c]+ & ~("ab" | "c")', ["a", "abc", "cc"], ["ab", "c", "", "d"]),
    ('root ::= "a" [a-z]* & [a-z]* "z" | "0"', ["az", "abz", "0"], ["a", "z", "a0z"]),
    # A rule stands for its expression there, and a quantifier belongs to what ~ takes.
    ('root ::= word & ~keyword\nword ::= [a-z]+\nkeyword ::= "if" | "do"', ["i", "iff"], ["if"]),
    ("root ::= ~[ab]*", ["c", "abc", "é"], ["", "a", "ab"]),
    ('root ::= (~"a"){2}', ["", "aa", "ab"], ["a"]),
    ('root ::= ~~"a"', ["a"], ["", "b"]),
    ('root ::= "a" | %nothing', ["a"], [""]),
    ("root ::= %bytes { C3 a9 }", ["é"], ["Ã", "e"]),
    ("root ::= %automaton { 0!: [a] -> 1; 1: [^a] -> 0 }", ["", "ab", "abaé"], ["a", "aa"]),
    ('%let x ::= "a" | "b"\n%let y ::= x x\nroot ::= y y', ["abab", "bbaa"], ["ab", "xx"]),
    ('%let x ::= "(" root ")"\nroot ::= x | "-"', ["-", "((-))"], ["()"]),
    (
        (
            'root ::= %members { %separator "," %ordered %required "a" %ordered "b" %item "c"\n'
            "  %rest [0-9] # digits\n  %count {2,3} %if 2 %then 1 }"
        ),
        ["a,b", "a,1", "a,b,c", "a,1,1"],
        ["a", "b,a", "a,c", "1,a", "a,b,c,1", "a,a"],
    ),
    (
        'root ::= "{" %members { %separator ", " %key [ab]{1,2} %rest "=" [0-9] } "}"',
        ["{}", "{a=1}", "{a=1, b=1, ab=2}"],
        ["{a=1, a=2}", "{a}", "{a=1,b=1}"],
    ),
]

W3C: list[Case] = [
    ("root ::= 'a' \"b\" | \"'\" '\"'", ["ab", "'\""], ["a"]),
    ("root = a\n  b\na : 'x'\nb ::= 'y'", ["xy"], ["x"]),
    ("root = a ; a = 'x' ;", ["x"], [""]),
    ("root ::= #x41 #x1F600 [#x61-#x63#xE9]", ["A😀b", "A😀é"], ["A😀A"]),
    ("root ::= [^\\\\]+", ["n"], ["\\"]),
    ("root ::= '\\n'", ["\\n"], ["\n"]),
    ("/* x */ root /* y */ ::= (* z *) 'a'", ["a"], []),
    ("root ::= ('a' - 'b')? [a-z]* - ('x' | 'yy')", ["a", "ab", "xx"], []),
    ("root ::= [a-z]+ - 'if' - 'do'", ["i", "iff"], ["if", "do"]),
    (
        (
            "[1] root ::= S? name [ wfc: a Constraint ]\n"
            "[2]  S    ::= #x20+ /* space */\n"
            "[2a] name ::= ([a-z] - 'x')+\n  [01]?\n"
        ),
        ["  ab", "a1"],
        ["", "x", "a2"],
    ),
    # A class of digits at the start of a line is no number of a rule.
    ("root ::= x\n [01]\nx ::= 'x'", ["x0", "x1"], ["x"]),
    (
        "root ::= '<!--' ((c - '-') | ('-' (c - '-')))* '-->'\nc ::= [#x20-#x7E]",
        ["<!---->", "<!-- a-b -->"],
        ["<!-- -- -->", "<!--->"],
    ),
]

ISO: list[Case] = [
    ('root = "a", { "b" }, [ "c" ] ;', ["a", "abbc", "ac"], ["", "acc"]),
    ("root = ( 'a' | \"b\" ), 3 * 'c' ;", ["accc"], ["acc"]),
    ("root = long name , b .\nlong name = 'x' ;\nb = 'y' .", ["xy"], ["x"]),
    ("root = { x } - ; x = 'a' | 'b' ;", ["a", "ab"], [""]),
    ("root = letter - vowel ; letter = 'a' | 'b' | 'c' ; vowel = 'a' ;", ["b", "c"], ["a"]),
    ("(* a\n comment *) root = 'a' (* ; *) ;", ["a"], []),
    ("root = [ 'a' ] , #x42 | ;", ["aB", "B", ""], ["a"]),
    ("root : '' ;", [""], ["a"]),
]

CASES = [
    *(("gbnf", *case) for case in GBNF),
    *(("w3c", *case) for case in W3C),
    *(("iso", *case) for case in ISO),
]


@pytest.mark.parametrize(("dialect", "text", "good", "bad"), CASES)
def test_the_texts_that_a_grammar_matches(
    dialect: str,
    text: str,
    good: list[str],
    bad: list[str],
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    grammar = pushmask.Grammar.from_ebnf(text, dialect=dialect)  # type: ignore[arg-type]
    compiler = pushmask.Compiler(byte_vocabulary)
    for read in (grammar, pushmask.Grammar.from_ebnf(grammar.to_ebnf())):
        compiled = compiler.compile(read)
        assert [t for t in good if not accepts(compiled, t)] == []
        assert [t for t in bad if accepts(compiled, t)] == []


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(ValueError, match="dialect is one of 'gbnf', 'w3c', 'iso', not 'abnf'"):
        pushmask.Grammar.from_ebnf('root ::= "a"', dialect="abnf")  # type: ignore[arg-type]


def test_operators_take_regular_languages_only() -> None:
    nested = 'root ::= ~pair\npair ::= "(" pair ")" | ""'
    with pytest.raises(pushmask.UnsupportedError, match="2:14: the recursive rule 'pair'"):
        pushmask.Grammar.from_ebnf(nested)
    group = 'root ::= "a" & %members { %separator "," %item "a" }'
    with pytest.raises(pushmask.UnsupportedError, match="a member group"):
        pushmask.Grammar.from_ebnf(group)


def test_rules_that_name_each_other_without_end_meet_a_limit() -> None:
    rules = [f'r{i} ::= ("a" r{i + 1})?' for i in range(20_000)]
    text = "\n".join(["root ::= ~r0", *rules, 'r20000 ::= "b"'])
    with pytest.raises(pushmask.LimitError) as error:
        pushmask.Grammar.from_ebnf(text)
    assert error.value.limit == "max_depth"


@pytest.mark.parametrize(
    "members",
    [
        '%separator "," %item ""',
        '%separator "," %rest [a]*',
        '%separator " "? %rest [a]',
        '%separator "," %item x',
        '%separator "," %key [a]* %rest ":"',
    ],
)
def test_members_must_not_be_empty(members: str, byte_vocabulary: pushmask.Vocabulary) -> None:
    grammar = pushmask.Grammar.from_ebnf(f'root ::= %members {{ {members} %item "b" }}\nx ::= "a"?')
    with pytest.raises(pushmask.UnsupportedError, match="can be the empty text"):
        pushmask.Compiler(byte_vocabulary).compile(grammar)
