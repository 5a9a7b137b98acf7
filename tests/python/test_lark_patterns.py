# SPDX-License-Identifier: Apache-2.0
"""The automaton of a pattern accepts what `re.match` returns, and nothing else."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator

import pytest

import pushmask
from pushmask.lark.pattern import RefusedError, Result, match_automaton

ALPHABET = 'abc"\\\n'


def accepts(result: Result, text: str) -> bool:
    state = 0
    for letter in text:
        for first, last, target in result.states[state][1]:
            if first <= ord(letter) <= last:
                state = target
                break
        else:
            return False
    return result.states[state][0]


def matches_whole(pattern: str, text: str) -> bool:
    found = re.match(pattern, text)
    return found is not None and found.end() == len(text)


def texts(alphabet: str, max_length: int) -> Iterator[str]:
    for length in range(max_length + 1):
        yield from map("".join, itertools.product(alphabet, repeat=length))


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "a|ab",
        "ab|a",
        '".*?"',
        r'"(?!"").*?(?<!\\)(\\\\)*?"',
        "a*?b|c",
        "(?:a|ab)(?:c|bcd)?",
        "(a*)*b",
        "(?:a?)*?b",
        "(?!ab)[abc]+",
        r"\bab\b",
        r"a\Bb|c\b",
        "a(?!b)[abc]*",
        "(?:(?!bc)[abc])*",
        "(?i:aB)",
        "(?i:[^a-b])c",
        "a{1,3}?b?",
        "(?s:.)a.",
        "[^a]",
        "(ab?)??c",
        "(?<=a)b|a+b",
        "(?<!ab)c|[ab]{1,2}(?<!ab)c",
        "(?m:^a$|b\n^c)",
        "(?:a|b|c)+?(?<!a)b",
        "(?x: a \\\\ # comment\n b)",
        r"[\w\\]+?\s",
        "(?P<name>a)(?:b)?",
    ],
)
def test_a_pattern_and_its_automaton_agree(pattern: str) -> None:
    result = match_automaton(pattern)
    for text in texts(ALPHABET, 4):
        assert accepts(result, text) == matches_whole(pattern, text), text


def random_pattern(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice(["a", "b", "c", "[ab]", "[^a]", ".", "ab"])
    parts = [random_pattern(rng, depth - 1) for _ in range(rng.randrange(1, 4))]
    kind = rng.randrange(6)
    if kind == 0:
        return f"(?:{'|'.join(parts)})"
    if kind == 1:
        quantifier = rng.choice(["*", "+", "?", "{1,2}", "{2}"]) + rng.choice(["", "?"])
        return f"(?:{''.join(parts)}){quantifier}"
    if kind == 2:
        return f"(?!{parts[0]}){''.join(parts)}"
    if kind == 3:
        return f"{''.join(parts)}(?<!{rng.choice('abc')})"
    return "".join(parts)


def test_random_patterns_and_their_automata_agree() -> None:
    rng = random.Random(11)
    num_pairs = 0
    for _ in range(400):
        pattern = random_pattern(rng, 3)
        try:
            result = match_automaton(pattern)
        except RefusedError as error:
            assert error.feature == "assertion inside an assertion"
            continue
        for text in rng.sample(list(texts("abc", 5)), 40):
            assert accepts(result, text) == matches_whole(pattern, text), (pattern, text)
            num_pairs += 1
    assert num_pairs > 5000


@pytest.mark.parametrize("pattern", [r"\w", r"\W", r"\d", r"\s", r"(?a:\w)", "(?i:k)", "(?i:[µß])"])
def test_classes_are_those_of_the_running_python(pattern: str) -> None:
    result = match_automaton(pattern)
    rng = random.Random(12)
    known = "kKK µμΜßẞſsS0٣²_é\u00a0\u2028"
    for letter in [*known, *map(chr, rng.sample(range(0xD800), 2000))]:
        assert accepts(result, letter) == matches_whole(pattern, letter), letter


@pytest.mark.parametrize(
    ("pattern", "before", "after"),
    [
        ("(?<=a)b", True, False),
        ("a(?<=a)b", False, False),
        (r"\ba", True, False),
        (r"a\b", False, True),
        (r"a\b-", False, False),
        (r"(?:a\b)?b", False, False),
        ("a(?!b)", False, True),
        ("a(?!b)c", False, False),
        ("(?m:a$\n)", False, False),
        ("(?m:a$)", False, True),
    ],
)
def test_it_is_said_whether_assertions_ask_about_the_text_around(
    pattern: str, before: bool, after: bool
) -> None:
    result = match_automaton(pattern)
    assert (result.asks_before, result.asks_after) == (before, after)


@pytest.mark.parametrize(
    ("pattern", "feature"),
    [
        (r"(a)\1", "backreference"),
        ("(a)?(?(1)b|c)", "conditional group"),
        ("^a", "anchor"),
        ("a$", "anchor"),
        (r"\Aa", "anchor"),
        ("a(?=b)", "lookahead past the end"),
        ("(?!(?=a)b)c", "assertion inside an assertion"),
    ],
)
def test_what_is_not_regular_is_refused_by_name(pattern: str, feature: str) -> None:
    with pytest.raises(RefusedError, match=re.escape(feature)):
        match_automaton(pattern)


@pytest.mark.parametrize(
    ("pattern", "limit"),
    [
        ("a{100000}", "max_pattern"),
        ("(?:(?:a{99}){99}){99}", "max_pattern"),
        ("[ab]*a[ab]{20}", "max_pattern_states"),
        ("(?:a?){300}(?:a|b){300}|" * 8, "max_pattern_steps"),
    ],
)
def test_a_large_pattern_reaches_a_limit(pattern: str, limit: str) -> None:
    with pytest.raises(pushmask.LimitError) as caught:
        match_automaton(pattern)
    assert caught.value.limit == limit
