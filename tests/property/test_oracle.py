# SPDX-License-Identifier: Apache-2.0
"""The oracle itself, against `re` and lark's Earley parser."""

from __future__ import annotations

import itertools
import re

import lark
import pytest

from reference.slow_matcher import EMPTY, ENCODED, NOTHING, SlowGrammar, character_class, step


def texts(alphabet: str, length: int) -> list[str]:
    return ["".join(t) for n in range(length + 1) for t in itertools.product(alphabet, repeat=n)]


def sentences(text: str, alphabet: str, length: int) -> set[str]:
    """The sentences up to a length, found by trying every character after every live prefix."""
    found = set()
    todo = [("", SlowGrammar(text).start())]
    while todo:
        prefix, matcher = todo.pop()
        if matcher.can_stop:
            found.add(prefix)
        for char in alphabet if len(prefix) < length else "":
            if after := matcher.feed(char.encode()):
                todo.append((prefix + char, after))
    return found


@pytest.mark.parametrize(
    ("ebnf", "pattern"),
    [
        ('"a"{2,3} ("b" | "aé")*', "a{2,3}(?:b|aé)*"),
        ('("a"? "b"?){2} "é"', "(?:a?b?){2}é"),
        ('(("a" | "b"){1,2} "é"){0,2}', "(?:[ab]{1,2}é){0,2}"),
        ('[^a]* "a" [^b]{2,}', "[^a]*a[^b]{2,}"),
        ('("ab" & [ab]*) | ([ab]{3} & !((("a" | "b")* "ab")))', "ab|(?!.*ab$)[ab]{3}"),
        ('!(([ab]* "é" [ab]*))', "(?![ab]*é[ab]*$).*"),
    ],
)
def test_regular_expressions_match_what_re_matches(ebnf: str, pattern: str) -> None:
    matches = {t for t in texts("abé", 5) if re.fullmatch(pattern, t)}
    assert sentences(f"root ::= {ebnf}", "abé", 5) == matches


def is_distinct(members: list[str], key: str, after: str = "") -> bool:
    keys = [m.removesuffix(after) for m in members if m.endswith(after)]
    keys = [k for k in keys if re.fullmatch(key, k)]
    return len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("group", "key", "after", "low", "high"),
    [
        ('<members "c"; *("a" | "b" | "ab") : "">', "a|b|ab", "", 0, 9),
        ('<members{2,3} "c"; *[ab]+ : "d">', "[ab]+", "d", 2, 3),
        ('<members{2,} "c"; "d"; *([ab] | "aa") : "">', "[ab]|aa", "", 2, 9),
        ('<members{5,} "c"; "d"; *("a" | "b" | "aa") : "">', "[ab]|aa", "", 5, 9),
    ],
)
def test_keys_differ(group: str, key: str, after: str, low: int, high: int) -> None:
    def is_group(text: str) -> bool:
        members = text.split("c") if text else []
        item = "d" if '; "d"' in group else "nothing"
        fits = all(re.fullmatch(f"(?:{key}){after}|{item}", m) for m in members)
        bounds = low <= len(members) <= high
        return fits and bounds and members.count(item) <= 1 and is_distinct(members, key, after)

    length = 7
    expected = {t for t in texts("abcd", length) if is_group(t)}
    assert sentences(f"root ::= {group}", "abcd", length) == expected


def test_a_key_goes_on_only_if_it_can_still_differ() -> None:
    matcher = SlowGrammar('root ::= <members "c"; *("a" | "ab" | "ba") : "">').start()
    for text, following in [("a", b"bc"), ("c", b"ab"), ("b", b"a"), ("ac", b"a"), ("a", b"b")]:
        matcher = matcher.feed(text.encode())
        assert matcher is not None
        assert matcher.next_bytes() == following
    matcher = matcher.feed(b"b")
    assert matcher is not None
    assert matcher.next_bytes() == b""
    assert matcher.can_stop


@pytest.mark.parametrize(
    ("ebnf", "earley"),
    [
        ('root ::= root root | "a"', 'start: start start | "a"'),
        (
            'root ::= x "b" | "a"\nx ::= root "c" | x "c"?',
            'start: x "b" | "a"\nx: start "c" | x "c"?',
        ),
        (
            'root ::= e\ne ::= e "b" t | t\nt ::= "a" | "c" e "c"',
            'start: e\ne: e "b" t | t\nt: "a" | "c" e "c"',
        ),
        ('root ::= "a" root "a" | "b"?', 'start: "a" start "a" | "b"?'),
        ('root ::= x root "b" | "a"\nx ::= "c"?', 'start: x start "b" | "a"\nx: "c"?'),
        (
            'root ::= <members "c"; "a"!; "b">',
            'start: "a" | "a" "c" "b" | "b" "c" "a"',
        ),
        (
            'root ::= <members "c"; "a"; *"b">',
            'start: | (b "c")* "a" ("c" b)* | b ("c" b)*\nb: "b"',
        ),
        (
            'root ::= <members+ "c"; "a"; *"b">',
            'start: (b "c")* "a" ("c" b)* | b ("c" b)*\nb: "b"',
        ),
        (
            'root ::= <members{2,} "c"; ^"a"; ^"b"!; *"a">',
            'start: "a" "c" "b" ("c" "a")* | "b" ("c" "a")+',
        ),
        (
            'root ::= <members{0,2} "c"; "a"; "b"; "aa"; :0 :1; :1 2 :>',
            'start: | "b" | "aa" | "a" "c" "b" | "b" "c" "a"',
        ),
    ],
)
def test_recursive_grammars_match_what_lark_matches(ebnf: str, earley: str) -> None:
    parser = lark.Lark(earley, parser="earley", lexer="dynamic_complete")

    def parses(text: str) -> bool:
        try:
            parser.parse(text)
        except lark.exceptions.LarkError:
            return False
        return True

    assert sentences(ebnf, "abc", 5) == {t for t in texts("abc", 5) if parses(t)}


def test_a_prefix_is_alive_exactly_if_a_sentence_begins_so() -> None:
    grammar = 'root ::= x | "ab" x "c"\nx ::= "a" x y | "b" "c"?\ny ::= "c" y'
    found = sentences(grammar, "abc", 7)
    assert found == {"b", "bc", "abbc", "abbcc"}
    for text in texts("abc", 4):
        alive = SlowGrammar(grammar).start().feed(text.encode()) is not None
        assert alive == any(s.startswith(text) for s in found), text


@pytest.mark.parametrize(
    "ebnf", ['"a" root', 'root | root "a"', '"a" ([a-c] & [d-f])', '"a" x\nx ::= root x']
)
def test_a_grammar_without_a_sentence_is_seen(ebnf: str) -> None:
    assert SlowGrammar(f"root ::= {ebnf}").matches_nothing


@pytest.mark.parametrize(
    "text", ["a-zé-ʀx", "\u07ff-\u0801", "\ud7ff-\ue000", "\ufffe-\U00010001", "^\x00-\U0010fff0"]
)
def test_a_class_steps_through_exactly_its_characters(text: str) -> None:
    members = {c.encode() for c in re.findall(f"[{text}]", b"".join(ENCODED).decode())}
    found = set()
    todo = [(b"", character_class(text))]
    while todo:
        begun, rest = todo.pop()
        for byte in range(256):
            after = step(rest, byte)
            if after == EMPTY:
                found.add(begun + bytes([byte]))
            elif after != NOTHING:
                todo.append((begun + bytes([byte]), after))
    assert found == members
