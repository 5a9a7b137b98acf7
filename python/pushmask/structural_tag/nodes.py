# SPDX-License-Identifier: Apache-2.0
"""The parts of a structural tag, as data: what a text consists of, outermost part first.

What each part means is said once, at the functions that make them here; `lower` makes a grammar of
it. Wherever a part is expected a string stands for itself and a `Grammar` for its texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pushmask._core import Grammar
from pushmask.errors import UnsupportedError

Style: TypeAlias = Literal["json", "qwen_xml", "minimax_xml", "glm_xml", "deepseek_xml"]


@dataclass(frozen=True, slots=True)
class Const:
    """One string."""

    text: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """A text of a grammar."""

    grammar: Grammar


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A value of a schema, as JSON or as XML parameters."""

    schema: Any
    style: Style
    any_order: bool
    max_whitespace: int | None


@dataclass(frozen=True, slots=True)
class AnyText:
    """Any text without the strings `excludes`, `max_chars` characters at most."""

    excludes: tuple[str, ...]
    max_chars: int | None


@dataclass(frozen=True, slots=True)
class All:
    """The parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The part `min` to `max` times; None: no maximum."""

    part: Node
    min: int
    max: int | None


@dataclass(frozen=True, slots=True)
class Tag:
    """`begin`, the content, and one of the `ends`; make it with `tag`."""

    begin: str
    content: Node
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriggeredTags:
    """Free text with tags in it; make it with `triggered_tags`."""

    triggers: tuple[str, ...]
    tags: tuple[Tag, ...]
    at_least_one: bool
    stop_after_first: bool
    excludes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeparatedTags:
    """Tags and nothing else; make it with `tags_with_separator`."""

    tags: tuple[Tag, ...]
    separator: str
    at_least_one: bool
    stop_after_first: bool


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Free text in which a string of `rules` is followed by its part; make it with `dispatch`."""

    rules: tuple[tuple[str, Node], ...]
    loop: bool
    excludes: tuple[str, ...]


Node: TypeAlias = (
    Const
    | Embedded
    | JsonSchema
    | AnyText
    | All
    | Either
    | Repeated
    | Tag
    | TriggeredTags
    | SeparatedTags
    | Dispatch
)
Part: TypeAlias = Node | Grammar | str


def part_of(part: Part) -> Node:
    """Return the node that a part of a structural tag stands for.

    Raises:
        TypeError: `part` is none.
    """
    if isinstance(part, str):
        return Const(part)
    if isinstance(part, Grammar):
        return Embedded(part)
    if isinstance(part, Node):
        return part
    raise TypeError(f"a part of a structural tag was expected, not {type(part).__name__}")


def const(text: str) -> Node:
    """Return the text itself."""
    return Const(text)


def json_schema(
    schema: Any,
    *,
    style: Style = "json",
    any_order: bool = False,
    max_whitespace: int | None = None,
) -> Node:
    """Return the values of a JSON Schema.

    Args:
        schema: what `Grammar.from_json_schema` takes; a dictionary if `style` is not `json`.
        style: how values are written. The XML styles write the members of an object as the
            parameters of a call; docs/guides/structural_tags.md shows them.
        any_order: `property_order="any"` instead of the order of the schema; for `json` only.
        max_whitespace: as `Grammar.from_json_schema` has it; for `json` only.
    """
    return JsonSchema(schema, style, any_order, max_whitespace)


def regex(pattern: str) -> Node:
    """Return what a regular expression matches, as `Grammar.from_regex` reads it."""
    return Embedded(Grammar.from_regex(pattern))


def grammar(ebnf: str) -> Node:
    """Return the texts of a grammar in EBNF, as `Grammar.from_ebnf` reads it."""
    return Embedded(Grammar.from_ebnf(ebnf))


def any_text(*, stop: Iterable[str] = (), max_chars: int | None = None) -> Node:
    """Return any text that contains none of the strings.

    As the last thing in a tag it does not contain the end of the tag either.

    Args:
        stop: the strings.
        max_chars: characters at most; None: no maximum.
    """
    return AnyText(_strings(stop), max_chars)


def any_token() -> Node:
    """Refuse to stand for one token: grammars are about bytes.

    Raises:
        UnsupportedError: always.
    """
    raise UnsupportedError(
        "'any_token' is about tokens, and a structural tag is about text; use any_text",
        feature="any_token",
    )


def sequence(*parts: Part) -> Node:
    """Return the parts one after the other."""
    return All(tuple(part_of(part) for part in parts))


def or_(*parts: Part) -> Node:
    """Return any one of the parts."""
    return Either(tuple(part_of(part) for part in parts))


def optional(part: Part) -> Node:
    """Return the part or nothing."""
    return Repeated(part_of(part), 0, 1)


def repeat(part: Part, min: int, max: int | None = None) -> Node:
    """Return the part `min` to `max` times; without `max` there is no maximum."""
    return Repeated(part_of(part), min, max)


def tag(begin: str, content: Part, end: str | Iterable[str]) -> Tag:
    """Return a region: `begin`, the content, and `end`.

    Where the content ends with free text, that ends where the first `end` does.

    Args:
        begin: what the region begins with.
        content: what stands in it.
        end: what it ends with, or several strings of which any one ends it.
    """
    return Tag(begin, part_of(content), _strings(end))


def reasoning(begin: str = "<think>", end: str = "</think>") -> Tag:
    """Return what a model thinks before it answers: any text between two marks."""
    return tag(begin, any_text(), end)


def triggered_tags(
    triggers: Iterable[str],
    tags: Iterable[Tag],
    *,
    at_least_one: bool = False,
    stop_after_first: bool = False,
    excludes: Iterable[str] = (),
) -> Node:
    """Return free text with regions in it.

    Free text is any text without a trigger. Where it comes to the end of a trigger, it has come to
    a tag: the text goes on as the `begin` of one that begins with that trigger does.

    Args:
        triggers: the strings that lead to tags. None contains another.
        tags: each begins with one of the triggers, each trigger begins one of them.
        at_least_one: the text begins with a tag, without free text before it, as in XGrammar.
        stop_after_first: the text ends with the first tag.
        excludes: strings that free text does not contain.
    """
    return TriggeredTags(
        _strings(triggers), tuple(tags), at_least_one, stop_after_first, _strings(excludes)
    )


def tags_with_separator(
    tags: Iterable[Tag],
    separator: str,
    *,
    at_least_one: bool = False,
    stop_after_first: bool = False,
) -> Node:
    """Return tags with a separator between them, and no text beside.

    Args:
        tags: any of these, any number of times.
        separator: what stands between two of them.
        at_least_one: there is one.
        stop_after_first: there is not more than one.
    """
    return SeparatedTags(tuple(tags), separator, at_least_one, stop_after_first)


def dispatch(
    rules: Sequence[tuple[str, Part]], *, loop: bool = True, excludes: Iterable[str] = ()
) -> Node:
    """Return free text in which certain strings are followed by certain parts.

    Args:
        rules: the strings, none of which contains another, and what follows each.
        loop: free text goes on after the part; otherwise the text ends there.
        excludes: strings that free text does not contain.
    """
    pairs = tuple((pattern, part_of(part)) for pattern, part in rules)
    return Dispatch(pairs, loop, _strings(excludes))


def _strings(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
