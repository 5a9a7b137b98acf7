# SPDX-License-Identifier: Apache-2.0
"""What grammars written for llguidance have beside lark's own syntax.

`%json {...}`, `%regex {...}`, tokens, `<|name|>` and `<[id]>`, and the operators `&` and `~` are
taken out of the text before lark reads it: a string stands in for each, and `Extensions` says what
the string means. So are the options beside rules; `x{m,n}` becomes `x~m..n`, and names with hyphens
get others. The rest is found and refused by name. Source: llguidance, docs/syntax.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from pushmask._core import Expression, Grammar, GrammarBuilder
from pushmask.errors import GrammarError, LimitError
from pushmask.lark.operators import BOUNDS, bounds_for_lark
from pushmask.lark.options import RuleOptions, read_options
from pushmask.lark.pattern.characters import EVERYTHING, Ranges, normal
from pushmask.lark.source import (
    Replacement,
    Source,
    limited,
    syntax_error,
    unsupported,
    with_place,
)

_TOKEN = re.compile(
    r"""
      (?://|\#)[^\n]*
    | "(?:\\.|[^"\\\n])*"
    | /(?!/)(?:\\.|[^/\\\n])+/
    | (?P<extension>%(?:json|regex|llguidance)\b)[ \t]*
    | (?P<token><[^<>\s]+>)
    | (?P<bounds>"""
    + BOUNDS
    + r""")
    | (?P<both>&) | (?P<other>~(?![ \t]*\d))
    | ^[ \t]*[?!]*(?P<rule>\w+(?:-\w+)*)(?:\{[^}\n]*\})?(?:\.-?\d+)?[ \t]*
      (?P<options>\[(?:"(?:\\.|[^"\\\n])*"|/(?:\\.|[^/\\\n])+/|[^\]"/\n])*\])
      (?:\.-?\d+)?[ \t]*:
    | (?<![\w.])(?P<hyphenated>[A-Za-z_]\w*(?:-\w+)+)
    """,
    re.VERBOSE | re.MULTILINE,
)
_IDS = re.compile(
    r"(?P<negated>\^)?(?:\*|(?P<ranges>\d{1,18}(?:-\d{1,18})?(?:,\d{1,18}(?:-\d{1,18})?)*))"
)
_MAX_ID = 2**31 - 1
# Those of llguidance's options that say nothing about the texts, or what holds here anyway.
_OPTIONS = {"no_forcing": True, "allow_initial_skip": True, "allow_invalid_utf8": False}
_JSON_FIRST = normal((ord(c), ord(c)) for c in '{["-0123456789tfn')  # RFC 8259 section 3
_SUBSTRINGS: dict[str, Literal["chars", "words", "chunks"]] = {
    "substring_chars": "chars",
    "substring_words": "words",
    "substring_chunks": "chunks",
}


@dataclass(slots=True)
class Extension:
    """A part of a grammar that is not lark's: its place, and how to build it.

    `first` has the characters that its texts begin with, or more than those; without `is_text` it
    is a token, which no character begins.
    """

    start: int
    end: int
    name: str
    first: Ranges
    build: Callable[[GrammarBuilder], Expression]
    is_text: bool = True


@dataclass(slots=True)
class Extensions:
    """The extensions of one grammar, by the strings that stand in for them, and rules' options."""

    stem: str  # that no string of the grammar begins with
    known: dict[str, Extension] = field(default_factory=dict)
    options: dict[str, RuleOptions] = field(default_factory=dict)  # by rule

    @property
    def both(self) -> str:
        """The string that stands for `&`."""
        return f"{self.stem}&"

    @property
    def other(self) -> str:
        """The string that stands for `~` before a part of a terminal."""
        return f"{self.stem}~"

    def add(self, source: Source, extension: Extension) -> None:
        """Put a string in the place of an extension."""
        text = f"{self.stem}{len(self.known)}"
        self.known[text] = extension
        source.replacements.append(Replacement(extension.start, extension.end, f'"{text}"'))


def take_out(source: Source) -> Extensions:
    """Find the extensions of a grammar and put strings in their places.

    Raises:
        GrammarSyntaxError: what follows `%json` or `%regex` is not JSON; wrong ids of tokens.
        UnsupportedError: an extension that is not taken.
    """
    stem = "\ue000"
    while stem in source.text:
        stem += "\ue000"
    extensions = Extensions(stem)
    at = 0
    while found := _TOKEN.search(source.text, at):
        at = found.end()
        if found["options"] is not None:
            start, end = found.span("options")
            name = _renamed(source, found, "rule")
            extensions.options[name] = read_options(source, start, end, name)
            source.replacements.append(Replacement(start, end, ""))
        elif found["hyphenated"] is not None:
            _renamed(source, found, "hyphenated")
        elif found["bounds"] is not None:
            source.replacements.append(
                Replacement(found.start(), found.end(), bounds_for_lark(found))
            )
        elif found["both"] or found["other"]:
            text = extensions.both if found["both"] else extensions.other
            source.replacements.append(Replacement(found.start(), found.end(), f' "{text}" '))
        elif found["token"] is not None:
            extensions.add(source, _token(source, found))
        if found["extension"] is None:
            continue
        value, at = _json_value(source, found)
        if found["extension"] == "%llguidance":
            if not isinstance(value, dict) or not value.items() <= _OPTIONS.items():
                _refuse(source, found, "extension", "%llguidance options")
            source.replacements.append(Replacement(found.start(), at, ""))
            continue
        extensions.add(source, _extension(source, found, at, value))
    return extensions


def _renamed(source: Source, found: re.Match[str], group: str) -> str:
    """Return what lark calls a name, which has no hyphens."""
    name = found[group]
    if "-" not in name:
        return name
    new = source.new_name(name)
    source.replacements.append(Replacement(found.start(group), found.end(group), new))
    return new


def _refuse(source: Source, found: re.Match[str], group: str, feature: str) -> None:
    message = f"{feature} {found[group]} is not supported in Lark grammars"
    place = source.place(found.start(group), len(found[group]), message, "leave it out")
    raise unsupported(place, feature)


def _token(source: Source, found: re.Match[str]) -> Extension:
    """Read `<name>`, which is a token's text with its brackets, or `<[ids]>`."""
    start, end = found.span("token")
    text = found["token"]
    place = source.place(start, end - start, "")
    if not text.startswith("<["):
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            message = "a token with a lone surrogate"
            raise syntax_error(source.place(start, end - start, message, "name it by its id"))
        return Extension(
            start, end, "special token", (), lambda b: b.token(text, place=place), is_text=False
        )
    ids = _IDS.fullmatch(text[2:-2]) if text.endswith("]>") else None
    ranges = [_range(part) for part in (ids["ranges"] or "").split(",") if part] if ids else []
    negated = ids is not None and bool(ids["negated"] or not ranges)
    is_nothing = ids is not None and bool(ids["negated"]) and not ranges
    if ids is None or is_nothing or any(not a <= b <= _MAX_ID for a, b in ranges):
        message = f"{text} names no tokens"
        hint = "write <[7]>, <[7,10-12]>, <[^7]> or <[*]>"
        raise syntax_error(source.place(start, end - start, message, hint))
    return Extension(
        start,
        end,
        "special token",
        (),
        lambda b: b.tokens(ranges, negated=negated, place=place),
        is_text=False,
    )


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _json_value(source: Source, found: re.Match[str]) -> tuple[Any, int]:
    start = found.end()
    while source.text[start : start + 1] in ("\n", "\r"):
        start += 1
    start += len(source.text[start:]) - len(source.text[start:].lstrip())
    try:
        return json.JSONDecoder().raw_decode(source.text, start)
    except json.JSONDecodeError as error:
        message = f"what follows {found['extension']} is not JSON: {error.msg.lower()}"
        hint = "write a JSON value, on as many lines as it takes"
        place = source.place(min(error.pos, len(source.text)), 1, message, hint)
        raise syntax_error(place) from None
    except RecursionError:
        message = f"what follows {found['extension']} nests too deep"
        hint = "put inner schemas under $defs"
        raise syntax_error(source.place(start, 1, message, hint)) from None


def _extension(source: Source, found: re.Match[str], end: int, value: Any) -> Extension:
    start, name = found.start(), found["extension"]
    if name == "%json":
        grammar = _json_grammar(source, start, end, source.text[found.end() : end])
        return Extension(start, end, name, _JSON_FIRST, lambda b: b.grammar(grammar))
    if not isinstance(value, dict) or len(value) != 1 or not set(value) <= set(_SUBSTRINGS):
        message = "%regex takes an object with one of " + ", ".join(_SUBSTRINGS)
        hint = "a pattern is written /.../"
        raise unsupported(source.place(start, end - start, message, hint), "%regex")
    ((key, text),) = value.items()
    by = _SUBSTRINGS[key]
    items = text if by == "chunks" else [text]
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        message = f"{key} takes {'strings' if by == 'chunks' else 'a string'}"
        example = '["a", "b"]' if by == "chunks" else '"a b"'
        hint = f'write %regex {{"{key}": {example}}}'
        raise syntax_error(source.place(start, len(name), message, hint))
    if any("\ud800" <= letter <= "\udfff" for item in items for letter in item):
        message = f"{key} has a lone surrogate, which occurs in no text"
        hint = "write the character itself, or both halves of the pair"
        raise syntax_error(source.place(start, len(name), message, hint))
    return Extension(start, end, name, EVERYTHING, lambda b: b.substring_of(text, by))


def _json_grammar(source: Source, start: int, end: int, schema: str) -> Grammar:
    try:
        return Grammar.from_json_schema(schema, source_name=source.name)
    except GrammarError as error:
        inner = error.diagnostic
        message = str(error) if inner is None else inner.message
        where = "" if inner is None or not inner.pointer else f" at {inner.pointer}"
        hint = "" if inner is None else inner.hint
        diagnostic = source.place(start, end - start, f"%json{where}: {message}", hint)
        raise with_place(error, diagnostic) from None
    except LimitError as error:
        hint = "" if error.diagnostic is None else error.diagnostic.hint
        message = str(error) if error.diagnostic is None else error.diagnostic.message
        place = source.place(start, end - start, f"%json: {message}", hint)
        raise limited(place, error.limit, error.bound, error.reached) from None
