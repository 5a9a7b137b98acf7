# SPDX-License-Identifier: Apache-2.0
"""Rules as railroad diagrams, drawn by the railroad-diagrams package (extra `show`)."""

from __future__ import annotations

import html
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from pushmask.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushmask.structure import Node, Structure

# Boxes in all diagrams together; a browser takes long for many more. Shared parts count each time.
MAX_BOXES = 20_000
# Boxes within boxes: the library draws by recursion.
MAX_DEPTH = 60
# Characters in one box.
MAX_LABEL = 60
GAP = 12  # pixels between diagrams in one picture
TITLE_HEIGHT = 28  # pixels
STYLE = """
svg.railroad-diagram { background-color: #fbfaf5; }
svg.railroad-diagram path { stroke-width: 2; stroke: #333; fill: none; }
svg.railroad-diagram text { font: 13px monospace; text-anchor: middle; white-space: pre; }
svg.railroad-diagram text.comment { font: italic 12px monospace; }
svg.railroad-diagram rect { stroke-width: 2; stroke: #333; fill: #e8f3e0; }
svg.railroad-diagram .non-terminal rect { fill: #e0ebf7; }
svg.railroad-diagram rect.group-box { stroke: #888; stroke-dasharray: 8 4; fill: none; }
text.rule-name { font: bold 15px sans-serif; }
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """The diagram of one rule.

    Attributes:
        name: of the rule.
        svg: an `svg` element.
        width: in pixels.
        height: in pixels.
    """

    name: str
    svg: str
    width: float
    height: float


def draw(structure: Structure, rules: Sequence[int]) -> list[Picture]:
    """Draw the rules with these numbers.

    Raises:
        pushmask.LimitError: there is too much to draw ("max_boxes"), or it nests too deep
            ("max_depth").
        ImportError: the extra `pushmask[show]` is not installed.
    """
    drawing = _Drawing(structure, _library())
    return [drawing.picture(rule) for rule in rules]


def to_html(pictures: Sequence[Picture], title: str) -> str:
    """Return a page with one heading and one diagram for each rule."""
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>',
        f"<style>{STYLE}</style></head><body>",
    ]
    for picture in pictures:
        name = html.escape(picture.name)
        parts.append(f'<h2 id="{name}">{name}</h2>\n{picture.svg}')
    return "\n".join([*parts, "</body></html>", ""])


def to_svg(pictures: Sequence[Picture]) -> str:
    """Return one picture with the diagrams below each other."""
    width = max((picture.width for picture in pictures), default=0)
    body = []
    top = 0.0
    for picture in pictures:
        name = html.escape(picture.name)
        body.append(f'<text class="rule-name" x="8" y="{top + TITLE_HEIGHT - 8:g}">{name}</text>')
        body.append(f'<g transform="translate(0 {top + TITLE_HEIGHT:g})">\n{picture.svg}</g>')
        top += TITLE_HEIGHT + picture.height + GAP
    size = f'width="{width:g}" height="{top:g}" viewBox="0 0 {width:g} {top:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{STYLE}</style>'
    return "\n".join([head, *body, "</svg>", ""])


def _library() -> Any:
    try:
        import railroad
    except ModuleNotFoundError as error:
        raise ImportError(
            "diagrams need railroad-diagrams: pip install 'pushmask[show]'"
        ) from error
    return railroad


def _times(low: int, high: int | None) -> str:
    """Return `2 to 5 times`."""
    if high is None:
        return f"{low} times or more"
    return f"{low} times" if low == high else f"{low} to {high} times"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1] + "…"


class _Drawing:
    """Boxes of the library, for the nodes of one grammar."""

    def __init__(self, structure: Structure, library: Any) -> None:
        self.structure = structure
        self.library = library
        self.num_boxes = 0

    def picture(self, rule: int) -> Picture:
        name = self.structure.rules[rule].name
        diagram = self.library.Diagram(self.box(self.structure.rules[rule].node, 0))
        diagram.format()
        out = StringIO()
        diagram.writeSvg(out.write)
        width, height = float(diagram.attrs["width"]), float(diagram.attrs["height"])
        return Picture(name, out.getvalue(), width, height)

    def box(self, number: int, depth: int) -> Any:
        self.num_boxes += 1
        if self.num_boxes > MAX_BOXES:
            raise LimitError(
                f"the diagrams have more than {MAX_BOXES} boxes (limit max_boxes); "
                "choose rules with --rule",
                "max_boxes",
                MAX_BOXES,
                self.num_boxes,
            )
        if depth > MAX_DEPTH:
            raise LimitError(
                f"a rule nests deeper than {MAX_DEPTH} boxes (limit max_depth)",
                "max_depth",
                MAX_DEPTH,
                depth,
            )
        node = self.structure.nodes[number]
        parts = [self.box(child, depth + 1) for child in node.children]
        return self.combined(node, parts)

    def combined(self, node: Node, parts: list[Any]) -> Any:
        draw = self.library
        match node.kind:
            case "nothing":
                return draw.NonTerminal("no text at all")
            case "text" if node.text == '""':
                return draw.Skip()
            case "text" | "class" | "tokens":
                return draw.Terminal(_cut(node.text))
            case "rule":
                return draw.NonTerminal(_cut(self.structure.rules[node.rule].name))
            case "sequence":
                return draw.Sequence(*parts)
            case "choice":
                return draw.Choice(0, *parts)
            case "repeat":
                return self.repeat(node, parts[0])
            case "intersection":
                return draw.Group(draw.Choice(0, *parts), "all of these at once")
            case "complement":
                return draw.Group(parts[0], "any text but")
            case "automaton":
                return draw.NonTerminal(node.text)
            case "json_string":
                return draw.Group(parts[0], node.text)
            case "members":
                return self.members(node, parts)
        raise ValueError(f"no picture of {node.kind!r}")

    def repeat(self, node: Node, part: Any) -> Any:
        draw = self.library
        if (node.min, node.max) == (0, 1):
            return draw.Optional(part)
        if node.max is None and node.min <= 1:
            return draw.OneOrMore(part) if node.min == 1 else draw.ZeroOrMore(part)
        loop = draw.OneOrMore(part, draw.Comment(_times(node.min, node.max)))
        return draw.Optional(loop) if node.min == 0 else loop

    def members(self, node: Node, parts: list[Any]) -> Any:
        """Draw the separator as what leads from one member back to the next."""
        draw = self.library
        labels = node.labels
        separator, *members = [
            draw.Group(part, label) if label else part
            for part, label in zip(parts, labels[: len(parts)], strict=True)
        ]
        plain = len(members) - 2 * node.num_keys
        keyed = zip(members[plain::2], members[plain + 1 :: 2], strict=True)
        members[plain:] = [draw.Sequence(key, rest) for key, rest in keyed]
        notes = [draw.Comment(_cut(label)) for label in labels[len(parts) :]]
        title = "members"
        if node.min > 0 or node.max is not None:
            title += f", {_times(node.min, node.max).replace('times', 'of them')}"
        loop = draw.OneOrMore(draw.Choice(0, *members), separator)
        return draw.Group(draw.Stack(loop, *notes) if notes else loop, title)
