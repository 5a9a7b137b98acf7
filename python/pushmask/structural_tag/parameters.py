# SPDX-License-Identifier: Apache-2.0
"""Objects written as XML-like parameters, as some models write the arguments of a call.

A string stands as it is, up to the closing mark; other values stand as JSON. Nothing is escaped, so
a string cannot contain the closing mark; strings of a schema that do cannot be written. Parameters
come in the order of the schema, and only those that `properties` names: the type of another one is
not known, so no reader could tell a number from a string. What a schema says of a string it says
of the text between the marks, without one line break on either side.

Sources: the chat templates of Qwen3-Coder ("<parameter=…>"), MiniMax-M2 ("<parameter name=…>"),
GLM-4.5 ("<arg_key>…") and DeepSeek-V3.2 ("<｜DSML｜parameter …>"); XGrammar 0.2.8 for Kimi-K3
("<|open|>argument …") and DeepSeek-V4.1 ("<｜DSML｜ parameter …>").
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pushmask._core import Expression, GrammarBuilder, JsonValue
from pushmask.errors import EmptyLanguageError
from pushmask.schema.places import ANNOTATIONS
from pushmask.schema.problem import Path, describe, malformed, pointer, problem, unsupported
from pushmask.schema.sources import to_schema
from pushmask.structural_tag.marks import FreeText

SPACE = "[ \\t\\r\\n]*"
HIDDEN = re.compile(r'[<>"&\s]')  # characters of names that marks would hide
LAST_CODE_POINT = 0x10FFFF
# Keywords about the object itself.
OBJECT = {
    "type", "properties", "required", "additionalProperties",
    "$schema", "$id", "$anchor", "$defs", "definitions",
}  # fmt: skip

# The type of a value, and the value with its closing mark.
Way = tuple[str, Expression]
STRING = "string"


@dataclass(frozen=True, slots=True)
class Form:
    """How a parameter is written.

    Attributes:
        name: What stands before and after the name.
        string: What stands between that and a string.
        other: The same before another value, with {type} for its type in JSON; white space may
            stand behind it.
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
    "kimi_k3_xml": Form(
        ('<|open|>argument key="', '" type="'), 'string"<|sep|>', '{type}"<|sep|>',
        "<|close|>argument<|sep|>",
    ),
    "deepseek_v4_1_xml": Form(
        ("<｜DSML｜ parameter name=\"", '" string="'), 'true">', 'false">', "</｜DSML｜ parameter>"
    ),
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
        self.space = b.regex(SPACE)
        self.no_line = b.regex("([^\\n][\\s\\S]*)?")  # does not begin with a line break
        self.line_no = b.regex("([\\s\\S]*[^\\n])?")  # does not end with one
        close = self.form.close
        self.text = FreeText(b, (close,))
        self.closed_text = self.shared("string", self.text.before([(close, b.mark(close))]))

    def lower(self, schema: Any) -> Expression:
        """Return the parameters of an object's schema.

        Raises:
            SchemaError: it is not an object's schema, or a reference leads nowhere.
            UnsupportedError: a keyword that cannot be enforced in this form.
        """
        return self.lower_each([to_schema(schema, source_name=self.source_name)])[0]

    def lower_each(self, schemas: Sequence[Any]) -> list[Expression]:
        """Do the same for several schemas, each plain JSON."""
        places: list[tuple[int, str]] = []
        for number, schema in enumerate(schemas):
            self._check_object(schema)
            for name in schema.get("properties", {}):
                self._check_name(name)
                places.append((number, pointer(("properties", name))))
        texts = [json.dumps(schema) for schema in schemas]
        values, of_place = self.b.json_values(
            texts, places, characters="\n" + self.form.close[0], source_name=self.source_name
        )
        closed = [self._closed(value) for value in values]
        waiting = iter(of_place)
        found = []
        for schema in schemas:
            names = schema.get("properties", {})
            ways = {name: closed[next(waiting)] for name in names}
            found.append(self._parameters(ways, schema.get("required", [])))
        return found

    def _check_object(self, schema: Any) -> None:
        if not isinstance(schema, Mapping) or schema.get("type") != "object":
            raise self._malformed('XML parameters need a schema with "type": "object"', ())
        for key in schema:
            if key not in OBJECT and key not in ANNOTATIONS:
                raise self._unsupported(key, (), f"the keyword '{key}' of an object")
        if not isinstance(schema.get("additionalProperties", False), bool):
            raise self._unsupported("additionalProperties", (), "names that are not declared")
        properties = schema.get("properties", {})
        if not isinstance(properties, Mapping):
            raise self._malformed("'properties' takes an object", ("properties",))
        required = schema.get("required", [])
        if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
            raise self._malformed("'required' takes names", ("required",))
        for name in required:
            if name not in properties:
                raise self._unsupported("required", (), f"'{name}', which is not declared")

    def _check_name(self, name: str) -> None:
        if not name or HIDDEN.search(name) or not name.isprintable():
            what = f"the name {name!a}, which its mark would hide"
            raise self._unsupported("name", ("properties", name), what)

    def _parameters(self, ways: Mapping[str, list[Way]], required: Sequence[str]) -> Expression:
        b = self.b
        parts = [self.space]
        for name, values in ways.items():
            if values:
                rule = b.rule(f"parameter-{name}")
                b.define(rule, b.sequence(self._parameter(name, values), self.space))
                parts.append(b.ref(rule) if name in required else b.optional(b.ref(rule)))
            elif name in required:
                found = problem(
                    f"no value of the required property '{name}' matches",
                    ("properties", name),
                    source_name=self.source_name,
                )
                raise EmptyLanguageError(describe(found), (found,))
        return b.sequence(*parts)

    def _parameter(self, name: str, values: Sequence[Way]) -> Expression:
        b, form = self.b, self.form
        open_ = b.sequence(b.mark(form.name[0]), b.literal(name), b.mark(form.name[1]))
        ways = []
        for kind, value in values:
            if kind == STRING:
                ways.append(b.sequence(b.mark(form.string), value))
            else:
                ways.append(b.sequence(b.mark(form.other.format(type=kind)), self.space, value))
        between = self.space if self.space_between else b.empty()
        return b.sequence(open_, between, b.choice(*ways))

    def _closed(self, value: JsonValue) -> list[Way]:
        """Return the ways to write a value, each with the closing mark behind it."""
        ways = []
        if value.is_any_string:
            ways.append((STRING, self.closed_text))
        elif value.strings is not None:
            ways.append((STRING, self.shared("string", self._string(value.strings, value))))
        others = value.others
        if others and "{type}" not in self.form.other:
            others = [("any", self.b.choice(*(other for _, other in others)))]
        for kind, other in others:
            closed = self.b.sequence(other, self.space, self.b.mark(self.form.close))
            ways.append((kind, self.shared("value", closed)))
        return ways

    def _string(self, strings: Expression, value: JsonValue) -> Expression:
        """Return a string and the closing mark; a line break may stand around the string.

        Readers take off one line break on either side, so a string that has one of its own there
        needs another one.
        """
        b = self.b
        text = strings
        if self.form.close[0] in value.characters:
            text = b.intersect(self.text.text, strings)

        def bounded(part: Expression) -> Expression:
            if value.max_length is None:
                return part
            anything = b.codepoints([(0, LAST_CODE_POINT)])
            return b.intersect(part, b.repeat(anything, 0, value.max_length))

        line, close = b.literal("\n"), b.mark(self.form.close)
        if "\n" not in value.characters:
            return b.sequence(b.optional(line), bounded(text), b.optional(line), close)
        from_here, up_to_here = b.intersect(text, self.no_line), b.intersect(text, self.line_no)
        neither = b.intersect(from_here, self.line_no)
        return b.sequence(
            b.choice(
                b.sequence(line, bounded(text), line),
                b.sequence(line, bounded(up_to_here)),
                b.sequence(bounded(from_here), line),
                bounded(neither),
            ),
            close,
        )

    def shared(self, name: str, body: Expression) -> Expression:
        """Give a language that stands in many places a rule."""
        rule = self.b.rule(name)
        self.b.define(rule, body)
        return self.b.ref(rule)

    def _malformed(self, message: str, at: Path) -> Exception:
        return malformed(message, at, source_name=self.source_name)

    def _unsupported(self, feature: str, at: Path, what: str) -> Exception:
        return unsupported(
            f"XML parameters cannot enforce {what}",
            at,
            feature=feature,
            source_name=self.source_name,
        )
