# SPDX-License-Identifier: Apache-2.0
"""The operators that llguidance has beside lark's: `x{m,n}`, and `&` and `~` in terminals.

Lark reads `x~m..n` in the place of the first, and strings in the places of the others; what became
of these is found in the trees of the terminals. `~` binds most tightly, then repetition, sequence,
`&` and `|`. Source: llguidance, docs/syntax.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import lark
from lark.lexer import Token

from pushmask._core import Expression, GrammarBuilder
from pushmask.lark.pattern.characters import EVERYTHING, Ranges, complement, normal

BOUNDS = r"\{\s*(?:(?P<least>\d+)\s*(?P<comma>,\s*(?P<most>\d+)?)?|,\s*(?P<only_most>\d+))\s*\}"
# What lark reads as an upper bound where there is none; nobody else writes zero like this.
UNBOUNDED = "0" * 24


def bounds_for_lark(found: re.Match[str]) -> str:
    """Return the repetition of lark's for one in braces."""
    if found["only_most"] is not None:
        return f"~0..{found['only_most']}"
    if found["comma"] is None:
        return f"~{found['least']}"
    return f"~{found['least']}..{found['most'] or UNBOUNDED}"


def with_stars(tree: Any) -> Any:
    """Return a copy of a terminal's tree in which repetitions without an upper bound are stars."""
    if not isinstance(tree, lark.Tree):
        return tree
    children = [with_stars(child) for child in tree.children]
    if tree.data != "expr" or str(children[-1]) != UNBOUNDED:
        return lark.Tree(tree.data, children, tree.meta)
    body, tilde, least, _ = children
    often = lark.Tree("expr", [body, tilde, least])
    more = lark.Tree("expr", [body, Token("OP", "*")])
    return lark.Tree("expansions", [lark.Tree("expansion", [often, more])])


class OperatorError(ValueError):
    """An operator that does not stand where it can."""


class Operators:
    """Builds terminals with `&` and `~`.

    Args:
        b: where.
        both, other: the strings that stand for `&` and `~`, as lark reads them.
        leaf: the language of a part without operators, and the characters that it begins with.
    """

    def __init__(
        self,
        b: GrammarBuilder,
        both: str,
        other: str,
        leaf: Callable[[Any], tuple[Expression, Ranges]],
    ) -> None:
        self.b = b
        self.both = f'"{both}"'
        self.other = f'"{other}"'
        self.leaf = leaf
        self.around: dict[int, Any] = {}  # trees with an operator inside, by their ids

    def are_in(self, tree: Any) -> bool:
        """Say whether one of the operators is in a tree; asked before `lower`."""
        if not isinstance(tree, lark.Tree):
            return str(tree) in (self.both, self.other)
        found = [self.are_in(child) for child in tree.children]
        if any(found):
            self.around[id(tree)] = tree
        return any(found)

    def lower(self, node: Any) -> tuple[Expression, Ranges]:
        """Return the language of a part, and the characters it begins with, or more than those."""
        if id(node) not in self.around:
            return self.leaf(node)
        if node.data == "expansions":
            parts = [self.lower(child) for child in node.children]
            return self.b.choice(*(part for part, _ in parts)), normal(
                r for _, first in parts for r in first
            )
        if node.data == "expansion":
            return self._intersection(node.children)
        if node.data == "maybe":
            return self.b.optional(self.lower(node.children[0])[0]), EVERYTHING
        if node.data == "expr":
            return self._repeated(self.lower(node.children[0])[0], node.children), EVERYTHING
        return self.lower(node.children[0])  # "value", "alias": around one part

    def _intersection(self, children: list[Any]) -> tuple[Expression, Ranges]:
        sequences: list[list[Any]] = [[]]
        for child in children:
            if self._is(child, self.both):
                sequences.append([])
            else:
                sequences[-1].append(child)
        result, first = self._sequence(sequences[0])
        for sequence in sequences[1:]:
            part, begins = self._sequence(sequence)
            result = self.b.intersect(result, part)
            first = complement(normal([*complement(first), *complement(begins)]))
        return result, first

    def _sequence(self, children: list[Any]) -> tuple[Expression, Ranges]:
        parts = []
        is_other = False
        for child in children:
            if self._is(child, self.other):
                is_other = not is_other
                continue
            parts.append((self._complement(child), EVERYTHING) if is_other else self.lower(child))
            is_other = False
        if is_other or not parts:
            raise OperatorError("an operator has nothing to combine")
        # A part that may be empty does not tell what the next one begins with.
        first = parts[0][1] if len(parts) == 1 else EVERYTHING
        return self.b.sequence(*(part for part, _ in parts)), first

    def _complement(self, node: Any) -> Expression:
        """Return `~` of a part; of `x+` that is `(~x)+`."""
        if isinstance(node, lark.Tree) and node.data == "expr":
            return self._repeated(self._complement(node.children[0]), node.children)
        return self.b.complement(self.lower(node)[0])

    def _repeated(self, body: Expression, children: list[Any]) -> Expression:
        operator, *bounds = (str(child) for child in children[1:])
        if operator == "~":
            return self.b.repeat(body, int(bounds[0]), int(bounds[-1]))
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[operator]
        return self.b.repeat(body, least, most)

    def _is(self, node: Any, text: str) -> bool:
        while isinstance(node, lark.Tree) and node.data in ("value", "literal"):
            (node,) = node.children
        return str(node) == text
