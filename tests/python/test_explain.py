# SPDX-License-Identifier: Apache-2.0
"""`Matcher.explain`: where the text stands, what may come next, and why a token is refused."""

from __future__ import annotations

import dataclasses
import json

import pytest

import pushmask
from pushmask.explanation import Explanation, Repetition

STOP = 256
PAIRS = """\
root   ::= "{" pair ("," pair)* "}"
pair   ::= key ":" value
key    ::= [a-z]+
value  ::= "true" | "false" | number | root
number ::= "-"? [0-9]+
"""


@pytest.fixture(scope="module")
def compiler() -> pushmask.Compiler:
    tokens = [
        *(bytes([byte]) for byte in range(256)),
        b"</s>",
        b"<pad>",
        b"<call>",
        b"42x",
        b"true",
    ]
    return pushmask.Compiler(
        pushmask.Vocabulary(tokens, stop_token_ids=[STOP], special_token_ids=[257, 258])
    )


def after(compiler: pushmask.Compiler, grammar: pushmask.Grammar, text: str) -> pushmask.Matcher:
    matcher = compiler.compile(grammar, keep_rules=True).matcher()
    assert matcher.accept_bytes(text.encode())
    return matcher


def ebnf(text: str) -> pushmask.Grammar:
    return pushmask.Grammar.from_ebnf(text, source_name="g.ebnf")


def rules(explanation: Explanation) -> list[tuple[str, ...]]:
    return [path.rules for path in explanation.paths]


# --- EBNF -----------------------------------------------------------------------------------------


def test_a_refused_token_is_told_with_its_byte_its_rules_and_what_they_expect(
    compiler: pushmask.Compiler,
) -> None:
    matcher = after(compiler, ebnf(PAIRS), "{a:{b:")
    explanation = matcher.explain(259)
    assert not explanation.is_allowed
    assert (explanation.token_id, explanation.data, explanation.offset) == (259, b"42x", 2)
    assert [path.rules for path in explanation.died] == [
        ("root", "pair", "value", "root", "pair", "value", "number")
    ]
    assert str(explanation) == (
        "token 259 b'42x' is refused: no rule takes b'x' at offset 2\n"
        "  in root > pair > value > root > pair > value > number, g.ebnf:5:1: "
        "expected a digit, ',' or '}'"
    )
    assert rules(explanation) == [("root", "pair", "value", "root", "pair")]
    assert explanation.expected == ('"false"', '"true"', "a digit", "'-'", "'{'")


def test_an_allowed_token_says_so_and_where_the_text_stands(compiler: pushmask.Compiler) -> None:
    explanation = after(compiler, ebnf(PAIRS), "{a:").explain(260)
    assert explanation.is_allowed
    assert explanation.offset is None
    assert explanation.died == ()
    assert str(explanation).startswith(
        "token 260 b'true' is allowed\n  in root > pair, g.ebnf:2:1:"
    )


def test_a_frame_says_where_its_rule_is_defined(compiler: pushmask.Compiler) -> None:
    (path,) = after(compiler, ebnf(PAIRS), "{ab").explain().paths
    assert [(frame.source_name, frame.line, frame.column) for frame in path.frames] == [
        ("g.ebnf", 1, 1),
        ("g.ebnf", 2, 1),
        ("g.ebnf", 3, 1),
    ]


def test_rules_that_were_called_last_are_found_again(compiler: pushmask.Compiler) -> None:
    # Not one of these calls leaves anything on the stack.
    grammar = ebnf('root ::= "a" b\nb ::= "b" c\nc ::= "c" d\nd ::= "d" "e"')
    assert rules(after(compiler, grammar, "abcd").explain()) == [("root", "b", "c", "d")]


def test_rules_that_may_have_been_called_in_between_are_left_open(
    compiler: pushmask.Compiler,
) -> None:
    grammar = ebnf('root ::= "a" (b | c)\nb ::= "x" d\nc ::= "y" d\nd ::= "d" "e"')
    assert rules(after(compiler, grammar, "axd").explain()) == [("root", "...", "d")]


def test_a_rule_that_calls_itself_last_is_told_once(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= list\nlist ::= "x" | "x," list')
    assert rules(after(compiler, grammar, "x,x,x,").explain()) == [("root", "list")]


def test_equal_rules_are_told_apart_by_their_callers(compiler: pushmask.Compiler) -> None:
    grammar = ebnf(
        'root ::= (k | o) ";"\nk ::= "k" key "."\no ::= "o" other "."\n'
        "key ::= [a-z]+\nother ::= [a-z]+"
    )
    assert rules(after(compiler, grammar, "kx").explain()) == [("root", "k", "key")]
    assert rules(after(compiler, grammar, "ox").explain()) == [("root", "o", "other")]


def test_equal_rules_of_one_caller_are_all_named(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= key "=" value ";"\nkey ::= [a-z]+\nvalue ::= [a-z]+')
    (path,) = after(compiler, grammar, "a=b").explain().paths
    assert path.frames[-1].names == ("key", "value")
    assert path.place == "in root > key or value, g.ebnf:2:1"


def test_a_rule_that_is_only_another_name_is_told(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= "(" name ")"\nname ::= word\nword ::= [a-z]+')
    assert rules(after(compiler, grammar, "(a").explain()) == [("root", "name", "word")]


def test_a_counted_part_says_its_number(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= "[" item{2,50} "]"\nitem ::= "<" [a-c] ">"')
    explanation = after(compiler, grammar, "[<a><b><").explain(b"d")
    (path,) = explanation.died
    assert path.rules == ("root", "item")
    assert path.frames[0].repetition == Repetition(number=3, min=2, max=50)
    assert str(path) == "in root (repetition 3) > item, g.ebnf:2:1: expected 'a' to 'c'"


def test_left_recursion_ends_in_the_rule_that_was_asked_for(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= e\ne ::= e "+" t | t\nt ::= [0-9]+ | "(" e ")"')
    explanation = after(compiler, grammar, "1+(2").explain(b"x")
    assert [path.rules for path in explanation.died] == [("root", "e", "t", "e", "t")]


# --- Several paths --------------------------------------------------------------------------------


def test_each_way_to_read_an_ambiguous_text_is_a_path(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= a | b\na ::= "x" c\nb ::= "x" d\nc ::= "y1"\nd ::= "y2"')
    explanation = after(compiler, grammar, "xy").explain(b"3")
    assert {path.rules: path.expected for path in explanation.died} == {
        ("root", "a", "c"): ("'1'",),
        ("root", "b", "d"): ("'2'",),
    }
    assert explanation.expected_there == ("'1'", "'2'")


def test_only_the_paths_that_die_last_are_told(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= a | b\na ::= "x1"\nb ::= "xyz"')
    explanation = after(compiler, grammar, "").explain(b"xyw")
    assert explanation.offset == 2
    assert [path.rules for path in explanation.died] == [("root", "b")]
    assert len(explanation.paths) == 1


def test_many_paths_are_cut_off(compiler: pushmask.Compiler) -> None:
    names = [f"r{number}" for number in range(40)]
    lines = [f"root ::= {' | '.join(names)}"]
    lines += [f'{name} ::= "xx" "{number}" ";"' for number, name in enumerate(names)]
    explanation = after(compiler, ebnf("\n".join(lines)), "x").explain()
    assert len(explanation.paths) == 8
    assert explanation.has_more_paths
    assert str(explanation).endswith("  and on other paths")


def test_an_ambiguous_list_stays_small(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= s\ns ::= s s | "a" | "b"')
    explanation = after(compiler, grammar, "ab" * 30).explain(b"c")
    assert 1 <= len(explanation.died) <= 8
    assert explanation.expected_there == ("'a'", "'b'", "the end of the text")


def test_deep_stacks_are_cut(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= v\nv ::= "[" v "]" | "1"')
    matcher = after(compiler, grammar, "[" * 100_000)
    (path,) = matcher.explain().paths
    assert path.is_cut
    assert len(path.frames) <= 64
    assert str(path).startswith("in ... > v")


# --- JSON Schema ----------------------------------------------------------------------------------

ADDRESS = {"type": "object", "properties": {"city": {"type": "string", "maxLength": 5}}}
PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "home": {"$ref": "#/$defs/address"},
        "a": {"type": "object", "properties": {"x": {"type": "boolean"}}},
        "b": {"type": "object", "properties": {"x": {"type": "boolean"}}},
        "c/d~e": {"enum": ["red", "green"]},
        "list": {"type": "array", "items": {"type": "object", "properties": {"y": {}}}},
    },
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {"address": ADDRESS},
}


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("", ""),
        ('{"na', ""),
        ('{"name": "x', "/properties/name"),
        ('{"name": "x", ', ""),
        ('{"name": "x", "age": 1', "/properties/age"),
        ('{"name": "x", "home": {"city": "Par', "/$defs/address/properties/city"),
        ('{"name": "x", "c/d~e": "r', "/properties/c~1d~0e"),
        ('{"name": "x", "list": [{"z": 1}, {"', "/properties/list/items"),
        # No schema says anything of a member that is not declared, nor of what is inside of it.
        ('{"name": "x", "home": {"zip": "1', "/$defs/address"),
        ('{"name": "x", "home": {"zip": {"city": "1', "/$defs/address"),
    ],
)
@pytest.mark.parametrize("order", ["schema", "any"])
def test_a_schema_place_is_a_json_pointer(
    compiler: pushmask.Compiler, text: str, pointer: str, order: str
) -> None:
    grammar = pushmask.Grammar.from_json_schema(json.dumps(PERSON), property_order=order)
    pointers = {path.pointer for path in after(compiler, grammar, text).explain().paths}
    assert pointers == {pointer}


@pytest.mark.parametrize("name", ["a", "b"])
def test_equal_schemas_are_told_apart_by_the_member(compiler: pushmask.Compiler, name: str) -> None:
    grammar = pushmask.Grammar.from_json_schema(json.dumps(PERSON))
    text = f'{{"name": "x", "{name}": {{"x": t'
    (path,) = after(compiler, grammar, text).explain().paths
    assert path.pointer == f"/properties/{name}/properties/x"


def test_a_refused_byte_of_a_schema_is_told_with_its_place(compiler: pushmask.Compiler) -> None:
    grammar = pushmask.Grammar.from_json_schema(json.dumps(PERSON))
    explanation = after(compiler, grammar, '{"name": "x", "home": {"city": "Lond').explain(b"on")
    assert str(explanation) == (
        "b'on' is refused: no rule takes b'n' at offset 1\n"
        "  in root > object > address > string_3, "
        "schema /$defs/address/properties/city: expected '\"'"
    )


def test_equal_schemas_that_cannot_be_told_apart_are_all_named(
    compiler: pushmask.Compiler,
) -> None:
    item = {"type": "object", "properties": {"x": {"type": "null"}}}
    schema = {"anyOf": [{"type": "array", "items": item}, {"type": "array", "prefixItems": [item]}]}
    grammar = pushmask.Grammar.from_json_schema(json.dumps(schema))
    paths = after(compiler, grammar, '[{"x": ').explain().paths
    for path in paths:
        assert path.frames[-1].pointers == ("/anyOf/0/items", "/anyOf/1/prefixItems/0")
        assert path.frames[-1].member == "x"
        assert path.pointer == ""


def test_places_survive_a_union(compiler: pushmask.Compiler) -> None:
    schema = pushmask.Grammar.from_json_schema(json.dumps(ADDRESS), source_name="address.json")
    grammar = pushmask.Grammar.union(schema, ebnf(PAIRS))
    (path,) = after(compiler, grammar, '{"city": "P').explain().paths
    assert (path.frames[1].source_name, path.pointer) == ("address.json", "/properties/city")
    (path,) = after(compiler, grammar, "{a:1").explain().paths
    assert (path.frames[-1].source_name, path.frames[-1].line) == ("g.ebnf", 5)


# --- Lark, tokens, the end, bytes -----------------------------------------------------------------


def test_a_lark_grammar_is_told_by_its_rules(compiler: pushmask.Compiler) -> None:
    pytest.importorskip("lark", reason="needs pushmask[lark]")
    grammar = pushmask.Grammar.from_lark(
        'start: "let" NAME "=" sum\nsum: NUMBER ("+" NUMBER)*\nNAME: /[a-z]+/\nNUMBER: /[0-9]+/\n'
    )
    explanation = after(compiler, grammar, "letx=1+").explain(b"y")
    (path,) = explanation.died
    assert path.rules == ("root", "start", "sum")
    assert str(explanation) == (
        "b'y' is refused: no rule takes b'y'\n  in root > start > sum, <lark>:2:1: expected a digit"
    )


def test_the_end_of_the_text_is_expected_where_it_may_end(compiler: pushmask.Compiler) -> None:
    matcher = after(compiler, ebnf('root ::= "a" [0-9]*'), "a1")
    assert matcher.explain(STOP).is_allowed
    assert str(matcher.explain(b"b")) == (
        "b'b' is refused: no rule takes b'b'\n"
        "  in root, g.ebnf:1:1: expected a digit or the end of the text"
    )


def test_a_stop_token_is_refused_where_the_text_cannot_end(compiler: pushmask.Compiler) -> None:
    explanation = after(compiler, ebnf('root ::= "ab"'), "a").explain(STOP)
    assert (explanation.is_allowed, explanation.offset, explanation.data) == (False, 0, b"")
    assert str(explanation) == (
        "token 256 is refused: the text cannot end here\n  in root, g.ebnf:1:1: expected 'b'"
    )


def test_a_text_that_must_end_expects_its_end(compiler: pushmask.Compiler) -> None:
    explanation = after(compiler, ebnf('root ::= "ab"'), "ab").explain(b"c")
    assert str(explanation) == (
        "b'c' is refused: no rule takes b'c'\n  in root, g.ebnf:1:1: expected the end of the text"
    )


def test_nothing_is_allowed_after_a_stop_token(compiler: pushmask.Compiler) -> None:
    matcher = after(compiler, ebnf('root ::= "a"+'), "a")
    assert matcher.accept_token(STOP)
    for token in (97, STOP, b"a"):
        explanation = matcher.explain(token)
        assert not explanation.is_allowed
        assert (explanation.paths, explanation.died, explanation.expected) == ((), (), ())
        assert str(explanation).endswith("a stop token was accepted: the text is over")


def test_a_special_token_is_allowed_only_by_name(compiler: pushmask.Compiler) -> None:
    grammar = ebnf('root ::= "a" (<call> "b" | "c")')
    matcher = after(compiler, grammar, "a")
    assert matcher.explain(258).is_allowed
    assert "the token <call>" in matcher.explain().expected
    refused = matcher.explain(257)
    assert (refused.is_allowed, refused.offset, refused.data) == (False, 0, b"")
    assert "special token" in refused.note
    # The bytes that stand for references inside are no text.
    assert not matcher.explain(b"\xff\x00\x00").is_allowed


def test_half_a_character_is_explained(compiler: pushmask.Compiler) -> None:
    matcher = after(compiler, ebnf('root ::= ("é" | "ü") "!"'), "")
    assert matcher.explain().expected == ('"é!"', '"ü!"')
    assert matcher.explain(b"\xc3").is_allowed
    explanation = matcher.explain(b"\xc3\xa8")
    assert explanation.offset == 1
    assert explanation.expected_there == (
        "the byte 0xA9 inside a character",
        "the byte 0xBC inside a character",
    )
    free = after(compiler, ebnf("root ::= .+"), "")
    assert free.explain(b"\xe2\x82").is_allowed
    assert free.explain(b"\xe2\x82(").expected_there == ("the rest of a character",)


def test_a_grammar_of_the_empty_text_alone_expects_the_end(compiler: pushmask.Compiler) -> None:
    explanation = after(compiler, ebnf('root ::= ""'), "").explain(b"a")
    assert explanation.expected_there == ("the end of the text",)
    assert explanation.offset == 0


# --- What it takes and gives ----------------------------------------------------------------------


def test_an_id_outside_the_vocabulary_is_an_error(compiler: pushmask.Compiler) -> None:
    matcher = after(compiler, ebnf(PAIRS), "")
    for token in (-1, 100_000, 1 << 80):
        with pytest.raises(pushmask.VocabularyError):
            matcher.explain(token)
    with pytest.raises(TypeError):
        matcher.explain("a")  # type: ignore[arg-type]


def test_explaining_changes_nothing(compiler: pushmask.Compiler) -> None:
    matcher = after(compiler, ebnf(PAIRS), "{a:")
    before = (matcher.num_tokens, matcher.next_bytes(), matcher.describe())
    for token in (97, 260, b"{b:1}}x", b"{b:1"):
        matcher.explain(token)
    assert (matcher.num_tokens, matcher.next_bytes(), matcher.describe()) == before


def test_an_explanation_is_immutable(compiler: pushmask.Compiler) -> None:
    explanation = after(compiler, ebnf(PAIRS), "").explain()
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.is_allowed = False  # type: ignore[misc]
    assert explanation == after(compiler, ebnf(PAIRS), "").explain()
    assert hash(explanation) == hash(after(compiler, ebnf(PAIRS), "").explain())


def test_a_long_text_is_walked_and_shown_in_part(compiler: pushmask.Compiler) -> None:
    matcher = after(compiler, ebnf("root ::= [a-z]+"), "")
    data = b"a" * 3_000_000 + b"!"
    explanation = matcher.explain(data)
    assert explanation.offset == 3_000_000
    assert len(str(explanation)) < 400


def test_many_literals_are_told_in_part(compiler: pushmask.Compiler) -> None:
    words = [f'"{first}{second}{first}"' for first in "abcdefgh" for second in "xyz"]
    expected = after(compiler, ebnf(f"root ::= {' | '.join(words)}"), "").explain().expected
    assert expected[0] == '"axa"'
    assert expected[-1] == "12 other literals"
    assert len(expected) == 13


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [
        ("[a-zA-Z]", ("an ASCII letter",)),
        ("[0-9a-f]", ("a digit", "'a' to 'f'")),
        ("[ab]", ("'a'", "'b'")),
        ("[^a]", ("any character but 'a'",)),
        ('[^"\\\\\\x00-\\x1f]', ("any character but '\"', '\\' and control characters",)),
        ("[\\x20-\\x7e]", ("any ASCII character but control characters",)),
        ("[ \\t\\n\\r]", ("white space",)),
        ("[ \\n]", ("a newline", "a space")),
        ("[α-ω]", ("certain characters beyond ASCII",)),
        ("[\\x00\\x7f']", ('"\'"', "the byte 0x7F", "the byte 0x00")),
        ('"it\'s"', ('"it\'s"',)),
        ('"say \\"a\\"\\n"', ("'say \"a\"\\n'",)),
    ],
)
def test_classes_and_literals_read_well(
    compiler: pushmask.Compiler, terminal: str, expected: tuple[str, ...]
) -> None:
    assert after(compiler, ebnf(f"root ::= {terminal}"), "").explain().expected == expected
