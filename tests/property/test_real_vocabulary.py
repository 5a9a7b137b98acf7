# SPDX-License-Identifier: Apache-2.0
"""Masks over a real model's 49,152 tokens, against every token tried byte by byte."""

from __future__ import annotations

import random

import pytest

import pushmask
from reference.masks import allowed
from reference.slow_matcher import SlowGrammar

JSON = r"""
root   ::= ws value ws
value  ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws (member (ws "," ws member)*)? ws "}"
member ::= string ws ":" ws value
array  ::= "[" ws (value (ws "," ws value)*)? ws "]"
string ::= "\"" ([^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""
number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [+-]? [0-9]+)?
ws     ::= [ \t\n]*
"""
PERSON = r"""
root ::= "{\"name\": " name ", \"age\": " age ", \"tags\": [" (name (", " name){0,3})? "]}"
name ::= "\"" [^"\\\x00-\x1F]{1,20} "\""
age  ::= [0-9]{1,3}
"""
SUM = """
root ::= sum
sum  ::= sum [+-] term | term
term ::= term [*/] factor | factor
factor ::= [0-9]+ | [a-z] [a-z0-9_]* | "(" " "? sum " "? ")" | "-" factor
"""
CSV = r"""
root  ::= row{3,5}
row   ::= field ("," field){2} "\n"
field ::= [^",\n]* | "\"" ([^"] | "\"\"")* "\""
"""
WORDS = 'root ::= ([A-Z] [a-zé]{0,11} ("," | ";")? " "){2,400} [a-z]{3,9000} "."'
EMOJI = 'root ::= ([☀-➿😀-🙏] [^\\x00-\\x7F]? " "?){1,50} | [¡-ÿ]+ | [一-鿿]{2,6} "。"'
AMBIGUOUS = 'root ::= root root | root "," | [a-z] | "the " | " of"'
PALINDROME = 'root ::= "a" root "a" | "b" root "b" | "(" root ")" | " "?'

PREFIXES = {
    JSON: [
        "",
        " ",
        "{",
        '{"',
        '{"na',
        '{"name"',
        '{"name" :',
        '{"n": "a',
        '{"n": "a\\',
        '{"n": "a\\u0',
        '{"n": "é',
        '{"n": -',
        '{"n": -1',
        '{"n": 1.5e',
        '{"n": [[[',
        '{"n": [[[{}',
        '{"n": [{"a": [1, "x"]}, tr',
        '{"n": {"a": {"b": "c',
        "[1",
        "[1]",
        '"',
        '"x"',
    ],
    PERSON: [
        "",
        '{"na',
        '{"name": "',
        '{"name": "A',
        '{"name": "' + "x" * 13,
        '{"name": "' + "x" * 19,
        '{"name": "' + "x" * 20,
        '{"name": "A", "age": ',
        '{"name": "A", "age": 1',
        '{"name": "A", "age": 123',
        '{"name": "A", "age": 1, "tags": [',
        '{"name": "A", "age": 1, "tags": ["a", "b", "c", "d"',
        '{"name": "A", "age": 1, "tags": ["a", "bc',
    ],
    SUM: ["", "1", "1+", "a*(2", "((((1", "-", "a*(2-b/3)", "x_1"],
    CSV: ["", "a", "a,b,c\n", 'a,"', 'a,"b""c"', "a,b,c\n" * 4 + "x,y,", "a,b,c\n" * 5],
    WORDS: ["", "A", "Hello", "Hello, World; ", "Ab " * 100, "Ab Cd tail", "Ab " * 399 + "Cd"],
    EMOJI: ["", "☀", "☀😀 ", "é", "中", "中文字中文", "中文字中文字"],
    AMBIGUOUS: ["", "a", "the ", "aaa,", "the of"],
    PALINDROME: ["", "aab", "ab((", "ab(ba ab)b"],
}
CASES = [(grammar, prefix) for grammar, prefixes in PREFIXES.items() for prefix in prefixes]
ORACLE_SAMPLE = 150  # of the allowed and of the other tokens each


@pytest.fixture(scope="module")
def compiler(smollm2: pushmask.Vocabulary) -> pushmask.Compiler:
    return pushmask.Compiler(smollm2)


@pytest.fixture(scope="module")
def tokens(smollm2: pushmask.Vocabulary) -> dict[int, bytes]:
    """The ordinary tokens."""
    reserved = {*smollm2.stop_token_ids, *smollm2.special_token_ids}
    return {i: smollm2.token_bytes(i) for i in range(smollm2.size) if i not in reserved}


def test_there_are_at_least_fifty_states() -> None:
    assert len(set(CASES)) >= 50


def tried_byte_by_byte(matcher: pushmask.Matcher, tokens: dict[int, bytes]) -> set[int]:
    """The tokens all of whose bytes the matcher takes one after the other."""
    fits = set()
    trial = matcher.fork()
    for token_id, token in tokens.items():
        if token and all(trial.accept_bytes(token[i : i + 1]) for i in range(len(token))):
            fits.add(token_id)
        trial.rollback(trial.num_tokens - matcher.num_tokens)
    return fits


@pytest.mark.parametrize(("grammar", "prefix"), CASES)
def test_the_mask_is_every_token_tried_byte_by_byte(
    grammar: str,
    prefix: str,
    compiler: pushmask.Compiler,
    smollm2: pushmask.Vocabulary,
    tokens: dict[int, bytes],
) -> None:
    matcher = compiler.compile(pushmask.Grammar.from_ebnf(grammar)).matcher()
    assert matcher.accept_bytes(prefix.encode())
    tried = tried_byte_by_byte(matcher, tokens)
    stop = set(smollm2.stop_token_ids) if matcher.can_stop else set()
    assert allowed(matcher, smollm2) == tried | stop

    slow = SlowGrammar(grammar).start().feed(prefix.encode())
    assert slow is not None
    assert slow.can_stop == matcher.can_stop
    chooser = random.Random(prefix)
    sample: list[int] = []
    for population in (sorted(tried), sorted(tokens.keys() - tried)):
        sample += chooser.sample(population, min(ORACLE_SAMPLE, len(population)))
    assert {t for t in sample if slow.feed(tokens[t]) is not None} == tried.intersection(sample)
