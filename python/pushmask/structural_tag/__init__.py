# SPDX-License-Identifier: Apache-2.0
"""Structural tags: free text with regions in it that obey a grammar.

    parts, or their JSON form ──read──▶ nodes ──lower (marks, parameters)──▶ Grammar

docs/guides/structural_tags.md has the meaning of every part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushmask._core import Grammar, GrammarBuilder
from pushmask.structural_tag.lower import Lowering
from pushmask.structural_tag.nodes import (
    Node,
    Part,
    Tag,
    Token,
    any_text,
    any_token,
    any_tokens,
    const,
    dispatch,
    grammar,
    json_schema,
    optional,
    or_,
    part_of,
    reasoning,
    regex,
    repeat,
    sequence,
    tag,
    tags_with_separator,
    token,
    token_dispatch,
    token_triggered_tags,
    triggered_tags,
)
from pushmask.structural_tag.read import read

__all__ = [
    "Node",
    "Part",
    "Tag",
    "Token",
    "any_text",
    "any_token",
    "any_tokens",
    "const",
    "dispatch",
    "from_structural_tag",
    "grammar",
    "json_schema",
    "optional",
    "or_",
    "reasoning",
    "regex",
    "repeat",
    "sequence",
    "tag",
    "tags_with_separator",
    "token",
    "token_dispatch",
    "token_triggered_tags",
    "triggered_tags",
]


def from_structural_tag(
    spec: Part | Mapping[str, Any], *, source_name: str = "<structural tag>"
) -> Grammar:
    """Make a grammar of a structural tag; `Grammar.from_structural_tag` is this function.

    Args:
        spec: the outermost part, or the JSON form: its text, or the same as a dictionary.
        source_name: what diagnostics call the input.

    Raises:
        GrammarError, UnsupportedError, LimitError: as `Grammar.from_structural_tag` says.
    """
    if isinstance(spec, (str, Mapping)):
        node = read(spec, source_name=source_name)
    else:
        node = part_of(spec)
    b = GrammarBuilder()
    root = b.rule("root")
    b.define(root, Lowering(b, source_name=source_name).open(node))
    return b.finish(root, source_name=source_name)
