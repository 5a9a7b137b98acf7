# SPDX-License-Identifier: Apache-2.0
"""Objects written as XML-like parameters, as some models write the arguments of a call.

A string stands as it is, up to the closing mark; other values stand as JSON. Nothing is escaped, so
a string cannot contain the closing mark. Parameters come in the order of the schema, and only those
that `properties` names: the type of another one is not known, so no reader could tell a number from
a string.

Sources: the chat templates of Qwen3-Coder ("<parameter=…>"), MiniMax-M2 ("<parameter name=…>"),
GLM-4.5 ("<arg_key>…") and DeepSeek-V3.2 ("<｜DSML｜parameter …>").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pushmask._core import Expression, Grammar, GrammarBuilder
from pushmask.errors import LimitError
from pushmask.schema.places import ANNOTATIONS
from pushmask.schema.problem import Path, malformed, unsupported
from pushmask.schema.sources import to_schema
from pushmask.structural_tag.marks import FreeText

SPACE = "[ \\t\\r\\n]*"
HIDDEN = re.compile(r'[<>"&\s]')  # characters of names that marks would hide
LAST_CODE_POINT = 0x10FFFF
MAX_VALUES = 10_000  # alternatives of all properties together
MAX_PATH = 64  # steps of a path into choices inside choices
MAX_REFERENCES = 32  # from one definition to the next, before a property's type is known
DEFINITIONS = ("$defs", "definitions")
OBJECT = {"type", "properties", "required", "additionalProperties", "$schema", "$id", *DEFINITIONS}
STRING = {"type", "enum", "const", "minLength", "maxLength", "pattern"}


@dataclass(frozen=True, slots=True)
class Form:
    """How a parameter is written.

    Attributes:
        name: What stands before and after the name.
        string: What stands between that and a string; white space may stand before it.
        other: The same before another value.
        close: What stands behind a value.
    """

    name: tuple[str, str]
    string: str
    other: str
    close: str


FORMS = {
    "qwen_xml": Form(("<parameter=", ""), ">", ">", "</parameter>"),
    "minimax_xml": Form(('<parameter name="', ""), '">', '">', "</parameter>"),
    "glm_xml": Form(("<arg_key>", "</arg_key>"), "<arg_value>", "<arg_value>", "</arg_value>"),
    "deepseek_xml": Form(
        ("<｜DSML｜parameter name=\"", '" string="'), 'true">', 'false">', "</｜DSML｜parameter>"
    ),
}  # fmt: skip


class Parameters:
    """The parameters of schemas, in one style and one builder; what recurs is made once."""

    def __init__(self, b: GrammarBuilder, style: str, *, source_name: str) -> None:
        self.b = b
        self.form = FORMS[style]
        self.space_between = style == "glm_xml"  # the name has a mark of its own there
        self.source_name = source_name
        self.root: Mapping[str, Any] = {}
        self.num_values = 0
        self.space = b.regex(SPACE)
        close = self.form.close
        self.text = FreeText(b, (close,))
        self.closed_text = self.shared("string", self.text.before([(close, b.mark(close))]))
        self.closed_values: dict[str, Expression] = {}  # by the text of their schema

    def lower(self, schema: Any) -> Expression:
        """Return the parameters of an object's schema.

        Raises:
            SchemaError: it is not an object's schema, or a reference leads nowhere.
            UnsupportedError: a keyword that cannot be enforced in this form.
        """
        return self.lower_each([to_schema(schema, source_name=self.source_name)])[0]

    def lower_each(self, schemas: Sequence[Any]) -> list[Expression]:
        """Do the same for several schemas, each plain JSON."""
        for schema in schemas:
            self._check_object(schema)
        # Checks what this front end reads keyword by keyword: that each has a value of its kind.
        texts = [json.dumps(schema, ensure_ascii=False) for schema in schemas]
        GrammarBuilder().json_schemas(texts, source_name=self.source_name)
        return [self._lower(schema) for schema in schemas]

    def _check_object(self, schema: Any) -> None:
        if not isinstance(schema, Mapping) or schema.get("type") != "object":
            raise malformed(
                'XML parameters need a schema with "type": "object"',
                (),
                source_name=self.source_name,
            )

    def _lower(self, schema: Mapping[str, Any]) -> Expression:
        self.root = schema
        self.num_values = 0
        self._only(schema, OBJECT, ())
        if not isinstance(schema.get("additionalProperties", False), bool):
            raise self._unsupported("additionalProperties", (), "names that are not declared")
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        for name in required:
            if name not in properties:
                raise self._unsupported("required", (), f"'{name}', which is not declared")
        return self._parameters(properties, required)

    def _parameters(self, properties: Mapping[str, Any], required: Any) -> Expression:
        b = self.b
        parts = [self.space]
        for name, schema in properties.items():
            rule = b.rule(f"parameter-{name}")
            b.define(rule, b.sequence(self._parameter(name, schema), self.space))
            parts.append(b.ref(rule) if name in required else b.optional(b.ref(rule)))
        return b.sequence(*parts)

    def _parameter(self, name: str, schema: Any) -> Expression:
        b, form, at = self.b, self.form, ("properties", name)
        if not name or HIDDEN.search(name) or not name.isprintable():
            raise self._unsupported("name", at, f"the name {name!a}, which its mark would hide")
        open_ = b.sequence(b.mark(form.name[0]), b.literal(name), b.mark(form.name[1]))
        values = []
        for is_string, value in self._values(schema, at):
            before = form.string if is_string else form.other
            around = b.empty() if is_string else self.space
            values.append(b.sequence(b.mark(before), around, value))
        between = self.space if self.space_between else b.empty()
        return b.sequence(open_, between, b.choice(*values))

    def _values(self, schema: Any, at: Path) -> Iterator[tuple[bool, Expression]]:
        """Yield the ways to write a value up to the closing mark, and whether it is a string."""
        schema = self._resolved(schema, at)
        self.num_values += 1
        if len(at) > MAX_PATH or self.num_values > MAX_VALUES:
            raise LimitError(
                f"{self.source_name}: XML parameters have more than {MAX_VALUES} kinds of values, "
                "or choices inside choices without end",
                "max_values",
                MAX_VALUES,
                self.num_values,
            )
        if schema is True or (isinstance(schema, Mapping) and not set(schema) - ANNOTATIONS):
            schema = {"type": ["string", "object", "array", "number", "boolean", "null"]}
        if schema is False:
            return
        if "anyOf" in schema:
            self._only(schema, {"anyOf"}, at)
            for index, part in enumerate(schema["anyOf"]):
                yield from self._values(part, (*at, "anyOf", index))
            return
        strings, others = self._split(schema, at)
        if strings is not None:
            yield True, self._string(strings, at)
        if others is not None:
            yield False, self._json(others, at)

    def _split(self, schema: Mapping[str, Any], at: Path) -> tuple[Any, Any]:
        """Split a schema into that of its strings and that of its other values."""
        if "const" in schema:
            schema = {**schema, "enum": [schema["const"]]}
            del schema["const"]
        types = schema.get("type")
        if types is None and "enum" not in schema:
            raise self._unsupported(
                next(iter(set(schema) - ANNOTATIONS)), at, "a value whose type is not declared"
            )
        listed = [types] if isinstance(types, str) else types
        strings: dict[str, Any] | None = {**schema, "type": "string"}
        others: dict[str, Any] | None = dict(schema)
        if listed is not None:
            rest = [kind for kind in listed if kind != "string"]
            strings = strings if "string" in listed else None
            others = {**schema, "type": rest} if rest else None
        if "enum" in schema:
            texts = [value for value in schema["enum"] if isinstance(value, str)]
            values = [value for value in schema["enum"] if not isinstance(value, str)]
            strings = {**strings, "enum": texts} if strings is not None and texts else None
            others = {**others, "enum": values} if others is not None and values else None
        if strings is not None and others is not None:
            # Keywords about strings say nothing about other values, and the other way round.
            strings = {key: strings[key] for key in strings if key in STRING or key == "format"}
        return strings, others

    def _string(self, schema: Mapping[str, Any], at: Path) -> Expression:
        """Return a string and the closing mark; a line break may stand around the string."""
        b, close = self.b, self.form.close
        self._only(schema, STRING, at)
        limits = []
        if "enum" in schema:
            if any(close in value for value in schema["enum"]):
                raise self._unsupported("enum", at, f"a string with '{close}' in it")
            limits.append(b.one_of(schema["enum"]))
        if "pattern" in schema:
            limits.append(b.regex(schema["pattern"], search=True))
        if "minLength" in schema or "maxLength" in schema:
            anything = b.codepoints([(0, LAST_CODE_POINT)])
            bounds = schema.get("minLength", 0), schema.get("maxLength")
            limits.append(b.repeat(anything, *bounds))
        if not limits:
            return self.closed_text
        value = self.text.text
        for limit in limits:
            value = b.intersect(value, limit)
        line = b.optional(b.literal("\n"))
        return b.sequence(line, value, line, b.mark(close))

    def _json(self, schema: Mapping[str, Any], at: Path) -> Expression:
        """Return a value as JSON and the closing mark."""
        whole = dict(schema)
        for key in DEFINITIONS:
            if key in self.root:
                whole[key] = self.root[key]
        text = json.dumps(whole, ensure_ascii=False)
        for target in references(whole) if '"$ref"' in text else ():
            if not target.startswith(tuple(f"#/{key}/" for key in DEFINITIONS)):
                raise self._unsupported("$ref", at, f"a reference to '{target}'")
        if text not in self.closed_values:
            grammar = Grammar.from_json_schema(text, source_name=self.source_name)
            value = self.b.sequence(
                self.b.grammar(grammar), self.space, self.b.mark(self.form.close)
            )
            self.closed_values[text] = self.shared("value", value)
        return self.closed_values[text]

    def shared(self, name: str, body: Expression) -> Expression:
        """Give a language that stands in many places a rule."""
        rule = self.b.rule(name)
        self.b.define(rule, body)
        return self.b.ref(rule)

    def _resolved(self, schema: Any, at: Path) -> Any:
        """Follow the references that a property's schema consists of."""
        for _ in range(MAX_REFERENCES):
            if not isinstance(schema, Mapping) or "$ref" not in schema:
                return schema
            self._only(schema, {"$ref"}, at)
            target: Any = self.root
            for step in str(schema["$ref"]).removeprefix("#/").split("/"):
                step = step.replace("~1", "/").replace("~0", "~")
                if not isinstance(target, Mapping) or step not in target:
                    raise malformed(
                        f"the reference '{schema['$ref']}' leads nowhere",
                        at,
                        source_name=self.source_name,
                    )
                target = target[step]
            schema = target
        raise self._unsupported("$ref", at, "so many references after each other")

    def _only(self, schema: Mapping[str, Any], known: set[str], at: Path) -> None:
        for key in schema:
            if key not in known and key not in ANNOTATIONS:
                raise self._unsupported(key, at, f"the keyword '{key}'")

    def _unsupported(self, feature: str, at: Path, what: str) -> Exception:
        return unsupported(
            f"XML parameters cannot enforce {what}",
            at,
            feature=feature,
            source_name=self.source_name,
        )


def references(value: Any) -> Iterator[str]:
    """Yield where the references in a schema lead."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Mapping):
            target = inner.get("$ref")
            if isinstance(target, str):
                yield target
            waiting.extend(inner.values())
        elif isinstance(inner, (list, tuple)):
            waiting.extend(inner)
