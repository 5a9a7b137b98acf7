# SPDX-License-Identifier: Apache-2.0
"""The rule option `capture`: what the matcher says that rules have matched."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

import pushmask
from reference.masks import accepts, allowed, compile_ebnf

CALLS = """
root ::= call ("; " call)*
call[capture] ::= name "(" (arg ("," arg)*)? ")"
name[capture="function"] ::= [a-z]+
arg[capture] ::= [0-9]* | call
"""
CASES = [
    # The grammar, a text, and what is captured: name, where it begins, and its text.
    (CALLS, "f()", [("call", 0, "f()"), ("function", 0, "f"), ("arg", 2, "")]),
    (
        CALLS,
        "f(1,g(2)); h(3",  # the last call and its argument are not over
        [
            ("call", 0, "f(1,g(2))"),
            ("function", 0, "f"),
            ("arg", 2, "1"),
            ("arg", 4, "g(2)"),
            ("call", 4, "g(2)"),
            ("function", 4, "g"),
            ("arg", 6, "2"),
            ("function", 11, "h"),
        ],
    ),
    ("root ::= x .*\nx[capture] ::= [a-z]+", "abc", [("x", 0, "abc")]),  # as long as it can
    ("root ::= .* x\nx[capture] ::= [a-z]+", "abc", [("x", 0, "abc")]),  # as early as it can
    ('root ::= x "b"\nx[capture] ::= [ab]*', "abb", [("x", 0, "ab")]),
    ('root ::= x "b"\nx[capture] ::= [ab]*', "aba", []),  # it may go on
    ("root[capture] ::= .*", "", [("root", 0, "")]),
    ('root ::= x? "b"\nx[capture] ::= "a"', "b", []),
    ("root ::= x{3}\nx[capture] ::= [é€]", "é€é", [("x", 0, "é"), ("x", 2, "€"), ("x", 5, "é")]),
    # The same expression under two names, and a name for a name.
    (
        'root ::= "<" x "|" y ">"\nx[capture] ::= [a-z]\ny[capture] ::= [a-z]',
        "<a|b>",
        [("x", 1, "a"), ("y", 3, "b")],
    ),
    (
        'root ::= x "!"\nx[capture] ::= y\ny[capture="z"] ::= "a"',
        "a!",
        [("x", 0, "a"), ("z", 0, "a")],
    ),
    # A suffix is outside.
    ('root ::= x*\nx[capture, suffix="--"] ::= .*', "a--b--", [("x", 0, "a"), ("x", 3, "b")]),
    ('root ::= x "END"\nx[capture, stop="END"] ::= .*', "aEN END", [("x", 0, "aEN ")]),
    # Members in any order.
    (
        """root ::= %members { %separator "," %item a %item b }
        a[capture] ::= "1"+
        b[capture] ::= "2"+""",
        "22,111",
        [("b", 0, "22"), ("a", 3, "111")],
    ),
    # Right recursion, and left recursion around a capture.
    (
        'root ::= x\nx[capture] ::= "a" x | "b"',
        "aab",
        [("x", 0, "aab"), ("x", 1, "ab"), ("x", 2, "b")],
    ),
    ('root ::= root "+" n | n\nn[capture] ::= [0-9]', "1+2", [("n", 0, "1"), ("n", 2, "2")]),
    # Rounds of a repetition that read nothing leave nothing.
    ('root ::= x* "b"\nx[capture] ::= "a"?', "b", []),
]


def spans(matcher: pushmask.Matcher, text: str) -> list[tuple[str, int, str]]:
    data = text.encode()
    return [(name, start, data[start:end].decode()) for name, start, end in matcher.captures()]


def named(matcher: pushmask.Matcher, name: str) -> list[tuple[int, int]]:
    return [(start, end) for found, start, end in matcher.captures() if found == name]


@pytest.mark.parametrize(("grammar", "text", "expected"), CASES)
def test_what_is_captured(
    grammar: str,
    text: str,
    expected: list[tuple[str, int, str]],
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    compiled = compile_ebnf(grammar, byte_vocabulary)
    whole = compiled.matcher()
    assert whole.accept_bytes(text.encode())
    assert spans(whole, text) == expected
    matcher = compiled.matcher()
    assert matcher.accept_tokens(list(text.encode())) == len(text.encode())
    assert spans(matcher, text) == expected
    if matcher.accept_token(256):
        assert spans(matcher, text) == expected


# --- Against all readings of small random grammars ----------------------------------------------

Node = tuple[Any, ...]


class Names:
    """A random grammar of captured rules over "ab", as a tree and as EBNF."""

    def __init__(self, chooser: random.Random) -> None:
        self.chooser = chooser
        self.rules: list[str] = []
        self.root = self.node(4)

    def node(self, depth: int) -> Node:
        kind = self.chooser.choice(["lit", "seq", "alt", "opt", "star", "cap", "cap"])
        if depth == 0 or kind == "lit":
            return ("lit", self.chooser.choice(["a", "b", "ab", "ba"]))
        if kind in ("seq", "alt"):
            return (kind, *(self.node(depth - 1) for _ in range(2)))
        if kind == "cap":
            number = len(self.rules)
            self.rules.append("")
            body = self.node(depth - 1)
            self.rules[number] = f"r{number}[capture] ::= {ebnf(body)}"
            return ("cap", number, body)
        return (kind, self.node(depth - 1))

    def text(self) -> str:
        return "\n".join([f"root ::= {ebnf(self.root)}", *self.rules])


def ebnf(node: Node) -> str:
    kind, *parts = node
    if kind == "lit":
        return f'"{parts[0]}"'
    if kind == "cap":
        return f"r{parts[0]}"
    if kind == "seq":
        return "(" + " ".join(map(ebnf, parts)) + ")"
    if kind == "alt":
        return "(" + " | ".join(map(ebnf, parts)) + ")"
    return f"({ebnf(parts[0])})" + ("?" if kind == "opt" else "*")


OPEN, BYTE, CLOSE = range(3)  # in the order of preference
Marks = tuple[tuple[int, int], ...]


def readings(node: Node, text: str, at: int) -> Iterator[tuple[int, Marks]]:
    """Every way to read a beginning of text[at:]: where it ends, and bytes and marks on the way.

    Rounds of a repetition that read nothing are left out: there would be no end of them.
    """
    kind, *parts = node
    if kind == "lit":
        if text.startswith(parts[0], at):
            yield at + len(parts[0]), ((BYTE, 0),) * len(parts[0])
    elif kind == "cap":
        for end, marks in readings(parts[1], text, at):
            yield end, ((OPEN, parts[0]), *marks, (CLOSE, parts[0]))
    elif kind == "seq":
        for middle, before in readings(parts[0], text, at):
            for end, after in readings(parts[1], text, middle):
                yield end, before + after
    elif kind == "alt":
        for part in parts:
            yield from readings(part, text, at)
    else:
        yield at, ()
        for middle, before in readings(parts[0], text, at):
            if kind == "opt":
                yield middle, before
            elif middle > at:
                for end, after in readings(node, text, middle):
                    yield end, before + after


def preferred(whole: list[Marks]) -> Marks:
    """The first in the order of preference; the end of the text counts as a byte."""
    return min(whole, key=lambda marks: (*marks, (BYTE, 0)))


def captured(marks: Marks) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    open_ones: list[int] = []
    place = 0
    for kind, number in marks:
        if kind == BYTE:
            place += 1
        elif kind == OPEN:
            open_ones.append(len(found))
            found.append((f"r{number}", place, -1))
        else:
            name, start, _ = found[open_ones[-1]]
            found[open_ones.pop()] = (name, start, place)
    return found


def is_nullable(node: Node) -> bool:
    return any(end == 0 for end, _ in readings(node, "", 0))


def repeats_nothing(node: Node) -> bool:
    """Whether a repetition's body may be empty somewhere."""
    kind, *parts = node
    own = kind == "star" and is_nullable(parts[0])
    return own or any(repeats_nothing(part) for part in parts if isinstance(part, tuple))


def test_of_all_readings_the_preferred_one_is_taken(byte_vocabulary: pushmask.Vocabulary) -> None:
    chooser = random.Random(11)
    checked = 0
    for _ in range(600):
        grammar = Names(chooser)
        if repeats_nothing(grammar.root):
            continue
        compiled = compile_ebnf(grammar.text(), byte_vocabulary)
        for length in range(7):
            for letters in itertools.product("ab", repeat=length):
                text = "".join(letters)
                whole = [m for end, m in readings(grammar.root, text, 0) if end == len(text)]
                matcher = compiled.matcher()
                taken = matcher.accept_bytes(text.encode()) and matcher.can_stop
                assert taken == bool(whole), (grammar.text(), text)
                if not whole:
                    continue
                found = matcher.captures()
                assert found == captured(preferred(whole)), (grammar.text(), text)
                checked += bool(found)
    assert checked > 500


# --- Matchers -----------------------------------------------------------------------------------


def test_forks_and_rollbacks_have_their_own(byte_vocabulary: pushmask.Vocabulary) -> None:
    matcher = compile_ebnf(CALLS, byte_vocabulary).matcher()
    matcher.accept_tokens(list(b"f(1"))
    fork = matcher.fork()
    matcher.accept_bytes(b",2)")
    fork.accept_bytes(b")")
    assert named(matcher, "arg") == [(2, 3), (4, 5)]
    assert named(fork, "arg") == [(2, 3)]
    matcher.rollback(1)
    fork.rollback(2)
    fork.accept_bytes(b"9)")
    assert named(matcher, "arg") == []
    assert named(fork, "arg") == [(2, 3)]
    matcher.reset()
    assert matcher.captures() == []


def test_the_same_tokens_are_allowed_as_without(byte_vocabulary: pushmask.Vocabulary) -> None:
    plain = CALLS.replace("[capture]", "").replace('[capture="function"]', "")
    matchers = [compile_ebnf(text, byte_vocabulary).matcher() for text in (CALLS, plain)]
    for byte in b"f(1,g(2)); h(3":
        masks = [allowed(matcher, byte_vocabulary) for matcher in matchers]
        assert masks[0] == masks[1]
        assert all(matcher.accept_token(byte) for matcher in matchers)


def test_tokens_that_the_grammar_refers_to_have_their_bytes() -> None:
    vocabulary = pushmask.Vocabulary(
        [b"<t>", b"a", b"b", b"ab", b"</s>"], stop_token_ids=[4], special_token_ids=[0]
    )
    compiled = compile_ebnf('root ::= x "b"\nx[capture] ::= <t> [ab]* <t>', vocabulary)
    matcher = compiled.matcher()
    assert matcher.accept_tokens([0, 3, 1, 0, 2, 4]) == 6
    assert matcher.captures() == [("x", 0, len(b"<t>aba<t>"))]


def test_a_grammar_without_captures_has_none(byte_vocabulary: pushmask.Vocabulary) -> None:
    matcher = compile_ebnf("root ::= .*", byte_vocabulary).matcher()
    matcher.accept_bytes(b"abc")
    assert matcher.captures() == []


def test_a_long_text_is_read_again_in_pieces(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf('root ::= (x ",")*\nx[capture] ::= [a-z]+', byte_vocabulary)
    matcher = compiled.matcher()
    for _ in range(200):
        assert matcher.accept_bytes(b"abc," * 50)
    found = matcher.captures()
    assert len(found) == 10_000
    assert found[-1] == ("x", 39_996, 39_999)


def test_too_many_readings_are_a_limit(byte_vocabulary: pushmask.Vocabulary) -> None:
    # Wherever the first rule ended, the second one has counted on from there.
    compiled = compile_ebnf('root ::= x "a"{0,3000} "b"\nx[capture] ::= "a"*', byte_vocabulary)
    matcher = compiled.matcher()
    assert matcher.accept_bytes(b"a" * 1000)
    with pytest.raises(pushmask.LimitError) as error:
        matcher.captures()
    assert error.value.limit == "max_readings"


def test_left_recursion_of_a_captured_rule_is_refused(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    for grammar in (
        'root ::= x\nx[capture] ::= x "a" | "b"',
        'root ::= y\ny ::= x "a" | "b"\nx[capture] ::= y',
    ):
        with pytest.raises(pushmask.UnsupportedError, match="capture"):
            compile_ebnf(grammar, byte_vocabulary)


def test_texts_do_not_depend_on_captures(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf('root ::= x x\nx[capture] ::= "a" | ""', byte_vocabulary)
    assert [accepts(compiled, text) for text in ("", "a", "aa", "aaa")] == [True, True, True, False]
