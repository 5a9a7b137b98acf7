# SPDX-License-Identifier: Apache-2.0
"""The table of keywords, docs/support/json_schema.md, is what the front end does in each draft.

A keyword that a draft has and that is enforced turns a valid text into an invalid one, or decides
whether a reference leads anywhere; any other leaves every verdict as it is without the keyword.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import support_table
from pushmask import Compiler, Error, Grammar, Vocabulary
from pushmask.schema import keywords

URIS = {
    "4": "http://json-schema.org/draft-04/schema#",
    "6": "http://json-schema.org/draft-06/schema#",
    "7": "http://json-schema.org/draft-07/schema#",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
}
NULL = {"type": "null"}
META = "https://example.com/meta"
TEXTS = ["null", "1", "1.5", '"a"', "[]", "[null,1]", "{}", '{"a":1}', "true"]

# Name, schema, a text that is valid with the keyword, a text that is invalid with it and valid
# without, or where without it a reference leads nowhere.
ENFORCED: list[tuple[str, Any, str, str]] = [
    (
        "$anchor",
        {"items": {"$ref": "#a"}, "not": {"$anchor": "a", "type": "null"}},
        "[null]",
        "[1]",
    ),
    (
        "$dynamicAnchor",
        {"items": {"$dynamicRef": "#a"}, "not": {"$dynamicAnchor": "a", "type": "null"}},
        "[null]",
        "[1]",
    ),
    (
        "$dynamicRef",
        {"items": {"$dynamicRef": "#a"}, "not": {"$dynamicAnchor": "a", "type": "null"}},
        "[null]",
        "[1]",
    ),
    (
        "$id",
        {"items": {"$ref": "http://a.b/c"}, "not": {"$id": "http://a.b/c", "type": "null"}},
        "[null]",
        "[1]",
    ),
    (
        "id",
        {"items": {"$ref": "http://a.b/c"}, "not": {"id": "http://a.b/c", "type": "null"}},
        "[null]",
        "[1]",
    ),
    (
        "$recursiveAnchor",
        {
            "$id": "http://a.b/outer",
            "$recursiveAnchor": True,
            "$ref": "inner",
            "maxItems": 1,
            "$defs": {
                "inner": {
                    "$id": "http://a.b/inner",
                    "$recursiveAnchor": True,
                    "items": {"$recursiveRef": "#"},
                }
            },
        },
        "[[]]",
        "[[1,1]]",
    ),
    ("$recursiveRef", {"items": {"$recursiveRef": "#"}, "type": "array"}, "[[]]", "[1]"),
    ("$ref", {"items": {"$ref": "#/not"}, "not": NULL}, "[null]", "[1]"),
    ("additionalItems", {"items": [{}], "additionalItems": False}, "[1]", "[1,2]"),
    ("additionalProperties", {"additionalProperties": NULL}, '{"a":null}', '{"a":1}'),
    ("allOf", {"allOf": [{}, NULL]}, "null", "1"),
    ("anyOf", {"anyOf": [NULL, {"type": "string"}]}, "null", "1"),
    ("const", {"const": None}, "null", "1"),
    ("contains", {"contains": NULL}, "[1,null]", "[1]"),
    ("dependencies", {"dependencies": {"a": ["b"]}}, '{"a":1,"b":1}', '{"a":1}'),
    ("dependentRequired", {"dependentRequired": {"a": ["b"]}}, '{"b":1}', '{"a":1}'),
    ("dependentSchemas", {"dependentSchemas": {"a": {"minProperties": 2}}}, "{}", '{"a":1}'),
    ("else", {"if": NULL, "else": {"type": "string"}}, '"a"', "1"),
    ("enum", {"enum": [None, "a"]}, "null", "1"),
    ("exclusiveMaximum", {"exclusiveMaximum": 5}, "4.9", "5"),
    ("exclusiveMinimum", {"exclusiveMinimum": 5}, "5.1", "5"),
    ("format", {"format": "date"}, '"2024-02-29"', '"2023-02-29"'),
    ("if", {"if": NULL, "then": False}, "1", "null"),
    ("items", {"items": NULL}, "[null]", "[1]"),
    ("maxContains", {"contains": NULL, "maxContains": 1}, "[null]", "[null,null]"),
    ("maxItems", {"maxItems": 1}, "[1]", "[1,2]"),
    ("maxLength", {"maxLength": 1}, '"é"', '"ab"'),
    ("maxProperties", {"maxProperties": 1}, '{"a":1}', '{"a":1,"b":2}'),
    ("maximum", {"maximum": 5}, "5", "5.1"),
    ("minContains", {"contains": NULL, "minContains": 2}, "[null,null]", "[null]"),
    ("minItems", {"minItems": 1}, "[1]", "[]"),
    ("minLength", {"minLength": 1}, '"a"', '""'),
    ("minProperties", {"minProperties": 1}, '{"a":1}', "{}"),
    ("minimum", {"minimum": 5}, "5", "4.9"),
    ("multipleOf", {"multipleOf": 0.5}, "1.5", "1.25"),
    ("not", {"not": NULL}, "1", "null"),
    ("oneOf", {"oneOf": [{"minimum": 1}, {"maximum": 5}]}, "7", "3"),
    ("pattern", {"pattern": "^a"}, '"ab"', '"b"'),
    ("patternProperties", {"patternProperties": {"^a": NULL}}, '{"b":1}', '{"a":1}'),
    ("prefixItems", {"prefixItems": [NULL]}, "[null,1]", "[1]"),
    ("properties", {"properties": {"a": NULL}}, '{"a":null}', '{"a":1}'),
    ("propertyNames", {"propertyNames": {"maxLength": 1}}, '{"a":1}', '{"ab":1}'),
    ("required", {"required": ["a"]}, '{"a":1}', '{"b":1}'),
    ("then", {"if": NULL, "then": False}, "1", "null"),
    ("type", {"type": "null"}, "null", "1"),
    ("unevaluatedItems", {"unevaluatedItems": NULL}, "[null]", "[1]"),
    ("unevaluatedProperties", {"unevaluatedProperties": NULL}, '{"a":null}', '{"a":1}'),
    ("uniqueItems", {"items": {"enum": [1, 2]}, "uniqueItems": True}, "[1,2]", "[1,1]"),
]
# In these drafts the schema above means something else.
ELSEWHERE: dict[tuple[str, str], Any] = {
    ("exclusiveMaximum", "4"): {"maximum": 5, "exclusiveMaximum": True},
    ("exclusiveMinimum", "4"): {"minimum": 5, "exclusiveMinimum": True},
}
ROWS = {keyword.name: keyword for keyword in keywords()}


def without(schema: Any, name: str) -> Any:
    """Return the schema without one keyword, wherever it stands."""
    if isinstance(schema, list):
        return [without(item, name) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: without(value, name) for key, value in schema.items() if key != name}


@pytest.fixture
def verdicts(byte_vocabulary: Vocabulary) -> Callable[..., list[bool] | str]:
    """Whether each text is valid, or what the schema is refused with."""

    def judge(schema: Any, *texts: str, **options: Any) -> list[bool] | str:
        try:
            grammar = Grammar.from_json_schema(schema, **options)
        except Error as error:
            return type(error).__name__
        compiled = Compiler(byte_vocabulary).compile(grammar)
        found = []
        for text in texts:
            matcher = compiled.matcher()
            found.append(matcher.accept_bytes(text.encode()) and matcher.can_stop)
        return found

    return judge


def anchored(place: str, draft: str) -> Any:
    """A schema whose reference leads to a name inside `place`."""
    name = {"4": {"id": "#a"}, "6": {"$id": "#a"}, "7": {"$id": "#a"}}.get(draft, {"$anchor": "a"})
    return {"items": {"$ref": "#a"}, place: {"x": {**name, "type": "null"}}}


def case(name: str, draft: str) -> tuple[Any, str, str]:
    if name in ("$defs", "definitions"):
        return anchored(name, draft), "[null]", "[1]"
    (found,) = [row for row in ENFORCED if row[0] == name]
    return ELSEWHERE.get((name, draft), found[1]), found[2], found[3]


def test_the_committed_page_is_what_the_tool_writes() -> None:
    assert support_table.PAGE.read_text(encoding="utf-8") == support_table.page()


def test_the_table_is_sorted_and_names_each_keyword_once() -> None:
    assert list(ROWS) == sorted({keyword.name for keyword in keywords()})
    assert all(set(keyword.drafts) <= set(URIS) and keyword.drafts for keyword in keywords())
    assert {keyword.support for keyword in keywords()} == {"enforced", "annotation"}


@pytest.mark.parametrize("draft", URIS)
@pytest.mark.parametrize(
    "name",
    [
        keyword.name
        for keyword in keywords()
        if keyword.support == "enforced" and keyword.name not in ("$schema", "$vocabulary")
    ],
)
def test_a_keyword_counts_in_its_drafts_only(
    verdicts: Callable[..., list[bool] | str], name: str, draft: str
) -> None:
    schema, accepted, rejected = case(name, draft)
    schema = {"$schema": URIS[draft], **schema}
    found = verdicts(schema, accepted, rejected)
    if draft in ROWS[name].drafts:
        assert found == [True, False]
        assert verdicts(without(schema, name), accepted, rejected) != found
    else:
        assert verdicts(without(schema, name), accepted, rejected) == found


@pytest.mark.parametrize("draft", URIS)
@pytest.mark.parametrize(
    "name", [keyword.name for keyword in keywords() if keyword.support == "annotation"]
)
@pytest.mark.parametrize("value", [NULL, "string", False, ["a"]])
def test_an_annotation_changes_nothing(
    verdicts: Callable[..., list[bool] | str], name: str, draft: str, value: Any
) -> None:
    schema = {"$schema": URIS[draft], "maximum": 1, "maxLength": 0}
    assert verdicts({**schema, name: value}, *TEXTS) == verdicts(schema, *TEXTS)


@pytest.mark.parametrize("keyword", ["$Ref", "maxlength", "nullable", "x-note", "discriminator"])
def test_a_keyword_of_no_draft_changes_nothing(
    verdicts: Callable[..., list[bool] | str], keyword: str
) -> None:
    assert keyword not in ROWS
    assert verdicts({keyword: 0}, *TEXTS, '"abc"') == verdicts({}, *TEXTS, '"abc"')


def test_the_schema_keyword_chooses_the_draft(
    verdicts: Callable[..., list[bool] | str],
) -> None:
    # Without it: draft 2020-12, which has no `additionalItems` and refuses a list of `items`.
    pair = {"items": [{}], "additionalItems": False}
    assert verdicts(pair, "[1]") == "SchemaError"
    for draft, uri in URIS.items():
        expected = "SchemaError" if draft == "2020-12" else [True, False]
        assert verdicts({"$schema": uri, **pair}, "[1]", "[1,2]") == expected


@pytest.mark.parametrize("draft", URIS)
def test_a_vocabulary_without_assertions_leaves_applicators(
    verdicts: Callable[..., list[bool] | str], draft: str
) -> None:
    vocabulary = {f"https://json-schema.org/draft/{draft}/vocab/applicator": True}
    meta = {"$schema": URIS[draft], "$vocabulary": vocabulary}
    asserts = draft not in ROWS["$vocabulary"].drafts
    schema = {"$schema": META, "minimum": 5, "properties": {"a": False}}
    found = verdicts(schema, "1", "7", '{"b":1}', '{"a":1}', documents={META: meta})
    assert found == [not asserts, True, True, False]


# What the notes say is refused.
REFUSED: list[tuple[str, Any, str]] = [
    ("$ref", {"$ref": "http://a.b/not-given"}, "UnsupportedError"),
    ("contains", {"contains": NULL, "minContains": 5000, "maxContains": 5000}, "LimitError"),
    ("format", {"format": "colour"}, "UnsupportedError"),
    ("format", {"format": "regex", "minLength": 3}, "UnsupportedError"),
    ("multipleOf", {"multipleOf": 1234567}, "LimitError"),
    ("multipleOf", {"multipleOf": 9999}, "LimitError"),
    ("pattern", {"pattern": "(?:(?!ab*c)[ab])*c"}, "UnsupportedError"),
    ("pattern", {"pattern": r"(.)\1"}, "UnsupportedError"),
    ("patternProperties", {"patternProperties": {r"(.)\1": NULL}}, "UnsupportedError"),
    ("uniqueItems", {"items": {"type": "object"}, "uniqueItems": True}, "UnsupportedError"),
    ("uniqueItems", {"not": {"uniqueItems": True}}, "UnsupportedError"),
]


@pytest.mark.parametrize(("name", "schema", "error"), REFUSED)
def test_what_a_note_says_is_refused(
    verdicts: Callable[..., list[bool] | str], name: str, schema: Any, error: str
) -> None:
    assert ("refused" if error == "UnsupportedError" else error) in ROWS[name].note
    assert verdicts(schema) == error


@pytest.mark.parametrize(
    ("schema", "text", "is_valid"),
    [
        ({"multipleOf": 4096}, "8192", True),
        ({"multipleOf": 0.01}, "0.015", False),
        ({"format": "colour", "maxLength": 1}, '"a"', True),
        ({"uniqueItems": True, "maxItems": 1}, '[{"a":1}]', True),
        ({"uniqueItems": True, "items": {"enum": ["a", 1]}, "type": "array"}, '["a",1]', True),
    ],
)
def test_what_a_note_advises_is_enforced(
    verdicts: Callable[..., list[bool] | str], schema: Any, text: str, is_valid: bool
) -> None:
    formats = "annotate" if "format" in schema else "enforce"
    assert verdicts(schema, text, formats=formats) == [is_valid]
