# SPDX-License-Identifier: Apache-2.0
"""Terminals to expressions: the texts that lark's Earley parser would take as that terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import lark
from lark.lexer import Pattern, PatternStr
from lark.load_grammar import PrepareLiterals, TerminalTreeToPattern

from pushmask._core import Expression, GrammarBuilder
from pushmask.errors import Diagnostic, LimitError
from pushmask.lark.extensions import Extensions
from pushmask.lark.operators import OperatorError, Operators, with_stars
from pushmask.lark.pattern import RefusedError, match_automaton
from pushmask.lark.pattern.characters import EVERYTHING, Ranges, normal
from pushmask.lark.pattern.determinize import AutomatonStates
from pushmask.lark.source import Source, limited, syntax_error, unsupported


def copied(tree: Any) -> Any:
    """Copy a tree, since lark's transformations change trees in their places."""
    return lark.visitors.Transformer_NonRecursive(False).transform(tree)


@dataclass(frozen=True, slots=True)
class Text:
    """What a terminal matches.

    Attributes:
        expression: the texts.
        first: the characters that they begin with, or more than those.
        more: the characters that can make one of the texts a longer one.
        perhaps: the characters that can begin what makes it a longer one.
        is_text: false if it is a token, which ends any text before it.
    """

    expression: Expression
    first: Ranges
    more: Ranges = ()
    perhaps: Ranges = ()
    is_text: bool = True


class Terminals:
    """Lowers patterns; equal ones once."""

    def __init__(self, source: Source, extensions: Extensions, builder: GrammarBuilder) -> None:
        self.source = source
        self.extensions = extensions
        self.builder = builder
        self.known: dict[Pattern, Text] = {}
        self.to_pattern = PrepareLiterals() * TerminalTreeToPattern()
        self.token: object = None  # of the terminal without a name that is looked at
        self.name = ""  # of the terminal whose parts are combined
        self.operators = Operators(builder, extensions.both, extensions.other, self.leaf)

    def lower(self, name: str, tree: Any) -> Text:
        """Return the language of a terminal's tree.

        Raises:
            GrammarSyntaxError: a pattern is not one of `re`.
            UnsupportedError: it is not regular.
            LimitError: it is too large.
        """
        tree = with_stars(tree)
        if self.operators.are_in(tree):
            return self.combined(name, tree)
        try:
            pattern = self.to_pattern.transform(copied(tree))
        except lark.exceptions.VisitError as error:
            raise self.failed(name, error.orig_exc) from None
        except (lark.exceptions.LarkError, ValueError, ImportError) as error:
            raise self.failed(name, error) from None
        return self.pattern(name, pattern)

    def combined(self, name: str, tree: Any) -> Text:
        """Return the language of a terminal with `&` or `~`, made of those of its parts."""
        self.name = name
        try:
            expression, first = self.operators.lower(tree)
        except OperatorError as error:
            raise syntax_error(self.place(name, f"{_title(name)}: {error}", _OPERATORS)) from None
        return Text(expression, first, perhaps=EVERYTHING)

    def leaf(self, node: Any) -> tuple[Expression, Ranges]:
        """Return the language of a part without operators."""
        text = self.lower(self.name, lark.Tree("expansions", [lark.Tree("expansion", [node])]))
        return text.expression, text.first

    def inline(self, node: Any) -> Text:
        """Return the language of a string, a range or a pattern that stands in a rule."""
        self.token = node.children[0]
        if self.operators.are_in(node):
            message = "the operators & and ~ combine terminals, and this is a rule"
            hint = "give what they combine a name in capitals"
            raise syntax_error(self.place("", message, hint))
        try:
            (pattern,) = PrepareLiterals().transform(copied(node)).children
        except lark.exceptions.VisitError as error:
            raise self.failed("", error.orig_exc) from None
        except lark.exceptions.LarkError as error:
            raise self.failed("", error) from None
        return self.pattern("", pattern)

    def pattern(self, name: str, pattern: Pattern) -> Text:
        """Return the language of a pattern; `name` is the terminal's, for errors."""
        if pattern not in self.known:
            self.known[pattern] = self.lowered(name, pattern)
        return self.known[pattern]

    def lowered(self, name: str, pattern: Pattern) -> Text:
        if isinstance(pattern, PatternStr) and not pattern.flags:
            extension = self.extensions.known.get(pattern.value)
            if extension is not None:
                expression = extension.build(self.builder)
                return Text(expression, extension.first, is_text=extension.is_text)
            if not pattern.value:
                message = f"{_title(name)} is empty"
                hint = "leave it out, or make what stands around it optional"
                raise syntax_error(self.place(name, message, hint))
            if any("\ud800" <= c <= "\udfff" for c in pattern.value):
                message = f"{_title(name)} has a lone surrogate, which occurs in no text"
                hint = "write the character itself, or its code point as \\UXXXXXXXX"
                raise syntax_error(self.place(name, message, hint))
            first = ord(pattern.value[0])
            return Text(self.builder.literal(pattern.value), ((first, first),))
        for stand_in, extension in self.extensions.known.items():
            if stand_in in pattern.to_regexp():
                message = f"{extension.name} inside a larger terminal"
                hint = "name it in a rule, by itself"
                place = self.source.place(extension.start, len(extension.name), message, hint)
                raise unsupported(place, extension.name)
        return self.regular(name, pattern)

    def regular(self, name: str, pattern: Pattern) -> Text:
        regexp = pattern.to_regexp()
        try:
            result = match_automaton(regexp)
        except (re.error, OverflowError) as error:
            raise self.failed(name, error) from None
        except RefusedError as error:
            message = f"the pattern of {_title(name)} has {_article(error.feature)}"
            raise unsupported(
                self.place(name, message, _INSTEAD.get(error.feature, "")), error.feature
            ) from None
        except LimitError as error:
            place = self.place(name, f"{_title(name)}: {error}", _SMALLER)
            raise limited(place, error.limit, error.bound, error.reached) from None
        if result.asks_before or result.asks_after:
            side = "before" if result.asks_before else "after"
            message = (
                f"{_title(name)} asks about the text {side} it; "
                "the answer is that of the terminal's own text"
            )
            self.builder.warn(self.place(name, message))
        return Text(
            self.builder.automaton(result.states),
            _first(result.states),
            _onwards(result.states, ends=True),
            _onwards(result.states, ends=False),
        )

    def place(self, name: str, message: str, hint: str = "") -> Diagnostic:
        if name:
            return self.source.at_name(name, message, hint)
        return self.source.at_token(self.token, message, hint)

    def failed(self, name: str, error: BaseException) -> Exception:
        if isinstance(error, ImportError):
            message = f"{_title(name)} asks for a character property, which `re` does not have"
            hint = "list the characters, or use %regex"
            return unsupported(self.place(name, message, hint), "character property")
        text = str(error).partition("\n")[0]
        message = f"{_title(name)} is not a pattern: {text[:1].lower()}{text[1:]}"
        return syntax_error(self.place(name, message, "patterns are those of Python's re"))


def _first(states: AutomatonStates) -> Ranges:
    return normal((first, last) for first, last, _ in states[0][1])


def _onwards(states: AutomatonStates, *, ends: bool) -> Ranges:
    """Return the characters that lead on from where a text ends, to the end of one or not."""
    return normal(
        (first, last)
        for accepts, transitions in states
        for first, last, target in transitions
        if accepts and states[target][0] == ends
    )


_SMALLER = "split it into terminals that a rule puts together"
_OPERATORS = "& stands between two parts, ~ before one"
# What to write for a feature that is refused.
_INSTEAD = {
    "backreference": "no regular language repeats a text; list the texts as alternatives",
    "conditional group": "write the cases as alternatives",
    "atomic group": "write (?:..) if giving back is fine",
    "possessive quantifier": "without the second + it may give back what it took",
    "anchor to the start or end of the whole text": "a terminal knows its own text only",
    "lookahead past the end of the terminal": "let the rule ask for what follows",
    "assertion inside an assertion": "write the inner one as a pattern of its own",
}


def _article(feature: str) -> str:
    return f"{'an' if feature[0] in 'aeiou' else 'a'} {feature}"


def _title(name: str) -> str:
    if name.startswith("__IGNORE_"):
        return "an ignored terminal"
    return f"the terminal '{name}'" if name else "a terminal without a name"
