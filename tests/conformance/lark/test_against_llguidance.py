# SPDX-License-Identifier: Apache-2.0
"""Grammars with llguidance's extensions: the tokens that it allows, step by step.

Random walks, on each step of which both say of every token of a small vocabulary whether it may
come next. Where the two differ on purpose is in `DIFFERENT`, and in docs/guides/lark.md.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

import pushmask
from reference.masks import allowed

pytest.importorskip("lark", reason="needs pushmask[lark]")
llguidance = pytest.importorskip("llguidance", reason="needs llguidance")

PIECES = [
    "ab", "the", " the", "<t", "</", "/t>", '": ', '{"', '"}', "12", "  ", "\n\n", "é", "true",
    "ell", "Hello", "=foo>", "<function", "end>", ";;", "b;", "z!",
]  # fmt: skip
SPECIAL = ["<think>", "</think>", "<|call|>"]
TOKENS = [*(bytes([i]) for i in range(256)), *(p.encode() for p in [*PIECES, *SPECIAL]), b"</s>"]
STOP = len(TOKENS) - 1
SPECIAL_IDS = list(range(STOP - len(SPECIAL), STOP))
VOCABULARY = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=SPECIAL_IDS)
WALKS, STEPS = 15, 30

JSON = '{"type": "object", "properties": {"n": {"type": "integer"}, "t": {"type": "boolean"}}, '
JSON += '"required": ["n"], "additionalProperties": false}'
TOOLS = r"""
start: (foo | bar)* end
end: /[^<]*/
TEXT: /(.|\n)*/
foo_head[lazy]: TEXT "<function"
foo: foo_head "=foo>" %json {"type": "boolean"} "</function>"
bar_head[lazy]: TEXT "<function"
bar: bar_head "=bar>" /[0-9]+/ "</function>"
"""
GRAMMARS = {
    "text": 'start: "Hello, " NAME "!"\nNAME: /[a-z]{1,5}/',
    "json object": f'start: "<t>" %json {JSON} "</t>"',
    "json array": 'start: %json {"type": "array", "items": {"type": "boolean"}, "maxItems": 3}',
    "json integer": 'start: "x" %json {"type": "integer", "minimum": 5, "maximum": 120} "."',
    "json recursion": (
        'start: %json {"$ref": "#/$defs/t", "$defs": {"t": {"type": "object", '
        '"properties": {"k": {"$ref": "#/$defs/t"}}, "additionalProperties": false}}}'
    ),
    "quoted words": 'start: "I quote: " %regex {"substring_words": "the cat ab the hat"}',
    "quoted characters": 'start: "<t" %regex {"substring_chars": "abcabd"} "/t>"',
    "quoted chunks": 'start: %regex {"substring_chunks": ["ab", " the", "12"]} "."',
    "lazy up to a mark": 'start: foo "x"\nfoo[lazy]: /[a-z<]*<t>/',
    "lazy digits": 'start: x ";"\nx[lazy]: /[0-9]+/',
    "lazy before the same": "start: x y\nx[lazy]: /[a-z]*;/\ny: /[a-z;]*/",
    "lazy terminal": 'start: x "b"\nx[lazy]: A\nA: "a"+',
    "suffix": 'start: x "!"\nx[suffix="<t>"]: /.*/',
    "suffix of a repetition": 'start: x* "!"\nx[suffix=";"]: /[a-z ]*/',
    "suffix of lines": 'start: x y\nx[suffix="\\n\\n"]: /(.|\\n)*/\ny: /[a-z]+/',
    "captured suffix": 'start: x "."\nx[capture, suffix="end>"]: /[a-z<]*/',
    "max_tokens": 'start: x "!"\nx[max_tokens=3]: /[a-z]+/',
    "max_tokens of any text": "start: x\nx[max_tokens=4]: /[ -~]*/",
    "max_tokens of two rules": 'start: x "." y "!"\nx[max_tokens=2]: /[a-z ]+/\n'
    "y[max_tokens=3]: /[0-9a-z]+/",
    "max_tokens of a terminal": 'start: x "!"\nx[max_tokens=2]: W\nW: /[a-z]+/',
    "special tokens": 'start: <think> T </think> "ok"\nT: /[^<]*/',
    "special tokens in any text": "start: <think> T </think> A\nT: /(.|\\n)*/\nA: /[a-z]+/",
    "special tokens or others": 'start: (<think> | <|call|>) "a"? </think>',
    "token ids": 'start: <[256]> "a" <[257,260-262]> "z"',
    "token ids, repeated": 'start: (<[97-99]> "z"){2}',
    "other token ids": 'start: <[^256]> "a"',
    "any token": 'start: <[*]> "a" <[*]>',
    "tool calls": TOOLS,
    "left recursion": 'start: e\ne: e "+" t | t\nt: /[0-9]+/ | "(" e ")"',
    "flags": 'start: /ab/i "x"i',
    "bounds": 'start: ("a" | "b"){2,} "c"{,2} "d"{3} ("ab" | "1"){1,3} "."',
    "bounds in a terminal": 'start: A "."\nA: ("a" | "b"){2,} "c"{,2} "d"{3}',
    "hyphens": 'start: my-rule A-B\nmy-rule[lazy]: /a+/\nA-B: "b" // -> c',
    "hash comments": 'start: "a" # b\n# c\n',
    "and": 'start: A "."\nA: "a" "b" & /ab/ | "c"',
    "and not": 'start: A "."\nA: B & ~C\nB: /[a-c]+/\nC: "ab" | "ac" "a"',
    "not in a sequence": 'start: A "."\nA: ~"a" "b" & /[a-c]*/',
    "not and more": 'start: A "."\nA: /[ab]{1,3}/ & ~"a"+',
    "not of more": 'start: A "."\nA: /[ab]{1,3}/ & ~("a"+)',
    "no empty lines": 'start: A "."\nA: /[a-z \\n]*/ & ~/(?s:.*)\\n\\n(?s:.*)/',
    "temperature": 'start: x ";" y\nx[capture="n", temperature=0.2]: /[0-9]{1,3}/\ny[capture]: x',
    "options": '%llguidance {"no_forcing": true}\nstart: "ab"',
}
# A grammar, what stands before, and tokens that only pushmask and only llguidance allow then.
DIFFERENT = {
    "ignored text at both ends": ('start: "a"\n%ignore " "', b"", {b" "}, set()),
    "preferred alternatives": ('start: A "."\nA: /a|ab/', b"a", set(), {b"b"}),
    "lazy quantifiers": ('start: A "."\nA: /x.*?x/', b"xx", set(), {b"x"}),
    "lark's common terminals": (
        "start: A\n%import common.ESCAPED_STRING -> A", b'"', set(), {b"\n"},
    ),
    "escapes in strings of a schema": ('start: %json {"const": "ab"}', b'"', {b"\\"}, set()),
    "DEL in strings of a schema": ('start: %json {"type": "string"}', b'"', {b"\x7f"}, set()),
    "spellings of numbers of a schema": ('start: %json {"const": 12}', b"12", {b"."}, set()),
    "characters over the last tokens": (
        "start: x\nx[max_tokens=2]: /.*/", b"a", set(), {b"\xe2"},
    ),
    "tokens counted behind an empty rule": (
        'start: (x ";")+ "."\nx[max_tokens=2]: /[a-z]*/', b";i", {b"a"}, set(),
    ),
    "the text of a stop": (
        'start: x "!"\nx[stop="#"]: /[a-z]*/', b"a", {b"!"}, {b"#"},
    ),
}  # fmt: skip


class Tokenizer:
    """What llguidance asks of a tokenizer."""

    eos_token_id = STOP
    bos_token_id = None
    special_token_ids = [*SPECIAL_IDS, STOP]  # noqa: RUF012  # its protocol
    tokens = [  # noqa: RUF012
        b"\xff" * (i in SPECIAL_IDS or i == STOP) + token for i, token in enumerate(TOKENS)
    ]

    def __call__(self, text: bytes | str) -> list[int]:
        return list(text if isinstance(text, bytes) else text.encode())


@pytest.fixture(scope="module")
def peer_tokenizer() -> Any:
    return llguidance.LLTokenizer(llguidance.TokenizerWrapper(Tokenizer()))


@pytest.fixture(scope="module")
def compiler() -> pushmask.Compiler:
    return pushmask.Compiler(VOCABULARY)


def pair(grammar: str, compiler: pushmask.Compiler, tokenizer: Any) -> tuple[Any, Any]:
    """Return matchers of both."""
    peer = llguidance.LLMatcher(tokenizer, f"%llguidance {{}}\n{grammar}")
    assert not peer.is_error(), peer.get_error()
    return compiler.compile(pushmask.Grammar.from_lark(grammar)).matcher(), peer


def allowed_there(peer: Any) -> set[int]:
    # Its masks have the tokens of one way to write forced text only.
    found = {token for token in range(STOP) if peer.validate_tokens([token]) == 1}
    return found | ({STOP} if peer.is_accepting() else set())


def steps(matcher: pushmask.Matcher, peer: Any, seed: int) -> Iterator[tuple[set[int], set[int]]]:
    """Walk, and yield what both allow."""
    rng = random.Random(seed)
    for _ in range(STEPS):
        here, there = allowed(matcher, VOCABULARY), allowed_there(peer)
        yield here, there
        goes_on = sorted(here & there - {STOP})
        if not goes_on:
            return
        signs = [token for token in goes_on if token >= 256 or TOKENS[token] in b' "{}<>,:;=.0a']
        token = rng.choice(signs if signs and rng.random() < 0.5 else goes_on)
        assert matcher.accept_token(token)
        assert peer.consume_token(token)


@pytest.mark.parametrize("name", GRAMMARS)
def test_the_same_tokens_may_come_next(
    name: str, compiler: pushmask.Compiler, peer_tokenizer: Any
) -> None:
    matcher, peer = pair(GRAMMARS[name], compiler, peer_tokenizer)
    for seed in range(WALKS):
        for here, there in steps(matcher.fork(), peer.deep_copy(), seed):
            assert [TOKENS[i] for i in here - there] == []
            assert [TOKENS[i] for i in there - here] == []


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_is_as_it_is_written_down(
    name: str, compiler: pushmask.Compiler, peer_tokenizer: Any
) -> None:
    grammar, before, ours, theirs = DIFFERENT[name]
    matcher, peer = pair(grammar, compiler, peer_tokenizer)
    for byte in before:
        assert matcher.accept_token(byte)
        assert peer.consume_token(byte)
    here, there = allowed(matcher, VOCABULARY), allowed_there(peer)
    assert ours <= {TOKENS[i] for i in here - there}
    assert theirs <= {TOKENS[i] for i in there - here}
    assert bool(ours) == bool(here - there)
    assert bool(theirs) == bool(there - here)
