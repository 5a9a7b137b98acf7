# SPDX-License-Identifier: Apache-2.0
"""Texts drawn from masks, token by token, and an oracle that reads their numbers exactly."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import jsonschema
import numpy as np

import pushmask
from conformance.engine import Options, read
from conformance.json_schema.ecma import translate_schema

# What brings a text to its end, the best first: outside of strings, and values begin as short ones.
CLOSING = ["}", "]", ",", ":", '"', "null", "true", "false", "1", "0", "{", "["]
CLOSING_CHANCE = 0.2
WORD_CHANCE = 0.2
PATIENCE = 40  # tokens; then a text is brought to its end
MAX_TOKENS = 1500
MAX_EXPONENT = 400


class Walker:
    """Draws texts from the masks of grammars for one vocabulary."""

    def __init__(self, vocabulary: pushmask.Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.row = pushmask.allocate_mask(1, vocabulary)[0]  # (words,)
        self.stops = frozenset(vocabulary.stop_token_ids)
        self.ids = {vocabulary.token_bytes(i): i for i in reversed(range(vocabulary.size))}
        self.closing = [*sorted(self.stops), *(self.ids[text.encode()] for text in CLOSING)]
        # Letter by letter a string comes to where it may end, whatever its pattern is.
        self.characters = [self.ids[bytes([code])] for code in range(0x20, 0x7F)]
        self.quote = self.ids[b'"']

    def is_allowed(self, token_id: int) -> bool:
        return bool(int(self.row[token_id >> 5]) >> (token_id & 31) & 1)

    def choose(self, rng: random.Random, preferred: list[int]) -> int | None:
        """Choose a token that the row allows, the first preferred one; None if it allows none."""
        for token_id in preferred:
            if self.is_allowed(token_id):
                return token_id
        bits = np.unpackbits(self.row.view(np.uint8), bitorder="little")  # (32 * words,)
        allowed = np.flatnonzero(bits)
        return int(allowed[rng.randrange(allowed.size)]) if allowed.size else None

    def spell(self, plan: bytes) -> int | None:
        """Give the longest allowed token that the plan begins with."""
        for size in range(min(len(plan), 24), 0, -1):
            token_id = self.ids.get(plan[:size])
            if token_id is not None and self.is_allowed(token_id):
                return token_id
        return None

    def walk(
        self, compiled: pushmask.CompiledGrammar, hints: Hints, rng: random.Random
    ) -> bytes | None:
        """Draw a text up to the stop token; None if it grows too long.

        Without hints the end would not be found: an object that lacks a required name goes on with
        names that nobody asked for, and a string that has to match `shader` with any letters.

        Raises:
            AssertionError: a mask allows no token, or one that the matcher refuses.
        """
        matcher, text, plan, place = compiled.matcher(), bytearray(), b"", Place()
        for step in range(MAX_TOKENS):
            matcher.fill_mask(self.row)
            wants_end = step > PATIENCE or rng.random() < CLOSING_CHANCE
            if wants_end and not plan and place.is_string:
                plan = self.plan(matcher, text, hints, rng)
            preferred = self.closers(place.is_string, rng) if wants_end else []
            chosen = self.spell(plan) if plan else self.choose(rng, preferred)
            assert chosen is not None, ("no token is allowed after", bytes(text), plan)
            assert matcher.accept_token(chosen), ("an allowed token is refused after", bytes(text))
            if chosen in self.stops:
                return bytes(text)
            token = self.vocabulary.token_bytes(chosen)
            text += token
            plan = plan[len(token) :]
            place.move(token)
        return None

    def plan(
        self, matcher: pushmask.Matcher, text: bytearray, hints: Hints, rng: random.Random
    ) -> bytes:
        """Choose what to write next inside a string: nothing, a name or a word."""
        choices = []
        if begins_name(text):
            choices = hints.names
        elif not self.is_allowed(self.quote) and rng.random() < WORD_CHANCE:
            choices = hints.words
        fitting = [hint for hint in choices if matcher.fork().accept_bytes(hint)]
        rng.shuffle(fitting)
        # Some of those that were written already are in another object.
        return min(fitting[: rng.choice([1, None])], key=text.count, default=b"")

    def closers(self, is_string: bool, rng: random.Random) -> list[int]:
        """List what brings the text to its end, the best first."""
        if not is_string:
            return self.closing
        return [self.quote, *rng.sample(self.characters, len(self.characters))]


@dataclass(slots=True)
class Place:
    """Whether a text ends inside a string, and behind a backslash."""

    is_string: bool = False
    is_escaped: bool = False

    def move(self, token: bytes) -> None:
        """Go on by the bytes of a token."""
        for byte in token:
            if self.is_escaped:
                self.is_escaped = False
            elif byte == ord("\\"):
                self.is_escaped = True
            elif byte == ord('"'):
                self.is_string = not self.is_string


def begins_name(text: bytearray) -> bool:
    """Whether a text ends with a quote that may open the name of a member."""
    return text.endswith(b'"') and text[:-1].rstrip().endswith((b"{", b","))


@dataclass(frozen=True, slots=True)
class Hints:
    """What a text may have to have: names as they stand behind the opening quote, and words."""

    names: list[bytes]
    words: list[bytes]


def hints_of(schema: Any) -> Hints:
    """Collect the required names and the words in the patterns of a schema."""
    names, words = set(), set()
    pending = [schema]
    while pending:
        inner = pending.pop()
        if isinstance(inner, list):
            pending += inner
        if not isinstance(inner, dict):
            continue
        pending += inner.values()
        required, pattern = inner.get("required"), inner.get("pattern")
        if isinstance(required, list):  # else it is a property's schema
            names |= {json.dumps(name, ensure_ascii=False)[1:].encode() for name in required}
        if isinstance(pattern, str):
            words |= {word.encode() for word in re.findall(r"\w{2,}", pattern)}
    return Hints(sorted(names), sorted(words))


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def parse(text: bytes) -> Any:
    """Read a JSON text; numbers with a fraction or an exponent are read exactly.

    Of members with the same name the last one counts, as for most readers.

    Raises:
        ValueError: it is no JSON.
        OverflowError: a number's exponent is out of the oracle's bounds.
    """
    return json.loads(
        text.decode("utf-8"),
        parse_float=exactly,
        parse_constant=refuse_constant,
    )


def exactly(text: str) -> Decimal:
    """Read a number."""
    number = Decimal(text)
    if abs(number.adjusted()) > MAX_EXPONENT:
        raise OverflowError(f"{text} is out of bounds")
    return number


def multiple_of(_validator: Any, divisor: Any, value: Any, _schema: Any) -> Any:
    """`multipleOf`, in fractions."""
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    if is_number and (Fraction(value) / Fraction(divisor)).denominator != 1:
        yield jsonschema.ValidationError(f"{value} is not a multiple of {divisor}")


def is_integer(_checker: Any, value: Any) -> bool:
    """Whether a value is an integer, which may be written 1.0."""
    is_whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return is_whole or (isinstance(value, int) and not isinstance(value, bool))


@cache
def format_checker() -> jsonschema.FormatChecker:
    """Make a checker of the formats that both `jsonschema` and the engine know.

    Schemas are read so that formats which the engine does not know are annotations.
    """
    known = jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers
    readings = {name: read({"type": "string", "format": name}, Options()) for name in known}
    checker = jsonschema.FormatChecker([])
    checker.checkers = {
        name: check for name, check in known.items() if readings[name].status == "compiled"
    }
    return checker


def oracle(schema: Any) -> Any:
    """Make a validator of the draft that `$schema` names, 2020-12 by default.

    Formats are enforced in every draft.

    Raises:
        re.error: a pattern cannot be said in Python.
    """
    newest = jsonschema.Draft202012Validator
    exact = translate_schema(json.loads(json.dumps(schema), parse_float=Decimal))
    draft = jsonschema.validators.validator_for(schema, default=newest)
    if isinstance(exact, dict):
        # A reference to a schema with it would leave the extended validator for the library's.
        exact.pop("$schema", None)
    checker = draft.TYPE_CHECKER
    # In draft 4 no integer has a fraction.
    if draft is not jsonschema.Draft4Validator:
        checker = checker.redefine("integer", is_integer)
    extended = jsonschema.validators.extend(
        draft, {"multipleOf": multiple_of}, type_checker=checker
    )
    return extended(exact, format_checker=format_checker())
