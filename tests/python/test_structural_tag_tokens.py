# SPDX-License-Identifier: Apache-2.0
"""Structural tags about tokens: their formats, against XGrammar, and marks as special tokens."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

import pushmask
from pushmask import Grammar
from pushmask.structural_tag import (
    Part,
    Tag,
    any_text,
    any_token,
    any_tokens,
    const,
    dispatch,
    json_schema,
    reasoning,
    regex,
    sequence,
    tag,
    tags_with_separator,
    token,
    token_dispatch,
    token_triggered_tags,
    triggered_tags,
)
from reference.masks import allowed

# Ids are named by their texts; T and U are special.
TOKENS = ["a", "b", "ab", "1", "12", "<", ">", "<t>", "<u>", "</s>"]
T, U, STOP = 7, 8, 9


@pytest.fixture(scope="module")
def vocabulary() -> pushmask.Vocabulary:
    tokens = [text.encode() for text in TOKENS]
    return pushmask.Vocabulary(tokens, stop_token_ids=[STOP], special_token_ids=[T, U])


@pytest.fixture(scope="module")
def compiler(vocabulary: pushmask.Vocabulary) -> pushmask.Compiler:
    return pushmask.Compiler(vocabulary)


def ids(*texts: str) -> list[int]:
    return [TOKENS.index(text) for text in texts]


def takes(compiled: pushmask.CompiledGrammar, sequence_: list[int]) -> bool:
    matcher = compiled.matcher()
    return matcher.accept_tokens(sequence_) == len(sequence_) and matcher.can_stop


def one(name: str | int) -> dict[str, Any]:
    return {"type": "token", "token": name}


def region(begin: Any, content: dict[str, Any], end: Any) -> dict[str, Any]:
    return {"type": "tag", "begin": begin, "content": content, "end": end}


DIGITS = {"type": "regex", "pattern": "[0-9]+"}
TAGS = [region(one("<t>"), DIGITS, one("<u>"))]


def triggered(**fields: Any) -> dict[str, Any]:
    triggers = ["<t>"]
    return {"type": "token_triggered_tags", "trigger_tokens": triggers, "tags": TAGS, **fields}


def rules(**fields: Any) -> dict[str, Any]:
    return {"type": "token_dispatch", "rules": [["<t>", DIGITS], [T + 1, one("a")]], **fields}


# A format; sequences that it has, sequences that it has not.
CASES: dict[str, tuple[dict[str, Any], list[list[str]], list[list[str]]]] = {
    "token": (one("<t>"), [["<t>"]], [["<", "a", ">"], ["<u>"], [], ["<t>", "<t>"]]),
    "token by its id": (one(T), [["<t>"]], [["<u>"], ["a"]]),
    "ordinary token": (one("ab"), [["ab"]], [["a", "b"], ["a"]]),
    "exclude_token": (
        {"type": "exclude_token", "exclude_tokens": ["a", U]},
        [["b"], ["<t>"], ["ab"]], [["a"], ["<u>"], [], ["b", "b"]],
    ),
    "any_tokens": (
        {"type": "any_tokens", "exclude_tokens": ["a"]},
        [[], ["b", "<t>", "<u>", "ab", "<"]], [["a"], ["b", "a"]],
    ),
    "max_tokens": (
        {"type": "any_tokens", "max_tokens": 2}, [[], ["a"], ["ab", "<t>"]], [["a", "a", "a"]],
    ),
    "max_tokens of any text": (
        {"type": "any_text", "max_tokens": 2},
        [[], ["a"], ["ab", "b"]], [["a", "a", "a"], ["<t>"]],
    ),
    "max_tokens up to an end": (
        region("<", {"type": "any_text", "max_tokens": 2}, ">"),
        [["<", ">"], ["<", "ab", "b", ">"]], [["<", "a", "a", "a", ">"], ["<", "a"]],
    ),
    "max_tokens without a string": (
        region("<", {"type": "any_text", "max_tokens": 2, "excludes": ["bb"]}, ">"),
        [["<", "ab", "a", ">"]], [["<", "ab", "b", ">"]],
    ),
    "max_tokens and max_chars": (
        region("<", {"type": "any_text", "max_tokens": 2, "max_chars": 3}, ">"),
        [["<", "ab", "b", ">"]], [["<", "ab", "ab", ">"], ["<", "a", "a", "a", ">"]],
    ),
    "no tokens of any text": (
        region("<", {"type": "any_text", "max_tokens": 0}, ">"), [["<", ">"]], [["<", "a", ">"]],
    ),
    "max_tokens up to a token": (
        region(one("<t>"), {"type": "any_text", "max_tokens": 1}, one("<u>")),
        [["<t>", "<u>"], ["<t>", "ab", "<u>"]], [["<t>", "a", "a", "<u>"]],
    ),
    "token tag": (
        region(one("<t>"), {"type": "any_tokens"}, one("<u>")),
        [["<t>", "<u>"], ["<t>", "a", "<t>", "<u>"]],
        [["<t>", "a"], ["<t>", "<u>", "a"], ["<t>", "<u>", "<u>"]],
    ),
    "token tag of one": (
        region(one("<t>"), {"type": "exclude_token"}, one("<u>")),
        [["<t>", "a", "<u>"], ["<t>", "<t>", "<u>"]], [["<t>", "<u>"], ["<t>", "<u>", "<u>"]],
    ),
    "mixed tag": (
        region("a", DIGITS, one("<u>")), [["a", "12", "<u>"]], [["a", "12"], ["a", "<u>"]],
    ),
    "token_triggered_tags": (
        triggered(),
        [[], ["a", "<u>"], ["<t>", "1", "<u>"], ["a", "<t>", "12", "1", "<u>", "<u>", "b"]],
        [["<t>"], ["<t>", "a", "<u>"], ["a", "<t>", "1"], ["<t>", "1", "<u>", "<t>"]],
    ),
    "excluded tokens": (
        triggered(exclude_tokens=["<u>", "a"]),
        [["b", "<t>", "1", "<u>", "b"]], [["a"], ["<u>"], ["<t>", "1", "<u>", "<u>"]],
    ),
    "at least one": (
        triggered(at_least_one=True),
        [["<t>", "1", "<u>"], ["<t>", "1", "<u>", "a"]], [[], ["a", "<t>", "1", "<u>"]],
    ),
    "only the first": (
        triggered(stop_after_first=True),
        [["a"], [], ["a", "<t>", "1", "<u>"]], [["<t>", "1", "<u>", "a"]],
    ),
    "exactly one": (
        triggered(at_least_one=True, stop_after_first=True),
        [["<t>", "1", "<u>"]], [[], ["a"], ["<t>", "1", "<u>", "a"]],
    ),
    "token_dispatch": (
        rules(),
        [[], ["b", "<t>", "12", "b", "<u>", "a"]], [["<t>"], ["<t>", "a"], ["<u>", "b"]],
    ),
    "dispatch once": (
        rules(loop=False), [["b", "<u>", "a"], ["a"]], [["<u>", "a", "a"]],
    ),
}  # fmt: skip


def wrapped(form: dict[str, Any]) -> dict[str, Any]:
    return {"type": "structural_tag", "format": form}


@pytest.mark.parametrize("name", CASES)
def test_a_token_format_has_its_tokens(name: str, compiler: pushmask.Compiler) -> None:
    form, good, bad = CASES[name]
    grammar = Grammar.from_structural_tag(wrapped(form))
    for again in (grammar, Grammar.from_ebnf(grammar.to_ebnf())):
        compiled = compiler.compile(again)
        assert [texts for texts in good if not takes(compiled, ids(*texts))] == []
        assert [texts for texts in bad if takes(compiled, ids(*texts))] == []


# XGrammar counts tokens for its masks only, not where they are accepted.
@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("max_tokens")])
def test_xgrammar_takes_the_same_tokens(name: str) -> None:
    xgrammar = pytest.importorskip("xgrammar", reason="needs xgrammar")
    form, good, bad = CASES[name]
    info = xgrammar.TokenizerInfo(TOKENS, vocab_type=xgrammar.VocabType.RAW, stop_token_ids=[STOP])
    compiled = xgrammar.GrammarCompiler(info).compile_structural_tag(wrapped(form))

    def is_taken(texts: list[str]) -> bool:
        matcher = xgrammar.GrammarMatcher(compiled)
        return all(matcher.accept_token(i) for i in [*ids(*texts), STOP])

    assert [texts for texts in good if not is_taken(texts)] == []
    assert [texts for texts in bad if is_taken(texts)] == []


def test_parts_say_what_the_json_form_says() -> None:
    inner = tag(token("<t>"), regex("[0-9]+"), token("<u>"))
    pairs: list[tuple[Part, dict[str, Any]]] = [
        (token(3), one(3)),
        (any_token(excludes=["a", 8]), {"type": "exclude_token", "exclude_tokens": ["a", 8]}),
        (any_tokens(excludes=[token("a")], max_tokens=4),
         {"type": "any_tokens", "exclude_tokens": ["a"], "max_tokens": 4}),
        (inner, TAGS[0]),
        (token_triggered_tags(["<t>"], [inner], excludes=["a"]), triggered(exclude_tokens=["a"])),
        (token_triggered_tags([token("<t>")], [inner], at_least_one=True, stop_after_first=True),
         triggered(at_least_one=True, stop_after_first=True)),
        (token_dispatch([("<t>", regex("[0-9]+")), (8, token("a"))], loop=False),
         rules(loop=False)),
    ]  # fmt: skip
    for part, form in pairs:
        expected = str(Grammar.from_structural_tag(wrapped(form)))
        assert str(Grammar.from_structural_tag(part)) == expected, form


def test_tokens_may_be_marks_of_free_text(compiler: pushmask.Compiler) -> None:
    calls = [tag(token("<t>"), regex("[0-9]+"), [token("<u>"), "b"]), tag("<", "1", ">")]
    part = triggered_tags([token("<t>"), "<"], calls)
    compiled = compiler.compile(Grammar.from_structural_tag(part))
    good = [["a", "<t>", "1", "<u>", "b"], ["<t>", "1", "b", "<", "1", ">"], ["ab"]]
    bad = [["<u>"], ["<t>"], ["<", "a"], ["<t>", "1", "a"], ["<", "1", "<u>"]]
    assert [texts for texts in good if not takes(compiled, ids(*texts))] == []
    assert [texts for texts in bad if takes(compiled, ids(*texts))] == []
    # With marks that overlap, and an end that is a token.
    part = tag("", triggered_tags(["aba"], [tag("aba", "", "")]), [token("<u>"), "bab"])
    compiled = compiler.compile(Grammar.from_structural_tag(part))
    assert takes(compiled, ids("ab", "<u>"))
    assert takes(compiled, ids("ab", "a", "<u>"))
    assert takes(compiled, ids("b", "ab"))
    assert not takes(compiled, ids("ab", "ab"))
    assert not takes(compiled, ids("<t>", "<u>"))


MARKED: dict[str, Part] = {
    "tag": tag("<t>", "1", "<u>"),
    "const": sequence("<t>", "1", const("<u>")),
    "several ends": tag("<t>", "1", ["a", "<u>"]),
    "reasoning": sequence(reasoning("<t>", "<u>")),
    "triggered": triggered_tags(["<t"], [tag("<t>", "1", "<u>")], stop_after_first=True),
    "separated": tags_with_separator([tag("<t>", "1", "<u>")], "<t>", at_least_one=True),
    "dispatch": dispatch([("<t>", sequence("1", "<u>"))]),
}
SPELLED = [*TOKENS, "t", "u"]


@pytest.mark.parametrize("name", MARKED)
def test_a_mark_is_taken_as_a_token_and_spelled_out(name: str) -> None:
    tokens = [text.encode() for text in SPELLED]
    mixed = [SPELLED.index(text) for text in ("<t>", "1", "<", "u", ">")]
    for special in ([T, U], [T], []):
        vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[STOP], special_token_ids=special)
        compiled = pushmask.Compiler(vocabulary).compile(Grammar.from_structural_tag(MARKED[name]))
        spelled = [SPELLED.index(text) for text in "<t>1<u>"]
        for given in (ids("<t>", "1", "<u>"), spelled, mixed):
            assert takes(compiled, given), (special, given)
        assert not takes(compiled, ids("<t>", "1"))
        assert not takes(compiled, ids("<t>", "1", "<t>"))


def spans_of_marks(text: str, begins: dict[str, str], end: str) -> list[tuple[int, int]] | None:
    """Where the marks are in a text whose tags are their `begin`; None: the text is refused."""
    found: list[tuple[int, int]] = []
    at = 0
    while True:
        marks = [*begins, *([end] if end else [])]
        ends = [(at + len(text[at:].partition(m)[0]) + len(m), m) for m in marks if m in text[at:]]
        if not ends:
            return None if end else found
        past, mark = min(ends)
        start = past - len(mark)
        if mark == end:
            return [*found, (start, past)] if past == len(text) else None
        if not text.startswith(begins[mark], start):
            return None
        at = start + len(begins[mark])
        found.append((start, at))


OVERLAPPING = [
    ({"ab": "abx"}, ""),
    ({"aa": "aax"}, ""),
    ({"aba": "abax"}, ""),
    ({"aba": "abab"}, "x"),
    ({"ab": "abx", "ba": "bax"}, ""),
    ({"aab": "aabx", "ba": "ba"}, "xx"),
    ({"aa": "aab"}, "bab"),
    ({"bb": "bba", "ab": "aba"}, "axa"),
]


@pytest.mark.parametrize(("begins", "end"), OVERLAPPING)
def test_the_first_mark_ends_free_text_however_it_is_written(
    begins: dict[str, str], end: str
) -> None:
    letters, special = ["a", "b", "x"], ["ab", "ba", "aa", "bx", "xa", "b"]
    tokens = [text.encode() for text in [*letters, *special, "</s>"]]
    vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[9], special_token_ids=[*range(3, 9)])
    tags = [tag(begin, "", "") for begin in begins.values()]
    part = tag("", triggered_tags(begins, tags), end)
    compiled = pushmask.Compiler(vocabulary).compile(Grammar.from_structural_tag(part))
    for length in range(6):
        for given in itertools.product(range(9), repeat=length):
            text, places = "", []
            for number in given:
                begin = len(text)
                text += tokens[number].decode()
                if number > 2:
                    places.append((begin, len(text)))
            spans = spans_of_marks(text, begins, end)
            want = spans is not None and all(
                any(first <= begin and past <= last for first, last in spans)
                for begin, past in places
            )
            assert takes(compiled, [*given]) == want, (text, given)


def test_free_text_allows_special_tokens_as_marks_only(
    compiler: pushmask.Compiler, vocabulary: pushmask.Vocabulary
) -> None:
    part = triggered_tags(["<t>"], [tag("<t>", json_schema({"type": "string"}), "<u>")])
    matcher = compiler.compile(Grammar.from_structural_tag(part)).matcher()
    everything = set(range(len(TOKENS)))
    assert allowed(matcher, vocabulary) == everything - {U}
    assert matcher.accept_bytes(b"a <t")
    assert T in allowed(matcher, vocabulary)  # "a <t" may be words, and then a call
    assert matcher.accept_token(T)
    assert allowed(matcher, vocabulary) == set()
    assert matcher.accept_bytes(b'"<u>')
    assert allowed(matcher, vocabulary) == everything - {T, U, STOP}
    assert matcher.accept_bytes(b'"')
    assert allowed(matcher, vocabulary) == {TOKENS.index("<"), U}


def test_a_stop_token_may_be_the_last_mark() -> None:
    tokens = [b"1", b"<", b"u>", b"<t>", b"<u>", b"</s>"]
    vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[4, 5], special_token_ids=[3])
    grammar = Grammar.from_structural_tag(tag("<t>", "1", "<u>"))
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    assert matcher.accept_tokens([3, 0]) == 2
    assert allowed(matcher, vocabulary) == {1, 4}
    assert matcher.accept_token(4)
    assert matcher.is_stopped


REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "no id": (wrapped(one(-1)), pushmask.GrammarError, "/format/token"),
    "no text": (wrapped(one("")), pushmask.GrammarError, "/format/token"),
    "boolean": (wrapped(one(True)), pushmask.GrammarError, "/format/token"),
    "no list": (
        wrapped({"type": "any_tokens", "exclude_tokens": "a"}), pushmask.GrammarError, "an array",
    ),
    "no count": (
        wrapped({"type": "any_tokens", "max_tokens": -1}), pushmask.GrammarError, "/max_tokens",
    ),
    "another mark": (
        wrapped(region(DIGITS, DIGITS, "")), pushmask.GrammarError, "/format/begin/type",
    ),
    "unknown member of a mark": (
        wrapped(region("", DIGITS, {**one("a"), "x": 1})), pushmask.UnsupportedError, "'x'",
    ),
    "a text among tokens": (
        wrapped(triggered(tags=[region("<t>", DIGITS, "")])), pushmask.GrammarError,
        "'<t>' begins with no trigger",
    ),
    "a token among texts": (
        wrapped({"type": "triggered_tags", "triggers": ["<t>"], "tags": TAGS}),
        pushmask.GrammarError, "the token '<t>' begins with no trigger",
    ),
    "a trigger without tags": (
        wrapped(triggered(trigger_tokens=["<t>", 3])), pushmask.GrammarError, "the token 3",
    ),
    "no pattern": (
        wrapped({"type": "token_dispatch", "rules": [[[], DIGITS]]}), pushmask.GrammarError,
        "/format/rules",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_token_is_refused(name: str) -> None:
    spec, kind, message = REFUSED[name]
    with pytest.raises(kind, match=re.escape(message)):
        Grammar.from_structural_tag(spec)


def test_tokens_that_the_vocabulary_has_not_are_refused(compiler: pushmask.Compiler) -> None:
    inner: list[Tag] = [tag(token("<t>"), any_text(), token("</s>"))]
    for part, message in [
        (token("<v>"), "no token '<v>'"),
        (any_tokens(excludes=[99]), "no token 99"),
        (token_triggered_tags(["<t>"], inner), "9 is a stop token"),
    ]:
        grammar = Grammar.from_structural_tag(part, source_name="here")
        with pytest.raises(pushmask.GrammarError, match=message) as raised:
            compiler.compile(grammar)
        assert "here" in str(raised.value)
