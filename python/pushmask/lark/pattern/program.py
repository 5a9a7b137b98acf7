# SPDX-License-Identifier: Apache-2.0
"""A pattern of the `re` module as a program: what to try, and what to prefer.

`re`'s own parser reads the pattern, so that syntax and flags are those of the running Python. Its
tree becomes instructions for the machine of `determinize.py`: read a character, go one of two ways
of which the first is preferred, check what stands around the place, end. That is the machine of
backtracking engines (Russ Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009)
with assertions as instructions.

Left out, because no automaton has them, or because a terminal is only a part of the text:
backreferences, conditional and atomic groups, possessive repetitions, anchors to the whole text,
and assertions inside assertions.
"""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pushmask.errors import LimitError
from pushmask.lark.pattern.characters import (
    EVERYTHING,
    NEWLINE,
    Ranges,
    category,
    complement,
    ignoring_case,
    minus,
    normal,
)

# Internal to Python, but as old as `re`; its place has changed once.
_INTERNALS = ("re._constants", "re._parser")
if sys.version_info < (3, 11):
    _INTERNALS = ("sre_constants", "sre_parse")
sre: Any = importlib.import_module(_INTERNALS[0])
sre_parse: Any = importlib.import_module(_INTERNALS[1])

MAX_INSTRUCTIONS = 20_000
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


class RefusedError(Exception):
    """The pattern has a construct, named by `feature`, that a terminal cannot have here."""

    def __init__(self, feature: str) -> None:
        super().__init__(feature)
        self.feature = feature


class Read(NamedTuple):
    """Read one character of a set (an index of `Program.sets`), then go on behind it."""

    characters: int


class Split(NamedTuple):
    """Go on at either place; the first is preferred."""

    first: int
    second: int


class Jump(NamedTuple):
    """Go on elsewhere."""

    to: int


class Progress(NamedTuple):
    """Go on if the round that the `Split` at `split` began has read something, else at `leave`.

    So `re` keeps repetitions of what may be empty from going on for ever.
    """

    split: int
    leave: int


class Look(NamedTuple):
    """Go on if a match of `Program.bodies[body]` begins here, or if none does."""

    body: int
    negative: bool


class LookBehind(NamedTuple):
    """Go on if a match of `Program.bodies[body]` ends here, or if none does."""

    body: int
    negative: bool


class Boundary(NamedTuple):
    """Go on if exactly one of the characters beside is of the set, or if not."""

    characters: int
    negative: bool


class LineStart(NamedTuple):
    """Go on at the start and after a line feed."""


class LineEnd(NamedTuple):
    """Go on at the end and before a line feed."""


class End(NamedTuple):
    """A match ends here."""


Instruction = (
    Read | Split | Jump | Progress | Look | LookBehind | Boundary | LineStart | LineEnd | End
)


@dataclass(slots=True)
class Body:
    """Where the instructions of an assertion begin, and how many characters they can read."""

    start: int
    width: int


@dataclass(slots=True)
class Program:
    """Instructions, from `start` on; sets of characters; the bodies of assertions."""

    code: list[Instruction] = field(default_factory=list)
    sets: list[Ranges] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    start: int = 0


def compile_pattern(pattern: str) -> Program:
    """Compile a pattern of the `re` module.

    Raises:
        re.error: it is none.
        RefusedError: it has a construct that is not taken.
        LimitError: its repetitions unroll to more than `MAX_INSTRUCTIONS` instructions.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what `re` finds doubtful is the grammar's own affair
        re.compile(pattern)  # which checks more than its parser does
        tree = sre_parse.parse(pattern)
    return _Compiler(Program()).run(tree)


class _Compiler:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.code = program.code
        self.numbers: dict[Ranges, int] = {}
        self.in_assertion = False

    def run(self, tree: Any) -> Program:
        self.sequence(tree, tree.state.flags)
        self.emit(End())
        return self.program

    def emit(self, instruction: Instruction) -> int:
        if len(self.code) >= MAX_INSTRUCTIONS:
            raise LimitError(
                f"the pattern unrolls to more than {MAX_INSTRUCTIONS} instructions "
                "(limit max_pattern)",
                "max_pattern",
                MAX_INSTRUCTIONS,
                len(self.code) + 1,
            )
        self.code.append(instruction)
        return len(self.code) - 1

    def number_of(self, characters: Ranges) -> int:
        number = self.numbers.setdefault(characters, len(self.numbers))
        if number == len(self.program.sets):
            self.program.sets.append(characters)
        return number

    def sequence(self, items: Any, flags: int) -> None:
        for operator, argument in items:
            self.item(str(operator), argument, flags)

    def item(self, operator: str, argument: Any, flags: int) -> None:
        if operator in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            self.emit(Read(self.number_of(_one_character(operator, argument, flags))))
        elif operator == "BRANCH":
            self.branch(argument[1], flags)
        elif operator == "SUBPATTERN":
            _, added, removed, body = argument
            self.sequence(body, (flags | added) & ~removed)
        elif operator in ("MAX_REPEAT", "MIN_REPEAT"):
            self.repeat(argument, flags, greedy=operator == "MAX_REPEAT")
        elif operator in ("ASSERT", "ASSERT_NOT"):
            self.assertion(argument, flags, negative=operator == "ASSERT_NOT")
        elif operator == "AT":
            self.at(str(argument), flags)
        elif operator == "FAILURE":
            self.emit(Read(self.number_of(())))
        else:
            raise RefusedError(_FEATURES.get(operator, operator.lower()))

    def branch(self, alternatives: Sequence[Any], flags: int) -> None:
        jumps = []
        for body in alternatives[:-1]:
            split = self.emit(End())  # in its place until both ways are known
            self.sequence(body, flags)
            jumps.append(self.emit(End()))
            self.code[split] = Split(split + 1, len(self.code))
        self.sequence(alternatives[-1], flags)
        for jump in jumps:
            self.code[jump] = Jump(len(self.code))

    def repeat(self, argument: Any, flags: int, *, greedy: bool) -> None:
        least, most, body = argument
        for _ in range(least):
            self.sequence(body, flags)
        may_be_empty = body.getwidth()[0] == 0
        rounds = []  # where each is chosen, and where its progress is checked
        for _ in range(1 if most == sre.MAXREPEAT else most - least):
            split = self.emit(End())  # in its place until both ways are known
            self.sequence(body, flags)
            rounds.append((split, self.emit(End()) if may_be_empty else None))
        if most == sre.MAXREPEAT:
            self.emit(Jump(rounds[0][0]))
        for split, check in rounds:
            self.split(split, greedy=greedy)
            if check is not None:
                self.code[check] = Progress(split, len(self.code))

    def split(self, at: int, *, greedy: bool) -> None:
        """Choose at `at` between going on there and skipping to here."""
        after = len(self.code)
        self.code[at] = Split(at + 1, after) if greedy else Split(after, at + 1)

    def assertion(self, argument: Any, flags: int, *, negative: bool) -> None:
        direction, body = argument
        if self.in_assertion:
            raise RefusedError("assertion inside an assertion")
        self.in_assertion = True
        over = self.emit(End())
        start = len(self.code)
        self.sequence(body, flags)
        self.emit(End())
        self.in_assertion = False
        self.code[over] = Jump(len(self.code))
        self.program.bodies.append(Body(start, body.getwidth()[1]))
        number = len(self.program.bodies) - 1
        self.emit(Look(number, negative) if direction > 0 else LookBehind(number, negative))

    def at(self, where: str, flags: int) -> None:
        if where in ("AT_BOUNDARY", "AT_NON_BOUNDARY"):
            words = category(r"\w", flags & re.ASCII)
            self.emit(Boundary(self.number_of(words), where == "AT_NON_BOUNDARY"))
        elif where == "AT_BEGINNING" and flags & re.MULTILINE:
            self.number_of(NEWLINE)
            self.emit(LineStart())
        elif where == "AT_END" and flags & re.MULTILINE:
            self.number_of(NEWLINE)
            self.emit(LineEnd())
        else:
            raise RefusedError("anchor to the start or end of the whole text")


_FEATURES = {
    "GROUPREF": "backreference",
    "GROUPREF_EXISTS": "conditional group",
    "ATOMIC_GROUP": "atomic group",
    "POSSESSIVE_REPEAT": "possessive quantifier",
}


def _one_character(operator: str, argument: Any, flags: int) -> Ranges:
    if operator == "ANY":
        return EVERYTHING if flags & re.DOTALL else complement(NEWLINE)
    items = argument if operator == "IN" else [(operator, argument)]
    negated = any(str(name) in ("NEGATE", "NOT_LITERAL") for name, _ in items)
    plain: list[tuple[int, int]] = []
    source = ""
    for name, value in items:
        if str(name) == "RANGE":
            plain.append(value)
            source += f"{_escaped(value[0])}-{_escaped(value[1])}"
        elif str(name) in ("LITERAL", "NOT_LITERAL"):
            plain.append((value, value))
            source += _escaped(value)
        elif str(name) == "CATEGORY":
            escape = _CATEGORIES[str(value)]
            plain.extend(category(escape, flags & re.ASCII))
            source += escape
    characters = normal(plain)
    if negated:
        characters = complement(characters)
    if flags & re.IGNORECASE:
        pattern = f"[{'^' if negated else ''}{source}]"
        return ignoring_case(characters, pattern, flags & (re.IGNORECASE | re.ASCII))
    return minus(characters, ())


def _escaped(codepoint: int) -> str:
    return f"\\U{codepoint:08x}"
