# SPDX-License-Identifier: Apache-2.0
"""Ambiguity and recursion cost polynomial time and memory: tables are counted, not seconds."""

from __future__ import annotations

import pytest

import pushmask
from reference.masks import compile_ebnf

SIZES = (500, 1000, 2000)
# Twice the text may at most make four times the entries; the rest is what small counts hide.
QUADRATIC = 4.2
LINEAR = 2.2

EXPRESSION = """
root   ::= sum
sum    ::= sum "+" term | term
term   ::= term "*" factor | factor
factor ::= "a" | "(" sum ")"
"""
HIDDEN = """
root ::= x
x    ::= y? x "a" | "a"
y    ::= "b" | ""
"""
MUTUAL = """
root ::= a
a    ::= b "a" | "a"
b    ::= a "b" | root "c" | "b"
"""
AMBIGUOUS = {
    "doubling": ('root ::= root root | "a"', "a"),
    "tripling": ('root ::= root root root | root root | "a" | ""', "a"),
    "dangling": ('root ::= "a" root | "a" root "b" | ""', "a"),
    "nested": ('root ::= ("a"* | "a" root)*', "a"),
    "palindrome": ('root ::= "a" root "a" | "b" root "b" | ""', "a"),
    "brackets": ('root ::= "(" root ")" | "(" root | root root | ""', "(()"),
    "sum": ('root ::= root "+" root | root "*" root | "a"', "a+a*"),
}
RECURSIVE = {
    "left": (EXPRESSION, "a+a*"),
    "left, nested": (EXPRESSION, "("),
    "hidden left": (HIDDEN, "a"),
    "mutual left": (MUTUAL, "ab"),
    "centre": ('root ::= "a" root "b" | "c"', "a"),
}


def counts(text: str, unit: str) -> dict[int, dict[str, int]]:
    """The table sizes after texts of each length, each on tables of its own."""
    found = {}
    for size in SIZES:
        vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
        compiled = compile_ebnf(text, vocabulary)
        matcher = compiled.matcher()
        data = (unit * size)[:size].encode()
        for i in range(size):
            assert matcher.accept_bytes(data[i : i + 1]), i
        found[size] = compiled.stats()
    return found


def growth(found: dict[int, dict[str, int]], name: str) -> float:
    """The larger factor by which a table grew when the text doubled."""
    small, middle, large = (max(1, found[size][name]) for size in SIZES)
    return max(middle / small, large / middle)


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguity_costs_at_most_quadratic_memory(name: str) -> None:
    found = counts(*AMBIGUOUS[name])
    for table in ("stack_nodes", "stack_links", "configurations", "bytes"):
        assert growth(found, table) <= QUADRATIC, (table, found)


@pytest.mark.parametrize("name", RECURSIVE)
def test_recursion_without_ambiguity_costs_linear_memory(name: str) -> None:
    found = counts(*RECURSIVE[name])
    for table in ("stack_nodes", "stack_links", "configurations"):
        assert growth(found, table) <= LINEAR, (table, found)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ('root ::= "a" ("," root)?', "a,"),
        ('root ::= list\nlist ::= "a" | "a," list', "a,"),
        ('root ::= "[" item "]"\nitem ::= "x" | "a" item', "a"),
        ('root ::= x\nx ::= "a" y | "a"\ny ::= "," x', "a,"),
    ],
)
def test_a_right_recursive_list_does_not_grow_the_stack(text: str, unit: str) -> None:
    compiled = compile_ebnf(text, pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1]))
    matcher = compiled.matcher()
    data = (unit * 1000)[:1001] if "[" not in text else "[" + unit * 1000
    assert matcher.accept_bytes(data[:51].encode())
    before = compiled.stats()
    for char in data[51:]:
        assert matcher.accept_bytes(char.encode())
    assert compiled.stats()["stack_nodes"] == before["stack_nodes"]


def test_nested_ambiguous_rules_cost_polynomial_memory_in_their_number() -> None:
    def stack_nodes(depth: int) -> int:
        rules = [f"r{i} ::= r{i + 1} r{i + 1} | r{i + 1}" for i in range(depth)]
        text = "\n".join(["root ::= r0", *rules, f'r{depth} ::= "a" | "b"'])
        compiled = compile_ebnf(text, pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1]))
        assert compiled.matcher().accept_bytes(b"aaaaaa")
        return compiled.stats()["stack_nodes"]

    assert stack_nodes(16) <= 8 * stack_nodes(8)


def test_many_matchers_of_one_text_share_their_stacks() -> None:
    compiled = compile_ebnf(EXPRESSION, pushmask.Vocabulary([b"(", b"</s>"], stop_token_ids=[1]))
    first = compiled.matcher()
    assert first.accept_tokens([0] * 200) == 200
    before = compiled.stats()
    others = [compiled.matcher() for _ in range(20)]
    assert [m.accept_tokens([0] * 200) for m in others] == [200] * 20
    assert compiled.stats()["stack_nodes"] == before["stack_nodes"]
    assert compiled.stats()["configurations"] == before["configurations"]
