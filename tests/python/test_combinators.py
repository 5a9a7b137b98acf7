# SPDX-License-Identifier: Apache-2.0
"""Grammars out of grammars and strings, against the languages spelt out."""

from __future__ import annotations

import itertools
import random
import re
import time

import pytest

import pushmask
from reference.masks import accepts, allowed, tried

ALPHABET = "abc "
TOKENS = [b"a", b"b", b"c", b" ", b"ab", b"bc", b"abc", b" a", b"aa", b"ca", b"</s>"]
BYTES = [*(bytes([i]) for i in range(256)), b"</s>"]


@pytest.fixture(scope="module")
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(TOKENS, stop_token_ids=[len(TOKENS) - 1])


@pytest.fixture(scope="module")
def compiler(vocabulary: pushmask.Vocabulary) -> pushmask.Compiler:
    return pushmask.Compiler(vocabulary)


def texts(max_length: int) -> list[str]:
    return [
        "".join(text)
        for length in range(max_length + 1)
        for text in itertools.product(ALPHABET, repeat=length)
    ]


def check(
    compiler: pushmask.Compiler, grammar: pushmask.Grammar, language: set[str], max_length: int = 5
) -> None:
    """The sentences up to a length, and on the way to them the masks."""
    compiled = compiler.compile(grammar)
    prefixes = {text[:i] for text in language for i in range(len(text) + 1)}
    for text in texts(max_length):
        assert accepts(compiled, text) == (text in language), text
        matcher = compiled.matcher()
        assert matcher.accept_bytes(text.encode()) == (text in prefixes), text
    for prefix in sorted(p for p in prefixes if len(p) <= max_length):
        matcher = compiled.matcher()
        assert matcher.accept_bytes(prefix.encode())
        expected = {
            number
            for number, token in enumerate(TOKENS[:-1])
            if prefix + token.decode() in prefixes
        }
        if prefix in language:
            expected.add(len(TOKENS) - 1)
        assert allowed(matcher, compiled.vocabulary) == expected, prefix


def test_union_has_the_texts_of_each(compiler: pushmask.Compiler) -> None:
    parts = [pushmask.Grammar.from_regex("ab?"), pushmask.Grammar.from_ebnf('root ::= "c" root?')]
    language = {"a", "ab", *("c" * n for n in range(1, 12))}
    check(compiler, pushmask.Grammar.union(*parts), language)


def test_concat_has_a_text_of_each_in_order(compiler: pushmask.Compiler) -> None:
    parts = [pushmask.Grammar.from_regex(p) for p in ("a{1,2}", "b|", "c")]
    check(compiler, pushmask.Grammar.concat(*parts), {"ac", "aac", "abc", "aabc"})


def test_concat_of_none_is_the_empty_text(compiler: pushmask.Compiler) -> None:
    check(compiler, pushmask.Grammar.concat(), {""})


def test_repeat_counts_texts(compiler: pushmask.Compiler) -> None:
    word = pushmask.Grammar.from_regex("a|bc")
    language = {"".join(w) for n in (2, 3) for w in itertools.product(("a", "bc"), repeat=n)}
    check(compiler, word.repeat(2, 3), language, 6)
    language = {"".join(w) for n in range(1, 12) for w in itertools.product(("a", "bc"), repeat=n)}
    check(compiler, word.repeat(1), {w for w in language if len(w) < 12}, 4)


def test_warnings_go_along() -> None:
    schema = {"type": "string", "patern": "a"}
    grammar = pushmask.Grammar.from_json_schema(schema)
    assert grammar.warnings()
    assert pushmask.Grammar.union(grammar).warnings() == grammar.warnings()


def test_choice_has_the_strings(compiler: pushmask.Compiler) -> None:
    rng = random.Random(1)
    strings = {"".join(rng.choices(ALPHABET, k=rng.randrange(6))) for _ in range(60)}
    check(compiler, pushmask.Grammar.choice(strings), strings)


def test_choice_takes_every_character() -> None:
    strings = ["é", "e", "😀!", "éa", "\x00"]
    compiled = pushmask.Compiler(pushmask.Vocabulary(BYTES, stop_token_ids=[256])).compile(
        pushmask.Grammar.choice(strings)
    )
    assert all(accepts(compiled, text) for text in strings)
    assert not accepts(compiled, "😀")


def test_a_hundred_thousand_strings_are_quick(compiler: pushmask.Compiler) -> None:
    rng = random.Random(2)
    stems = ["".join(rng.choices("abc", k=rng.randrange(6, 14))) for _ in range(60_000)]
    strings = {stem + ending for stem in stems for ending in (" ab", " cc", "")}
    strings = set(sorted(strings)[:100_000])
    assert len(strings) == 100_000
    start = time.process_time()
    compiled = compiler.compile(pushmask.Grammar.choice(strings))
    assert time.process_time() - start < 10  # 0.5 s where nothing else runs
    matcher = compiled.matcher()
    for text in rng.sample(sorted(strings), 200):
        assert accepts(compiled, text)
        assert accepts(compiled, text + "a") == (text + "a" in strings)
    assert allowed(matcher, compiled.vocabulary) == tried(matcher, TOKENS[:-1]) | (
        {len(TOKENS) - 1} if "" in strings else set()
    )


@pytest.mark.parametrize("text", ["", "a", "abcabc", "aaaa", "ab c ab b", "cab cab cb"])
def test_substrings_by_characters(text: str, compiler: pushmask.Compiler) -> None:
    language = {text[i:j] for i in range(len(text) + 1) for j in range(i, len(text) + 1)}
    check(compiler, pushmask.Grammar.substring_of(text), language)


@pytest.mark.parametrize("text", ["", "abc", "ab c  ab a", " a ab abc ab", "a a a a"])
def test_substrings_by_words(text: str, compiler: pushmask.Compiler) -> None:
    pieces = re.findall(r"\w+|\s+", text)
    language = {
        "".join(pieces[i:j]) for i in range(len(pieces) + 1) for j in range(i, len(pieces) + 1)
    }
    check(compiler, pushmask.Grammar.substring_of(text, by="words"), language)


def test_substrings_by_chunks_that_begin_each_other(compiler: pushmask.Compiler) -> None:
    rng = random.Random(3)
    for _ in range(30):
        pieces = rng.choices(["a", "ab", "abc", "b", "ba", "c", "", " "], k=rng.randrange(10))
        language = {
            "".join(pieces[i:j]) for i in range(len(pieces) + 1) for j in range(i, len(pieces) + 1)
        }
        check(compiler, pushmask.Grammar.substring_of(pieces, by="chunks"), language, 4)


def test_a_document_can_be_quoted() -> None:
    rng = random.Random(4)
    words = ["alpha", "beta", "gamma", "delta", "of", "the", "in", "naïve", "—"]
    text = " ".join(rng.choices(words, k=8000))
    compiled = pushmask.Compiler(pushmask.Vocabulary(BYTES, stop_token_ids=[256])).compile(
        pushmask.Grammar.substring_of(text)
    )
    for _ in range(50):
        at = rng.randrange(len(text) - 200)
        assert accepts(compiled, text[at : at + rng.randrange(200)])
    assert not accepts(compiled, text[:100] + "!")


def test_a_text_that_is_too_long_to_quote_reaches_a_limit() -> None:
    rng = random.Random(5)
    pieces = ["".join(rng.choices("abcdefgh", k=2000)) for _ in range(1200)]
    with pytest.raises(pushmask.LimitError) as caught:
        pushmask.Grammar.substring_of(pieces, by="chunks")
    assert caught.value.limit == "max_automaton_states"


def test_a_stop_string_ends_the_text(compiler: pushmask.Compiler) -> None:
    stops = ("bc", "ca ")
    language = {
        body + stop
        for body in texts(5)
        for stop in stops
        if set(body) <= {"a", "b", "c"}
        and min((body + stop).find(s) + len(s) for s in stops if s in body + stop)
        == len(body + stop)
    }
    grammar = pushmask.Grammar.from_regex("[abc]*").with_stop(*stops)
    compiled = compiler.compile(grammar)
    for text in texts(5):
        assert accepts(compiled, text) == (text in language), text
        matcher = compiled.matcher()
        if matcher.accept_bytes(text.encode()):
            assert allowed(matcher, compiled.vocabulary) - {len(TOKENS) - 1} == tried(
                matcher, TOKENS[:-1]
            )


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: pushmask.Grammar.union(), pushmask.EmptyLanguageError),
        (lambda: pushmask.Grammar.choice([]), pushmask.EmptyLanguageError),
        (lambda: pushmask.Grammar.from_regex("a").repeat(2, 1), pushmask.GrammarError),
        (lambda: pushmask.Grammar.from_regex("a").with_stop(), pushmask.EmptyLanguageError),
        (lambda: pushmask.Grammar.from_regex("a").with_stop("b", ""), pushmask.GrammarError),
        (
            lambda: pushmask.Grammar.from_ebnf('root ::= "a" root "b" | ""').with_stop("c"),
            pushmask.UnsupportedError,
        ),
        (lambda: pushmask.Grammar.substring_of("a", by="lines"), ValueError),  # type: ignore[arg-type]
        (lambda: pushmask.Grammar.substring_of(["a"]), TypeError),
    ],
)
def test_misuse_is_an_error(make, error: type[Exception]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error):
        make()


def test_many_long_strings_that_share_little_are_a_grammar(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    rng = random.Random(4)
    strings = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=20)) for _ in range(30_000)]
    compiled = pushmask.Compiler(byte_vocabulary).compile(pushmask.Grammar.choice(strings))
    assert compiled.stats()["states"] > pushmask.Limits().max_states
    for string in strings[::1000]:
        assert accepts(compiled, string)
        assert not accepts(compiled, string[:-1])
        assert not accepts(compiled, string[:-1] + "!")


def test_too_many_strings_to_share_anything_are_a_limit_error_at_once() -> None:
    rng = random.Random(3)
    strings = [f"{rng.getrandbits(128):032x}" for _ in range(120_000)]
    start = time.process_time()
    with pytest.raises(pushmask.LimitError) as error:
        pushmask.Grammar.choice(strings)
    assert error.value.limit == "max_automaton_states"
    assert time.process_time() - start < 2
