# SPDX-License-Identifier: Apache-2.0
"""Many rules that begin alike are called late (`pda/delay_calls.cc`); masks do not show it."""

from __future__ import annotations

import itertools
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import pushmask
from reference.masks import allowed, compile_ebnf
from reference.slow_matcher import SlowGrammar

NUM_RULES = 12
WORDS = ("aab", "aaab", "aabb", "ab", "aba", "abab", "b", "a")
TOKENS = [
    "".join(text).encode() for n in (1, 2, 3) for text in itertools.product("abc", repeat=n)
] + [b"aabbc", b"aaabab", b"ababcaab"]
JSON_TEXTS = (
    *('{"', '":', '": "', '", "', '"}', '{"k', 'ki"', "kin", "kind", "lo", '{"lo', "ab", "aab"),
    *('{"kind": "aa', '{"lo": ', 'in": "ab"}', 'a", "k', '1, "', '{"kind": {"k', "}}"),
)
JSON_TOKENS = [*(bytes([byte]) for byte in range(0x20, 0x7F)), *(t.encode() for t in JSON_TEXTS)]


def compare(
    compiled: pushmask.CompiledGrammar,
    vocabulary: pushmask.Vocabulary,
    tokens: list[bytes],
    oracle: SlowGrammar,
    walk: list[int],
) -> None:
    """Compare the masks along a walk by tokens."""
    stop = {len(tokens)}
    matcher, slow = compiled.matcher(), oracle.start()
    prefix = b""
    for number in walk:
        want = slow.allowed_tokens([*tokens, b""], stop, set())
        assert allowed(matcher, vocabulary) == want, prefix
        if not (choices := sorted(want - stop)):
            return
        token = choices[number % len(choices)]
        assert matcher.accept_token(token)
        prefix += tokens[token]
        slow = slow.feed(tokens[token]) or slow


def vocabulary_of(tokens: list[bytes]) -> pushmask.Vocabulary:
    return pushmask.Vocabulary([*tokens, b"</s>"], stop_token_ids=[len(tokens)])


def bodies() -> st.SearchStrategy[str]:
    word = st.sampled_from(WORDS).map('"{}"'.format)
    rule = st.integers(0, NUM_RULES - 1).map("r{}".format)
    part = st.one_of(
        word,
        word,
        rule,
        st.builds("({} | {})".format, word, rule),
        st.builds("{}?".format, word),
        st.builds("(({}){{2,40}} {})".format, word, word),
        st.builds("[ab]{{{},40}}".format, st.integers(1, 3)),
    )
    return st.builds(
        " ".join, st.lists(part, min_size=1, max_size=3).map(lambda parts: ['"a"?', *parts])
    ) | st.builds('"{}" {}'.format, st.sampled_from(WORDS), part)


ALL = " | ".join(f"r{number}" for number in range(NUM_RULES))
ROOTS = (
    f"({ALL})",
    f'({ALL}) "c" ({ALL})',
    f'(({ALL}) "c"?)*',
    f'({ALL} | "aabc")? "b"',
    f'(({ALL}) "c"){{2,9}}',
    f'"a"{{0,2}} ({ALL} | "a" ({ALL}) "c")',
)


@settings(max_examples=150)
@given(
    st.sampled_from(ROOTS),
    st.lists(bodies(), min_size=NUM_RULES, max_size=NUM_RULES),
    st.lists(st.integers(0, 999), min_size=5, max_size=5),
)
def test_rules_that_begin_alike(root: str, rules: list[str], walk: list[int]) -> None:
    text = "\n".join(
        [f"root ::= {root}", *(f"r{number} ::= {body}" for number, body in enumerate(rules))]
    )
    oracle = SlowGrammar(text)
    if oracle.matches_nothing:
        return
    vocabulary = vocabulary_of(TOKENS)
    compare(compile_ebnf(text, vocabulary), vocabulary, TOKENS, oracle, walk)


def objects() -> st.SearchStrategy[dict[str, Any]]:
    value = st.sampled_from(
        (
            *({"const": text} for text in ("aab", "aaab", "ab", "abb", "aa")),
            {"type": "integer", "minimum": 0, "maximum": 12},
            {"type": "string", "maxLength": 2},
            {"$ref": "#"},
        )
    )
    properties = st.dictionaries(
        st.sampled_from(("kind", "kin", "k", "lo")), value, min_size=1, max_size=3
    )
    return st.builds(
        lambda names, required, most: {
            "type": "object",
            "properties": names,
            "required": [name for name in names if name in required],
            "additionalProperties": False,
            "maxProperties": most,
        },
        properties,
        st.sets(st.sampled_from(("kind", "kin", "k"))),
        st.integers(2, 3),
    )


@settings(max_examples=60)
@given(
    st.lists(objects(), min_size=9, max_size=12),
    st.sampled_from(("any", "schema")),
    st.lists(st.integers(0, 999), min_size=7, max_size=7),
)
def test_objects_that_begin_alike(
    branches: list[dict[str, Any]], order: str, walk: list[int]
) -> None:
    schema = json.dumps({"anyOf": [*branches, {"const": "ab"}]})
    grammar = pushmask.Grammar.from_json_schema(schema, property_order=order)
    vocabulary = vocabulary_of(JSON_TOKENS)
    compiled = pushmask.Compiler(vocabulary).compile(grammar)
    compare(compiled, vocabulary, JSON_TOKENS, SlowGrammar(str(grammar)), walk)


def test_members_that_cannot_come_first_are_not_begun() -> None:
    """A late state must not lead where every call is forbidden."""
    branches = [
        {
            "type": "object",
            "properties": {"k": {"const": f"a{number}"}, "lo": {"const": f"b{number}"}},
            "required": ["k"],
            "maxProperties": 1,
            "additionalProperties": False,
        }
        for number in range(10)
    ]
    schema = json.dumps({"anyOf": branches})
    grammar = pushmask.Grammar.from_json_schema(schema, property_order="any")
    matcher = pushmask.Compiler(vocabulary_of(JSON_TOKENS)).compile(grammar).matcher()
    assert matcher.accept_bytes(b'{"')
    assert matcher.next_bytes() == b"k"
