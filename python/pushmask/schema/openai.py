# SPDX-License-Identifier: Apache-2.0
"""The subset of JSON Schema that OpenAI's Structured Outputs takes, checked here.

Source: OpenAI API documentation, guide "Structured model outputs", section "Supported schemas"
(https://platform.openai.com/docs/guides/structured-outputs#supported-schemas, as of 2026); its
subsections are named beside what they say. The messages are worded as the API's own, so that one
can be looked for under the other.

pushmask itself needs none of this: it enforces what the profile leaves out. The check is for
servers that promise OpenAI's behaviour and for schemas that go to both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from reprlib import repr as brief
from typing import Any

from pushmask.errors import SchemaError, UnsupportedError
from pushmask.schema.document import Document, resolve
from pushmask.schema.places import ANNOTATIONS, DEFINITIONS, subschemas
from pushmask.schema.problem import Path, problem
from pushmask.schema.sources import to_schema

# "Supported types"; null is there for optional values: "All fields must be required".
TYPES = ("string", "number", "boolean", "integer", "object", "array", "null")
# "Supported properties", by the type that they speak about.
STRING_KEYWORDS = {"pattern", "format"}
NUMBER_KEYWORDS = {"multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"}
ARRAY_KEYWORDS = {"items", "minItems", "maxItems"}
OBJECT_KEYWORDS = {"properties", "required", "additionalProperties"}
FORMATS = (
    "date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid",
)  # fmt: skip
# Of the annotations the guide shows `description` and `title`; the API takes the others, too.
PERMITTED = {
    *STRING_KEYWORDS,
    *NUMBER_KEYWORDS,
    *ARRAY_KEYWORDS,
    *OBJECT_KEYWORDS,
    *ANNOTATIONS,
    *DEFINITIONS,
    "$id",
    "$ref",
    "$schema",
    "anyOf",
    "const",
    "enum",
    "type",
}
# The permitted keywords that hold schemas.
DESCENDED = {"properties", "items", "anyOf", *DEFINITIONS}
# What says which values there are, so that no `type` is needed.
TYPED_BY = {"$ref", "anyOf", "const", "enum"}

# "Objects have limitations on nesting depth and size"
MAX_PROPERTIES = 5_000
MAX_NESTING = 10
# "Limitations on total string size"
MAX_CHARACTERS = 120_000
# "Limitations on enum size"
MAX_ENUM_VALUES = 1_000
LARGE_ENUM_VALUES = 250
MAX_LARGE_ENUM_CHARACTERS = 15_000


def check_openai(schema: object, *, source_name: str = "<schema>", at: Path = ()) -> None:
    """Check that OpenAI's Structured Outputs would take a schema (`"strict": true`).

    Args:
        schema: what `to_schema` takes.
        source_name: what errors call the input.
        at: where the schema stands in the input; errors point from there.

    Raises:
        UnsupportedError: the schema is outside the profile. `diagnostics` has every violation
            with its pointer, the message lists them, `feature` names the first keyword.
        SchemaError: a keyword has a value of the wrong kind; the same list.

    How the service counts levels of nesting is not documented. Here the root object is level 1, and
    each object below it in `properties`, `items`, `anyOf` or a definition is one more; references
    are not followed.
    """
    value = to_schema(schema, source_name=source_name, at=at)
    violations = [*_root_violations(value), *_violations(value)]
    if not violations:
        return
    found = tuple(
        problem(each.message, (*at, *each.path), source_name=source_name) for each in violations
    )
    title = f"{len(found)} violation{'s' * (len(found) > 1)} of OpenAI's structured outputs"
    lines = [f"{source_name}: {title}", *(f"at '{each.pointer}': {each.message}" for each in found)]
    message = "\n  ".join(lines)
    if any(each.is_malformed for each in violations):
        raise SchemaError(message, found)
    raise UnsupportedError(message, found, violations[0].feature)


@dataclass(frozen=True, slots=True)
class _Violation:
    path: Path  # of the keyword, or of the schema that lacks one
    message: str
    feature: str
    is_malformed: bool = False


@dataclass(slots=True)
class _Totals:
    """What is limited over a whole schema."""

    num_properties: int = 0
    nesting: int = 0
    num_characters: int = 0
    num_enum_values: int = 0

    def count(self, schema: dict[str, Any], level: int) -> None:
        """Add one schema, without those inside it."""
        self.nesting = max(self.nesting, level)
        properties = _names(schema, "properties")
        self.num_properties += len(properties)
        names = [*properties, *(name for key in DEFINITIONS for name in _names(schema, key))]
        values = schema.get("enum")
        values = values if isinstance(values, list) else []
        self.num_enum_values += len(values)
        self.num_characters += _num_characters([*names, *values, schema.get("const")])


def _violations(root: Any) -> Iterator[_Violation]:
    """Find what is wrong with each schema, in the order of the text, and then with them all."""
    document = Document(root)
    totals = _Totals()
    work: list[tuple[Path, Any, int]] = [((), root, 0)]
    while work:
        path, schema, level = work.pop()
        if not isinstance(schema, dict):
            if path:
                yield _in_context(
                    path, f"{brief(schema)} is not of type 'object'", "boolean schema"
                )
            continue
        level += "object" in _types(schema) or "properties" in schema
        totals.count(schema, level)
        yield from _keyword_violations(path, schema)
        yield from _type_violations(path, schema)
        yield from _object_violations(path, schema)
        yield from _value_violations(path, schema)
        yield from _reference_violations(path, schema, document)
        below = [((*path, *step), child, level) for step, child in subschemas(schema)]
        work.extend(reversed([each for each in below if each[0][len(path)] in DESCENDED]))
    yield from _total_violations(totals)


def _root_violations(root: Any) -> Iterator[_Violation]:
    """Section "Root objects must not be anyOf and must be an object"."""
    expected = "schema must be a JSON Schema of 'type: \"object\"'"
    if not isinstance(root, dict):
        yield _Violation((), f"{expected}, got {brief(root)}", "type")
        return
    found = root.get("type")
    if found != "object":
        yield _Violation((), f"{expected}, got 'type: \"{found}\"'", "type")
    if "anyOf" in root:
        yield _Violation(("anyOf",), "the root of a schema must not be 'anyOf'", "anyOf")


def _keyword_violations(path: Path, schema: dict[str, Any]) -> Iterator[_Violation]:
    """Section "Some type-specific keywords are not yet supported", and composition keywords."""
    for keyword in schema:
        if keyword not in PERMITTED:
            yield _in_context(path, f"'{keyword}' is not permitted", keyword, below=(keyword,))
    beside = schema.keys() - {"$ref"} - DEFINITIONS
    if "$ref" in schema and beside:
        names = ", ".join(repr(name) for name in schema if name in beside)
        yield _in_context(path, f"$ref cannot have keywords {{{names}}}", "$ref", below=("$ref",))


def _type_violations(path: Path, schema: dict[str, Any]) -> Iterator[_Violation]:
    """Sections "Supported types" and, of formats, "Supported properties"."""
    if "type" not in schema and not schema.keys() & TYPED_BY:
        yield _in_context(path, "schema must have a 'type' key", "type")
    unknown = [name for name in _types(schema) if name not in TYPES]
    if unknown or not isinstance(schema.get("type", ""), (str, list)):
        found = unknown[0] if unknown else schema["type"]
        yield _in_context(
            path, f"{brief(found)} is not a valid type", "type", below=("type",), is_malformed=True
        )
    if "format" in schema and schema["format"] not in FORMATS:
        message = f"{brief(schema['format'])} is not a valid format"
        yield _in_context(path, message, "format", below=("format",))
    if "array" in _types(schema) and not isinstance(schema.get("items"), dict):
        yield _in_context(path, "array schema missing items", "items")


def _object_violations(path: Path, schema: dict[str, Any]) -> Iterator[_Violation]:
    """Sections "All fields must be required" and "additionalProperties: false must always …"."""
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        message = f"{brief(properties)} is not of type 'object'"
        yield _in_context(path, message, "properties", below=("properties",), is_malformed=True)
        return
    is_object = "object" in _types(schema)
    if is_object and schema.get("additionalProperties") is not False:
        message = "'additionalProperties' is required to be supplied and to be false"
        yield _in_context(path, message, "additionalProperties")
    required = schema.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        message = f"{brief(required)} is not an array of strings"
        yield _in_context(path, message, "required", below=("required",), is_malformed=True)
        return
    if is_object and "properties" not in schema:
        yield _in_context(path, "object schema missing properties", "properties")
    names = set(required)
    missing = [name for name in properties if name not in names]
    if missing:
        yield _in_context(
            path,
            "'required' is required to be supplied and to be an array including every key in "
            f"properties. Missing {', '.join(map(repr, missing))}",
            "required",
        )
    for index, name in enumerate(required):
        if name not in properties:
            message = f"Extra required key {name!r} supplied"
            yield _in_context(path, message, "required", below=("required", index))


def _value_violations(path: Path, schema: dict[str, Any]) -> Iterator[_Violation]:
    """Lists that are none, and "Limitations on enum size" of one `enum`."""
    for keyword in ("enum", "anyOf"):
        value = schema.get(keyword, [None])
        if not isinstance(value, list) or not value:
            message = f"{brief(value)} is not a non-empty array"
            yield _in_context(path, message, keyword, below=(keyword,), is_malformed=True)
    values = schema.get("enum")
    if isinstance(values, list) and len(values) > LARGE_ENUM_VALUES:
        num_characters = _num_characters(values)
        if num_characters > MAX_LARGE_ENUM_CHARACTERS:
            yield _in_context(
                path,
                f"Expected at most {MAX_LARGE_ENUM_CHARACTERS} characters in an enum of more than "
                f"{LARGE_ENUM_VALUES} values, but received {num_characters}",
                "enum",
                below=("enum",),
            )


def _reference_violations(
    path: Path, schema: dict[str, Any], document: Document
) -> Iterator[_Violation]:
    """Sections "Definitions are supported" and "Recursive schemas are supported"."""
    reference = schema.get("$ref", "#")
    if not isinstance(reference, str):
        message = f"{brief(reference)} is not of type 'string'"
        yield _in_context(path, message, "$ref", below=("$ref",), is_malformed=True)
        return
    site = document.sites.get(path)
    uri, fragment = resolve(reference, site.base if site else "")
    if document.find(uri, fragment) is None:
        is_local = uri in document.resources
        place = "nowhere" if is_local else "to another document"
        message = f"the reference {brief(reference)} leads {place}"
        yield _in_context(path, message, "$ref", below=("$ref",), is_malformed=is_local)


def _total_violations(totals: _Totals) -> Iterator[_Violation]:
    """Sections from "Objects have limitations on nesting depth and size" to that of enums."""
    when = "in total within a single schema when using structured outputs"
    for num, bound, noun, feature in (
        (totals.num_properties, MAX_PROPERTIES, "object properties", "properties"),
        (totals.num_enum_values, MAX_ENUM_VALUES, "enum values", "enum"),
        (
            totals.num_characters,
            MAX_CHARACTERS,
            "characters of property names, definition names, enum values and const values",
            "properties",
        ),
    ):
        if num > bound:
            yield _Violation(
                (), f"Expected at most {bound} {noun} {when}, but received {num}", feature
            )
    if totals.nesting > MAX_NESTING:
        message = f"{totals.nesting} levels of nesting exceeds limit of {MAX_NESTING}"
        yield _Violation((), message, "properties")


def _in_context(
    path: Path, message: str, feature: str, *, below: Path = (), is_malformed: bool = False
) -> _Violation:
    """Name a schema as the API does: the keys on the way to it, as a Python tuple."""
    context = tuple(str(token) for token in path)
    return _Violation((*path, *below), f"In context={context!r}, {message}", feature, is_malformed)


def _types(schema: dict[str, Any]) -> list[Any]:
    found = schema.get("type", [])
    return found if isinstance(found, list) else [found]


def _names(schema: dict[str, Any], keyword: str) -> list[str]:
    value = schema.get(keyword)
    return list(value) if isinstance(value, dict) else []


def _num_characters(values: list[Any]) -> int:
    return sum(len(value) for value in values if isinstance(value, str))
