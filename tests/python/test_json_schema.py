# SPDX-License-Identifier: Apache-2.0
"""What `Grammar.from_json_schema` promises beyond validity: formats, spellings, layouts, errors."""

from __future__ import annotations

import json
import re
from pathlib import Path
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

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "json_schema.md"


def accepts(vocabulary: Vocabulary, schema: Any, text: str, **options: str) -> bool:
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
    ({"const": 'a"\n\x01é'}, ['"a\\"\\n\\u0001é"'], ['"\\u0061\\"\\n\\u0001é"']),
    ({"pattern": "^\x1f$", "type": "string"}, [r'"\u001f"', r'"\u001F"'], ['"\x1f"']),
    (
        {"type": "integer"},
        ["0", "-0", "12", "1.0", "-1.0"],
        ["1e2", "01", "1.", "1.5", "+1", "1.00"],
    ),
    ({"type": "number"}, ["1e2", "0.5E-7", "-0.0"], ["1e", ".5", "00"]),
    ({"type": "number", "minimum": 0}, ["1e2", "0", "-0", "5e-3"], ["-1", "-1e-9"]),
    ({"type": "number", "minimum": 1}, ["1", "1.0", "99.5"], ["1e2", "0.99", "-2"]),
    ({"const": 1.5}, ["1.5"], ["15e-1", "1.51", "1.50"]),
    ({"const": 100}, ["100", "100.0"], ["1e2"]),
    ({"enum": [10**40]}, ["1" + "0" * 40], ["1" + "0" * 39]),
    ({}, ["null", '{"a":[1, {"b":\n2}]}', "[]", "{ }"], [" 1", "1 ", "", "{]", "[1,]"]),
]


@pytest.mark.parametrize(("schema", "accepted", "rejected"), SPELLINGS)
def test_spellings(
    byte_vocabulary: Vocabulary, schema: Any, accepted: list[str], rejected: list[str]
) -> None:
    assert [text for text in accepted if not accepts(byte_vocabulary, schema, text)] == []
    assert [text for text in rejected if accepts(byte_vocabulary, schema, text)] == []


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
        ({"properties": {"a": {"not": {}}}}, UnsupportedError, "/properties/a/not"),
        ({"properties": {"a": {"format": "colour"}}}, UnsupportedError, "/properties/a/format"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, EmptyLanguageError, "/maxItems"),
        ({"enum": []}, EmptyLanguageError, "/enum"),
    ],
)
def test_errors_say_where(schema: Any, error: type[Exception], pointer: str | None) -> None:
    with pytest.raises(error) as caught:
        Grammar.from_json_schema(schema)
    diagnostic = caught.value.diagnostics[0]  # type: ignore[attr-defined]  # of any Error class
    assert diagnostic.pointer == pointer
    assert diagnostic.line is not None


def test_deep_schemas_hit_a_limit() -> None:
    with pytest.raises(LimitError, match="max_depth"):
        Grammar.from_json_schema("[" * 1_000_000)


def documented_keywords() -> dict[str, str]:
    """What the first words of the document's table say about each keyword."""
    table = DOCUMENT.read_text(encoding="utf-8").split("## Keywords")[1].split("## Formats")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    return {
        name: re.split("[:;, ]", verdict, maxsplit=1)[0]
        for names, verdict in rows
        for name in re.findall(r"`(\$?[a-zA-Z]+)`", names.split(" as a ")[0])
    }


def treatment(keyword: str) -> str:
    """What becomes of a keyword whose value, null, is right for `const` and annotations only."""
    try:
        Grammar.from_json_schema({keyword: None})
    except UnsupportedError as error:
        assert error.feature == keyword
        return "refused"
    except SchemaError:
        return "enforced"
    return "enforced" if keyword == "const" else "annotations"


def test_the_document_says_what_becomes_of_each_keyword() -> None:
    documented = documented_keywords()
    assert len(documented) > 60
    verdicts = {"enforced", "annotations", "refused"}
    told = {name: verdict for name, verdict in documented.items() if verdict in verdicts}
    del told["items"], told["exclusiveMinimum"], told["exclusiveMaximum"]  # in two rows each
    del told["true"], told["false"]
    assert told == {name: treatment(name) for name in told}
