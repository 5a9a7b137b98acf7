# SPDX-License-Identifier: Apache-2.0
"""Makes a grammar of the parts of a structural tag.

The one thing that is not plain composition is free text at the end of a tag: it must not run over
the tag's end. So a part is lowered together with what ends it (`_closed`), and only free text makes
something of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from pushmask._core import Expression, Grammar, GrammarBuilder, error_text
from pushmask.errors import Diagnostic, GrammarError, LimitError, UnsupportedError
from pushmask.structural_tag.free_tokens import FreeTokens
from pushmask.structural_tag.marks import FreeText
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
    Tag,
    Token,
    Tokens,
    TriggeredTags,
)
from pushmask.structural_tag.parameters import Parameters

MAX_DEPTH = 64  # of parts inside parts; the lowering recurses
Ends: TypeAlias = tuple[Mark, ...]  # what may end a part; "" if nothing needs to


class Lowering:
    """The expressions of one builder for parts of structural tags."""

    def __init__(self, b: GrammarBuilder, *, source_name: str) -> None:
        self.b = b
        self.source_name = source_name
        self.place = Diagnostic(message="", source_name=source_name)
        self.depth = 0
        self.parameters: dict[str, Parameters] = {}  # by their style

    def open(self, node: Node) -> Expression:
        """Return the texts of a part that nothing needs to end."""
        return self._closed(node, ("",))

    def _closed(self, node: Node, ends: Ends) -> Expression:
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

    def _ended(self, body: Expression, ends: Ends) -> Expression:
        return body if ends == ("",) else self.b.sequence(body, self._any_of(ends))

    def _any_of(self, marks: Sequence[Mark]) -> Expression:
        return self.b.choice(*(self._mark(mark) for mark in marks))

    def _mark(self, mark: Mark) -> Expression:
        if isinstance(mark, Token):
            return self._token(mark)
        check_text(mark, self.source_name)
        return self.b.mark(mark)

    # Parts that end by themselves.

    def _const(self, node: Const) -> Expression:
        return self._mark(node.text)

    def _token(self, node: Token) -> Expression:
        return self.b.token(node.token, place=self.place)

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
        if not node.ends:
            raise self._wrong(f"the tag {shown(node.begin)} has no end", "an empty string is one")
        return self.b.sequence(self._mark(node.begin), self._closed(node.content, node.ends))

    def _separated(self, node: SeparatedTags) -> Expression:
        b = self.b
        if not node.tags:
            raise self._wrong("there are no tags")
        tag = b.rule("tag")
        b.define(tag, b.choice(*(self._tag(tag) for tag in node.tags)))
        if node.stop_after_first:
            body = b.ref(tag)
        else:
            more = b.sequence(self._mark(node.separator), b.ref(tag))
            body = b.sequence(b.ref(tag), b.star(more))
        return body if node.at_least_one else b.optional(body)

    # Parts whose last thing may be free text.

    def _all(self, node: All, ends: Ends) -> Expression:
        if not node.parts:
            return self._any_of(ends)
        *first, last = node.parts
        return self.b.sequence(*(self.open(part) for part in first), self._closed(last, ends))

    def _either(self, node: Either, ends: Ends) -> Expression:
        if not node.parts:
            raise self._wrong("there is nothing to choose from")
        return self.b.choice(*(self._closed(part, ends) for part in node.parts))

    def _optional(self, node: Repeated, ends: Ends) -> Expression:
        if (node.min, node.max) != (0, 1):
            return self._ended(self._repeated(node), ends)
        return self.b.choice(self._closed(node.part, ends), self._any_of(ends))

    def _any_text(self, node: AnyText, ends: Ends) -> Expression:
        text = self._free_text((), ends, node)
        if text.overlap and node.max_tokens:
            raise self._unsupported(
                "max_tokens",
                f"'max_tokens' before {' or '.join(map(shown, ends))}, whose end begins one anew",
                "max_chars bounds such a text",
            )
        return self._until(text, ends)

    def _any_token(self, node: AnyToken, ends: Ends) -> Expression:
        return self._ended(self._free_tokens(*node.excludes, *ends).one, ends)

    def _any_tokens(self, node: AnyTokens, ends: Ends) -> Expression:
        one = self._free_tokens(*node.excludes, *ends).one
        return self._ended(self.b.repeat(one, 0, node.max_tokens), ends)

    def _triggered(self, node: TriggeredTags, ends: Ends) -> Expression:
        b = self.b
        if node.at_least_one and node.stop_after_first:
            # The triggers are checked, though they have no effect.
            return self._ended(b.choice(*(tag for _, tag in self._tags_by_trigger(node))), ends)
        free = self._free(node.triggers, ends, node.excludes)
        tags = self._tags_by_trigger(node)
        if node.stop_after_first:
            return b.choice(self._until(free, ends), free.before(self._with_ends(tags, ends)))
        looped = self._loop(free, tags, ends)
        if not node.at_least_one:
            return looped
        return b.sequence(b.choice(*(tag for _, tag in tags)), looped)

    def _dispatch(self, node: Dispatch, ends: Ends) -> Expression:
        if not node.rules:
            raise self._wrong("a dispatch has no rules")
        patterns = tuple(dict.fromkeys(pattern for pattern, _ in node.rules))
        free = self._free(patterns, ends, node.excludes)
        rules = [
            (pattern, self.b.sequence(self._mark(pattern), self.open(part)))
            for pattern, part in node.rules
        ]
        if node.loop:
            return self._loop(free, rules, ends)
        return self.b.choice(self._until(free, ends), free.before(self._with_ends(rules, ends)))

    # Free text, and free tokens.

    def _free(
        self, triggers: Sequence[Mark], ends: Ends, excludes: tuple[str, ...] | Tokens
    ) -> FreeText | FreeTokens:
        if not isinstance(excludes, Tokens):
            return self._free_text(triggers, ends, AnyText(excludes, None, None))
        for trigger in triggers:
            if not isinstance(trigger, Token):
                raise self._wrong(f"the trigger {shown(trigger)} is text between tokens")
        return self._free_tokens(*triggers, *ends, *excludes.tokens)

    def _free_tokens(self, *excluded: Mark) -> FreeTokens:
        return FreeTokens(self.b, excluded, place=self.place)

    def _free_text(self, triggers: Sequence[Mark], ends: Ends, node: AnyText) -> FreeText:
        """Return the free text of a part, which ends at a trigger or an end."""
        excludes = node.excludes
        strings = [mark for mark in triggers if isinstance(mark, str)]
        for string in (*strings, *texts(ends), *excludes):
            check_text(string, self.source_name)
        if "" in triggers or "" in excludes:
            raise self._wrong("an empty string is in every text: it cannot be looked for")
        # An end that begins with a trigger is one of the ways to go on from that trigger.
        known = Beginnings(strings)
        own = (end for end in texts(ends) if not known.of(end))
        marks = tuple(dict.fromkeys((*strings, *own)))
        text = FreeText(
            self.b,
            marks,
            excludes=excludes,
            max_chars=node.max_chars,
            max_tokens=node.max_tokens,
        )
        hidden = text.scanner.contained()
        if hidden is not None:
            outer, inner = hidden
            raise self._wrong(
                f"'{outer}' contains '{inner}', which free text comes to first: it is never "
                "reached",
                f"leave out '{outer}', or make '{inner}' longer",
            )
        return text

    def _until(self, free: FreeText | FreeTokens, ends: Ends) -> Expression:
        """Return free text up to one of the ends."""
        ways: list[tuple[Mark, Expression]] = []
        known = Beginnings(free.marks if isinstance(free, FreeText) else ())
        for end in ends:
            if end != "":
                begun = known.of(end) if isinstance(end, str) else []
                ways.append((begun[0] if begun else end, self._mark(end)))
        parts = [free.before(ways)] if ways else []
        return self.b.choice(*parts, *([free.text] if "" in ends else []))

    def _loop(
        self, free: FreeText | FreeTokens, ways: Sequence[tuple[Mark, Expression]], ends: Ends
    ) -> Expression:
        return self.b.sequence(self.b.star(free.before(ways)), self._until(free, ends))

    def _with_ends(
        self, ways: Sequence[tuple[Mark, Expression]], ends: Ends
    ) -> list[tuple[Mark, Expression]]:
        return [(mark, self._ended(way, ends)) for mark, way in ways]

    def _tags_by_trigger(self, node: TriggeredTags) -> list[tuple[Mark, Expression]]:
        """Return each tag behind its trigger.

        Raises:
            GrammarError: a tag has not exactly one trigger, or a trigger no tag.
        """
        if not node.tags:
            raise self._wrong("there are no tags")
        tags: list[tuple[Mark, Expression]] = []
        known = Beginnings([trigger for trigger in node.triggers if isinstance(trigger, str)])
        for tag in node.tags:
            if isinstance(tag.begin, Token):
                fitting: list[Mark] = [tag.begin] if tag.begin in node.triggers else []
            else:
                fitting = [*known.of(tag.begin)]
            if len(fitting) != 1:
                found = " and ".join(map(shown, fitting)) or "no trigger"
                raise self._wrong(f"the tag {shown(tag.begin)} begins with {found}: one is needed")
            tags.append((fitting[0], self._tag(tag)))
        for trigger in set(node.triggers) - {trigger for trigger, _ in tags}:
            raise self._wrong(
                f"no tag begins with the trigger {shown(trigger)}", "to keep it out, exclude it"
            )
        return tags

    def _unsupported(self, feature: str, message: str, hint: str) -> UnsupportedError:
        place = Diagnostic(message, source_name=self.source_name, hint=hint)
        return UnsupportedError(error_text(place), (place,), feature)

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


def texts(marks: Ends) -> list[str]:
    """Return the marks that are text, but for the empty one."""
    return [mark for mark in marks if isinstance(mark, str) and mark]


def shown(mark: Mark) -> str:
    """Return a mark as errors name it."""
    return f"the token {mark.token!r}" if isinstance(mark, Token) else f"'{mark}'"


def check_text(text: str, source_name: str) -> None:
    """Check that a text has a form in UTF-8.

    Raises:
        GrammarError: it has none, since there are surrogates in it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise wrong(
            f"{text!a} has a surrogate, which is in no text", source_name=source_name
        ) from (None)


PLAIN: dict[type, Callable[[Lowering, Any], Expression]] = {
    Const: Lowering._const,
    Token: Lowering._token,
    Embedded: Lowering._embedded,
    JsonSchema: Lowering._json_schema,
    Tag: Lowering._tag,
    SeparatedTags: Lowering._separated,
}
FREE: dict[type, Callable[[Lowering, Any, Ends], Expression]] = {
    All: Lowering._all,
    Either: Lowering._either,
    Repeated: Lowering._optional,
    AnyText: Lowering._any_text,
    AnyToken: Lowering._any_token,
    AnyTokens: Lowering._any_tokens,
    TriggeredTags: Lowering._triggered,
    Dispatch: Lowering._dispatch,
}
