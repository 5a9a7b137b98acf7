# SPDX-License-Identifier: Apache-2.0
"""References to tokens: masks against the oracle, which reads each set as a private character."""

from __future__ import annotations

import random

import pytest

import pushmask
from reference.masks import allowed
from reference.slow_matcher import SlowGrammar, SlowMatcher

TOKENS = [
    *(b"a", b"b", b"ab", b"<", b">", b"<x>", b"ba", b"\xc3", b"\xa9", b"\xc3\xa9", b"\xff"),
    *(b"\xff\x00", b"\xff\x00\x00", b"\x00", b"", b"<x>", b"<y>", b"[Z]", b"<y>", b"</s>"),
]
X, Y, Z, Y2, STOP = 15, 16, 17, 18, 19
SPECIAL = {X, Y, Z, Y2}
NAMED = {i for i, token in enumerate(TOKENS) if token and i != STOP}

# A grammar with {0}, {1}, ... for sets; each set as it is written, and its tokens.
CASES = [
    ("root ::= {0} [ab]* {0}", [("<x>", {X})]),
    ("root ::= {0} {1}* {2}", [("<x>", {X}), ("!<x>", NAMED - {X}), ("<y>", {Y, Y2})]),
    ('root ::= ("a" {0} | "ab" | {1} "b")*', [("<[15, 17]>", {X, Z}), ("<[0-2]>", {0, 1, 2})]),
    ('root ::= {0}{{2,3}} "<x>"', [('%tokens {{ "[Z]" <x> }}', {X, Z})]),
    ('root ::= x "a" | x "b"\nx ::= {0} x | {1}', [("<y>", {Y, Y2}), ("<[5]>", {5})]),
    (
        'root ::= {0} root {1} | "a"',
        [("<x>", {X}), ("!%tokens {{ <x> <[0-1]> }}", NAMED - {X, 0, 1})],
    ),
    ("root ::= [ab<>é] {0} [ab<>é]", [("!<[0]>", NAMED - {0})]),
    (
        'root ::= %members {{ %separator {0} %item {1} "a" %rest [b] }}',
        [("<x>", {X}), ("<y>", {Y, Y2})],
    ),
]


def step(states: list[SlowMatcher], token: int, sets: list[set[int]]) -> list[SlowMatcher]:
    ways = [chr(0xE000 + i).encode() for i, tokens in enumerate(sets) if token in tokens]
    if token not in SPECIAL | {STOP} and TOKENS[token]:
        ways.append(TOKENS[token])
    return [after for state in states for way in ways if (after := state.feed(way)) is not None]


@pytest.mark.parametrize(("text", "sets"), CASES)
def test_masks_are_those_of_the_oracle(text: str, sets: list[tuple[str, set[int]]]) -> None:
    grammar = pushmask.Grammar.from_ebnf(text.format(*(s[0].format() for s in sets)))
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[*SPECIAL])
    compiler = pushmask.Compiler(vocabulary)
    compiled = compiler.compile(grammar)
    again = compiler.compile(pushmask.Grammar.from_ebnf(grammar.to_ebnf()))
    private = text.format(*(f'"{chr(0xE000 + i)}"' for i in range(len(sets))))
    if "%members" in text:
        private = 'root ::= i | i "{0}" m | m "{0}" i | m "{0}" i "{0}" m | m | ""\n'.format(
            chr(0xE000)
        )
        private += f'i ::= "{chr(0xE001)}a"\nm ::= "b" ("{chr(0xE000)}" "b")*'
    token_sets = [tokens for _, tokens in sets]
    for seed in range(12):
        chooser = random.Random(seed)
        matchers = [c.matcher() for c in (compiled, again)]
        states = [SlowGrammar(private).start()]
        for _ in range(8):
            want = {i for i in range(len(TOKENS)) if i != STOP and step(states, i, token_sets)}
            if any(state.can_stop for state in states):
                want.add(STOP)
            for matcher in matchers:
                assert allowed(matcher, vocabulary) == want
                forced = matcher.forced_token()
                assert forced == (next(iter(want)) if len(want) == 1 else None)
                assert not any(byte >= 0xF8 for byte in matcher.next_bytes())
                refused = matcher.fork()
                assert not any(refused.accept_token(i) for i in set(range(len(TOKENS))) - want)
            if not (choices := sorted(want - {STOP})):
                break
            token = chooser.choice(choices)
            states = step(states, token, token_sets)
            for matcher in matchers:
                fork = matcher.fork()
                assert fork.validate_tokens([token]) == 1
                assert matcher.accept_token(token)
                matcher.rollback(1)
                assert matcher.accept_token(token)


MARKS = [
    # The text in a mark; the same with private characters @X, @Y, @Z for tokens.
    ('%mark "<x>"', '("<x>" | @X)'),
    ('[ab]* %mark "a<x>b" [ab]*', '[ab]* "a" ("<x>" | @X) "b" [ab]*'),
    ('%mark "<x><y>" "a"', '("<x>" | @X) ("<y>" | @Y) "a"'),
    ('("a" %mark "[Z]")* %mark "<x"', '("a" ("[Z]" | @Z))* "<x"'),
    ('x\nx ::= %mark "<y>" x %mark "<x>" | "a"', 'x\nx ::= ("<y>" | @Y) x ("<x>" | @X) | "a"'),
    ('%mark "" "ab" %mark "b"', '"ab" "b"'),
]
PRIVATE = {"X": {X}, "Y": {Y, Y2}, "Z": {Z}}


@pytest.mark.parametrize(("text", "meaning"), MARKS)
@pytest.mark.parametrize("special", [True, False])
def test_a_mark_is_its_text_or_special_tokens(text: str, meaning: str, special: bool) -> None:
    tokens = [b"" if i in SPECIAL and not special else token for i, token in enumerate(TOKENS)]
    vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[STOP], special_token_ids=[*SPECIAL])
    compiler = pushmask.Compiler(vocabulary)
    grammar = pushmask.Grammar.from_ebnf(f"root ::= {text}")
    compiled = [compiler.compile(g) for g in (grammar, grammar.from_ebnf(grammar.to_ebnf()))]
    for i, name in enumerate(PRIVATE):
        meaning = meaning.replace(f"@{name}", f'"{chr(0xE000 + i)}"')
    sets = [named if special else set() for named in PRIVATE.values()]
    for seed in range(12):
        chooser = random.Random(seed)
        matchers = [c.matcher() for c in compiled]
        states = [SlowGrammar(f"root ::= {meaning}").start()]
        for _ in range(8):
            want = {i for i in range(len(TOKENS)) if i != STOP and step(states, i, sets)}
            want |= {STOP} if any(state.can_stop for state in states) else set()
            assert [allowed(matcher, vocabulary) for matcher in matchers] == [want, want]
            if not (choices := sorted(want - {STOP})):
                break
            token = chooser.choice(choices)
            states = step(states, token, sets)
            assert all(matcher.accept_token(token) for matcher in matchers)


def test_a_stop_token_is_a_mark_where_the_text_may_end_behind_it() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"<", b"e>", b"</s>", b"<e>"], stop_token_ids=[3, 4])
    grammar = pushmask.Grammar.from_ebnf('root ::= "a" %mark "<e>" ("a" %mark "<e>")?')
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    assert allowed(matcher, vocabulary) == {0}
    assert matcher.validate_tokens([0, 4]) == 2
    assert matcher.validate_tokens([0, 3]) == 1
    assert matcher.accept_token(0)
    assert allowed(matcher, vocabulary) == {1, 4}
    assert not matcher.can_stop
    assert not matcher.accept_token(3)
    fork = matcher.fork()
    assert fork.accept_token(4)
    assert fork.is_stopped
    fork.rollback(1)
    assert matcher.accept_tokens([1, 2]) == 2
    assert allowed(matcher, vocabulary) == {0, 3, 4}


def test_a_stop_token_is_no_mark_where_more_text_must_come() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"<", b"e>", b"<e>"], stop_token_ids=[3])
    grammar = pushmask.Grammar.from_ebnf('root ::= "a" %mark "<e>" "a"')
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    assert matcher.accept_token(0)
    assert allowed(matcher, vocabulary) == {1}
    assert not matcher.accept_token(3)
    assert matcher.accept_bytes(b"<e>a")


def test_a_mark_is_forced_text_unless_a_token_may_stand_there() -> None:
    tokens = [b"a", b"<", b"e>", b"<e>", b"</s>"]
    grammar = pushmask.Grammar.from_ebnf('root ::= "a" %mark "<e>"')
    for special, forced in (([], b"a<e>"), ([3], b"a")):
        vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[4], special_token_ids=special)
        matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
        assert matcher.jump_forward() == forced


def test_any_token_is_no_stop_token() -> None:
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[*SPECIAL])
    grammar = pushmask.Grammar.from_ebnf("root ::= !%tokens {}")
    grammar = pushmask.Grammar.from_ebnf(grammar.to_ebnf())
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    assert allowed(matcher, vocabulary) == NAMED


def test_a_reference_is_not_text() -> None:
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[*SPECIAL])
    grammar = pushmask.Grammar.from_ebnf('root ::= "ab" <x> "ba"')
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    assert matcher.jump_forward() == b"ab"
    assert not matcher.accept_bytes(b"ab<x>")
    assert not matcher.accept_bytes(b"ab\xff\x00\x00")
    assert matcher.accept_bytes(b"ab")
    assert matcher.jump_forward() == b""
    assert matcher.forced_token() == X
    assert matcher.accept_token(X)
    assert matcher.jump_forward() == b"ba"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("<nope>", "1:14: the vocabulary has no token '<nope>'"),
        ("<[20]>", "1:16: the vocabulary has no token 20"),
        ("</s>", "1:14: the token 19 is a stop token"),
    ],
)
def test_tokens_that_the_vocabulary_has_not_are_refused(reference: str, message: str) -> None:
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[*SPECIAL])
    grammar = pushmask.Grammar.from_ebnf(f'root ::= "a" {reference}')
    with pytest.raises(pushmask.GrammarError) as error:
        pushmask.Compiler(vocabulary).compile(grammar)
    assert message in str(error.value)
