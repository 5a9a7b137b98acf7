# SPDX-License-Identifier: Apache-2.0
"""The rule option `max_tokens`, against a search over all ways to go on with a small vocabulary.

The oracle knows of a rule only the texts that it may have. It keeps every way to cut the text so
far into what comes before the rule, the rule, and what comes after, with the number of tokens that
have a part in the rule; a token is allowed if some way has a completion by tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

import pushmask
from reference.masks import allowed, compile_ebnf, ids, view

EURO = "€".encode()  # three bytes
TOKENS = [b"a", b"b", b"ab", b"xa", b"x", b".", b"a.", b"\xe2", b"\x82", b"\xac", b"\x82\xac"]
TOKENS += [b"\xacb", b"a\xe2", b"\xe2\x82", EURO, b"\xac.", b"..", b"</s>"]
STOP = len(TOKENS) - 1


@dataclass(frozen=True)
class Shape:
    """`before`, then a rule of at most so many tokens, then `after`; finite, but for the rule."""

    before: bytes
    body: str  # a class of characters, any number of them
    max_tokens: int
    after: str  # a pattern of finitely many texts without the characters of the body, or of few

    def grammar(self) -> str:
        before = self.before.decode()
        rule = f"x[max_tokens={self.max_tokens}] ::= {self.body}*"
        return f'root ::= "{before}" x /{self.after}/\n{rule}'


@dataclass(frozen=True)
class Way:
    """One way to read a text: the bytes of each part, and the tokens that the rule is part of."""

    before: bytes
    rule: bytes
    after: bytes
    tokens: int


class Oracle:
    def __init__(self, shape: Shape, tokens: list[bytes], after: list[bytes]) -> None:
        self.shape = shape
        self.tokens = tokens
        self.after = after
        self.step = cache(self._step)
        self.is_alive = cache(self._is_alive)

    def in_rule(self, text: bytes) -> bool:
        return re.fullmatch(f"{self.shape.body}*", text.decode(errors="replace")) is not None and (
            "\ufffd" not in text.decode(errors="replace")
        )

    def begins_rule(self, text: bytes) -> bool:
        """Whether some text of the rule begins so: one that a character's rest may have to end."""
        return any(self.in_rule(text + rest) for rest in (b"", b"\xac", b"\x82\xac"))

    def _step(self, way: Way, token: bytes) -> frozenset[Way]:
        """All ways on, which differ in where the rule begins and ends inside of the token."""
        ways = set()
        for i in range(len(token) + 1):
            for j in range(i, len(token) + 1):
                first, middle, last = token[:i], token[i:j], token[j:]
                if (way.rule or way.after) and first:
                    continue
                if way.after and middle:
                    continue
                before, rule, after = way.before + first, way.rule + middle, way.after + last
                if (middle or rule or after) and before != self.shape.before:
                    continue
                if not self.shape.before.startswith(before) or not self.begins_rule(rule):
                    continue
                if after and not self.in_rule(rule):
                    continue
                if not any(text.startswith(after) for text in self.after):
                    continue
                used = way.tokens + (1 if middle else 0)
                if used <= self.shape.max_tokens:
                    # How the rule reads on does not depend on whole characters.
                    rest = EURO if rule and self.in_rule(rule) else rule
                    ways.add(Way(before, rest, after, used))
        return frozenset(ways)

    def is_sentence(self, way: Way) -> bool:
        return (
            way.before == self.shape.before and self.in_rule(way.rule) and way.after in self.after
        )

    def _is_alive(self, way: Way) -> bool:
        """Whether some tokens complete it. The rule is not gone on with but to end a character."""
        if self.is_sentence(way):
            return True
        for token in self.tokens:
            for on in self.step(way, token):
                more = len(on.before) + len(on.after) > len(way.before) + len(way.after)
                ends = not self.in_rule(way.rule) and on.tokens > way.tokens
                if (more or ends) and self.is_alive(on):
                    return True
        return False

    def allowed(self, ways: frozenset[Way]) -> set[int]:
        found = {
            number
            for number, token in enumerate(self.tokens)
            if any(self.is_alive(on) for way in ways for on in self.step(way, token))
        }
        return found | ({STOP} if any(map(self.is_sentence, ways)) else set())

    def after_token(self, ways: frozenset[Way], token: bytes) -> frozenset[Way]:
        return frozenset(on for way in ways for on in self.step(way, token))


SHAPES = [
    (Shape(b"", "[ab€]", 1, "\\."), [b"."]),
    (Shape(b"", "[ab€]", 2, "\\."), [b"."]),
    (Shape(b"x", "[ab€]", 3, "\\.{1,2}"), [b".", b".."]),
    (Shape(b"x", "[a€]", 2, "b?"), [b"", b"b"]),
    (Shape(b"", "[ab€]", 3, "a\\.|€"), [b"a.", EURO]),
    (Shape(b"x", "[ab€]", 5, "()"), [b""]),
    (Shape(b"", "[€]", 2, "b"), [b"b"]),
    (Shape(b"", "[€]", 4, "(b|\\.)"), [b"b", b"."]),
]
VOCABULARIES = {
    "all": TOKENS,
    # None ends the character by itself, so the rule must leave some tokens for that.
    "by bytes": [t for t in TOKENS if t not in (b"\x82\xac", EURO)],
    # A character that has begun can only end with what comes after the rule.
    "only together": [t for t in TOKENS if t not in (b"\xac", b"\x82\xac", EURO)],
}


@pytest.mark.parametrize("name", VOCABULARIES)
@pytest.mark.parametrize(("shape", "after"), SHAPES, ids=[s.grammar() for s, _ in SHAPES])
def test_masks_are_those_of_the_search(shape: Shape, after: list[bytes], name: str) -> None:
    if name == "only together" and after in ([b""], [b"a.", EURO]):
        pytest.skip("no tokens spell what the grammar asks for, which masks do not look for")
    kept = [token if token in VOCABULARIES[name] else b"" for token in TOKENS]
    vocabulary = pushmask.Vocabulary(kept, stop_token_ids=[STOP])
    oracle = Oracle(shape, kept[:STOP], after)
    compiled = compile_ebnf(shape.grammar(), vocabulary)
    start = frozenset({Way(b"", b"", b"", 0)})
    work = [(compiled.matcher(), start, b"")]
    seen = {start}
    while work:
        matcher, ways, text = work.pop()
        want = oracle.allowed(ways) - {i for i, token in enumerate(kept) if not token}
        assert allowed(matcher, vocabulary) == want, text
        for number in range(STOP):
            trial = matcher.fork()
            assert trial.accept_token(number) == (number in want), (text, kept[number])
            assert matcher.validate_tokens([number]) == (number in want)
            if number in want:
                on = oracle.after_token(ways, kept[number])
                if on not in seen:
                    seen.add(on)
                    work.append((trial, on, text + kept[number]))
    assert len(seen) > 3


def test_a_token_counts_if_it_has_a_part_in_the_rule(smollm2: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf('root ::= "say: " x " END"\nx[max_tokens=3] ::= [^E]*', smollm2)
    matcher = compiled.matcher()
    assert matcher.accept_bytes(b"say: on")  # counts as one token
    assert matcher.accept_bytes(b"e")
    assert matcher.accept_bytes(b"x")
    assert matcher.jump_forward() == b" END"
    assert not matcher.fork().accept_bytes(b"e")
    matcher.rollback(1)
    assert matcher.accept_bytes(b"e END")
    assert matcher.can_stop


def test_each_time_the_rule_has_its_own_bound(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf('root ::= (x ",")*\nx[max_tokens=2] ::= [a-z]*', byte_vocabulary)
    matcher = compiled.matcher()
    assert matcher.accept_tokens(list(b"ab,cd,e,,fg,")) == 12
    assert matcher.accept_tokens(list(b"abc")) == 2


def test_a_large_bound_costs_no_states(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf("root[max_tokens=1000000] ::= .*", byte_vocabulary)
    small = compile_ebnf("root[max_tokens=7] ::= .*", byte_vocabulary)
    assert compiled.stats()["states"] == small.stats()["states"]


def test_every_way_to_a_mask_agrees(smollm2: pushmask.Vocabulary) -> None:
    text = 'root ::= "<" x ">" x\nx[max_tokens=4, capture, temperature=0.5] ::= [^<>]*'
    compiler = pushmask.Compiler(smollm2)
    grammar = pushmask.Grammar.from_ebnf(text)
    lazy, eager = compiler.compile(grammar), compiler.compile(grammar, eager=True)
    tiny = pushmask.Compiler(smollm2, limits=pushmask.Limits(max_memory_bytes=0)).compile(grammar)
    matchers = [compiled.matcher() for compiled in (lazy, eager, tiny)]
    data = "<caf€ ☃☃ 日本>日☃".encode()
    for byte in data:
        views = [view(matcher, smollm2) for matcher in matchers]
        assert views[0] == views[1] == views[2]
        taken = [matcher.accept_bytes(bytes([byte])) for matcher in matchers]
        assert len(set(taken)) == 1
    assert len({str(matcher.captures()) for matcher in matchers}) == 1


def test_batches_and_draft_trees_have_the_masks_of_matchers() -> None:
    shape = Shape(b"x", "[ab€]", 2, "\\.{1,2}")
    vocabulary = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP])
    compiled = compile_ebnf(shape.grammar(), vocabulary)
    chains = [[3, 7, 10], [4, 12, 10, 5], [4, 2, 15], [3, 0, 1]]
    for chain in chains:
        single = compiled.matcher()
        rows = [allowed(single, vocabulary)]
        alive = True
        for token in chain:
            alive = alive and single.accept_token(token)
            rows.append(allowed(single, vocabulary) if alive else set())
        mask = np.zeros((len(chain) + 1, 1), dtype=np.int32)  # (tokens + 1, words)
        matcher = compiled.matcher()
        pushmask.fill_draft_tree(matcher, chain, list(range(-1, len(chain) - 1)), mask)
        assert [ids(row.tolist()) for row in mask] == rows
        batch = pushmask.MatcherBatch([compiled.matcher()])
        for token, want in zip(chain, rows, strict=False):
            one = np.zeros((1, 1), dtype=np.int32)  # (batch, words)
            batch.fill_masks(one)
            assert ids(one[0].tolist()) == want
            if batch.accept_tokens([token]) != [True]:
                break


@pytest.mark.parametrize(
    "grammar",
    [
        'root[max_tokens=3] ::= "abc"',
        'root[max_tokens=3] ::= "\\"" [^"]* "\\""',
        'root[max_tokens=3, stop="aa"] ::= [ab]*',
    ],
)
def test_rules_that_cannot_end_everywhere_are_refused(
    grammar: str, byte_vocabulary: pushmask.Vocabulary
) -> None:
    with pytest.raises(pushmask.UnsupportedError, match="max_tokens"):
        compile_ebnf(grammar, byte_vocabulary)


def test_other_options_beside_it(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf(
        'root ::= x "END"\nx[max_tokens=6, max_chars=5, stop="END"] ::= .*', byte_vocabulary
    )
    matcher = compiled.matcher()
    assert matcher.accept_tokens(list(b"abENDE")) == 5
    matcher = compiled.matcher()
    assert matcher.accept_tokens(list(b"abcdef")) == 5
    matcher = compiled.matcher()
    assert matcher.accept_tokens(list("☃☃END".encode())) == 9
    matcher = compiled.matcher()
    assert matcher.accept_tokens(list("☃☃☃".encode())) == 6
