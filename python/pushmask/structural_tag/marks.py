# SPDX-License-Identifier: Apache-2.0
"""Free text up to the first of several marks, by one automaton over all marks at once.

The automaton is that of Aho and Corasick ("Efficient string matching", CACM 18(6), 1975): a state
for each beginning of a mark, which is the longest one that the text read so far ends with. States
in which a mark ends are left out, so what remains are the texts without any mark. Its size is that
of the marks, and the engine's walk over it costs what a walk over any other rule costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from pushmask._core import Expression, GrammarBuilder
from pushmask.errors import LimitError
from pushmask.structural_tag.nodes import Mark, Token

# Of all states together. Each transition takes some hundred bytes while it is made.
MAX_TRANSITIONS = 1_000_000
LAST_CODE_POINT = 0x10FFFF
DEAD = -1


class Marks:
    """The automaton of some marks, and the languages that free text needs of it."""

    def __init__(self, marks: Iterable[str]) -> None:
        """Build the automaton.

        Args:
            marks: not empty strings.

        Raises:
            LimitError: it has more than a million transitions ("max_mark_transitions").
        """
        self.children: list[dict[str, int]] = [{}]
        self.ends: list[str | None] = [None]
        self.marks = tuple(marks)
        self.last = [self._insert(mark) for mark in self.marks]
        self._link()

    def _insert(self, mark: str) -> int:
        state = 0
        for character in mark:
            after = self.children[state].get(character)
            if after is None:
                after = len(self.children)
                self.children[state][character] = after
                self.children.append({})
                self.ends.append(None)
            state = after
        self.ends[state] = mark
        return state

    def _link(self) -> None:
        """Make of the tree the automaton: where to go from each state by each character."""
        self.moves: list[dict[str, int]] = [{} for _ in self.children]
        # The state of the longest end of the text, shorter than all of it, that begins a mark.
        self.fallback = fallback = [0] * len(self.children)
        waiting = deque([0])
        count = 0
        while waiting:
            state = waiting.popleft()
            behind = self.moves[fallback[state]] if state else {}
            if self.ends[state] is None:
                self.ends[state] = self.ends[fallback[state]]
            self.moves[state] = behind | self.children[state]
            count += len(self.moves[state])
            check_transitions(count)
            for character, after in self.children[state].items():
                fallback[after] = behind.get(character, 0)
                waiting.append(after)

    def without(self, b: GrammarBuilder) -> Expression:
        """Return the texts that contain no mark."""
        targets = {state: DEAD for state, mark in enumerate(self.ends) if mark is not None}
        rows = [
            (mark is None, [] if mark is not None else self._row(state, targets))
            for state, mark in enumerate(self.ends)
        ]
        return b.automaton(rows)

    def before(self, b: GrammarBuilder, wanted: str) -> Expression:
        """Return the texts that, with `wanted` behind them, contain no mark that ends before."""
        targets = {state: DEAD for state, mark in enumerate(self.ends) if mark is not None}
        rows = [
            (
                mark is None and self._reaches(wanted, state),
                [] if mark is not None else self._row(state, targets),
            )
            for state, mark in enumerate(self.ends)
        ]
        return b.automaton(rows)

    def _reaches(self, wanted: str, state: int) -> bool:
        """Say whether a mark is the first one that ends, after a text that leads to a state."""
        for character in wanted[:-1]:
            state = self.moves[state].get(character, 0)
            if self.ends[state] is not None:
                return False
        return True

    def contained(self) -> tuple[str, str] | None:
        """Return a mark and another one inside it, if there are such."""
        for mark in self.marks:
            state = 0
            for character in mark:
                state = self.children[state][character]
                inner = self.ends[state]
                if inner is not None and inner != mark:
                    return mark, inner
            inner = self.ends[self.fallback[state]]
            if inner is not None:
                return mark, inner
        return None

    def overlap(self) -> bool:
        """Say whether the end of a mark is the beginning of one, if none is inside another.

        Without that, text without marks followed by a mark contains no mark before that one.
        """
        return any(self.fallback[state] for state in self.last)

    def _row(self, state: int, targets: dict[int, int]) -> list[tuple[int, int, int]]:
        """Return a state's transitions: those of its characters, and to the start by others."""
        row = []
        free = 0  # the first code point that no transition has yet
        for character, after in sorted(self.moves[state].items()):
            code = ord(character)
            if code > free:
                row.append((free, code - 1, 0))
            target = targets.get(after, after)
            if target != DEAD:
                row.append((code, code, target))
            free = code + 1
        if free <= LAST_CODE_POINT:
            row.append((free, LAST_CODE_POINT, 0))
        return row


def check_transitions(count: int) -> None:
    """Raise LimitError if marks take more than `MAX_TRANSITIONS`."""
    if count > MAX_TRANSITIONS:
        raise LimitError(
            f"the marks of free text have more than {MAX_TRANSITIONS} transitions",
            "max_mark_transitions",
            MAX_TRANSITIONS,
            count,
        )


class FreeText:
    """Text that goes on until one of its marks.

    A mark is written as it is lowered elsewhere (`GrammarBuilder.mark`): parts of it may be special
    tokens. Free text has none, so that the first mark is found by the text of all that was read.
    """

    def __init__(
        self,
        b: GrammarBuilder,
        marks: Sequence[str],
        *,
        excludes: Sequence[str] = (),
        max_chars: int | None = None,
        max_tokens: int | None = None,
    ) -> None:
        """Prepare the languages.

        Args:
            b: the builder that they belong to.
            marks: where the text ends; not empty, distinct, none inside another.
            excludes: strings that the text before the mark does not contain; not empty.
            max_chars: characters before the mark at most.
            max_tokens: tokens at most that have a part in the text before the mark. Not with marks
                that overlap, of which `overlap` tells: where the text can end then depends on
                more than its last character.
        """
        self.b = b
        self.marks = marks
        self.scanner = Marks(marks)
        self.overlap = self.scanner.overlap()
        self.excludes = tuple(excludes)
        self.max_chars = max_chars
        self.max_tokens = max_tokens
        # Without a mark behind it.
        self.text = self._named(self._limited(Marks((*marks, *excludes)).without(b)))

    def _limited(self, text: Expression) -> Expression:
        b = self.b
        if self.max_tokens == 0:
            return b.intersect(text, b.empty())
        if self.max_chars is None:
            return text
        anything = b.repeat(b.codepoints([(0, LAST_CODE_POINT)]), 0, self.max_chars)
        return b.intersect(text, anything)

    def _named(self, text: Expression) -> Expression:
        """Share a language that stands in several places."""
        rule = self.b.rule("text")
        self.b.define(rule, text, max_tokens=self.max_tokens or None)
        return self.b.ref(rule)

    def before(self, ways: Sequence[tuple[Mark, Expression]]) -> Expression:
        """Return free text and one of the ways to go on.

        Args:
            ways: marks, each with what follows the free text: the mark itself and more. A mark may
                come several times. Tokens are no marks that text could contain.
        """
        b = self.b
        if not self.overlap:
            return b.sequence(self.text, b.choice(*(way for _, way in ways)))
        after: dict[Mark, list[Expression]] = {}
        for mark, way in ways:
            after.setdefault(mark, []).append(way)
        # One automaton for each mark.
        check_transitions(sum(len(mark) for mark in self.marks) * len(self.scanner.children))
        parts = (b.sequence(self._first(mark), b.choice(*more)) for mark, more in after.items())
        return b.choice(*parts)

    def _first(self, mark: Mark) -> Expression:
        """Return the free texts behind which a mark is the first one."""
        b = self.b
        if isinstance(mark, Token):
            return self.text
        text = self.scanner.before(b, mark)
        if self.excludes:
            text = b.intersect(text, Marks(self.excludes).without(b))
        return self._limited(text)
