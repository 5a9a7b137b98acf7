# SPDX-License-Identifier: Apache-2.0
"""Reads structural tags in JSON, as XGrammar 0.2 and the engines with it take them.

    {"type": "structural_tag", "format": {"type": "triggered_tags", …}}
    {"type": "structural_tag", "structures": [{"begin", "schema", "end"}], "triggers": […]}

The second is the older form. A member that is not known is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from pushmask._core import Grammar
from pushmask.errors import GrammarError, LimitError, UnsupportedError
from pushmask.schema.plain import parse_text, plain
from pushmask.schema.problem import Path, describe, problem, unsupported
from pushmask.structural_tag.nodes import (
    All,
    AnyText,
    AnyToken,
    AnyTokens,
    Const,
    Dispatch,
    Either,
    Embedded,
    JsonSchema,
    Mark,
    Node,
    Repeated,
    SeparatedTags,
    Style,
    Tag,
    Token,
    Tokens,
    TriggeredTags,
)

MAX_DEPTH = 64  # of formats inside formats; reading recurses
# Styles of XGrammar that are not implemented; refused by name, not as misspelt.
OTHER_STYLES = ("minimax_m3_xml", "cohere_xml")
MAX_COUNT = 2**32 - 2  # what the engine counts to; the next number says "no maximum" there
MAX_ID = 2**31 - 1
MISSING = object()
Kind = TypeVar("Kind")


def read(spec: str | Mapping[str, Any], *, source_name: str) -> Node:
    """Return the parts that a structural tag in JSON describes.

    Raises:
        GrammarError: it is not one; `diagnostic.pointer` says where.
        GrammarSyntaxError: the text is not JSON, or a pattern or grammar in it is malformed.
        UnsupportedError: a member that is not known or not implemented.
        LimitError: formats nest more than 64 deep ("max_depth").
    """
    if isinstance(spec, str):
        value = parse_text(spec, source_name=source_name)
    else:
        value = plain(spec, source_name=source_name)
    whole = Fields(value, (), source_name)
    if whole.text("type", "structural_tag") != "structural_tag":
        raise whole.wrong("type", "'structural_tag' was expected")
    node = _older(whole) if "structures" in whole.value else whole.inner("format")
    whole.done()
    return node


class Fields:
    """The members of one object; what is not asked for is refused by `done`."""

    def __init__(self, value: Any, at: Path, source_name: str) -> None:
        self.at = at
        self.source_name = source_name
        if not isinstance(value, dict):
            raise self._error("an object was expected", at)
        self.value: dict[str, Any] = value
        self.seen: set[str] = set()

    def get(self, name: str, default: Any = MISSING) -> Any:
        """Return a member, or `default`; without that the member must be there."""
        self.seen.add(name)
        if name in self.value:
            return self.value[name]
        if default is MISSING:
            raise self._error(f"'{name}' is missing", self.at)
        return default

    def text(self, name: str, default: Any = MISSING) -> str:
        """Return a member that is a string."""
        return self._checked(name, self.get(name, default), str, "a string")

    def flag(self, name: str) -> bool:
        """Return a member that is a boolean, false if it is not there."""
        return self._checked(name, self.get(name, False), bool, "true or false")

    def array(self, name: str, default: Any = MISSING) -> list[Any]:
        """Return a member that is an array."""
        return self._checked(name, self.get(name, default), list, "an array")

    def texts(self, name: str, default: Any = MISSING) -> tuple[str, ...]:
        """Return a member that is an array of strings."""
        given = self.array(name, default)
        if not all(isinstance(text, str) for text in given):
            raise self.wrong(name, "an array of strings was expected")
        return tuple(given)

    def count(self, name: str, default: int | None, least: int = 0) -> int | None:
        """Return a member that is an integer, `least` or more, or null."""
        given = self.get(name, default)
        if given is None:
            return None
        if isinstance(given, int) and not isinstance(given, bool) and least <= given <= MAX_COUNT:
            return given
        raise self.wrong(name, f"an integer from {least} to {MAX_COUNT} was expected")

    def tokens(self, name: str, default: Any = MISSING) -> tuple[Token, ...]:
        """Return a member that is an array of tokens, each its text or its id."""
        return tuple(self.token(name, value) for value in self.array(name, default))

    def token(self, name: str, value: Any) -> Token:
        """Return the token that a member, or a part of it, is."""
        if isinstance(value, str) and value:
            return Token(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ID:
            return Token(value)
        raise self.wrong(name, f"a token was expected: its text, or its id from 0 to {MAX_ID}")

    def inner(self, name: str) -> Node:
        """Return the format that a member is."""
        return _format(Fields(self.get(name), (*self.at, name), self.source_name))

    def each(self, name: str) -> list[Fields]:
        """Return the objects of an array."""
        given = enumerate(self.array(name))
        return [Fields(value, (*self.at, name, i), self.source_name) for i, value in given]

    def done(self) -> None:
        """Refuse members that nothing asked for."""
        for name in self.value:
            if name not in self.seen:
                raise self.unsupported(name, f"the member '{name}' is not known")

    def wrong(self, name: str, message: str) -> GrammarError:
        """Make the error about a member."""
        return self._error(message, (*self.at, name))

    def unsupported(self, name: str, message: str, feature: str = "") -> UnsupportedError:
        """Make the error about a member that cannot be enforced."""
        place = (*self.at, name)
        return unsupported(message, place, feature=feature or name, source_name=self.source_name)

    def _checked(self, name: str, value: Any, kind: type[Kind], expected: str) -> Kind:
        if not isinstance(value, kind):
            raise self.wrong(name, f"{expected} was expected")
        return value

    def _error(self, message: str, at: Path) -> GrammarError:
        found = problem(message, at, source_name=self.source_name)
        return GrammarError(describe(found), (found,))


def _format(fields: Fields) -> Node:
    # A format stands at most two steps below the one that it is in.
    if len(fields.at) > 2 * MAX_DEPTH:
        raise LimitError(
            f"{fields.source_name}: formats nest deeper than {MAX_DEPTH}",
            "max_depth",
            MAX_DEPTH,
            MAX_DEPTH + 1,
        )
    kind = fields.text("type")
    if kind not in READERS:
        raise fields.wrong("type", f"'{kind}' is no format")
    node = READERS[kind](fields)
    fields.done()
    return node


def _any_text(fields: Fields) -> Node:
    max_chars, max_tokens = fields.count("max_chars", None), fields.count("max_tokens", None)
    return AnyText(fields.texts("excludes", []), max_chars, max_tokens)


def _json_schema(fields: Fields) -> Node:
    style = fields.text("style", "json")
    if style in OTHER_STYLES:
        raise fields.unsupported("style", f"the style '{style}' is not implemented", style)
    if style not in get_args(Style):
        raise fields.wrong("style", f"'{style}' is no style")
    if fields.texts("excludes", []):
        raise fields.unsupported("excludes", "'excludes' of a JSON Schema is not implemented")
    any_order = fields.flag("any_order")
    max_whitespace = fields.count("max_whitespace_cnt", None)
    if style != "json" and (any_order or max_whitespace is not None):
        name = "any_order" if any_order else "max_whitespace_cnt"
        raise fields.unsupported(name, f"'{name}' is not implemented for the style '{style}'")
    schema = fields.get("json_schema")
    return JsonSchema(schema, style, any_order, max_whitespace)  # type: ignore[arg-type]


def _parameters(fields: Fields) -> Node:
    return JsonSchema(fields.get("json_schema"), "qwen_xml", False, None)


def _repeat(fields: Fields) -> Node:
    least, most = fields.count("min", 0), fields.count("max", -1, least=-1)
    if least is None or most is None:
        raise fields.wrong("min" if least is None else "max", "an integer was expected")
    return Repeated(fields.inner("content"), least, None if most == -1 else most)


def _tag(fields: Fields) -> Tag:
    if fields.text("type", "tag") != "tag":
        raise fields.wrong("type", "a tag was expected")
    is_list = isinstance(fields.get("end"), list)
    ends = fields.texts("end") if is_list else (_mark(fields, "end"),)
    node = Tag(_mark(fields, "begin"), fields.inner("content"), ends)
    fields.done()
    return node


def _mark(fields: Fields, name: str) -> Mark:
    value = fields.get(name)
    if not isinstance(value, dict):
        return fields.text(name)
    inner = Fields(value, (*fields.at, name), fields.source_name)
    if inner.text("type", "token") != "token":
        raise inner.wrong("type", "a token was expected")
    mark = inner.token("token", inner.get("token"))
    inner.done()
    return mark


def _triggered(fields: Fields) -> Node:
    return TriggeredTags(
        fields.texts("triggers"),
        tuple(_tag(tag) for tag in fields.each("tags")),
        fields.flag("at_least_one"),
        fields.flag("stop_after_first"),
        fields.texts("excludes", []),
    )


def _separated(fields: Fields) -> Node:
    return SeparatedTags(
        tuple(_tag(tag) for tag in fields.each("tags")),
        fields.text("separator"),
        fields.flag("at_least_one"),
        fields.flag("stop_after_first"),
    )


def _token_triggered(fields: Fields) -> Node:
    return TriggeredTags(
        fields.tokens("trigger_tokens"),
        tuple(_tag(tag) for tag in fields.each("tags")),
        fields.flag("at_least_one"),
        fields.flag("stop_after_first"),
        Tokens(fields.tokens("exclude_tokens", [])),
    )


def _dispatch(fields: Fields) -> Node:
    def pattern(given: Any) -> Mark:
        if not isinstance(given, str):
            raise fields.wrong("rules", "pairs of a string and a format were expected")
        return given

    rules, loop = _rules(fields, pattern)
    return Dispatch(rules, loop, fields.texts("excludes", []))


def _token_dispatch(fields: Fields) -> Node:
    rules, loop = _rules(fields, lambda given: fields.token("rules", given))
    return Dispatch(rules, loop, Tokens(fields.tokens("exclude_tokens", [])))


def _rules(
    fields: Fields, pattern: Callable[[Any], Mark]
) -> tuple[tuple[tuple[Mark, Node], ...], bool]:
    rules = []
    for index, rule in enumerate(fields.array("rules")):
        if not isinstance(rule, list) or len(rule) != 2:
            raise fields.wrong("rules", "pairs of what is looked for and a format were expected")
        inner = Fields(rule[1], (*fields.at, "rules", index, 1), fields.source_name)
        rules.append((pattern(rule[0]), _format(inner)))
    loop = fields.get("loop", True)
    if not isinstance(loop, bool):
        raise fields.wrong("loop", "true or false was expected")
    return tuple(rules), loop


def _any_tokens(fields: Fields) -> Node:
    return AnyTokens(fields.tokens("exclude_tokens", []), fields.count("max_tokens", None))


def _elements(fields: Fields) -> tuple[Node, ...]:
    return tuple(_format(element) for element in fields.each("elements"))


def _older(whole: Fields) -> Node:
    tags = []
    for item in whole.each("structures"):
        schema = JsonSchema(item.get("schema"), "json", False, None)
        tags.append(Tag(item.text("begin"), schema, (item.text("end"),)))
        item.done()
    return TriggeredTags(whole.texts("triggers"), tuple(tags), False, False, ())


def _regex(fields: Fields) -> Node:
    return Embedded(Grammar.from_regex(fields.text("pattern"), source_name=fields.source_name))


def _ebnf(fields: Fields) -> Node:
    return Embedded(Grammar.from_ebnf(fields.text("grammar"), source_name=fields.source_name))


READERS: dict[str, Callable[[Fields], Node]] = {
    "const_string": lambda fields: Const(fields.text("value")),
    "json_schema": _json_schema,
    "qwen_xml_parameter": _parameters,  # an older name
    "any_text": _any_text,
    "grammar": _ebnf,
    "regex": _regex,
    "sequence": lambda fields: All(_elements(fields)),
    "or": lambda fields: Either(_elements(fields)),
    "tag": _tag,
    "triggered_tags": _triggered,
    "tags_with_separator": _separated,
    "optional": lambda fields: Repeated(fields.inner("content"), 0, 1),
    "plus": lambda fields: Repeated(fields.inner("content"), 1, None),
    "star": lambda fields: Repeated(fields.inner("content"), 0, None),
    "repeat": _repeat,
    "dispatch": _dispatch,
    "token": lambda fields: fields.token("token", fields.get("token")),
    "exclude_token": lambda fields: AnyToken(fields.tokens("exclude_tokens", [])),
    "any_tokens": _any_tokens,
    "token_triggered_tags": _token_triggered,
    "token_dispatch": _token_dispatch,
}
