# SPDX-License-Identifier: Apache-2.0
"""Structural tags: their texts, against Python's `re` and XGrammar, and what is refused."""

from __future__ import annotations

import itertools
import json
import random
import re
from typing import Any

import jsonschema
import pytest

import pushmask
from pushmask import Grammar, structural_tag
from pushmask.structural_tag import (
    any_text,
    const,
    dispatch,
    json_schema,
    optional,
    or_,
    reasoning,
    regex,
    repeat,
    sequence,
    tag,
    tags_with_separator,
    triggered_tags,
)
from reference.masks import accepts, allowed, tried

BYTES = [*(bytes([i]) for i in range(256)), b"</s>"]
# Pieces of the marks below, cut in many ways, and some that run over a mark's end.
PIECES = [
    b"<", b"<f", b"f", b"<fa", b"a>", b">", b"<fa>", b"<fa>1", b"fb", b"</", b"/f", b"/f>", b"</f>",
    b"x<", b"xx<f", b"1</", b"1</f>y", b">1", b"x", b"y<fb>2</f><", b"b>2", b"<<", b"<x", b"/",
    b"1", b"2", b"b", b"a", b"\xc3", b"\xa9<", b"\xc3\xa9", b"</s>",
]  # fmt: skip


def digits() -> dict[str, Any]:
    return {"type": "regex", "pattern": "[0-9]+"}


def region(begin: str, end: Any, content: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "tag", "begin": begin, "content": content or digits(), "end": end}


def triggered(**fields: Any) -> dict[str, Any]:
    tags = [region("<fa>", "</f>"), region("<fb>", "</f>")]
    return {"type": "triggered_tags", "triggers": ["<f"], "tags": tags, **fields}


def separated(**fields: Any) -> dict[str, Any]:
    tags = [region("<fa>", "</f>"), region("<fb>", "</f>")]
    return {"type": "tags_with_separator", "tags": tags, "separator": ",", **fields}


ANY = {"type": "any_text"}
CALL = {
    "type": "object",
    "properties": {"s": {"type": "string"}, "n": {"type": "integer"}, "e": {"enum": ["a", "b"]}},
    "required": ["s"],
}


def parameters(style: str) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": CALL, "style": style}


def items(kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "elements": list(elements)}


def around(kind: str, content: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": kind, "content": content, **fields}


A = {"type": "const_string", "value": "ab"}
# Format; texts of it; texts that are none.
CASES: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "const": (A, ["ab"], ["", "a", "abab"]),
    "regex": (digits(), ["1", "12"], ["", "1a"]),
    "grammar": ({"type": "grammar", "grammar": 'root ::= "(" root? ")"'}, ["(())"], ["(", ""]),
    "schema": (
        {"type": "json_schema", "json_schema": {"type": "integer"}}, ["1", "-20"], ["", "1.5"],
    ),
    "any text": (ANY, ["", "a<é\n"], []),
    "excludes": ({**ANY, "excludes": ["ab", "é"]}, ["", "aab"[:2], "ba"], ["ab", "é", "xaby"]),
    "max_chars": ({**ANY, "max_chars": 2}, ["", "éé"], ["abc"]),
    "sequence": (items("sequence", A, digits()), ["ab1"], ["ab", "1ab"]),
    "text in a sequence": (items("sequence", ANY, A), ["ab", "xab", "abxab"], ["abx", ""]),
    "or": (items("or", A, digits()), ["ab", "7"], ["", "ab7"]),
    "optional": (around("optional", A), ["", "ab"], ["abab"]),
    "plus": (around("plus", A), ["ab", "abab"], [""]),
    "star": (around("star", A), ["", "ab", "abab"], ["aba"]),
    "repeat": (around("repeat", A, min=1, max=2), ["ab", "abab"], ["", "ababab"]),
    "repeat without end": (around("repeat", A, min=2, max=-1), ["abab", "ababab"], ["ab"]),
    "tag": (region("<t>", "</t>"), ["<t>1</t>"], ["<t></t>", "1", "<t>1"]),
    "two ends": (region("<t>", ["</t>", ";"]), ["<t>1</t>", "<t>1;"], ["<t>1", "<t>1;;"]),
    "text in a tag": (
        region("<t>", "</t>", ANY), ["<t></t>", "<t>a<</t>"], ["<t>a</t></t>", "<t>a"],
    ),
    "text with two ends": (
        region("<t>", ["</t>", "</u>"], ANY), ["<t></u>", "<t>a</t>"], ["<t>a</u></t>"],
    ),
    "text at the end of a tag": (
        region("<t>", "</t>", items("sequence", A, ANY)),
        ["<t>ab</t>", "<t>abx</t>"], ["<t>x</t>", "<t>ab</t></t>"],
    ),
    "excludes in a tag": (
        region("<t>", "</t>", {**ANY, "excludes": ["zz", "<"]}),
        ["<t></t>", "<t>z</t>"], ["<t>zz</t>", "<t><</t>"],
    ),
    "a tag and more": (
        items("sequence", region("<t>", "</t>", ANY), A),
        ["<t>x</t>ab"], ["<t>x</t>", "<t></t>x</t>ab"],
    ),
    "triggered": (
        triggered(),
        ["", "x", "<fa>1</f>", "x<fa>1</f>y<fb>2</f>z", "<<fa>1</f>", "</f>", "<g"],
        ["<f", "<fx", "<fa>1", "<fa>x</f>", "x<fa></f>"],
    ),
    "at least one": (
        triggered(at_least_one=True),
        ["<fa>1</f>", "<fa>1</f>y", "<fa>1</f>y<fb>2</f>"], ["", "x", "x<fa>1</f>"],
    ),
    "stop after first": (
        triggered(stop_after_first=True), ["", "x", "x<fa>1</f>"], ["x<fa>1</f>y"],
    ),
    "exactly one": (
        triggered(stop_after_first=True, at_least_one=True), ["<fa>1</f>"],
        ["", "x", "x<fa>1</f>", "<fa>1</f>y"],
    ),
    "triggered with excludes": (
        triggered(excludes=["zz"]), ["z<fa>1</f>z"], ["zz", "z<fa>1</f>zz"],
    ),
    "triggered in a tag": (
        region("<t>", "</t>", triggered()),
        ["<t>a</t>", "<t>x<fa>1</f>y</t>"], ["<t></t></t>", "<t>x<fa>1</f></t></t>", "<t>"],
    ),
    "an end that begins with a trigger": (
        region("<t>", "</t>", triggered(triggers=["<"])),
        ["<t>a</t>", "<t>x<fa>1</f>y</t>"], ["<t></t></t>", "<t><x</t>"],
    ),
    "overlapping trigger": (
        {"type": "triggered_tags", "triggers": ["aa"], "tags": [region("aa{", "}")]},
        ["aa{1}", "xaa{1}", "a", "aba"], ["aaa{1}", "aa"],
    ),
    "separated": (
        separated(), ["", "<fa>1</f>", "<fa>1</f>,<fb>2</f>"], ["<fa>1</f>,", "x", ",<fa>1</f>"],
    ),
    "separated, at least one": (separated(at_least_one=True), ["<fa>1</f>"], [""]),
    "separated, at most one": (
        separated(stop_after_first=True), ["", "<fa>1</f>"], ["<fa>1</f>,<fa>1</f>"],
    ),
    "separated by nothing": (separated(separator=""), ["<fa>1</f><fb>1</f>"], ["<fa>1</f>,"]),
    "dispatch": (
        {"type": "dispatch", "rules": [["<f", {"type": "const_string", "value": ">"}]],
         "loop": True, "excludes": ["q"]},
        ["", "a<f>b<f>"], ["a<fx", "q", "<f>q"],
    ),
    "dispatch once": (
        {"type": "dispatch", "rules": [["<f", {"type": "const_string", "value": ">"}]],
         "loop": False},
        ["", "a<f>"], ["a<f>b"],
    ),
    "qwen_xml": (
        parameters("qwen_xml"),
        [
            "<parameter=s>x</parameter>", "<parameter=s>\nx\n</parameter>\n",
            "<parameter=s>a</para</parameter>\n<parameter=n>\n3\n</parameter>",
            "<parameter=s>x</parameter><parameter=e>a</parameter>",
        ],
        [
            "", "<parameter=n>3</parameter>",
            "<parameter=s>x</parameter><parameter=n>x</parameter>",
            "<parameter=s>x</parameter><parameter=e>c</parameter>",
            "<parameter=s>x</parameter><parameter=q>c</parameter>",
        ],
    ),
    "minimax_xml": (
        parameters("minimax_xml"),
        ['<parameter name="s">x</parameter>\n<parameter name="n">3</parameter>'],
        ['<parameter name="n">3</parameter>', "<parameter=s>x</parameter>"],
    ),
    "glm_xml": (
        parameters("glm_xml"),
        [("<arg_key>s</arg_key>\n<arg_value>x</arg_value>\n<arg_key>n</arg_key><arg_value>3"
         "</arg_value>")],
        ["<arg_key>n</arg_key><arg_value>3</arg_value>", "<arg_key>s</arg_key>"],
    ),
    "deepseek_v4_1_xml": (
        parameters("deepseek_v4_1_xml"),
        [('<｜DSML｜ parameter name="s" string="true">x</｜DSML｜ parameter>'
          '<｜DSML｜ parameter name="n" string="false">3</｜DSML｜ parameter>')],
        ['<｜DSML｜parameter name="s" string="true">x</｜DSML｜parameter>',
         '<｜DSML｜ parameter name="s" string="false">x</｜DSML｜ parameter>'],
    ),
    "kimi_k3_xml": (
        parameters("kimi_k3_xml"),
        ['<|open|>argument key="s" type="string"<|sep|>x<|close|>argument<|sep|>',
         ('<|open|>argument key="s" type="string"<|sep|>x<|close|>argument<|sep|>\n'
          '<|open|>argument key="n" type="number"<|sep|> 3<|close|>argument<|sep|>')],
        ['<|open|>argument key="s" type="number"<|sep|>x<|close|>argument<|sep|>',
         ('<|open|>argument key="s" type="string"<|sep|>x<|close|>argument<|sep|>'
          '<|open|>argument key="n" type="string"<|sep|>3<|close|>argument<|sep|>')],
    ),
    "deepseek_xml": (
        parameters("deepseek_xml"),
        ['<｜DSML｜parameter name="s" string="true">x</｜DSML｜parameter>',
         ('<｜DSML｜parameter name="s" string="true">x</｜DSML｜parameter>\n'
         '<｜DSML｜parameter name="n" string="false">3</｜DSML｜parameter>')],
        ['<｜DSML｜parameter name="s" string="false">x</｜DSML｜parameter>',
         ('<｜DSML｜parameter name="s" string="true">x</｜DSML｜parameter>\n'
         '<｜DSML｜parameter name="n" string="true">3</｜DSML｜parameter>')],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def compiler() -> pushmask.Compiler:
    return pushmask.Compiler(pushmask.Vocabulary(BYTES, stop_token_ids=[256]))


def wrapped(form: dict[str, Any]) -> dict[str, Any]:
    return {"type": "structural_tag", "format": form}


@pytest.mark.parametrize("name", CASES)
def test_a_format_has_its_texts(name: str, compiler: pushmask.Compiler) -> None:
    form, good, bad = CASES[name]
    compiled = compiler.compile(Grammar.from_structural_tag(json.dumps(wrapped(form))))
    assert [text for text in good if not accepts(compiled, text)] == []
    assert [text for text in bad if accepts(compiled, text)] == []


@pytest.mark.parametrize("name", CASES)
def test_xgrammar_has_the_same_texts(name: str) -> None:
    xgrammar = pytest.importorskip("xgrammar", reason="needs xgrammar")
    form, good, bad = CASES[name]
    vocabulary = [chr(i) if i < 128 else f"<0x{i:02X}>" for i in range(256)] + ["</s>"]
    info = xgrammar.TokenizerInfo(
        vocabulary, vocab_type=xgrammar.VocabType.BYTE_FALLBACK, stop_token_ids=[256]
    )
    compiled = xgrammar.GrammarCompiler(info).compile_structural_tag(wrapped(form))

    def is_text(text: str) -> bool:
        matcher = xgrammar.GrammarMatcher(compiled)
        return matcher.accept_string(text) and matcher.accept_token(256)

    assert [text for text in good if not is_text(text)] == []
    assert [text for text in bad if is_text(text)] == []


def test_the_older_form_is_read(compiler: pushmask.Compiler) -> None:
    tags = [{"begin": "<fa>", "schema": {"type": "integer"}, "end": "</f>"}]
    spec = {"type": "structural_tag", "structures": tags, "triggers": ["<f"]}
    compiled = compiler.compile(Grammar.from_structural_tag(spec))
    assert accepts(compiled, "x<fa>12</f>y")
    assert not accepts(compiled, "x<fa>a</f>y")


def test_parts_say_what_the_json_form_says() -> None:
    number = regex("[0-9]+")
    fa, fb = tag("<fa>", number, "</f>"), tag("<fb>", number, "</f>")
    pairs: list[tuple[structural_tag.Part, dict[str, Any]]] = [
        (const("ab"), A),
        (sequence("ab", number), items("sequence", A, digits())),
        (or_("ab", Grammar.from_regex("[0-9]+")), items("or", A, digits())),
        (optional("ab"), around("optional", A)),
        (repeat("ab", 1, 2), around("repeat", A, min=1, max=2)),
        (any_text(stop=["ab"], max_chars=3), {**ANY, "excludes": ["ab"], "max_chars": 3}),
        (reasoning(), region("<think>", "</think>", ANY)),
        (triggered_tags(["<f"], [fa, fb], excludes=["q"]), triggered(excludes=["q"])),
        (tags_with_separator([fa, fb], ","), separated()),
        (dispatch([("q", "ab")], loop=False), {"type": "dispatch", "rules": [["q", A]],
                                               "loop": False}),
        (json_schema(CALL, style="qwen_xml"), parameters("qwen_xml")),
        (structural_tag.grammar('root ::= "x"'), {"type": "grammar", "grammar": 'root ::= "x"'}),
    ]  # fmt: skip
    for part, form in pairs:
        expected = str(Grammar.from_structural_tag(wrapped(form)))
        assert str(Grammar.from_structural_tag(part)) == expected, form


# Marks over two letters, which overlap in every way, against a pattern with lookaheads: no position
# of free text begins a mark, wherever that would end.
FREE = [
    (["ab"], ["abx"], ""),
    (["aa"], ["aax"], ""),
    (["aba"], ["abax", "abab"], ""),
    (["ab", "ba"], ["abx", "bax"], ""),
    (["aab", "ba"], ["aabx", "ba"], ""),
    (["ab"], ["abx"], "xx"),
    (["aa"], ["aab"], "bab"),
    (["aa"], ["aab"], "aax"),
    (["bb", "ab"], ["bba", "aba"], "axa"),
]


@pytest.mark.parametrize(("triggers", "begins", "end"), FREE)
@pytest.mark.parametrize("loop", [True, False])
def test_free_text_ends_at_the_first_mark(
    triggers: list[str], begins: list[str], end: str, loop: bool, compiler: pushmask.Compiler
) -> None:
    tags = [tag(begin, const(""), "") for begin in begins]
    inside = triggered_tags(triggers, tags, stop_after_first=not loop)
    compiled = compiler.compile(Grammar.from_structural_tag(tag("", inside, end)))
    marks = "|".join([*triggers, *([end] if end else [])])
    free, some = f"(?:(?!{marks}).)*", f"(?:{'|'.join(begins)})"
    if loop:
        expected = re.compile(f"(?:{free}{some})*{free}{end}", re.S)
    else:
        expected = re.compile(f"{free}{end}|{free}{some}{end}", re.S)
    for length in range(9):
        for letters in itertools.product("abx", repeat=length):
            text = "".join(letters)
            assert accepts(compiled, text) == bool(expected.fullmatch(text)), text


def test_a_trigger_is_caught_however_it_is_cut_into_tokens() -> None:
    vocabulary = pushmask.Vocabulary(PIECES, stop_token_ids=[len(PIECES) - 1])
    compiled = pushmask.Compiler(vocabulary).compile(
        Grammar.from_structural_tag(wrapped(region("<t>", "</t>", triggered())))
    )
    open_ = pushmask.Compiler(vocabulary).compile(Grammar.from_structural_tag(wrapped(triggered())))
    random_ = random.Random(5)
    steps = 0
    for walk in range(60):
        matcher = (open_ if walk % 2 else compiled).matcher()
        if walk % 2 == 0:
            assert matcher.accept_bytes(b"<t>")
        for _ in range(30):
            mask = allowed(matcher, vocabulary)
            assert mask - {len(PIECES) - 1} == tried(matcher, PIECES[:-1])
            if not mask - {len(PIECES) - 1}:
                break
            assert matcher.accept_token(random_.choice(sorted(mask - {len(PIECES) - 1})))
            steps += 1
    assert steps > 600


def test_in_free_text_everything_is_allowed_that_completes_no_trigger() -> None:
    vocabulary = pushmask.Vocabulary(PIECES, stop_token_ids=[len(PIECES) - 1])
    grammar = Grammar.from_structural_tag(wrapped(triggered()))
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    # What is left out is no beginning of a character.
    wanted = {number for number, token in enumerate(PIECES) if not token.startswith(b"\xa9")}
    assert allowed(matcher, vocabulary) == wanted
    assert matcher.accept_bytes(b"x<f")
    after = {token for token in PIECES if token.startswith((b"a", b"b"))}
    assert {PIECES[number] for number in allowed(matcher, vocabulary)} == after


REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "no object": ("[]", pushmask.GrammarError, "an object"),
    "not JSON": ("{", pushmask.GrammarError, "<structural tag>"),
    "no format": ({"type": "structural_tag"}, pushmask.GrammarError, "'format' is missing"),
    "unknown format": (wrapped({"type": "x"}), pushmask.GrammarError, "/format/type"),
    "unknown member": (wrapped({**A, "x": 1}), pushmask.UnsupportedError, "'x' is not known"),
    "max_tokens before an end that overlaps itself": (
        wrapped(region("<t>", "--", {**ANY, "max_tokens": 1})),
        pushmask.UnsupportedError, "max_tokens",
    ),
    "kind of a member": (
        wrapped(triggered(at_least_one=1)), pushmask.GrammarError, "/format/at_least_one",
    ),
    "no trigger": (
        wrapped(triggered(triggers=["<g"])), pushmask.GrammarError, "begins with no trigger",
    ),
    "two triggers": (
        wrapped(triggered(triggers=["<fa", "<f"])), pushmask.GrammarError, "is never reached",
    ),
    "a trigger without tags": (
        wrapped(triggered(triggers=["<f", "zz"])), pushmask.GrammarError, "'zz'",
    ),
    "a trigger without text": (
        wrapped(triggered(triggers=[""])), pushmask.GrammarError, "empty string",
    ),
    "a trigger inside an end": (
        wrapped(region("<t>", "\n<f", triggered())), pushmask.GrammarError, "contains '<f'",
    ),
    "no end": (wrapped(region("<t>", [])), pushmask.GrammarError, "no end"),
    "surrogate": (wrapped({**A, "value": "\ud800"}), pushmask.GrammarError, "<structural tag>"),
    "repeat": (wrapped(around("repeat", A, min=2, max=1)), pushmask.GrammarError, "never"),
    "too many": (
        wrapped(around("repeat", A, min=10**12, max=-1)), pushmask.GrammarError, "/format/min",
    ),
    "schema": (
        wrapped({"type": "json_schema", "json_schema": {"type": "x"}}),
        pushmask.SchemaError, "<structural tag>",
    ),
    "style": (
        wrapped({**parameters("x")}), pushmask.GrammarError, "/format/style",
    ),
    "other style": (wrapped(parameters("cohere_xml")), pushmask.UnsupportedError, "cohere_xml"),
    "unknown format of a raw string": (
        wrapped({"type": "json_schema", "style": "glm_xml", "json_schema": {
            "type": "object", "properties": {"d": {"type": "string", "format": "datum"}}}}),
        pushmask.UnsupportedError, "'/properties/d/format'",
    ),
    "irregular format of a raw string": (
        wrapped({"type": "json_schema", "style": "glm_xml", "json_schema": {
            "type": "object", "properties": {"d": {"type": "string", "format": "regex"}}}}),
        pushmask.UnsupportedError, "not regular",
    ),
    "members of all parameters": (
        wrapped({"type": "json_schema", "style": "glm_xml", "json_schema": {
            "type": "object", "properties": {"d": True}, "minProperties": 1}}),
        pushmask.UnsupportedError, "'minProperties'",
    ),
    "parameter without a value": (
        wrapped({"type": "json_schema", "style": "qwen_xml", "json_schema": {
            "type": "object", "required": ["d"],
            "properties": {"d": {"type": "integer", "minimum": 2, "maximum": 1}}}}),
        pushmask.EmptyLanguageError, "at '/properties/d': no value",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_exact_meaning_is_refused(name: str) -> None:
    spec, kind, message = REFUSED[name]
    with pytest.raises(kind, match=re.escape(message)):
        Grammar.from_structural_tag(spec)


def test_other_things_are_no_parts() -> None:
    with pytest.raises(TypeError):
        sequence(1)  # type: ignore[arg-type]


def test_deep_and_large_structural_tags_end_in_limits() -> None:
    form: dict[str, Any] = A
    part: structural_tag.Part = "ab"
    for _ in range(200):
        form, part = around("optional", form), optional(part)
    for spec in (wrapped(form), part):
        with pytest.raises(pushmask.LimitError):
            Grammar.from_structural_tag(spec)
    letters = [chr(0x4E00 + i) for i in range(2000)]
    stops = [f"{first}-{first}{then}" for first, then in itertools.pairwise(letters)]
    with pytest.raises(pushmask.LimitError):
        Grammar.from_structural_tag(any_text(stop=stops))
    overlapping = [f"a{number:04}a" for number in range(2000)]
    with pytest.raises(pushmask.LimitError):
        Grammar.from_structural_tag(tag("", any_text(), overlapping))
    pattern = {"allOf": [{"pattern": "^[ab]*a[ab]{40}$"}, {"pattern": "^[ab]*b[ab]{41}$"}]}
    large = {"type": "object", "properties": {"x": {"type": "string", **pattern}}}
    compiler = pushmask.Compiler(pushmask.Vocabulary(BYTES, stop_token_ids=[256]))
    with pytest.raises(pushmask.LimitError):
        compiler.compile(Grammar.from_structural_tag(json_schema(large, style="glm_xml")))


def test_xml_strings_keep_their_bounds(compiler: pushmask.Compiler) -> None:
    schema = {
        "type": "object",
        "properties": {
            "short": {"type": "string", "minLength": 2, "maxLength": 3},
            "word": {"type": "string", "pattern": "^a+$"},
            "maybe": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]},
        },
        "$defs": {"n": {"type": "integer", "minimum": 3}},
    }
    compiled = compiler.compile(Grammar.from_structural_tag(json_schema(schema, style="qwen_xml")))
    for name, good, bad in [
        ("short", ["ab", "\nabc\n"], ["a", "abcd"]),
        ("word", ["aa", "\na"], ["", "ab"]),
        ("maybe", ["3", " null\n"], ["2", "nil"]),
    ]:
        for text in good:
            assert accepts(compiled, f"<parameter={name}>{text}</parameter>"), text
        for text in bad:
            assert not accepts(compiled, f"<parameter={name}>{text}</parameter>"), text


def unbroken(text: str) -> str:
    """Take off what readers of XML parameters do."""
    return text.removeprefix("\n").removesuffix("\n")


@pytest.mark.parametrize(
    "keywords",
    [
        {"minLength": 1},
        {"minLength": 2, "maxLength": 2},
        {"maxLength": 1},
        {"pattern": "a"},
        {"pattern": "^[^a]*$"},
        {"enum": ["a", "<", "\n", "<b", "ab\n"]},
        {"not": {"enum": ["", "a"]}},
        {"allOf": [{"pattern": "^a"}, {"minLength": 2}]},
        {"oneOf": [{"pattern": "a"}, {"pattern": "b"}]},
        {"if": {"minLength": 2}, "then": {"pattern": "^b"}, "else": {"const": "a"}},
        {"$ref": "#/$defs/short", "pattern": "b"},
    ],
    ids=str,
)
@pytest.mark.parametrize("style", ["qwen_xml", "glm_xml"])
def test_xml_strings_obey_every_keyword(
    keywords: dict[str, Any], style: Any, compiler: pushmask.Compiler
) -> None:
    value = {"type": "string", **keywords}
    defs = {"$defs": {"short": {"maxLength": 2}}}
    schema = {"type": "object", "required": ["s"], "properties": {"s": value}, **defs}
    compiled = compiler.compile(Grammar.from_structural_tag(json_schema(schema, style=style)))
    valid = jsonschema.Draft202012Validator({**value, **defs}).is_valid
    for length in range(5):
        for letters in itertools.product("ab\n<", repeat=length):
            text = "".join(letters)
            before, after = AROUND[style]
            found = accepts(compiled, f"{before}{text}{after}")
            assert found == valid(unbroken(text)), repr(text)


AROUND = {
    "qwen_xml": ("<parameter=s>", "</parameter>"),
    "glm_xml": ("<arg_key>s</arg_key><arg_value>", "</arg_value>"),
}


def test_xml_parameters_have_formats_and_values_of_several_types(
    compiler: pushmask.Compiler,
) -> None:
    schema = {
        "type": "object",
        "properties": {
            "date": {"type": "string", "format": "date"},
            "short": {"type": "string", "format": "email", "maxLength": 9},
            "untyped": {"minLength": 3},
            "several": {"type": ["string", "integer"], "pattern": "^a", "maximum": 7},
            "one": {"anyOf": [{"const": "x"}, {"const": 5}, {"const": None}]},
            "mark": {"enum": ["a", "b</parameter>"]},
            "list": {"type": "array", "items": {"$ref": "#/properties/date"}},
        },
    }
    compiled = compiler.compile(Grammar.from_structural_tag(json_schema(schema, style="qwen_xml")))
    for name, good, bad in [
        ("date", ["2024-02-29", "\n2024-01-31\n"], ["2023-02-29", '"2024-01-31"', ""]),
        ("short", ["a@b.co"], ["a@bcdef.com", "ab"]),
        ("untyped", ["abc", "12", "[]", '"a"'], ["ab", "["]),
        ("several", ["abc", "7", "-3"], ["8", "b", "1.5"]),
        ("one", ["x", "5", "null"], ["6", "y"]),
        ("mark", ["a"], ["b", "b</parameter>"]),
        ("list", ["[]", '["2024-02-29"]'], ["[1]", "2024-02-29"]),
    ]:
        for text in good:
            assert accepts(compiled, f"<parameter={name}>{text}</parameter>"), text
        for text in bad:
            assert not accepts(compiled, f"<parameter={name}>{text}</parameter>"), text


def test_a_value_of_several_types_says_which_it_is(compiler: pushmask.Compiler) -> None:
    kinds = {"type": ["string", "boolean", "object", "null", "integer"], "maxProperties": 0}
    schema = {"type": "object", "properties": {"v": kinds}}
    grammar = Grammar.from_structural_tag(json_schema(schema, style="kimi_k3_xml"))
    compiled = compiler.compile(grammar)
    good = [("string", "1"), ("boolean", "true"), ("object", "{}"), ("null", "null")]
    good += [("number", "-1"), ("string", "{}")]
    bad = [("array", "[]"), ("object", '{"a":1}'), ("integer", "1"), ("boolean", "1")]
    for cases, is_good in ((good, True), (bad, False)):
        for kind, text in cases:
            whole = f'<|open|>argument key="v" type="{kind}"<|sep|>{text}<|close|>argument<|sep|>'
            assert accepts(compiled, whole) == is_good, whole


def test_long_xml_strings_are_counted_not_unrolled(compiler: pushmask.Compiler) -> None:
    value = {"type": "string", "minLength": 500, "maxLength": 100_000, "pattern": "^[a-z]+$"}
    schema = {"type": "object", "properties": {"s": value}, "required": ["s"]}
    compiled = compiler.compile(Grammar.from_structural_tag(json_schema(schema, style="qwen_xml")))
    assert compiled.stats()["states"] < 100
    for length in (499, 500, 100_000, 100_001):
        text = f"<parameter=s>\n{'x' * length}</parameter>"
        assert accepts(compiled, text) == (500 <= length <= 100_000)
