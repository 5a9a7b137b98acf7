# SPDX-License-Identifier: Apache-2.0
"""Makes a grammar of the parts of a structural tag.

The one thing that is not plain composition is free text at the end of a tag: it must not run over
the tag's end. So a part is lowered together with what ends it (`_closed`), and only free text makes
something of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pushmask._core import Expression, Grammar, GrammarBuilder
from pushmask.errors import GrammarError, LimitError
from pushmask.structural_tag.marks import FreeText
from pushmask.structural_tag.nodes import (
    All,
    AnyText,
    Const,
    Dispatch,
    Either,
    Embedded,
    JsonSchema,
    Node,
    Repeated,
    SeparatedTags,
    Tag,
    TriggeredTags,
)
from pushmask.structural_tag.parameters import Parameters

MAX_DEPTH = 64  # of parts inside parts; the lowering recurses


class Lowering:
    """The expressions of one builder for parts of structural tags."""

    def __init__(self, b: GrammarBuilder, *, source_name: str) -> None:
        self.b = b
        self.source_name = source_name
        self.depth = 0
        self.parameters: dict[str, Parameters] = {}  # by their style

    def open(self, node: Node) -> Expression:
        """Return the texts of a part that nothing needs to end."""
        return self._closed(node, ("",))

    def _closed(self, node: Node, ends: tuple[str, ...]) -> Expression:
        """Return the texts of a part, each with one of `ends` behind it."""
        if self.depth == MAX_DEPTH:
            raise LimitError(
                f"parts of a structural tag nest deeper than {MAX_DEPTH}",
                "max_depth",
                MAX_DEPTH,
                MAX_DEPTH + 1,
            )
        self.depth += 1
        try:
            lower = FREE.get(type(node))
            if lower is not None:
                return lower(self, node, ends)
            return self._ended(PLAIN[type(node)](self, node), ends)
        finally:
            self.depth -= 1

    def _ended(self, body: Expression, ends: tuple[str, ...]) -> Expression:
        return body if ends == ("",) else self.b.sequence(body, self._any_of(ends))

    def _any_of(self, strings: Sequence[str]) -> Expression:
        return self.b.choice(*(self._literal(text) for text in strings))

    def _literal(self, text: str) -> Expression:
        return self.b.literal(encoded(text, self.source_name))

    # Parts that end by themselves.

    def _const(self, node: Const) -> Expression:
        return self._literal(node.text)

    def _embedded(self, node: Embedded) -> Expression:
        return self.b.grammar(node.grammar)

    def _json_schema(self, node: JsonSchema) -> Expression:
        if node.style != "json":
            if node.style not in self.parameters:
                self.parameters[node.style] = Parameters(
                    self.b, node.style, source_name=self.source_name
                )
            return self.parameters[node.style].lower(node.schema)
        return self.b.grammar(
            Grammar.from_json_schema(
                node.schema,
                property_order="any" if node.any_order else "schema",
                max_whitespace=node.max_whitespace,
                source_name=self.source_name,
            )
        )

    def _repeated(self, node: Repeated) -> Expression:
        if node.max is not None and node.max < node.min:
            raise self._wrong(f"{node.min} to {node.max} times is never")
        return self.b.repeat(self.open(node.part), node.min, node.max)

    def _tag(self, node: Tag) -> Expression:
        return self.b.sequence(self._literal(node.begin), self._rest(node))

    def _rest(self, node: Tag) -> Expression:
        """Return what stands in a tag after its beginning."""
        if not node.ends:
            raise self._wrong(f"the tag '{node.begin}' has no end", "an empty string is one")
        return self._closed(node.content, node.ends)

    def _separated(self, node: SeparatedTags) -> Expression:
        b = self.b
        if not node.tags:
            raise self._wrong("there are no tags")
        tag = b.rule("tag")
        b.define(tag, b.choice(*(self._tag(tag) for tag in node.tags)))
        if node.stop_after_first:
            body = b.ref(tag)
        else:
            more = b.sequence(self._literal(node.separator), b.ref(tag))
            body = b.sequence(b.ref(tag), b.star(more))
        return body if node.at_least_one else b.optional(body)

    # Parts whose last thing may be free text.

    def _all(self, node: All, ends: tuple[str, ...]) -> Expression:
        if not node.parts:
            return self._any_of(ends)
        *first, last = node.parts
        return self.b.sequence(*(self.open(part) for part in first), self._closed(last, ends))

    def _either(self, node: Either, ends: tuple[str, ...]) -> Expression:
        if not node.parts:
            raise self._wrong("there is nothing to choose from")
        return self.b.choice(*(self._closed(part, ends) for part in node.parts))

    def _optional(self, node: Repeated, ends: tuple[str, ...]) -> Expression:
        if (node.min, node.max) != (0, 1):
            return self._ended(self._repeated(node), ends)
        return self.b.choice(self._closed(node.part, ends), self._any_of(ends))

    def _any_text(self, node: AnyText, ends: tuple[str, ...]) -> Expression:
        text = self._free_text((), ends, node.excludes, node.max_chars)
        return self._until(text, ends)

    def _triggered(self, node: TriggeredTags, ends: tuple[str, ...]) -> Expression:
        b = self.b
        if node.at_least_one and node.stop_after_first:
            self._rests(node)  # the triggers are checked, though they have no effect
            return self._ended(b.choice(*(self._tag(tag) for tag in node.tags)), ends)
        text = self._free_text(node.triggers, ends, node.excludes, None)
        rests = self._rests(node)
        if node.stop_after_first:
            return b.choice(self._until(text, ends), text.before(self._with_ends(rests, ends)))
        looped = self._loop(text, rests, ends)
        if not node.at_least_one:
            return looped
        first = [b.sequence(self._literal(trigger), rest) for trigger, rest in rests]
        return b.sequence(b.choice(*first), looped)

    def _dispatch(self, node: Dispatch, ends: tuple[str, ...]) -> Expression:
        if not node.rules:
            raise self._wrong("a dispatch has no rules")
        patterns = tuple(dict.fromkeys(pattern for pattern, _ in node.rules))
        text = self._free_text(patterns, ends, node.excludes, None)
        rules = [(pattern, self.open(part)) for pattern, part in node.rules]
        if node.loop:
            return self._loop(text, rules, ends)
        return self.b.choice(self._until(text, ends), text.before(self._with_ends(rules, ends)))

    # Free text.

    def _free_text(
        self,
        triggers: Sequence[str],
        ends: tuple[str, ...],
        excludes: Sequence[str],
        max_chars: int | None,
    ) -> FreeText:
        """Return the free text of a part, which ends at a trigger or an end."""
        for string in (*triggers, *ends, *excludes):
            encoded(string, self.source_name)
        if "" in triggers or "" in excludes:
            raise self._wrong("an empty string is in every text: it cannot be looked for")
        # An end that begins with a trigger is one of the ways to go on from that trigger.
        known = Beginnings(triggers)
        own = (end for end in ends if end and not known.of(end))
        marks = tuple(dict.fromkeys((*triggers, *own)))
        text = FreeText(self.b, marks, excludes=excludes, max_chars=max_chars)
        hidden = text.scanner.contained()
        if hidden is not None:
            outer, inner = hidden
            raise self._wrong(
                f"'{outer}' contains '{inner}', which free text comes to first: it is never "
                "reached",
                f"leave out '{outer}', or make '{inner}' longer",
            )
        return text

    def _until(self, text: FreeText, ends: tuple[str, ...]) -> Expression:
        """Return free text up to one of the ends."""
        ways = []
        known = Beginnings(text.marks)
        for end in filter(None, ends):
            (mark,) = known.of(end)
            ways.append((mark, self._literal(end[len(mark) :])))
        parts = [text.before(ways)] if ways else []
        return self.b.choice(*parts, *([text.text] if "" in ends else []))

    def _loop(
        self, text: FreeText, rests: Sequence[tuple[str, Expression]], ends: tuple[str, ...]
    ) -> Expression:
        return self.b.sequence(self.b.star(text.before(rests)), self._until(text, ends))

    def _with_ends(
        self, rests: Sequence[tuple[str, Expression]], ends: tuple[str, ...]
    ) -> list[tuple[str, Expression]]:
        return [(trigger, self._ended(rest, ends)) for trigger, rest in rests]

    def _rests(self, node: TriggeredTags) -> list[tuple[str, Expression]]:
        """Return each tag's trigger and what follows that.

        Raises:
            GrammarError: a tag has not exactly one trigger, or a trigger no tag.
        """
        if not node.tags:
            raise self._wrong("there are no tags")
        rests = []
        known = Beginnings(node.triggers)
        for tag in node.tags:
            fitting = known.of(tag.begin)
            if len(fitting) != 1:
                found = " and ".join(f"'{trigger}'" for trigger in fitting) or "no trigger"
                raise self._wrong(f"the tag '{tag.begin}' begins with {found}: one is needed")
            rest = self._literal(tag.begin[len(fitting[0]) :])
            rests.append((fitting[0], self.b.sequence(rest, self._rest(tag))))
        for trigger in set(node.triggers) - {trigger for trigger, _ in rests}:
            raise self._wrong(
                f"no tag begins with the trigger '{trigger}'", "to keep it out, exclude it"
            )
        return rests

    def _wrong(self, message: str, hint: str = "") -> GrammarError:
        return wrong(message, hint, source_name=self.source_name)


class Beginnings:
    """Strings that others may begin with, by their length."""

    def __init__(self, strings: Sequence[str]) -> None:
        self.strings = frozenset(strings)
        self.lengths = sorted({len(text) for text in strings})

    def of(self, text: str) -> list[str]:
        """Return the strings that a text begins with, the shortest first."""
        beginnings = (text[:length] for length in self.lengths if length <= len(text))
        return [beginning for beginning in beginnings if beginning in self.strings]


def wrong(message: str, hint: str = "", *, source_name: str) -> GrammarError:
    """Make the error for a structural tag that has no meaning."""
    return GrammarError(f"{source_name}: {message}" + (f"; {hint}" if hint else ""))


def encoded(text: str, source_name: str) -> bytes:
    """Return the UTF-8 of a text.

    Raises:
        GrammarError: it has none, since there are surrogates in it.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise wrong(
            f"{text!a} has a surrogate, which is in no text", source_name=source_name
        ) from (None)


PLAIN: dict[type, Callable[[Lowering, Any], Expression]] = {
    Const: Lowering._const,
    Embedded: Lowering._embedded,
    JsonSchema: Lowering._json_schema,
    Tag: Lowering._tag,
    SeparatedTags: Lowering._separated,
}
FREE: dict[type, Callable[[Lowering, Any, tuple[str, ...]], Expression]] = {
    All: Lowering._all,
    Either: Lowering._either,
    Repeated: Lowering._optional,
    AnyText: Lowering._any_text,
    TriggeredTags: Lowering._triggered,
    Dispatch: Lowering._dispatch,
}
