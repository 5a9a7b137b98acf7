# SPDX-License-Identifier: Apache-2.0
"""EBNF as `Grammar.to_ebnf()` prints it, in the Lark dialect that llguidance reads.

Rules that call nothing recursive become terminals, as llguidance's own converter from GBNF has it;
that converter does not know every escape, nor `&` and `~`, which llguidance's terminals do. Its
lexer is greedy, so the language may be another: whoever uses this compares verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

RULE = re.compile(r"^(?:%let )?(?P<name>[A-Za-z][\w-]*) ::= (?P<body>.*)$")
PIECE = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*")|(?P<set>\[(?:[^\]\\]|\\.)*\])|(?P<name>[A-Za-z][\w-]*)"""
    r"|(?P<any>\.)|(?P<bounds>\{[\d,]+\})|(?P<other>[()|&~*+?\s])",
    re.DOTALL,
)
CHARACTER = re.compile(
    r"\\x(?P<byte>[0-9A-Fa-f]{2})|\\u(?P<short>[0-9A-Fa-f]{4})|\\U(?P<long>[0-9A-Fa-f]{8})"
    r"|\\(?P<escaped>.)|(?P<plain>.)",
    re.DOTALL,
)
CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


class NoLarkFormError(ValueError):
    """The printed grammar has what this does not translate, a reference to a token, say."""


def to_lark(printed: str) -> str:
    """Translate a printed grammar.

    Raises:
        NoLarkFormError: it has something that Lark has no form for.
    """
    rules: dict[str, list[tuple[str, str]]] = {}
    for line in printed.splitlines():
        rule = RULE.match(line)
        if line.strip() and rule is None:
            raise NoLarkFormError(f"no rule: {line[:60]!r}")
        if rule is not None:
            rules[rule["name"]] = list(pieces(rule["body"]))
    terminals = find_terminals(rules)
    names = {name: lark_name(name, name in terminals) for name in rules}
    lines = [f"{names[name]}: {''.join(translated(body, names))}" for name, body in rules.items()]
    return "\n".join(["%llguidance {}", "start: " + names["root"], *lines, ""])


def pieces(body: str) -> Iterator[tuple[str, str]]:
    """Split a rule's right-hand side into (kind, text)."""
    at = 0
    while at < len(body):
        piece = PIECE.match(body, at)
        if piece is None or piece.lastgroup is None:
            raise NoLarkFormError(f"no piece of a rule: {body[at : at + 40]!r}")
        yield piece.lastgroup, piece[0]
        at = piece.end()


def find_terminals(rules: dict[str, list[tuple[str, str]]]) -> set[str]:
    """Find the rules that call terminals alone."""
    terminals: set[str] = set()
    before = -1
    while before < len(terminals):
        before = len(terminals)
        for name, body in rules.items():
            if all(text in terminals for kind, text in body if kind == "name"):
                terminals.add(name)
    return terminals


def lark_name(name: str, is_terminal: bool) -> str:
    """Give a name that is no other rule's: a letter more has a code of its own."""
    plain = "".join(c if c.isalnum() and c.islower() else f"_{ord(c)}_" for c in name)
    return "T_" + plain.upper() if is_terminal else "r_" + plain


def translated(body: list[tuple[str, str]], names: dict[str, str]) -> Iterator[str]:
    for kind, text in body:
        if kind == "string":
            yield '"' + "".join(in_string(c) for c in characters(text[1:-1])) + '"'
        elif kind == "set":
            yield "/" + in_set(text[1:-1]) + "/"
        elif kind == "any":
            yield "/(?s:.)/"
        elif kind == "name":
            yield names[text]
        else:
            yield text


def characters(text: str) -> Iterator[str]:
    """Give the characters that a string names."""
    for found in CHARACTER.finditer(text):
        code = found["byte"] or found["short"] or found["long"]
        if code:
            yield chr(int(code, 16))
        elif found["escaped"]:
            yield CONTROLS.get(found["escaped"], found["escaped"])
        else:
            yield found["plain"]


def in_string(character: str) -> str:
    """Write a character of a string: Lark's escapes go to the end of the first plane."""
    if character.isalnum() or ord(character) > 0xFFFF:
        return character
    return f"\\u{ord(character):04x}"


def in_set(text: str) -> str:
    """Write a character class as a regular expression."""
    negated = text.startswith("^")
    out = ["[^" if negated else "["]
    for found in CHARACTER.finditer(text[1:] if negated else text):
        if found["plain"] == "-":
            out.append("-")
        else:
            out.extend(f"\\u{{{ord(c):x}}}" for c in characters(found[0]))
    return "".join([*out, "]"])
