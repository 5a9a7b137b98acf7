# SPDX-License-Identifier: Apache-2.0
"""Ignored text: where `%ignore` lets it stand.

Lark's Earley parser skips ignored terminals before every terminal and at the end of the text. It
is lowered behind each terminal, and once at the start, which gives the same texts with less to
keep in mind.

An ignored terminal is skipped as far as it goes, whereas the others may end wherever they match: a
comment `/#[^\\n]*/` ends with its line, and what is behind it on the line is not code. Such a
terminal is *open*: a character that it could go on with may begin what follows. Behind it comes
the end of the text, a token, or something that begins with another character.
"""

from __future__ import annotations

from collections.abc import Sequence

from pushmask._core import Expression, GrammarBuilder
from pushmask.lark.pattern.characters import Ranges, complement, minus, normal
from pushmask.lark.terminals import Text


class Ignored:
    """The ignored text of a grammar.

    Attributes:
        between: what may stand behind a terminal, without an open one at its end.
        at_end: what may stand behind that at the end of the text.
        unsure: ignored terminals that may go on over several characters that something else can
            begin with too; that they go as far as they can is not enforced then.
    """

    def __init__(self, builder: GrammarBuilder) -> None:
        self.builder = builder
        self.open: list[Text] = []
        self.unsure: list[Text] = []
        self.chains: list[Expression] = []  # of open ones, by the last of them
        self.between = builder.empty()
        self.at_end = builder.empty()

    def set(self, ignored: Sequence[Text], texts: Sequence[Text]) -> None:
        """Take the ignored terminals, and those of the rules."""
        b = self.builder
        closed: list[Text] = []
        for text in ignored:
            # More of the same, as in runs of white space, is one piece or two: the same text.
            others = [other for other in [*texts, *ignored] if other is not text]
            follows = normal(r for other in others for r in other.first)
            (self.open if _meet(text.more, follows) else closed).append(text)
            if _meet(text.perhaps, follows):
                self.unsure.append(text)
        self.link()
        pieces = [text.expression for text in closed]
        for text in closed:
            pieces.extend(self.behind_open(text))
        self.between = b.star(b.choice(*pieces))
        self.at_end = b.optional(b.choice(*self.chains))

    def link(self) -> None:
        """Make the runs of open terminals, by the one that they end with."""
        b = self.builder
        rules = [b.rule("ignored") for _ in self.open]
        self.chains = [b.ref(rule) for rule in rules]
        for rule, text in zip(rules, self.open, strict=True):
            b.define(rule, b.choice(text.expression, *self.behind_open(text)))

    def around(self, text: Text) -> Expression:
        """Return a terminal with the ignored text behind it, and before it what `between` lacks."""
        ways = self.builder.choice(text.expression, *self.behind_open(text))
        return self.builder.sequence(ways, self.between)

    def behind_open(self, text: Text) -> list[Expression]:
        """Return what of a terminal can follow open ones, with these before it."""
        b = self.builder
        found = []
        for skipped, chain in zip(self.open, self.chains, strict=True):
            if not text.is_text:
                found.append(b.sequence(chain, text.expression))
                continue
            if not minus(text.first, skipped.more):
                continue
            follows = text.expression
            if _meet(text.first, skipped.more):
                anything = b.complement(b.nothing())
                begins = b.codepoints(complement(skipped.more))
                follows = b.intersect(follows, b.sequence(begins, anything))
            found.append(b.sequence(chain, follows))
        return found


def _meet(a: Ranges, b: Ranges) -> bool:
    return minus(a, b) != normal(a)
