# SPDX-License-Identifier: Apache-2.0
"""`GrammarBuilder`: what its calls describe, and what it refuses."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import pushmask
from reference.masks import accepts, allowed

ALPHABET = "abé"
TOKENS = [*(c.encode() for c in ALPHABET), b"ab", b"ba", b"aab", b"\xc3", b"\xa9", b"</s>"]
B = pushmask.GrammarBuilder
E = pushmask.Expression


@pytest.fixture(scope="module")
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(TOKENS, stop_token_ids=[len(TOKENS) - 1])


def texts(max_length: int = 4) -> Iterator[str]:
    for length in range(max_length + 1):
        yield from map("".join, itertools.product(ALPHABET, repeat=length))


def language(
    build: Callable[[B], E], vocabulary: pushmask.Vocabulary, max_length: int = 4
) -> set[str]:
    b = B()
    root = b.rule("root")
    b.define(root, build(b))
    compiled = pushmask.Compiler(vocabulary).compile(b.finish(root))
    return {text for text in texts(max_length) if accepts(compiled, text)}


def a_star(b: B) -> E:
    return b.star(b.literal("a"))


def even(b: B) -> E:
    return b.automaton([(True, [(ord("a"), ord("b"), 1)]), (False, [(ord("a"), ord("z"), 0)])])


CASES: dict[str, tuple[Callable[[B], E], Callable[[str], bool]]] = {
    "empty": (lambda b: b.empty(), lambda t: t == ""),
    "literal": (lambda b: b.literal("aé"), lambda t: t == "aé"),
    "bytes": (lambda b: b.literal("aé".encode()), lambda t: t == "aé"),
    "codepoints": (
        lambda b: b.codepoints([(0xE9, 0xFF), (ord("a"), ord("a"))]),
        lambda t: t in ("a", "é"),
    ),
    "sequence": (
        lambda b: b.sequence(a_star(b), b.literal("b")),
        lambda t: t == "a" * (len(t) - 1) + "b",
    ),
    "no parts": (lambda b: b.sequence(), lambda t: t == ""),
    "choice": (lambda b: b.choice(b.literal("a"), b.literal("ab")), lambda t: t in ("a", "ab")),
    "repeat": (lambda b: b.repeat(b.literal("a"), 2, 3), lambda t: t in ("aa", "aaa")),
    "no maximum": (lambda b: b.repeat(b.literal("a"), 3), lambda t: t == "a" * len(t) >= "aaa"),
    "optional": (lambda b: b.optional(b.literal("b")), lambda t: t in ("", "b")),
    "plus": (lambda b: b.plus(b.literal("b")), lambda t: t == "b" * len(t) != ""),
    "intersect": (
        lambda b: b.intersect(b.regex("a.*"), b.regex(".*b")),
        lambda t: t.startswith("a") and t.endswith("b"),
    ),
    "complement": (lambda b: b.complement(b.literal("ab")), lambda t: t != "ab"),
    "difference": (
        lambda b: b.difference(b.regex("[ab]*"), b.regex("ba", search=True)),
        lambda t: set(t) <= {"a", "b"} and "ba" not in t,
    ),
    "automaton": (even, lambda t: len(t) % 2 == 0 and set(t) <= {"a", "b"}),
    "one of": (lambda b: b.one_of(["ab", "b", "é", "b"]), lambda t: t in ("ab", "b", "é")),
    "substring": (lambda b: b.substring_of("abaé"), lambda t: t in "abaé"),
    "regex": (lambda b: b.regex("a|b+"), lambda t: t == "a" or t == "b" * len(t) != ""),
    "search": (lambda b: b.regex("ab", search=True), lambda t: "ab" in t),
    "grammar": (
        lambda b: b.sequence(b.grammar(pushmask.Grammar.from_ebnf('root ::= "a" | "b" root')),
                             b.literal("é")),
        lambda t: t == "b" * (len(t) - 2) + "aé",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_expression_describes_its_texts(name: str, vocabulary: pushmask.Vocabulary) -> None:
    build, expected = CASES[name]
    wanted = {text for text in texts() if expected(text)}
    assert language(build, vocabulary) == wanted


def test_rules_may_refer_to_rules_that_are_defined_later(vocabulary: pushmask.Vocabulary) -> None:
    b = B()
    nested, leaf = b.rule("nested"), b.rule("leaf")
    inner = b.sequence(b.literal("a"), b.ref(nested), b.literal("b"))
    b.define(nested, b.choice(b.ref(leaf), inner))
    b.define(leaf, b.literal("é"))
    compiled = pushmask.Compiler(vocabulary).compile(b.finish(nested))
    assert accepts(compiled, "aaébb")
    assert not accepts(compiled, "aaéb")


def test_masks_are_those_of_the_language(vocabulary: pushmask.Vocabulary) -> None:
    b = B()
    root = b.rule("root")
    b.define(root, b.difference(b.regex("[abé]{1,3}"), b.substring_of("aab")))
    compiled = pushmask.Compiler(vocabulary).compile(b.finish(root))
    sentences = {t for t in texts(3) if t and t not in "aab"}
    for prefix in texts(3):
        matcher = compiled.matcher()
        if not matcher.accept_bytes(prefix.encode()):
            assert not any(s.startswith(prefix) for s in sentences)
            continue
        data = [s.encode() for s in sentences]
        expected = {
            number
            for number, token in enumerate(TOKENS[:-1])
            if any(s.startswith(prefix.encode() + token) for s in data)
        }
        if prefix in sentences:
            expected.add(len(TOKENS) - 1)
        assert allowed(matcher, vocabulary) == expected, prefix


def test_regular_rules_are_put_in_place_inside_boolean_operators(
    vocabulary: pushmask.Vocabulary,
) -> None:
    def build(b: B) -> E:
        letters = b.rule("letters")
        body = b.intersect(b.ref(letters), b.complement(b.grammar(regex("a.*"))))
        b.define(letters, b.star(b.codepoints([(ord("a"), ord("b"))])))
        return body

    def regex(pattern: str) -> pushmask.Grammar:
        return pushmask.Grammar.from_regex(pattern)

    wanted = {t for t in texts() if set(t) <= {"a", "b"} and not t.startswith("a")}
    assert language(build, vocabulary) == wanted


def test_a_builder_can_be_used_after_finish(vocabulary: pushmask.Vocabulary) -> None:
    b = B()
    first, second = b.rule("x"), b.rule("x")
    b.define(first, b.literal("a"))
    b.define(second, b.plus(b.ref(first)))
    assert str(b.finish(first)) == 'x ::= "a"\n'
    assert str(b.finish(second)) == 'x_2 ::= x{1,}\nx ::= "a"\n'.replace("{1,}", "+")


def test_names_of_rules_taken_over_are_kept() -> None:
    b = B()
    root = b.rule("root")
    part = b.grammar(pushmask.Grammar.from_ebnf('root ::= "a" tail\ntail ::= "b" root?'))
    b.define(root, b.sequence(part, part))
    text = str(b.finish(root))
    assert {line.split()[0] for line in text.splitlines()} == {"root", "root_2", "tail"}


def other(b: B) -> E:
    return B().literal("a")


def recursive(b: B) -> E:
    rule = b.rule("loop")
    b.define(rule, b.optional(b.sequence(b.literal("a"), b.ref(rule), b.literal("b"))))
    return b.ref(rule)


REFUSED: dict[str, tuple[Callable[[B], object], type[pushmask.Error], str]] = {
    "foreign expression": (lambda b: b.star(other(b)), pushmask.GrammarError, "another builder"),
    "foreign rule": (lambda b: b.ref(B().rule("r")), pushmask.GrammarError, "another builder"),
    "surrogate": (lambda b: b.literal("\ud800"), pushmask.GrammarError, "surrogate"),
    "surrogates": (lambda b: b.one_of(["a", "\udfff"]), pushmask.GrammarError, "surrogate"),
    "bounds": (lambda b: b.repeat(b.empty(), 2, 1), pushmask.GrammarError, "lower bound"),
    "range": (lambda b: b.codepoints([(2, 1)]), pushmask.GrammarError, "reversed"),
    "past the end": (lambda b: b.codepoints([(0, 0x110000)]), pushmask.GrammarError, "10FFFF"),
    "pattern": (lambda b: b.regex("a("), pushmask.GrammarSyntaxError, "<regex>:1:2"),
    "backreference": (lambda b: b.regex(r"(a)\1"), pushmask.UnsupportedError, "backreference"),
    "target": (lambda b: b.automaton([(True, [(0, 1, 1)])]), pushmask.GrammarError, "not there"),
    "overlap": (
        lambda b: b.automaton([(True, [(0, 5, 0), (5, 6, 0)])]),
        pushmask.GrammarError,
        "overlap",
    ),
    "undefined": (lambda b: b.finish(b.rule("lost")), pushmask.GrammarError, "'lost'"),
    "nothing": (lambda b: finish(b, b.nothing()), pushmask.EmptyLanguageError, "root"),
    "recursion": (
        lambda b: finish(b, b.intersect(b.regex("a*"), recursive(b))),
        pushmask.UnsupportedError,
        "reaches itself",
    ),
    "recursion below": (
        lambda b: finish(b, b.complement(b.sequence(b.literal("x"), recursive(b)))),
        pushmask.UnsupportedError,
        "reaches itself",
    ),
    "member group": (
        lambda b: finish(b, b.complement(b.grammar(pushmask.Grammar.from_json_schema(
            {"type": "object", "properties": {"a": {"type": "null"}, "b": {"type": "null"}}},
            property_order="any")))),
        pushmask.UnsupportedError,
        "member group",
    ),
}  # fmt: skip


def finish(b: B, body: E) -> pushmask.Grammar:
    root = b.rule("root")
    b.define(root, body)
    return b.finish(root)


@pytest.mark.parametrize("name", REFUSED)
def test_misuse_is_an_error_of_pushmask(name: str) -> None:
    build, error, part = REFUSED[name]
    with pytest.raises(error) as caught:
        build(B())
    assert part in str(caught.value)


def test_a_rule_has_one_body() -> None:
    b = B()
    rule = b.rule("r")
    b.define(rule, b.empty())
    with pytest.raises(pushmask.GrammarError, match="defined already"):
        b.define(rule, b.empty())


@pytest.mark.parametrize("strings", ["ab", [b"a"], [1]])
def test_strings_are_an_iterable_of_str(strings: object) -> None:
    with pytest.raises(TypeError):
        B().one_of(strings)  # type: ignore[arg-type]


def test_a_deep_expression_reaches_a_limit() -> None:
    b = B()
    expression = b.literal("a")
    with pytest.raises(pushmask.LimitError) as caught:
        for _ in range(2000):
            expression = b.optional(b.sequence(b.literal("("), expression, b.literal(")")))
    assert caught.value.limit == "max_depth"


def test_boolean_operators_through_a_long_chain_of_rules_reach_a_limit() -> None:
    b = B()
    rules = [b.rule("r") for _ in range(3000)]
    for rule, after in itertools.pairwise(rules):
        b.define(rule, b.complement(b.sequence(b.literal("a"), b.ref(after))))
    b.define(rules[-1], b.literal("b"))
    with pytest.raises(pushmask.LimitError) as caught:
        b.finish(rules[0])
    assert caught.value.limit == "max_depth"


@pytest.mark.parametrize(
    "twice",
    [
        lambda b, e: b.sequence(e, e),
        lambda b, e: b.choice(b.sequence(b.literal("a"), e), b.sequence(b.literal("b"), e)),
        lambda b, e: b.sequence(b.optional(e), b.star(e)),
    ],
)
def test_doubling_reaches_a_limit(twice: Callable[[B, E], E]) -> None:
    b = B()
    expression = b.literal("ab")
    with pytest.raises(pushmask.LimitError) as caught:
        for _ in range(64):
            expression = twice(b, expression)
    assert caught.value.limit == "max_expression_size"


def test_doubling_through_rules_inside_a_boolean_operator_reaches_a_limit() -> None:
    b = B()
    before = b.literal("ab")
    for _ in range(64):
        rule = b.rule("r")
        b.define(rule, b.sequence(before, b.optional(before)))
        before = b.ref(rule)
    root = b.rule("root")
    b.define(root, b.complement(before))
    with pytest.raises(pushmask.LimitError) as caught:
        b.finish(root)
    assert caught.value.limit == "max_expression_size"


SPECIAL = [b"a", b"b", b"<t>", b"<t>", b"<", b"t>", b"</s>"]


def special() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(SPECIAL, stop_token_ids=[6], special_token_ids=[3])


@pytest.mark.parametrize(
    ("build", "ids"),
    [
        (lambda b: b.token("<t>"), {3}),
        (lambda b: b.token("a"), {0}),
        (lambda b: b.token(2), {2}),
        (lambda b: b.tokens(["b", 0, (2, 3)]), {0, 1, 2, 3}),
        (lambda b: b.tokens([(0, 2), "</s>"], negated=True), {3, 4, 5}),
        (lambda b: b.tokens([], negated=True), {0, 1, 2, 3, 4, 5}),
        (lambda b: b.any_token(), {0, 1, 2, 3, 4, 5}),
        (lambda b: b.mark("<t>"), {2, 3, 4}),
        (lambda b: b.mark("<t"), {4}),
        (lambda b: b.sequence(b.mark(""), b.literal("a")), {0}),
    ],
)
def test_tokens_and_marks_are_taken_as_tokens(build: Callable[[B], E], ids: set[int]) -> None:
    b = B()
    root = b.rule("root")
    b.define(root, build(b))
    grammar = b.finish(root)
    for again in (grammar, pushmask.Grammar.from_ebnf(grammar.to_ebnf())):
        matcher = pushmask.Compiler(special()).compile(again).matcher()
        assert allowed(matcher, special()) == ids


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda b: b.tokens([]), pushmask.GrammarError, "no tokens to choose from"),
        (lambda b: b.tokens([(3, 2)]), pushmask.GrammarError, "no tokens 3 to 2"),
        (lambda b: b.token(1 << 31), pushmask.GrammarError, "no tokens 2147483648"),
        (lambda b: b.token(""), ValueError, "no token is empty"),
        (lambda b: b.token(1.5), TypeError, "a token is"),
        (lambda b: b.token(True), TypeError, "a token is"),
        (lambda b: b.tokens("<t>"), TypeError, "not one string"),
        (lambda b: b.mark("\ud800"), pushmask.GrammarError, "lone surrogate"),
        (lambda b: b.literal(b"\xff\x00\x00"), pushmask.GrammarError, "0xF8"),
    ],
)
def test_what_is_no_token_is_refused(
    build: Callable[[B], E], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        build(B())


def test_a_token_that_is_not_there_is_named_with_its_place() -> None:
    place = pushmask.Diagnostic(message="", source_name="here", offset=7, line=2, column=3)
    for given, message in ((None, "<builder>: the vocabulary"), (place, "here:2:3: the voc")):
        b = B()
        root = b.rule("root")
        b.define(root, b.token("<x>", place=given))
        with pytest.raises(pushmask.GrammarError, match=message):
            pushmask.Compiler(special()).compile(b.finish(root))


@pytest.mark.parametrize("name", ["mark", "token"])
def test_tokens_are_in_no_intersection(name: str) -> None:
    b = B()
    root = b.rule("root")
    b.define(root, b.intersect(getattr(b, name)("<t>"), b.regex("[a-z<>]*")))
    with pytest.raises(pushmask.UnsupportedError, match="reference to tokens"):
        b.finish(root)


SCHEMAS: list[object] = [
    {"type": "object", "properties": {"a": {"type": "integer"}}},
    '{"const": "ab"}',
    {"$ref": "#/$defs/a", "$defs": {"a": {"enum": ["a", "b"]}}},
    {"$ref": "#/$defs/a", "$defs": {"a": {"enum": [1, 2]}}},
    {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/x",
     "const": 1, "definitions": {"x": {"const": 2}}},
]  # fmt: skip
TEXTS = ['{"a":1}', '{"a":"1"}', '{"b":[{}]}', '"ab"', '"a"', "1", "2", "true"]


@pytest.mark.parametrize(
    "more",
    [
        [],
        [{"$id": "urn:x", "$ref": "urn:x#/$defs/a", "$defs": {"a": {"const": "ab"}}},
         {"$id": "urn:x", "$ref": "urn:x#/$defs/a", "$defs": {"a": {"const": 1}}}],
        [{"properties": {"a": {"$id": "x", "$ref": "x#b", "$defs": {"c": {"$anchor": "b"}}}}}],
        [{"properties": {"a": False}, "required": ["a"], "anyOf": [{"const": 1}, {}]}],
    ],
)  # fmt: skip
def test_schemas_together_are_those_by_themselves(more: list[object]) -> None:
    bytewise = [*(bytes([i]) for i in range(256)), b"</s>"]
    compiler = pushmask.Compiler(pushmask.Vocabulary(bytewise, stop_token_ids=[256]))
    schemas = [*SCHEMAS, *more]
    b = B()
    rules = [b.rule("x") for _ in schemas]
    for rule, instances in zip(rules, b.json_schemas(schemas), strict=True):
        b.define(rule, instances)
    for rule, schema in zip(rules, schemas, strict=True):
        together = compiler.compile(b.finish(rule))
        alone = compiler.compile(pushmask.Grammar.from_json_schema(schema))
        for text in TEXTS:
            assert accepts(together, text) == accepts(alone, text), (schema, text)


@pytest.mark.parametrize(
    ("schema", "error", "message"),
    [
        ({"type": "x"}, pushmask.SchemaError, "s:"),
        ({"$ref": "urn:schema:0"}, pushmask.UnsupportedError, "another document"),
        ({"$ref": "./schema:0"}, pushmask.UnsupportedError, "another document"),
        ({"enum": []}, pushmask.EmptyLanguageError, "the enum is empty"),
        (False, pushmask.EmptyLanguageError, "s:1:1"),
        ("{", pushmask.GrammarSyntaxError, "s:1"),
    ],
)
def test_a_wrong_schema_among_several_is_named(
    schema: object, error: type[pushmask.GrammarError], message: str
) -> None:
    with pytest.raises(error) as raised:
        B().json_schemas([*SCHEMAS, schema], source_name="s")
    assert message in str(raised.value)
    with pytest.raises(error) as alone:
        pushmask.Grammar.from_json_schema(schema, source_name="s")
    assert str(raised.value) == str(alone.value)


def test_warnings_of_several_schemas_are_kept() -> None:
    b = B()
    root = b.rule("root")
    b.define(root, b.choice(*b.json_schemas([{"minimun": 1}, {}], source_name="s")))
    (warning,) = b.finish(root).warnings()
    assert (warning.source_name, warning.pointer) == ("s", "/minimun")
    assert b.json_schemas([]) == []


def test_rules_may_have_options(vocabulary: pushmask.Vocabulary) -> None:
    b = B()
    root, word = b.rule("root"), b.rule("word")
    b.define(word, b.regex("[ab]*"), suffix="ba", max_chars=2, capture="w", temperature=0.5)
    b.define(root, b.plus(b.ref(word)))
    grammar = b.finish(root)
    compiled = pushmask.Compiler(vocabulary).compile(grammar)
    assert accepts(compiled, "ba")
    assert accepts(compiled, "abba")
    assert accepts(compiled, "babaaba")
    assert not accepts(compiled, "aaaba")
    matcher = compiled.matcher()
    assert matcher.temperature() == 0.5
    assert matcher.accept_bytes(b"abaaba")
    assert matcher.captures() == [("w", 0, 1), ("w", 3, 4)]
    assert pushmask.Grammar.from_ebnf(grammar.to_ebnf()).to_ebnf() == grammar.to_ebnf()


WRONG_OPTIONS: dict[str, dict[str, Any]] = {
    "no tokens": {"max_tokens": 0},
    "empty stop": {"stop": ""},
    "empty name": {"capture": ""},
    "both": {"stop": "a", "suffix": "b"},
    "cold": {"temperature": -1.0},
    "infinite": {"temperature": float("inf")},
    "surrogate": {"suffix": "\ud800"},
}


@pytest.mark.parametrize("name", WRONG_OPTIONS)
def test_wrong_options_are_refused_and_leave_the_rule(name: str) -> None:
    b = B()
    rule = b.rule("x")
    with pytest.raises(pushmask.GrammarError):
        b.define(rule, b.literal("a"), **WRONG_OPTIONS[name])
    b.define(rule, b.literal("a"))


def test_options_on_the_text_of_a_recursive_rule_are_refused() -> None:
    b = B()
    rule = b.rule("x")
    b.define(rule, b.choice(b.literal("a"), b.sequence(b.literal("b"), b.ref(rule))), lazy=True)
    with pytest.raises(pushmask.UnsupportedError):
        b.finish(rule)


def test_a_captured_rule_in_an_intersection_is_refused() -> None:
    b = B()
    rule, root = b.rule("x"), b.rule("root")
    b.define(rule, b.literal("a"), capture="x")
    b.define(root, b.complement(b.ref(rule)))
    with pytest.raises(pushmask.UnsupportedError, match="capture"):
        b.finish(root)


def test_rules_may_come_from_a_text_in_which_errors_have_places() -> None:
    builder = pushmask.GrammarBuilder()
    source = builder.source("rules.txt", "ü: 1\nloop: 2")
    loop = builder.rule("loop", source=source, offset=6)
    builder.define(loop, builder.intersect(builder.ref(loop), builder.literal("x")))
    with pytest.raises(pushmask.UnsupportedError, match=r"^rules\.txt:2:1: ") as error:
        builder.finish(loop)
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.excerpt == "  loop: 2\n  ^^^^"
    with pytest.raises(pushmask.GrammarError, match="no source 2"):
        builder.rule("other", source=2)
