# SPDX-License-Identifier: Apache-2.0
"""What `Grammar.from_json_schema` promises beyond validity: formats, spellings, layouts, errors."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from pushmask import (
    Compiler,
    EmptyLanguageError,
    Grammar,
    GrammarSyntaxError,
    LimitError,
    SchemaError,
    UnsupportedError,
    Vocabulary,
)


def accepts(vocabulary: Vocabulary, schema: Any, text: str, **options: Any) -> bool:
    matcher = Compiler(vocabulary).compile(Grammar.from_json_schema(schema, **options)).matcher()
    return matcher.accept_bytes(text.encode()) and matcher.can_stop


FORMATS = {
    "date": (
        ["2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01"],
        ["2023-02-29", "1900-02-29", "2023-04-31", "2023-13-01", "2023-1-1", ""],
    ),
    "time": (
        ["00:00:00Z", "23:59:59.123+05:30", "12:00:00-23:59"],
        ["24:00:00Z", "12:60:00Z", "12:00:00", "12:00Z", "12:00:00.Z", "12:00:00+24:00"],
    ),
    "date-time": (
        ["2024-02-29T12:00:00Z", "1985-04-12T23:20:50.52-08:00"],
        ["2024-02-30T12:00:00Z", "2024-02-29 12:00:00Z", "2024-02-29T12:00:00", "2024-02-29"],
    ),
    "email": (
        ["joe.bloggs@example.com", "a+b!c@x-y.co.uk", "~@a.b"],
        ["joe", "@a.b", "a@", ".a@b.c", "a..b@c.d", "a@-b.c", "a@b-.c", "a b@c.d"],
    ),
    "uuid": (
        ["2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380"],
        ["2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "g" * 36],
    ),
    "ipv4": (
        ["0.0.0.0", "255.255.255.255", "192.168.1.9"],
        ["256.0.0.1", "01.2.3.4", "1.2.3", "1.2.3.4.5", "1.2.3.-4"],
    ),
    "uri": (
        [
            "https://user:pw@example.com:8080/a/b;c?d=e&f#g",
            "ftp://[2001:db8::7]/c",
            "http://[::]",
            "http://[1:2:3:4:5:6:7:8]:80",
            "http://[::ffff:1.2.3.4]/",
            "http://[v7.a:b]/",
            "mailto:a@b.c",
            "urn:oasis:names",
            "file:///etc/x",
            "a:",
            "x:/y%20z",
        ],
        ["//a.b", "/a", "a", "", "http://a b", "http://[1::2::3]", "http://[:::]", "x:%2", "1a:b"],
    ),
}
CHECKER = jsonschema.Draft202012Validator.FORMAT_CHECKER


@pytest.mark.parametrize(
    ("name", "text", "is_valid"),
    [
        (name, text, is_valid)
        for name, (valid, invalid) in FORMATS.items()
        for is_valid, texts in ((True, valid), (False, invalid))
        for text in texts
    ],
)
def test_formats(byte_vocabulary: Vocabulary, name: str, text: str, is_valid: bool) -> None:
    schema = {"type": "string", "format": name}
    assert accepts(byte_vocabulary, schema, json.dumps(text)) is is_valid
    if is_valid:
        # Checkers that need a package which is not installed accept everything.
        assert CHECKER.conforms(text, name)


def test_a_format_applies_to_strings_only(byte_vocabulary: Vocabulary) -> None:
    assert accepts(byte_vocabulary, {"format": "date"}, "3")
    assert not accepts(byte_vocabulary, {"format": "date"}, '"3"')


SPELLINGS: list[tuple[Any, list[str], list[str]]] = [
    ({"type": "string"}, [r'"\u0061\/é\ud83d\ude00"', '"\x7f"'], [r'"\ud800"', r'"\x"', '"\n"']),
    ({"type": "string", "maxLength": 1}, [r'"\ud83d\ude00"', '"😀"'], ['"ab"', r'"\\\\"']),
    (
        {"const": 'a"\n\x01é'},
        ['"a\\"\\n\\u0001é"', '"\\u0061\\u0022\\n\\u0001é"'],
        ['"a\\"\\n\\u0001e"'],
    ),
    ({"required": ["a"]}, ['{"a":"\\u0061"}'], ['{"\\u0061":"a"}']),
    ({"pattern": "^\x1f$", "type": "string"}, [r'"\u001f"', r'"\u001F"'], ['"\x1f"']),
    (
        {"type": "integer"},
        ["0", "-0", "12", "-100"],
        ["1e2", "01", "1.", "1.5", "+1", "1.0", "-1.0", "1.00"],
    ),
    ({"type": "integer", "minimum": 1, "maximum": 12}, ["1", "12"], ["0", "13", "1.0", "1e0"]),
    ({"type": "number"}, ["1e2", "0.5E-7", "-0.0"], ["1e", ".5", "00"]),
    ({"type": "number", "minimum": 0}, ["1e2", "0", "-0", "5e-3"], ["-1", "-1e-9"]),
    ({"type": "number", "minimum": 1}, ["1", "1.0", "99.5"], ["1e2", "0.99", "-2"]),
    ({"const": 1.5}, ["1.5"], ["15e-1", "1.51", "1.50"]),
    ({"const": 100}, ["100", "100.0"], ["1e2"]),
    ({"type": "number", "multipleOf": 0.5}, ["1", "1.50", "-0.0"], ["1.25", "5e-1"]),
    ({"not": {"const": 1}}, ["2.0", '"a"', r'"\u0061"'], ["1", "1.0", "1e0"]),
    ({"enum": [10**40]}, ["1" + "0" * 40], ["1" + "0" * 39]),
    ({}, ["null", '{"a":[1, {"b":\n2}]}', "[]", "{ }"], [" 1", "1 ", "", "{]", "[1,]"]),
]


@pytest.mark.parametrize(("schema", "accepted", "rejected"), SPELLINGS)
def test_spellings(
    byte_vocabulary: Vocabulary, schema: Any, accepted: list[str], rejected: list[str]
) -> None:
    assert [text for text in accepted if not accepts(byte_vocabulary, schema, text)] == []
    assert [text for text in rejected if accepts(byte_vocabulary, schema, text)] == []


@pytest.mark.parametrize(
    ("schema", "accepted", "rejected"),
    [
        ({"type": "integer"}, ["1", "1.0", "-0.0"], ["1.00", "1e0", "1.5"]),
        ({"type": "integer", "minimum": 1}, ["1", "1.0"], ["0", "0.0", "1e2"]),
        ({"items": {"multipleOf": 2}}, ["[2,4.0]"], ["[3.0]"]),
    ],
)
def test_integers_with_a_fraction_are_an_option(
    byte_vocabulary: Vocabulary, schema: Any, accepted: list[str], rejected: list[str]
) -> None:
    for text in accepted:
        assert accepts(byte_vocabulary, schema, text, fractional_integers=True), text
    for text in rejected:
        assert not accepts(byte_vocabulary, schema, text, fractional_integers=True), text


TWO = {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["z"]}


@pytest.mark.parametrize(
    ("text", "in_order"),
    [
        ('{"a":1,"b":2,"z":3}', True),
        ('{"a":1,"z":3,"y":4,"x":5}', True),
        ('{"b":1,"a":2,"z":3}', False),
        ('{"z":3,"b":2}', False),
        ('{"a":1,"y":4,"z":3}', False),
    ],
)
def test_declared_properties_come_in_order_unless_any_is_asked_for(
    byte_vocabulary: Vocabulary, text: str, in_order: bool
) -> None:
    assert accepts(byte_vocabulary, TWO, text) is in_order
    assert accepts(byte_vocabulary, TWO, text, property_order="any")


RECURSIVE = {
    "type": "object",
    "properties": {"value": {"type": "integer"}, "next": {"$ref": "#"}},
    "required": ["value"],
    "additionalProperties": False,
}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"value": 0}
    for _ in range(levels - 1):
        value = {"value": 0, "next": value}
    return value


def test_recursion_has_no_bound_but_in_indented_texts(byte_vocabulary: Vocabulary) -> None:
    assert accepts(byte_vocabulary, RECURSIVE, json.dumps(nested(500)))
    for levels, is_accepted in ((32, True), (33, False)):
        text = json.dumps(nested(levels), indent=2)
        assert accepts(byte_vocabulary, RECURSIVE, text, whitespace="indented") is is_accepted


@pytest.mark.parametrize("bound", [10, 100_000])
def test_large_bounds_count(byte_vocabulary: Vocabulary, bound: int) -> None:
    schema = {"type": "array", "items": {"type": "null"}, "minItems": bound, "maxItems": bound}
    assert accepts(byte_vocabulary, schema, json.dumps([None] * bound))
    assert not accepts(byte_vocabulary, schema, json.dumps([None] * (bound + 1)))
    assert not accepts(byte_vocabulary, schema, json.dumps([None] * (bound - 1)))


def test_a_schema_may_be_text_and_keeps_the_order_of_its_properties(
    byte_vocabulary: Vocabulary,
) -> None:
    text = '{"type":"object","properties":{"b":{"const":1},"a":{"const":2}}}'
    for schema in (text, json.loads(text)):
        assert accepts(byte_vocabulary, schema, '{"b":1,"a":2}', property_order="schema")
        assert not accepts(byte_vocabulary, schema, '{"a":2,"b":1}', property_order="schema")


@pytest.mark.parametrize(
    ("schema", "error", "pointer"),
    [
        ('{"type": "string",}', GrammarSyntaxError, None),
        ('{"type": "null", "type": "null"}', GrammarSyntaxError, None),
        ({"items": {"pattern": "("}}, GrammarSyntaxError, "/items/pattern"),
        ({"properties": {"a": {"minLength": "x"}}}, SchemaError, "/properties/a/minLength"),
        ({"$ref": "#/$defs/a"}, SchemaError, "/$ref"),
        ({"items": {"oneOf": [{"pattern": r"(.)\1"}]}}, UnsupportedError, "/items/oneOf/0/pattern"),
        ({"properties": {"a": {"format": "colour"}}}, UnsupportedError, "/properties/a/format"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, EmptyLanguageError, "/maxItems"),
        ({"enum": []}, EmptyLanguageError, "/enum"),
        (
            {"properties": {"a": {"enum": []}}, "required": ["a"], "type": "object"},
            EmptyLanguageError,
            "/properties/a/enum",
        ),
        ({"type": "string", "minLength": 2, "maxLength": 1}, EmptyLanguageError, "/maxLength"),
        ({"$ref": "#/$defs/a", "$defs": {"a": False}}, EmptyLanguageError, "/$defs/a"),
        ({"anyOf": [{"not": {}}]}, EmptyLanguageError, "/anyOf/0/not"),
    ],
)
def test_errors_say_where(schema: Any, error: type[Exception], pointer: str | None) -> None:
    with pytest.raises(error) as caught:
        Grammar.from_json_schema(schema)
    diagnostic = caught.value.diagnostics[0]  # type: ignore[attr-defined]  # of any Error class
    assert diagnostic.pointer == pointer
    assert diagnostic.line is not None


@pytest.mark.parametrize(
    ("schema", "pointers"),
    [
        ({"type": "string", "enum": [1]}, {"/type", "/enum"}),
        ({"const": "abc", "maxLength": 2}, {"/const", "/maxLength"}),
        ({"type": "integer", "minimum": 3, "maximum": 2}, {"/minimum", "/maximum"}),
        (
            {"anyOf": [False, {"type": "null", "const": 1}]},
            {"/anyOf/0", "/anyOf/1/type", "/anyOf/1/const"},
        ),
        (
            {
                "type": "object",
                "minProperties": 2,
                "properties": {"a": {}},
                "additionalProperties": False,
            },
            {"/minProperties", "/properties"},
        ),
        ({"type": "array", "contains": False}, {"/contains"}),
        (
            {"type": "array", "items": {"type": "integer"}, "contains": {"type": "string"}},
            {"/items", "/contains"},
        ),
        (
            {"type": "array", "contains": {"const": 1}, "minContains": 3, "maxItems": 2},
            {"/contains", "/maxItems"},
        ),
    ],
)
def test_a_contradiction_names_the_keywords_in_conflict(schema: Any, pointers: set[str]) -> None:
    with pytest.raises(EmptyLanguageError) as caught:
        Grammar.from_json_schema(schema)
    assert {diagnostic.pointer for diagnostic in caught.value.diagnostics} == pointers


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"enum": []}, {"const": 1}]},
        {"properties": {"a": {"enum": []}, "b": False}},
        {"not": {"enum": []}},
        {"items": {"type": "string", "enum": [1]}},
        {"contains": False},
    ],
)
def test_a_contradiction_that_leaves_values_is_no_error(
    byte_vocabulary: Vocabulary, schema: Any
) -> None:
    assert accepts(byte_vocabulary, schema, "1")


@pytest.mark.parametrize(
    ("schema", "pointers"),
    [
        ({"properties": {"a": {"maxlength": 1}}}, ["/properties/a/maxlength"]),
        ({"type": "string", "patern": "^a", "requird": []}, ["/patern", "/requird"]),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "prefixItem": []}, []),
        ({"type": "string", "format": "hostname"}, ["/format"]),
        ({"x-maxLength": 1, "nullable": True, "$maxLength": 1, "_type": 1}, []),
        ({"enum": [{"maxlength": 1}], "default": {"requird": 1}, "title": "patern"}, []),
    ],
)
def test_warnings_name_what_looks_misspelt_or_is_not_checked(
    schema: Any, pointers: list[str]
) -> None:
    warnings = Grammar.from_json_schema(schema).warnings()
    assert [warning.pointer for warning in warnings] == pointers


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"formats": "no"}, ValueError),
        ({"property_order": "Schema"}, ValueError),
        ({"whitespace": 3}, TypeError),
        ({"fractional_integers": "yes"}, TypeError),
        ({"documents": {"http://a.b": object()}}, TypeError),
        ({"source_name": None}, TypeError),
        ({"format": "enforce"}, TypeError),
    ],
)
def test_an_option_of_the_wrong_kind_is_a_type_or_value_error(
    options: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        Grammar.from_json_schema({}, **options)


def test_deep_schemas_hit_a_limit() -> None:
    with pytest.raises(LimitError, match="max_depth"):
        Grammar.from_json_schema("[" * 1_000_000)
