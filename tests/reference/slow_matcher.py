# SPDX-License-Identifier: Apache-2.0
"""The oracle: which bytes and tokens a grammar allows next, found the slow and obvious way.

It shares nothing with the engine. It reads EBNF, and the printed form of a grammar, by itself and
runs Earley's algorithm byte by byte, so left recursion, empty rules and ambiguity need no care.
An Earley item holds *what is left* of its rule as an expression (Brzozowski's derivative) in place
of a dot in a production; that makes counters, intersection and complement one case each.
(J. Earley, 1970; J. Brzozowski, 1964.)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

from reference.json_spelling import escapes, is_literal
from reference.members import REST, Came, can_be_group, is_group, next_members, read_group

# Expressions are tuples that begin with their kind:
#   ("bytes", text)        ("class", ranges, begun)      ("rule", name)
#   ("seq", parts)         ("choice", frozenset)         ("repeat", body, low, high or None)
#   ("and", (left, right)) ("not", body), among all byte strings
#   ("members", group, parts, members so far, keys so far), see members.py
#   ("key", what is left, text so far, the rest behind it, the members expression after that)
#   ("automaton", ((accepts, ((character, target), ...)), ...), state)
# A range is a pair of encoded characters; `begun` is the part of a character read so far.
Expr = tuple[Any, ...]

# Every character in UTF-8. Byte order is code point order, so a range is a slice.
ENCODED = [chr(c).encode() for c in range(0x110000) if not 0xD800 <= c < 0xE000]
# Finite numbers of keys are counted up to here; so many are as good as no end of them.
MANY_KEYS = 64
PRINTABLE = range(0x20, 0x7F)


class Parts(NamedTuple):
    """What the members of a group are made of."""

    items: tuple[Expr, ...]
    keyed: tuple[tuple[Expr, Expr, int], ...]  # key, rest, which member it is
    rest: Expr
    separator: Expr


EMPTY: Expr = ("bytes", b"")
NOTHING: Expr = ("choice", frozenset())
ANY_TEXT: Expr = ("repeat", ("class", ((ENCODED[0], ENCODED[-1]),), b""), 0, None)


def seq(*parts: Expr) -> Expr:
    if NOTHING in parts:
        return NOTHING
    flat = [q for p in parts if p != EMPTY for q in (p[1] if p[0] == "seq" else (p,))]
    return ("seq", tuple(flat)) if len(flat) > 1 else flat[0] if flat else EMPTY


def choice(options: Iterable[Expr]) -> Expr:
    flat = frozenset(q for p in options for q in (p[1] if p[0] == "choice" else (p,)))
    return next(iter(flat)) if len(flat) == 1 else ("choice", flat)


def repeat(body: Expr, low: int, high: int | None) -> Expr:
    if body == NOTHING:
        return EMPTY if low == 0 else NOTHING
    return EMPTY if high == 0 or body == EMPTY else ("repeat", body, low, high)


def nullable(e: Expr, empty: set[str] | frozenset[str] = frozenset()) -> bool:
    """Whether the empty string matches, given the rules that match it."""
    match e:
        case ("bytes", text):
            return not text
        case ("rule", name):
            return name in empty
        case ("seq" | "and", parts):
            return all(nullable(p, empty) for p in parts)
        case ("choice", options):
            return any(nullable(p, empty) for p in options)
        case ("repeat", body, low, _):
            return low == 0 or nullable(body, empty)
        case ("members", group, _, came, _):
            return is_group(group, came)
        case ("key", _, _, rest, _):
            return nullable(after_key(e), empty) and nullable(rest, empty)
        case ("not", body):
            return not nullable(body)
        case ("automaton", states, at):
            return states[at][0]
    return False  # a class


def heads(e: Expr, empty: set[str] | frozenset[str] = frozenset()) -> Iterator[tuple[Expr, Expr]]:
    """Pairs (first, rest): a nonempty match of `e` is one of `first`, then one of `rest`."""
    match e:
        case ("choice", options):
            for p in options:
                yield from heads(p, empty)
        case ("seq", parts):
            for i, part in enumerate(parts):
                for first, rest in heads(part, empty):
                    yield first, seq(rest, *parts[i + 1 :])
                if not nullable(part, empty):
                    return
        case ("repeat", body, low, high):
            again = repeat(body, max(low - 1, 0), None if high is None else high - 1)
            for first, rest in heads(body, empty):
                yield first, seq(rest, again)
        case ("members", group, parts, came, keys):
            before = (parts.separator,) if came.count > 0 else ()
            for m, came_after in next_members(group, came):
                after = ("members", group, parts, came_after, keys)
                for key, rest, number in parts.keyed:
                    if number == m:
                        yield from heads(seq(*before, ("key", key, b"", rest, after)), empty)
                body = parts.rest if m == REST else parts.items[m]
                yield from heads(seq(*before, body, after), empty)
        case ("key", _, _, rest, _):
            yield e, EMPTY
            yield from heads(seq(rest, after_key(e)), empty)
        case ("automaton", states, at):
            for on, target in states[at][1]:
                for first, rest in heads(on):
                    yield first, seq(rest, ("automaton", states, target))
        case _ if e != EMPTY:
            yield e, EMPTY


def step(e: Expr, byte: int) -> Expr:
    """What is left of a `first` of heads() after one byte."""
    match e:
        case ("bytes", text):
            return ("bytes", text[1:]) if text[0] == byte else NOTHING
        case ("class", ranges, begun):
            begun += bytes([byte])
            for low, high in ranges:
                i = bisect_left(ENCODED, max(low, begun))
                if i < len(ENCODED) and ENCODED[i] <= high and ENCODED[i].startswith(begun):
                    return EMPTY if ENCODED[i] == begun else ("class", ranges, begun)
        case ("and", (left, right)):
            return both(derive(left, byte), derive(right, byte))
        case ("not", body):
            return ("not", derive(body, byte))
        case ("key", left, text, rest, after):
            so_far = text + bytes([byte])
            # Of those seen some may be another key's.
            seen = sum(
                key.startswith(so_far) and nullable(derive_all(left, key[len(text) :]))
                for key in after[-1]
            )
            left = derive(left, byte)
            if num_texts(left, seen + 1) > seen:  # or all of them were seen
                return ("key", left, so_far, rest, after)
    return NOTHING  # also for a rule, which matches no byte by itself


def derive(e: Expr, byte: int) -> Expr:
    """What is left of a rule-free expression after one byte."""
    return choice(seq(step(first, byte), rest) for first, rest in heads(e))


def after_key(key: Expr) -> Expr:
    """The members after a ("key", ...) that ends here; NOTHING if it cannot."""
    _, left, text, _, (_, group, parts, came, keys) = key
    if text in keys or not nullable(left):
        return NOTHING
    return ("members", group, parts, came, keys | {text})


def derive_all(e: Expr, text: bytes) -> Expr:
    """What is left of a rule-free expression after a text."""
    for byte in text:
        e = derive(e, byte)
    return e


@cache
def after_one(e: Expr, alphabet: range) -> Counter[Expr]:
    """What can be left of a rule-free expression after one byte, and after how many of them."""
    return Counter(left for b in alphabet if (left := derive(e, b)) != NOTHING)


@cache
def num_texts(e: Expr, most: int, alphabet: range = range(256)) -> int:
    """How many matches over some bytes a rule-free expression has, so many at most."""
    if len(alphabet) == 256 and num_texts(e, most, PRINTABLE) == most:  # fewer bytes to try
        return most
    found = 0
    begun = Counter({e: 1})
    while begun and found < most:
        found += sum(times for left, times in begun.items() if nullable(left))
        after: Counter[Expr] = Counter()
        for left, times in begun.items():
            for further, ways in after_one(left, alphabet).items():
                after[further] += times * ways
        begun = after
    return min(found, most)


def count_keys(keys: list[Expr]) -> int | None:
    """How many texts some keys may be together; None: very many."""
    num_keys = num_texts(choice(keys), MANY_KEYS)
    return None if num_keys == MANY_KEYS else num_keys


def both(left: Expr, right: Expr) -> Expr:
    """The intersection; NOTHING unless bytes can be found that lead to the end of both."""
    seen: set[Expr] = set()
    todo: list[Iterator[Expr]] = [iter([(left, right)])]
    while todo:
        pair = next(todo[-1], None)
        if pair is None:
            todo.pop()
        elif NOTHING not in pair and pair not in seen:
            if all(nullable(e) for e in pair):
                return ("and", (left, right))
            seen.add(pair)
            todo.append(zip(*(map(partial(derive, e), range(256)) for e in pair), strict=True))
    return NOTHING


def spelled(e: Expr, *, every: bool) -> Expr:
    """The spellings in JSON of the strings of a rule-free expression, all or the canonical ones."""
    spell = partial(spelled, every=every)
    match e:
        case ("bytes", text):
            return seq(*(spelled_range(ord(c), ord(c), every) for c in text.decode()))
        case ("class", ranges, _):
            points = (tuple(ord(c.decode()) for c in r) for r in ranges)
            return choice(spelled_range(low, high, every) for low, high in points)
        case ("seq", parts):
            return seq(*map(spell, parts))
        case ("choice", options):
            return choice(map(spell, options))
        case ("repeat", body, low, high):
            return repeat(spell(body), low, high)
        case ("and", (left, right)):
            return ("and", (spell(left), spell(right)))
        case ("not", body):
            return ("not", spell(body))
        case ("automaton", states, at):
            spelt = (tuple((spell(on), to) for on, to in edges) for _, edges in states)
            return ("automaton", tuple(zip((s[0] for s in states), spelt, strict=True)), at)
    raise AssertionError(e)


@cache
def spelled_range(low: int, high: int, every: bool) -> Expr:
    """One of these characters, as JSON spells it."""
    cuts = [low, *(c for c in (0x20, 0x22, 0x23, 0x5C, 0x5D) if low < c <= high), high + 1]
    pieces = [(a, b - 1) for a, b in pairwise(cuts) if is_literal(a)]
    literal = ("class", tuple((chr(a).encode(), chr(b).encode()) for a, b in pieces), b"")
    as_escapes = (
        seq(*(("class", tuple((c.encode(), c.encode()) for c in place), b"") for place in escape))
        for escape in escapes(low, high, every=every)
    )
    return choice([literal] * bool(pieces) + list(as_escapes))


class SlowGrammar:
    """The rules of a grammar without the parts that can never be finished."""

    def __init__(self, text: str) -> None:
        names_and_bodies = re.split(r"^\s*([\w-]+)\s*::=", text, flags=re.M)[1:]
        bodies = dict(zip(names_and_bodies[::2], names_and_bodies[1::2], strict=True))
        productive: set[str] = set()
        self.empty: set[str] = set()
        for _ in range(len(bodies) + 1):  # a round that finds no rule more is the last that could
            self.rules = {name: Reader(body, productive).body for name, body in bodies.items()}
            productive = {name for name, e in self.rules.items() if e != NOTHING}
            self.empty |= {name for name, e in self.rules.items() if nullable(e, self.empty)}
        self.root = "root" if "root" in bodies else next(iter(bodies))
        self.matches_nothing = self.rules[self.root] == NOTHING

    def start(self) -> SlowMatcher:
        return SlowMatcher(self, (), [(self.root, self.rules[self.root], 0)])


class SlowMatcher:
    """A grammar and the bytes read so far, of which some continuation is a sentence."""

    def __init__(self, grammar: SlowGrammar, chart: tuple[Any, ...], items: list[Any]) -> None:
        """Close the items (rule, what is left of it, where it began) of one position."""
        waiting: list[Any] = []  # the items by their heads: (rule, first, rest, where it began)
        self.grammar, self.chart, self.can_stop = grammar, (*chart, waiting), False
        seen = set()
        while items:
            if (item := items.pop()) in seen:
                continue
            seen.add(item)
            rule, left, origin = item
            if nullable(left, grammar.empty):
                self.can_stop |= rule == grammar.root and origin == 0
                # An empty match needs no completion: heads() has looked past nullable rules.
                for parent, first, rest, start in self.chart[origin] if origin < len(chart) else ():
                    if first == ("rule", rule):
                        items.append((parent, rest, start))
            for first, rest in heads(left, grammar.empty):
                waiting.append((rule, first, rest, origin))
                if first[0] == "rule":
                    items.append((first[1], grammar.rules[first[1]], len(chart)))

    def feed(self, data: bytes) -> SlowMatcher | None:
        """The matcher after these bytes; None if no sentence begins so."""
        matcher = self
        for byte in data:
            items = []
            for rule, first, rest, origin in matcher.chart[-1]:
                if (left := step(first, byte)) != NOTHING:
                    items.append((rule, seq(left, rest), origin))
            if not items:
                return None
            matcher = SlowMatcher(self.grammar, matcher.chart, items)
        return matcher

    def next_bytes(self) -> bytes:
        return bytes(b for b in range(256) if self.feed(bytes([b])) is not None)

    def allowed_tokens(self, tokens: list[bytes], stop: set[int], special: set[int]) -> set[int]:
        """Every token whose bytes all fit, and the stop tokens where the text may end."""
        plain = set(range(len(tokens))) - stop - special
        allowed = {i for i in plain if tokens[i] and self.feed(tokens[i]) is not None}
        return allowed | stop if self.can_stop else allowed


TOKENS = re.compile(
    r"""(?P<space>(?:\s|\#[^\n]*)+) | (?P<rule>[\w-]+|<nothing>) | (?P<suffix>[?*+]|\{[\d,]+\})
    | "(?P<string>(?:[^"\\]|\\.)*)" | \[(?P<class>(?:[^\]\\]|\\.)*)\]
    | (?P<mark><members|<automaton|<json~?|[()|&!;>^:])""",
    re.X | re.S | re.A,
)
CHAR = r"\\(?:x..|u\{\w+\}|u.{4}|U.{8}|.)|[^\\]"
NAMED = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}
SUFFIXES = {"?": "0,1", "*": "0,", "+": "1,"}


class Reader:
    """The body of a rule, in EBNF or the printed form, into an expression."""

    def __init__(self, text: str, productive: set[str]) -> None:
        found = [(m.lastgroup, m[m.lastgroup or 0]) for m in TOKENS.finditer(text)]
        assert not (bad := TOKENS.sub("", text)), bad
        self.tokens = [t for t in found if t[0] != "space"] + [("mark", "")]
        self.productive = productive
        self.body = self.group("")

    def take(self, mark: str) -> bool:
        found = self.tokens[0] in (("mark", mark), ("suffix", mark))
        del self.tokens[:found]
        return found

    def group(self, end: str) -> Expr:
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        while self.take("&"):  # never beside a | without parentheses
            options.append(both(options.pop(), self.sequence()))
        assert self.take(end), self.tokens
        return choice(options)

    def sequence(self) -> Expr:
        parts = []
        while self.tokens[0][0] != "mark" or self.tokens[0][1] not in (")", "|", "&", ""):
            parts.append(self.postfix())
        return seq(*parts)

    def postfix(self) -> Expr:
        e = self.atom()
        while self.tokens[0][0] == "suffix":
            e = repeat(e, *self.bounds())
        return e

    def bounds(self) -> tuple[int, int | None]:
        suffix = self.tokens.pop(0)[1]
        low, comma, high = SUFFIXES.get(suffix, suffix.strip("{}")).partition(",")
        return int(low), int(high) if high else None if comma else int(low)

    def atom(self) -> Expr:
        kind, text = self.tokens.pop(0)
        if kind == "rule":
            return ("rule", text) if text in self.productive else NOTHING
        if kind in ("string", "class"):
            return literal(text) if kind == "string" else character_class(text)
        if text == "<members":
            return self.members()
        if text == "<automaton":
            return self.automaton()
        if text in ("<json", "<json~"):
            strings = self.postfix()
            assert self.take(">"), self.tokens
            return spelled(strings, every=text == "<json~")
        if text == "!":
            return both(ANY_TEXT, ("not", self.atom()))
        return self.group(")")

    def members(self) -> Expr:
        group, *parts = read_group(self, NOTHING, count_keys)
        e = ("members", group, Parts(*parts), Came(), frozenset())
        return e if can_be_group(group, Came()) else NOTHING

    def automaton(self) -> Expr:
        states = []
        while not self.take(">"):
            assert self.take(";") or not states, self.tokens
            assert self.tokens.pop(0) == ("rule", str(len(states)))
            accepts, edges = self.take("!"), []
            while self.tokens[0][0] == "class":
                on, target = self.tokens.pop(0)[1], self.tokens.pop(0)[1]
                edges.append((character_class(on), int(target)))
            states.append((accepts, tuple(edges)))
        return ("automaton", tuple(states), 0)


def code_point(char: str) -> int:
    return int(char[2:].strip("{}"), 16) if len(char) > 2 else ord(NAMED.get(char, char[-1]))


def literal(text: str) -> Expr:
    """The bytes of a text; \\xHH is a byte, as the printed form means it."""
    points = [(code_point(c), c.startswith("\\x")) for c in re.findall(CHAR, text)]
    return ("bytes", b"".join(bytes([p]) if is_byte else chr(p).encode() for p, is_byte in points))


def character_class(text: str) -> Expr:
    """At least one character or range of them; a `^` in front negates."""
    found = re.findall(f"({CHAR})(?:-({CHAR}))?", text.removeprefix("^"))
    ranges = [(code_point(low), code_point(high or low)) for low, high in found]
    if text.startswith("^"):
        between, start = [], 0
        for low, high in [*sorted(ranges), (0x110000, 0x110000)]:
            between.append((start, low - 1))
            start = max(start, high + 1)
        ranges = [r for r in between if r[0] <= r[1]]
    encoded = (tuple(chr(c).encode(errors="surrogatepass") for c in r) for r in ranges)
    return ("class", tuple(encoded), b"")
