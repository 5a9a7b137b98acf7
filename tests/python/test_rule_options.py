# SPDX-License-Identifier: Apache-2.0
"""Options beside a rule that change its language, against what docs/reference/ebnf.md says.

The bodies are finite languages, so that a definition can be tried on every text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest

import pushmask
from reference.masks import accepts, allowed, compile_ebnf

MAX_LENGTH = 6
TOKENS = [
    b"a",
    b"b",
    b"ab",
    b"ba",
    b"aab",
    b"bb",
    b"abab",
    b"\xc3",
    b"\xa9",
    "é".encode(),
    b"b\xc3",
]
TOKENS += [b"\xa9a", b"aa", b"</s>"]
STOP = len(TOKENS) - 1
BODIES = ["[abé]{0,6}", "(ab|é|a){0,3}", "a{0,2}b[ab]{0,3}", "[ab]{0,4}ba", "(a|b|ab)(a|bé)?"]
STOPS = ["b", "ab", "aa", "aba", "é"]


def texts() -> Iterator[str]:
    for length in range(MAX_LENGTH + 1):
        yield from map("".join, itertools.product("abé", repeat=length))


def matched(body: str) -> set[str]:
    return {text for text in texts() if re.fullmatch(body, text)}


def first_only(language: set[str]) -> set[str]:
    """Those that have no other one at their beginning."""
    return {t for t in language if not any(t[:i] in language for i in range(len(t)))}


def lazy(language: set[str]) -> set[str]:
    return first_only(language)


def suffix(stop: str, language: set[str]) -> set[str]:
    return first_only({text + stop for text in language})


def before(stop: str, language: set[str]) -> set[str]:
    return {text.removesuffix(stop) for text in suffix(stop, language)}


def bounded(most: int, language: set[str]) -> set[str]:
    return {text for text in language if len(text) <= most}


Change = Callable[[set[str]], set[str]]
OPTIONS: list[tuple[str, Change]] = [
    ("lazy", lazy),
    *((f"max_chars={most}", partial(bounded, most)) for most in (0, 1, 4, 20)),
    *((f'stop="{stop}"', partial(before, stop)) for stop in STOPS),
    *((f'suffix="{stop}"', partial(suffix, stop)) for stop in STOPS),
    ('stop="ab", max_chars=2', lambda language: bounded(2, before("ab", language))),
    ("max_chars = 3,\n lazy", lambda language: bounded(3, lazy(language))),
    (
        'suffix="ab", max_chars=2',
        lambda language: {text for text in suffix("ab", language) if len(text) <= 4},
    ),
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(("option", "change"), OPTIONS, ids=[option for option, _ in OPTIONS])
def test_masks_lead_to_the_texts_of_the_definition_and_to_no_others(
    option: str, change: Change, body: str
) -> None:
    language = {text.encode() for text in change(matched(body))}
    grammar = f"root[{option}] ::= /{body}/"
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP])
    if not language:
        with pytest.raises(pushmask.EmptyLanguageError):
            compile_ebnf(grammar, vocabulary)
        return
    compiled = compile_ebnf(grammar, vocabulary)
    work = [(compiled.matcher(), b"")]
    seen = {b""}
    beginnings = {text[:i] for text in language for i in range(len(text) + 1)}
    while work:
        matcher, text = work.pop()
        want = {i for i in range(STOP) if text + TOKENS[i] in beginnings}
        want |= {STOP} if text in language else set()
        assert allowed(matcher, vocabulary) == want, text
        for token in want - {STOP}:
            if text + TOKENS[token] not in seen:
                seen.add(text + TOKENS[token])
                work.append((matcher.fork(), text + TOKENS[token]))
                assert work[-1][0].accept_token(token)


def test_a_long_bound_costs_no_states(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf("root[max_chars=1000000] ::= [a-zé]*", byte_vocabulary)
    assert accepts(compiled, "é" * 1_000_000)
    assert not accepts(compiled, "é" * 1_000_001)


def test_rules_inside_of_a_rule_with_options_keep_their_own(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    compiled = compile_ebnf(
        'root[max_chars=5] ::= word* "!"\nword[lazy] ::= [ab]+ "-"', byte_vocabulary
    )
    assert accepts(compiled, "a-b-!")
    assert not accepts(compiled, "a-b-a-!")


def test_what_follows_a_stop_is_the_grammars(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf('root ::= text "END" [0-9]\ntext[stop="END"] ::= .*', byte_vocabulary)
    assert accepts(compiled, "some END1")
    assert not accepts(compiled, "some END1END1")


@pytest.mark.parametrize("dialect", ["w3c", "iso"])
def test_other_dialects_have_no_options(dialect: str) -> None:
    with pytest.raises(pushmask.GrammarSyntaxError):
        pushmask.Grammar.from_ebnf('root[lazy] = "a" ;', dialect=dialect)
