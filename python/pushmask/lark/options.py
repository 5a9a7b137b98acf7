# SPDX-License-Identifier: Apache-2.0
"""Options beside a rule, as llguidance writes them: `name[capture, max_tokens=20]: ...`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import NoReturn

from pushmask.lark.source import Source, syntax_error, unsupported

_OPTION = re.compile(
    r"""
    \s* (?P<name>\w+) \s*
    (?: = \s* (?: (?P<text>"(?:\\.|[^"\\\n])*")(?P<flag>i?) | (?P<pattern>/(?:\\.|[^/\\\n])+/\w*)
              | (?P<number>\d+(?:\.\d*)?(?:[eE][-+]?\d+)?) | (?P<word>\w+) ) )? \s*
    """,
    re.VERBOSE,
)
_HINT = "the options are capture, lazy, max_chars, max_tokens, stop, suffix and temperature"


@dataclass(slots=True)
class RuleOptions:
    """The options of one rule, as `GrammarBuilder.define` takes them, and their place."""

    start: int
    end: int
    capture: str | None = None
    lazy: bool = False
    max_chars: int | None = None
    max_tokens: int | None = None
    stop: str | None = None
    suffix: str | None = None
    temperature: float | None = None

    def regular(self) -> str:
        """Name an option for which the rule must be one terminal; empty if there is none."""
        given = {
            "max_chars": self.max_chars,
            "max_tokens": self.max_tokens,
            "stop": self.stop,
            "suffix": self.suffix,
            "lazy": self.lazy or None,
        }
        return next((name for name, value in given.items() if value is not None), "")


def read_options(source: Source, start: int, end: int, rule: str) -> RuleOptions:
    """Read the options between the brackets at `start` and before `end`.

    Raises:
        GrammarSyntaxError: an option is not known, stands there twice, or has a wrong value.
        UnsupportedError: one of llguidance's that is not taken, or a terminal has options.
    """
    if rule != rule.lower():
        message = f"options beside the terminal '{rule}'"
        hint = "give them to a rule that is this terminal"
        place = source.place(start, end - start, message, hint)
        raise unsupported(place, "options beside a terminal")
    options = RuleOptions(start, end)
    known: set[str] = set()
    at = start + 1
    while True:
        found = _OPTION.match(source.text, at, end - 1)
        if found is None:
            message = "expected an option of the rule"
            raise syntax_error(source.place(at, 1, message, _HINT))
        name = found["name"]
        if name in known:
            _fail(source, found, f"the option '{name}' stands here twice", "leave one out")
        known.add(name)
        _set(source, found, rule, options)
        at = found.end()
        if at == end - 1:
            break
        if source.text[at] != ",":
            message = f"expected ',' or ']' after an option, found '{source.text[at]}'"
            raise syntax_error(source.place(at, 1, message, "options are separated by commas"))
        at += 1
    if options.stop is not None and options.suffix is not None:
        message = "the options 'stop' and 'suffix' exclude each other"
        hint = "the text of a suffix belongs to the rule, that of a stop does not"
        raise syntax_error(source.place(start, end - start, message, hint))
    return options


def _set(source: Source, found: re.Match[str], rule: str, options: RuleOptions) -> None:
    name = found["name"]
    has_value = any(found[kind] is not None for kind in ("text", "pattern", "number", "word"))
    if name == "lazy":
        if has_value:
            _fail(source, found, "the option 'lazy' has no value", "write it by itself")
        options.lazy = True
    elif name == "capture":
        options.capture = _text(source, found) if has_value else rule
    elif name in ("stop", "suffix"):
        setattr(options, name, _text(source, found))
    elif name in ("max_chars", "max_tokens"):
        setattr(options, name, _count(source, found, least=int(name == "max_tokens")))
    elif name == "temperature":
        value = float(found["number"]) if found["number"] else float("inf")
        if value == float("inf"):
            message = "the option 'temperature' needs a number of at least 0"
            _fail(source, found, message, "write it as in temperature=0.7")
        options.temperature = value
    elif name == "stop_capture":
        message = "the option 'stop_capture' is not supported"
        hint = "put what ends the rule at its end, lazy, and capture a rule of it"
        place = source.place(found.start("name"), len(name), message, hint)
        raise unsupported(place, "rule option 'stop_capture'")
    else:
        _fail(source, found, f"unknown option '{name}'", _HINT)


def _text(source: Source, found: re.Match[str]) -> str:
    name = found["name"]
    if found["pattern"] or found["word"] or found["flag"]:
        message = f"the option '{name}' with another value than a text"
        hint = "write a string, or put the pattern at the end of a lazy rule"
        place = source.place(found.start("name"), len(found[0].strip()), message, hint)
        raise unsupported(place, f"rule option '{name}' with a pattern")
    if found["text"] is None:
        _fail(source, found, f"the option '{name}' needs a text", "write it in double quotes")
    try:
        text = ast.literal_eval(found["text"])
    except (SyntaxError, ValueError):
        hint = "escapes are those of Python's strings"
        _fail(source, found, f"the text of the option '{name}' has a wrong escape", hint)
    assert isinstance(text, str)
    if not text and name != "capture":
        message = f"the option '{name}' with the empty text"
        hint = "llguidance ends such a rule at the model's stop token, which is the end here"
        place = source.place(found.start("name"), len(found[0].strip()), message, hint)
        raise unsupported(place, f"rule option '{name}' with the empty text")
    if not text or any("\ud800" <= letter <= "\udfff" for letter in text):
        message = f"the text of the option '{name}' is empty or no text"
        _fail(source, found, message, "write some characters, and no lone surrogates")
    return text


def _count(source: Source, found: re.Match[str], *, least: int) -> int:
    number = found["number"] or ""
    if not number.isdigit() or len(number) > 10 or not least <= int(number) < 2**31:
        message = f"the option '{found['name']}' needs a number of at least {least}"
        _fail(source, found, message, f"write it as in {found['name']}=20")
    return int(number)


def _fail(source: Source, found: re.Match[str], message: str, hint: str) -> NoReturn:
    raise syntax_error(source.place(found.start("name"), len(found["name"]), message, hint))
