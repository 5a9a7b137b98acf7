# SPDX-License-Identifier: Apache-2.0
"""What `Grammar.structure` returns: rules and expressions as data, for tools that show them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """An expression.

    Attributes:
        kind: What it is:
            `nothing` (no text at all), `text` (exactly `text`), `class` (one character of it),
            `sequence`, `choice`, `repeat` (the child, `min` to `max` times), `rule` (the rule
            number `rule`), `intersection`, `complement`, `members` (children with a separator
            between any two; `labels` says what each is), `automaton`, `tokens` (a token of a
            set), `json_string` (the child's texts as JSON spells them).
        text: As EBNF writes it: of `text`, `class` and `tokens`. In words: of `automaton` and
            `json_string`. Else empty.
        children: Numbers of nodes, all smaller than this one's.
        min: Of `repeat` and `members`.
        max: Of `repeat` and `members`; None for no bound.
        rule: Of `rule`.
        labels: Of `members`: one for each child, the separator first, then one for each further
            condition.
        num_keys: Of `members`: the last children are so many keys, each with what follows it.
    """

    kind: str
    text: str = ""
    children: tuple[int, ...] = ()
    min: int = 0
    max: int | None = None
    rule: int = 0
    labels: tuple[str, ...] = ()
    num_keys: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        name: Its name.
        node: Number of the node that is its right-hand side.
    """

    name: str
    node: int


@dataclass(frozen=True, slots=True)
class Structure:
    """A grammar. Nodes are shared: a part that is written twice is one node.

    Attributes:
        rules: All rules; `Node.rule` counts them from 0.
        root: Number of the root rule.
        nodes: All expressions; children come before their parents.
    """

    rules: tuple[Rule, ...]
    root: int
    nodes: tuple[Node, ...]
