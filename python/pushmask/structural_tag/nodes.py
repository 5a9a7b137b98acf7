# SPDX-License-Identifier: Apache-2.0
"""The parts of a structural tag, as data: what a text consists of, outermost part first.

What each part means is said once, at the functions that make them here; `lower` makes a grammar of
it. Wherever a part is expected a string stands for itself and a `Grammar` for its texts. A string
that marks something may be a special token of the vocabulary, as `GrammarBuilder.mark` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pushmask._core import Grammar

Style: TypeAlias = Literal[
    "json",
    "qwen_xml",
    "minimax_xml",
    "glm_xml",
    "deepseek_xml",
    "deepseek_v4_1_xml",
    "kimi_k3_xml",
]


@dataclass(frozen=True, slots=True)
class Const:
    """One string."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """One token, by its text or id, and no text; make it with `token`."""

    token: str | int


@dataclass(frozen=True, slots=True)
class AnyToken:
    """One token that is none of `excludes`."""

    excludes: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class AnyTokens:
    """Tokens that are none of `excludes`, `max_tokens` at most."""

    excludes: tuple[Token, ...]
    max_tokens: int | None


Mark: TypeAlias = str | Token


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
    """Any text without the strings `excludes`, with `max_chars` and `max_tokens` at most."""

    excludes: tuple[str, ...]
    max_chars: int | None
    max_tokens: int | None


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
class Tokens:
    """What free tokens are not, beside the triggers."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """`begin`, the content, and one of the `ends`; make it with `tag`."""

    begin: Mark
    content: Node
    ends: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class TriggeredTags:
    """Free text with tags in it; make it with `triggered_tags`.

    Or any tokens with tags in them, if `excludes` are tokens: make it with `token_triggered_tags`.
    """

    triggers: tuple[Mark, ...]
    tags: tuple[Tag, ...]
    at_least_one: bool
    stop_after_first: bool
    excludes: tuple[str, ...] | Tokens


@dataclass(frozen=True, slots=True)
class SeparatedTags:
    """Tags and nothing else; make it with `tags_with_separator`."""

    tags: tuple[Tag, ...]
    separator: str
    at_least_one: bool
    stop_after_first: bool


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Free text in which a mark of `rules` is followed by its part; make it with `dispatch`.

    Or any tokens, if `excludes` are tokens: make it with `token_dispatch`.
    """

    rules: tuple[tuple[Mark, Node], ...]
    loop: bool
    excludes: tuple[str, ...] | Tokens


Node: TypeAlias = (
    Const
    | Token
    | AnyToken
    | AnyTokens
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


def any_text(
    *, stop: Iterable[str] = (), max_chars: int | None = None, max_tokens: int | None = None
) -> Node:
    """Return any text that contains none of the strings.

    As the last thing in a tag it does not contain the end of the tag either.

    Args:
        stop: the strings.
        max_chars: characters at most; None: no maximum.
        max_tokens: tokens at most that have a part in it, also those that begin before it or end
            behind it; None: no maximum.
    """
    return AnyText(_strings(stop), max_chars, max_tokens)


def token(token: str | int) -> Token:
    """Return one token of the vocabulary; as a mark of a tag, that token only and no text.

    Args:
        token: its whole text, or its id. If special tokens have the text, those are meant.
    """
    return Token(token)


def any_token(*, excludes: Iterable[str | int | Token] = ()) -> Node:
    """Return any one token, special ones included, but no stop token.

    As the last thing in a tag that ends with a token it is not that token.

    Args:
        excludes: tokens that it is not.
    """
    return AnyToken(_tokens(excludes))


def any_tokens(
    *, excludes: Iterable[str | int | Token] = (), max_tokens: int | None = None
) -> Node:
    """Return any number of such tokens as `any_token` returns.

    Args:
        excludes: tokens that do not occur.
        max_tokens: tokens at most; None: no maximum.
    """
    return AnyTokens(_tokens(excludes), max_tokens)


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


def tag(begin: Mark, content: Part, end: Mark | Iterable[Mark]) -> Tag:
    """Return a region: `begin`, the content, and `end`.

    Where the content ends with free text, that ends where the first `end` does.

    Args:
        begin: what the region begins with.
        content: what stands in it.
        end: what it ends with, or several marks of which any one ends it.
    """
    return Tag(begin, part_of(content), _marks(end))


def reasoning(begin: str = "<think>", end: str = "</think>") -> Tag:
    """Return what a model thinks before it answers: any text between two marks."""
    return tag(begin, any_text(), end)


def triggered_tags(
    triggers: Iterable[Mark],
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
        triggers: the marks that lead to tags. None contains another.
        tags: each begins with one of the triggers, each trigger begins one of them. Tokens begin
            with themselves only.
        at_least_one: the text begins with a tag, without free text before it, as in XGrammar.
        stop_after_first: the text ends with the first tag.
        excludes: strings that free text does not contain.
    """
    return TriggeredTags(
        _marks(triggers), tuple(tags), at_least_one, stop_after_first, _strings(excludes)
    )


def token_triggered_tags(
    triggers: Iterable[str | int | Token],
    tags: Iterable[Tag],
    *,
    at_least_one: bool = False,
    stop_after_first: bool = False,
    excludes: Iterable[str | int | Token] = (),
) -> Node:
    """Return any tokens with regions between them; `triggered_tags` of tokens.

    Args:
        triggers: the tokens that lead to tags.
        tags: each begins with one of these tokens, written in the same way (text or id).
        at_least_one: the text begins with a tag, without tokens before it.
        stop_after_first: the text ends with the first tag.
        excludes: tokens that do not stand between the tags; stop tokens never do.
    """
    none = Tokens(_tokens(excludes))
    return TriggeredTags(_tokens(triggers), tuple(tags), at_least_one, stop_after_first, none)


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
    rules: Sequence[tuple[Mark, Part]], *, loop: bool = True, excludes: Iterable[str] = ()
) -> Node:
    """Return free text in which certain marks are followed by certain parts.

    Args:
        rules: the marks, none of which contains another, and what follows each.
        loop: free text goes on after the part; otherwise the text ends there.
        excludes: strings that free text does not contain.
    """
    pairs = tuple((pattern, part_of(part)) for pattern, part in rules)
    return Dispatch(pairs, loop, _strings(excludes))


def token_dispatch(
    rules: Sequence[tuple[str | int | Token, Part]],
    *,
    loop: bool = True,
    excludes: Iterable[str | int | Token] = (),
) -> Node:
    """Return any tokens in which certain ones are followed by certain parts.

    Args:
        rules: the tokens and what follows each.
        loop: any tokens go on after the part; otherwise the text ends there.
        excludes: tokens that do not occur outside of the parts.
    """
    pairs = tuple((_token(pattern), part_of(part)) for pattern, part in rules)
    return Dispatch(pairs, loop, Tokens(_tokens(excludes)))


def _strings(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _marks(given: Mark | Iterable[Mark]) -> tuple[Mark, ...]:
    return (given,) if isinstance(given, (str, Token)) else tuple(given)


def _tokens(given: Iterable[str | int | Token]) -> tuple[Token, ...]:
    if isinstance(given, str):
        raise TypeError("tokens were expected, not one string")
    return tuple(_token(item) for item in given)


def _token(given: str | int | Token) -> Token:
    return given if isinstance(given, Token) else Token(given)
