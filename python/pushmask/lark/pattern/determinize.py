# SPDX-License-Identifier: Apache-2.0
"""The strings that a pattern matches where it is applied to them, as a deterministic automaton.

Not every string that a pattern can describe is one that `re.match` ever returns: of two ways to
match it takes the preferred one, whatever its length. `".*?"` describes `"a"b"`, but a match ends
at the second quote; `a|ab` never returns `ab`. What the automaton accepts are the strings w with
`re.match(pattern, w).end() == len(w)`.

A state of the automaton is what a backtracking engine may still try, in the order of preference
(`Thread`s), as in RE2 and in Pike's sam: once a match is certain, everything less preferred is
forgotten. A lookahead goes along with the threads that depend on it as an `Obligation`; until it
is decided, a match that depends on it is a thread that has ended.

Around the string there is nothing: assertions that ask about more than it holds are answered so,
and `Result` says whether that happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pushmask.errors import LimitError
from pushmask.lark.pattern.characters import MAX_CODEPOINT, NEWLINE, Ranges
from pushmask.lark.pattern.program import (
    Boundary,
    End,
    Jump,
    LineEnd,
    LineStart,
    Look,
    LookBehind,
    Program,
    Progress,
    Read,
    RefusedError,
    Split,
)

MAX_STATES = 10_000
MAX_TRANSITIONS = 2_000_000
MAX_STEPS = 500_000  # instructions tried: a few seconds

Transition = tuple[int, int, int]  # first and last code point, state
AutomatonStates = list[tuple[bool, list[Transition]]]

_ENDED = -1  # in place of an instruction: the match has ended, its obligations have not


class Obligation(NamedTuple):
    """A lookahead that is not decided yet: where its body's threads are."""

    negative: bool
    places: frozenset[int]


class Thread(NamedTuple):
    """One way to match: the instruction to come, and what must hold of the text to come."""

    place: int
    obligations: frozenset[Obligation]


class State(NamedTuple):
    """What is known between two characters.

    `before` has a bit for each set with the last character that assertions ask about; `length`
    counts characters as far as they care; `behind` has the places of each body that looks back.
    """

    threads: tuple[Thread, ...]
    before: int
    length: int
    behind: tuple[frozenset[int], ...]


@dataclass(slots=True)
class Result:
    """An automaton, and whether its answers hold only if the text around is empty."""

    states: AutomatonStates
    asks_before: bool = False
    asks_after: bool = False


def determinize(program: Program) -> Result:
    """Return the automaton of a program; state 0 is the start, none is the empty language.

    Raises:
        RefusedError: a match depends on what follows the string.
        LimitError: it has more than `MAX_STATES` states.
    """
    return _Determinizer(program).run()


class _Determinizer:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.code = program.code
        self.classes = _Classes(program.sets)
        self.newline = program.sets.index(NEWLINE) if NEWLINE in program.sets else -1
        context = {i.characters for i in program.code if isinstance(i, Boundary)}
        if any(isinstance(i, (LineStart, LineEnd)) for i in program.code):
            context.add(self.newline)
        self.context = sum(1 << number for number in context)
        self.rounds = {i.split for i in program.code if isinstance(i, Progress)}
        self.asks_next = any(isinstance(i, (Boundary, LineEnd)) for i in program.code)
        looking = [i.body for i in program.code if isinstance(i, LookBehind)]
        self.behind_bodies = sorted(set(looking))
        self.max_length = max((program.bodies[b].width for b in looking), default=0)
        self.result = Result([])
        self.steps = 0

    def run(self) -> Result:
        start = State(
            (Thread(self.program.start, frozenset()),),
            0,
            0,
            tuple(frozenset({self.program.bodies[b].start}) for b in self.behind_bodies),
        )
        numbers = {start: 0}
        order = [start]
        num_transitions = 0
        for state in order:  # grows
            targets: list[int | None] = []
            for number in range(self.classes.count):
                after = self.step(state, number)
                if not after.threads:
                    targets.append(None)
                    continue
                if after not in numbers:
                    numbers[after] = len(order)
                    order.append(after)
                targets.append(numbers[after])
            transitions = self.classes.transitions(targets)
            num_transitions += len(transitions)
            self.result.states.append((self.accepts(state), transitions))
            self.check(len(order), num_transitions)
        return self.result

    def check(self, num_states: int, num_transitions: int) -> None:
        if num_states <= MAX_STATES and num_transitions <= MAX_TRANSITIONS:
            return
        raise LimitError(
            f"the pattern needs more than {MAX_STATES} states (limit max_pattern_states)",
            "max_pattern_states",
            MAX_STATES,
            num_states,
        )

    def step(self, state: State, read: int) -> State:
        """Return what is known after a character of class `read`."""
        threads: dict[Thread, None] = {}
        for place, obligations in self.ways(state, read):
            next_place = place
            if place >= 0:
                if isinstance(self.code[place], End):
                    next_place = _ENDED
                elif not self.reads(place, read):
                    continue
                else:
                    next_place = place + 1
            kept = self.advanced(obligations, state, read)
            if kept is None:
                continue
            if next_place == _ENDED and not kept:
                break  # a shorter match is certain, and nothing after it is preferred
            threads.setdefault(Thread(next_place, kept))
        if all(thread.place == _ENDED for thread in threads):
            threads.clear()  # no longer match can come
        behind = tuple(
            self.body_step(places, state, read) | {self.program.bodies[body].start}
            for body, places in zip(self.behind_bodies, state.behind, strict=True)
        )
        if not threads:
            return State((), 0, 0, ())
        before = self.classes.members[read] & self.context
        length = min(state.length + 1, max(self.max_length, 1 if self.context else 0))
        return State(tuple(threads), before, length, behind)

    def accepts(self, state: State) -> bool:
        """Whether the preferred match of a string that ends here is all of it."""
        if self.asks_next and not self.result.asks_after:
            here = self.may_end(state, None)
            others = (self.may_end(state, number) for number in range(self.classes.count))
            self.result.asks_after = any(other != here for other in others)
        for place, obligations in self.ways(state, None):
            if place >= 0 and not isinstance(self.code[place], End):
                continue
            if all(self.holds_at_end(o, state) for o in obligations):
                return place >= 0
        return False

    def may_end(self, state: State, after: int | None) -> bool:
        """Whether some match ends here if a character of class `after` comes next."""
        ways = self.ways(state, after)
        return any(place >= 0 and isinstance(self.code[place], End) for place, _ in ways)

    def holds_at_end(self, obligation: Obligation, state: State) -> bool:
        self.result.asks_after = True
        matches = self.body_matches(obligation.places, state, None)
        if not matches and not obligation.negative:
            raise RefusedError("lookahead past the end of the terminal")
        return matches != obligation.negative

    def ways(self, state: State, after: int | None) -> Iterator[tuple[int, frozenset[Obligation]]]:
        """Yield the reading and ending places that threads lead to, preferred ones first."""
        seen: set[tuple[Thread, frozenset[int]]] = set()
        nowhere: frozenset[int] = frozenset()
        for thread in state.threads:
            stack = [(thread, nowhere)]
            while stack:
                way, begun = stack.pop()  # begun: the rounds that have read nothing yet
                if (way, begun) in seen:
                    continue
                seen.add((way, begun))
                self.spend()
                place = way.place
                if place == _ENDED or isinstance(self.code[place], (Read, End)):
                    yield place, way.obligations
                    continue
                instruction = self.code[place]
                if isinstance(instruction, Look):
                    body = self.program.bodies[instruction.body]
                    owed = Obligation(instruction.negative, frozenset({body.start}))
                    stack.append((Thread(place + 1, way.obligations | {owed}), begun))
                    continue
                if isinstance(instruction, Progress):
                    onward = instruction.leave if instruction.split in begun else place + 1
                    stack.append((Thread(onward, way.obligations), begun))
                    continue
                if isinstance(instruction, Split) and place in self.rounds:
                    begun |= {place}
                for onward in reversed(self.onwards(place, state, after)):
                    stack.append((Thread(onward, way.obligations), begun))

    def onwards(self, place: int, state: State, after: int | None) -> Sequence[int]:
        """Return where to go on from an instruction that reads nothing, preferred ones first."""
        instruction = self.code[place]
        if isinstance(instruction, Split):
            return (instruction.first, instruction.second)
        if isinstance(instruction, Jump):
            return (instruction.to,)
        if isinstance(instruction, Progress):
            return (place + 1,)  # in an assertion: rounds without progress add nothing
        return (place + 1,) if self.holds(instruction, state, after) else ()

    def holds(self, instruction: object, state: State, after: int | None) -> bool:
        """Whether an assertion about the neighbourhood holds; past the ends there is nothing."""
        if isinstance(instruction, LookBehind):
            body = self.program.bodies[instruction.body]
            self.result.asks_before |= state.length < body.width
            places = state.behind[self.behind_bodies.index(instruction.body)]
            return self.body_matches(places, state, after) != instruction.negative
        starts = state.length == 0
        if isinstance(instruction, LineStart):
            self.result.asks_before |= starts
            return starts or bool(state.before >> self.newline & 1)
        if isinstance(instruction, LineEnd):
            return after is None or self.classes.is_in(after, self.newline)
        assert isinstance(instruction, Boundary)
        self.result.asks_before |= starts
        was_word = bool(state.before >> instruction.characters & 1)
        is_word = self.classes.is_in(after, instruction.characters)
        return (was_word != is_word) != instruction.negative

    def advanced(
        self, obligations: frozenset[Obligation], state: State, read: int
    ) -> frozenset[Obligation] | None:
        """Return what is still owed after a character; None if something owed has failed."""
        if not obligations:
            return obligations
        kept = set()
        for negative, places in obligations:
            if self.body_matches(places, state, read):
                if negative:
                    return None
                continue
            after = self.body_step(places, state, read)
            if after:
                kept.add(Obligation(negative, after))
            elif not negative:
                return None
        return frozenset(kept)

    def body_matches(self, places: frozenset[int], state: State, after: int | None) -> bool:
        ways = self.body_ways(places, state, after)
        return any(isinstance(self.code[place], End) for place in ways)

    def body_step(self, places: frozenset[int], state: State, read: int) -> frozenset[int]:
        ways = self.body_ways(places, state, read)
        return frozenset(
            place + 1
            for place in ways
            if isinstance(self.code[place], Read) and self.reads(place, read)
        )

    def body_ways(self, places: frozenset[int], state: State, after: int | None) -> set[int]:
        """Return the reading and ending places of an assertion's body; none is preferred."""
        seen = set(places)
        work = list(places)
        ends = set()
        while work:
            place = work.pop()
            self.spend()
            if isinstance(self.code[place], (Read, End)):
                ends.add(place)
                continue
            for after_place in self.onwards(place, state, after):
                if after_place not in seen:
                    seen.add(after_place)
                    work.append(after_place)
        return ends

    def reads(self, place: int, read: int) -> bool:
        instruction = self.code[place]
        assert isinstance(instruction, Read)
        return self.classes.is_in(read, instruction.characters)

    def spend(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise LimitError(
                f"the pattern takes more than {MAX_STEPS} steps (limit max_pattern_steps)",
                "max_pattern_steps",
                MAX_STEPS,
                self.steps,
            )


class _Classes:
    """The characters in classes of which each set has all or none."""

    def __init__(self, sets: Sequence[Ranges]) -> None:
        cuts = {0, MAX_CODEPOINT + 1}
        for ranges in sets:
            for first, last in ranges:
                cuts.update((first, last + 1))
        self.intervals = [(first, past - 1) for first, past in pairwise(sorted(cuts))]
        members: list[int] = [0] * len(self.intervals)  # a bit for each set
        starts = {first: index for index, (first, _) in enumerate(self.intervals)}
        for number, ranges in enumerate(sets):
            for first, last in ranges:
                index = starts[first]
                while index < len(self.intervals) and self.intervals[index][0] <= last:
                    members[index] |= 1 << number
                    index += 1
        numbers: dict[int, int] = {}
        self.class_of = [numbers.setdefault(bits, len(numbers)) for bits in members]
        self.members = list(numbers)
        self.count = len(numbers)

    def is_in(self, number: int | None, of_set: int) -> bool:
        return number is not None and bool(self.members[number] >> of_set & 1)

    def transitions(self, targets: Sequence[int | None]) -> list[Transition]:
        """Return the transitions for a target of each class."""
        out: list[Transition] = []
        for (first, last), number in zip(self.intervals, self.class_of, strict=True):
            target = targets[number]
            if target is None:
                continue
            if out and out[-1][2] == target and out[-1][1] + 1 == first:
                out[-1] = (out[-1][0], last, target)
            else:
                out.append((first, last, target))
        return out
