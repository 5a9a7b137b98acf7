# SPDX-License-Identifier: Apache-2.0
"""Patterns and formats with a bound on their length: counted in a register, and exactly."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

import pushmask
from reference.masks import accepts, allowed, compile_ebnf, tried

PATTERNS = [
    "^[a-z]+(-[a-z]+)*$",
    "^(ab|c)*d?$",
    '^[a-zé漢😀"\\\\\\n/]*$',
    "x",
    "^(?!aa)[ab]*b$",
    "^a{3,9}(b|cc)*$",
    "^[à-ÿ]*([^a]|aé)+$",
]


def compile_schema(schema: dict[str, Any], vocabulary: pushmask.Vocabulary) -> Any:
    grammar = pushmask.Grammar.from_json_schema(json.dumps(schema))
    return pushmask.Compiler(vocabulary).compile(grammar)


def spelled_out(pattern: str, longest: int) -> dict[str, Any]:
    """The same language by another mechanism: the bound as a pattern, so a product of automata."""
    # A bound of all characters would be one on the length: one that no text here has is left out.
    bound = f"^[^\u2603]{{0,{longest}}}$"
    without = {"pattern": "^[^\u2603]*$"}
    return {"type": "string", "allOf": [{"pattern": pattern}, {"pattern": bound}, without]}


def bounded(pattern: str, longest: int) -> dict[str, Any]:
    without = {"pattern": "^[^\u2603]*$"}
    return {"type": "string", "pattern": pattern, "maxLength": longest, "allOf": [without]}


def texts(pattern: str, longest: int, rng: random.Random) -> list[str]:
    alphabet = sorted({c for c in pattern + "abcdx-é" if c.isprintable()} | {"\n", "😀", "/"})
    made = []
    for _ in range(60):
        size = max(0, longest + rng.choice([-20, -3, -2, -1, 0, 0, 0, 1, 2]))
        base = rng.choice(["a", "ab", "c", "a-b", "é", "漢", "x", "aab", '"', "\\"])
        text = (base * size)[:size]
        if text and rng.random() < 0.5:
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice(alphabet) + text[at + 1 :]
        made.append(text + rng.choice(["", "", "b", "d"]) if size < longest else text)
    return made


@pytest.mark.parametrize("longest", [17, 23, 64, 1000])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_are_judged_as_by_re_and_len(
    pattern: str, longest: int, byte_vocabulary: pushmask.Vocabulary
) -> None:
    rng = random.Random(f"{pattern} {longest}")
    for shortest in (0, 2, longest):
        if shortest > 100:
            continue
        compiled = compile_schema(
            {"type": "string", "pattern": pattern, "minLength": shortest, "maxLength": longest},
            byte_vocabulary,
        )
        searched = re.compile(pattern)
        for text in texts(pattern, longest, rng):
            # In Python `$` also matches before a last line break.
            fits = searched.search(text) is not None and not (
                pattern.endswith("$") and text.endswith("\n") and searched.fullmatch(text) is None
            )
            expected = fits and shortest <= len(text) <= longest
            spelled = json.dumps(text, ensure_ascii=False)
            assert accepts(compiled, spelled) == expected, (shortest, text)


def test_what_is_too_short_for_its_pattern_matches_nothing(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    schema = {"type": "string", "pattern": "^a{30,}$", "maxLength": 29}
    with pytest.raises(pushmask.EmptyLanguageError):
        compile_schema(schema, byte_vocabulary)
    schema["maxLength"] = 30
    compiled = compile_schema(schema, byte_vocabulary)
    assert accepts(compiled, '"' + "a" * 30 + '"')
    assert not accepts(compiled, '"' + "a" * 31 + '"')


TOKENS = [
    *(bytes([b]) for b in range(256)),
    *(t.encode() for t in ("aa", "ab", "abab", "a-", "-a", 'a"', '",', '"}', "cc", "ccd", "bb")),
    *(
        t.encode()
        for t in ("éé", "漢a", "😀😀", '\\"', "\\\\\\\\", "\\u00", "1f", "/x", "xx", "xyz")
    ),
    *(b"a" * n for n in range(3, 24)),
    *(b"b" * n + b'"' for n in range(3, 24)),
    "é".encode()[:1] + b"\xa9a",
    "漢".encode()[1:] + "漢".encode()[:2],
]


@pytest.mark.parametrize("longest", [17, 21, 40])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_masks_are_those_of_the_bound_as_a_pattern(pattern: str, longest: int) -> None:
    vocabulary = pushmask.Vocabulary([*TOKENS, b"</s>"], stop_token_ids=[len(TOKENS)])
    ours = compile_schema(
        {
            "type": "object",
            "properties": {"k": bounded(pattern, longest)},
            "required": ["k"],
            "additionalProperties": False,
        },
        vocabulary,
    )
    theirs = compile_schema(
        {
            "type": "object",
            "properties": {"k": spelled_out(pattern, longest)},
            "required": ["k"],
            "additionalProperties": False,
        },
        vocabulary,
    )
    rng = random.Random(f"{pattern} {longest}")
    for _ in range(12):
        one, other = ours.matcher(), theirs.matcher()
        for step in range(60):
            tokens = allowed(one, vocabulary)
            assert tokens == allowed(other, vocabulary), (pattern, longest, step)
            choices = sorted(tokens - {len(TOKENS)})
            if not choices:
                break
            long = [t for t in choices if len(TOKENS[t]) > 1 and b'"' not in TOKENS[t]]
            token = rng.choice(long if long and rng.random() < 0.7 else choices)
            assert one.accept_token(token)
            assert other.accept_token(token)
            assert one.next_bytes() == other.next_bytes()


def test_formats_are_bounded_too(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_schema({"type": "string", "format": "uri", "maxLength": 40}, byte_vocabulary)
    start = '"http://example.org/'
    assert accepts(compiled, start + "a" * 21 + '"')
    assert not accepts(compiled, start + "a" * 22 + '"')
    assert not accepts(compiled, start + "a" * 18 + '%41x"')
    name = ".".join(["a" * 63] * 4)
    hostname = compile_schema({"type": "string", "format": "hostname"}, byte_vocabulary)
    assert accepts(hostname, f'"{name[:253]}"')
    assert not accepts(hostname, f'"{name[:254]}"')
    shorter = compile_schema(
        {"type": "string", "format": "hostname", "maxLength": 100, "minLength": 99}, byte_vocabulary
    )
    for size, fits in ((98, False), (99, True), (100, True), (101, False)):
        assert accepts(shorter, f'"{name[:size]}"') == fits


def test_states_do_not_depend_on_the_bound(byte_vocabulary: pushmask.Vocabulary) -> None:
    schema = {"type": "string", "pattern": "^([a-z]+:)?[0-9a-f]+$"}
    states = [
        compile_schema({**schema, "maxLength": longest}, byte_vocabulary).stats()["states"]
        for longest in (100, 100_000)
    ]
    assert states[0] == states[1]


@pytest.mark.parametrize(
    "grammar",
    [
        'root ::= (/[a-z]*/ & .{0,20}) "x" "!"?',
        'root ::= (/(ab|a)*/ & .{0,17}) "ab"*',
        'root ::= "<" (("a" | "é" | "bb")* & .{0,19}) [ab]* "!"',
        'root ::= ((("ab")* & ("ab"){0,18}) "a")* "b"',
        'root ::= item ("," item)*\nitem ::= (/a*b*/ & .{0,18}) "x"?',
        'root ::= (/[ab]*/ & [a-z]{0,20}) root? "!"',
    ],
)
def test_bounds_in_the_middle_of_a_grammar_are_exact(grammar: str) -> None:
    vocabulary = pushmask.Vocabulary([*TOKENS, b"</s>"], stop_token_ids=[len(TOKENS)])
    compiled = compile_ebnf(grammar, vocabulary)
    rng = random.Random(grammar)
    for _ in range(4):
        matcher = compiled.matcher()
        for _ in range(25):
            tokens = allowed(matcher, vocabulary) - {len(TOKENS)}
            assert tokens == tried(matcher, TOKENS)
            if not tokens:
                break
            long = sorted(t for t in tokens if len(TOKENS[t]) > 1)
            assert matcher.accept_token(rng.choice(long if long else sorted(tokens)))
