# SPDX-License-Identifier: Apache-2.0
"""`Compiler`, `CompiledGrammar` and `Limits`."""

from __future__ import annotations

import pytest

import pushmask
from reference.masks import accepts, allowed

STATS = {"states", "stack_nodes", "stack_links", "configurations", "rows", "partitions", "bytes"}


def test_a_compiled_grammar_knows_its_vocabulary(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(
        pushmask.Grammar.from_ebnf('root ::= "a"')
    )
    assert compiled.vocabulary.size == byte_vocabulary.size
    assert compiled.vocabulary.token_bytes(97) == b"a"


def test_matchers_of_a_compiled_grammar_are_independent(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(
        pushmask.Grammar.from_ebnf('root ::= "ab"')
    )
    one, two = compiled.matcher(), compiled.matcher()
    assert one.accept_token(ord("a"))
    assert (one.next_bytes(), two.next_bytes()) == (b"b", b"a")


def test_one_compiler_compiles_many_grammars(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiler = pushmask.Compiler(byte_vocabulary)
    grammars = [pushmask.Grammar.from_ebnf(f'root ::= "{i}" [a-z]*') for i in range(20)]
    compiled = [compiler.compile(grammar) for grammar in grammars]
    for i, each in enumerate(compiled):
        assert accepts(each, f"{i}abc")
        assert not accepts(each, f"{i + 1}abc")


@pytest.mark.parametrize("lengths", [(2, 3), (3, 2), (1, 4)])
def test_grammars_that_differ_inside_an_intersection_are_kept_apart(
    lengths: tuple[int, int], byte_vocabulary: pushmask.Vocabulary
) -> None:
    # Automata are remembered by what they were made from, here also below Boolean operators.
    compiler = pushmask.Compiler(byte_vocabulary)
    schemas = [{"type": "string", "minLength": length, "pattern": "^a"} for length in lengths]
    for schema, length in zip(schemas, lengths, strict=True):
        compiled = compiler.compile(pushmask.Grammar.from_json_schema(schema))
        accepted = [n for n in range(1, 7) if accepts(compiled, f'"{"a" * n}"')]
        assert accepted == list(range(length, 7))


def test_a_grammar_serves_two_vocabularies(byte_vocabulary: pushmask.Vocabulary) -> None:
    small = pushmask.Vocabulary([b"</s>", b"ab"], stop_token_ids=[0])
    grammar = pushmask.Grammar.from_ebnf('root ::= "ab"')
    masks = [
        allowed(pushmask.Compiler(vocabulary).compile(grammar).matcher(), vocabulary)
        for vocabulary in (byte_vocabulary, small)
    ]
    assert masks == [{ord("a")}, {1}]


@pytest.mark.parametrize("num_threads", [1, 2, 8])
def test_the_number_of_threads_does_not_show(
    num_threads: int, byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiler = pushmask.Compiler(byte_vocabulary, num_threads=num_threads)
    compiled = compiler.compile(pushmask.Grammar.from_ebnf('root ::= "a" root | "b"'))
    assert accepts(compiled, "aab")


@pytest.mark.parametrize("num_threads", [1, 2])
def test_eager_computes_all_partitions_first(
    num_threads: int, byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiler = pushmask.Compiler(byte_vocabulary, num_threads=num_threads)
    grammar = pushmask.Grammar.from_ebnf('root ::= "(" root ")" | word ","\nword ::= [a-z]+')
    compiled = compiler.compile(grammar, eager=True)
    before = compiled.stats()["partitions"]
    matcher = compiled.matcher()
    for byte in b"((ab,))":
        assert byte in allowed(matcher, byte_vocabulary)
        assert matcher.accept_token(byte)
    assert before == compiled.stats()["partitions"] > 0
    with pytest.raises(TypeError):
        compiler.compile(grammar, True)  # type: ignore[misc]  # keyword only


@pytest.mark.parametrize("num_threads", [0, -1])
def test_a_compiler_needs_a_thread(num_threads: int, byte_vocabulary: pushmask.Vocabulary) -> None:
    with pytest.raises((ValueError, TypeError)):
        pushmask.Compiler(byte_vocabulary, num_threads=num_threads)


def test_stats_are_counts(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(
        pushmask.Grammar.from_ebnf('root ::= "(" root ")" | "x"')
    )
    before = compiled.stats()
    assert before.keys() >= STATS
    assert all(isinstance(value, int) and value >= 0 for value in before.values())
    matcher = compiled.matcher()
    assert matcher.accept_bytes(b"(((x")
    allowed(matcher, byte_vocabulary)
    after = compiled.stats()
    assert after["stack_nodes"] > before["stack_nodes"]
    assert after["states"] == before["states"]


def test_limits_have_defaults_and_names() -> None:
    limits = pushmask.Limits(max_states=10)
    assert limits.max_states == 10
    assert limits.max_rules == pushmask.Limits().max_rules > 0
    with pytest.raises(TypeError):
        pushmask.Limits(max_wishes=3)  # type: ignore[call-arg]  # wrong on purpose


@pytest.mark.parametrize(
    ("limits", "grammar", "name"),
    [
        (
            pushmask.Limits(max_states=10),
            'root ::= "a long literal with many states"',
            "max_states",
        ),
        (
            pushmask.Limits(max_rules=2),
            "root ::= a\na ::= b a?\nb ::= c b?\nc ::= [a] c?",
            "max_rules",
        ),
        (
            pushmask.Limits(max_product_states=20),
            "root ::= ([ab]* [a] [ab]{3}) & ([ab]* [b] [ab]{4})",
            "max_product_states",
        ),
        (pushmask.Limits(max_steps=1000), "root ::= [ab]* [a] [ab]{9} [c]", "max_steps"),
    ],
)
def test_a_limit_is_an_error_that_names_it(
    limits: pushmask.Limits, grammar: str, name: str, byte_vocabulary: pushmask.Vocabulary
) -> None:
    with pytest.raises(pushmask.LimitError) as error:
        pushmask.Compiler(byte_vocabulary, limits=limits).compile(
            pushmask.Grammar.from_ebnf(grammar)
        )
    assert error.value.limit == name
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.line == 1
    assert f"raise {name} in Limits" in error.value.diagnostic.hint
    assert error.value.bound == getattr(limits, name)
    assert error.value.reached > error.value.bound


def test_a_limit_that_a_rule_exceeds_names_the_rule_and_its_place(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    text = 'root ::= "x" many\nmany ::= ("a" | "b")* "a" ("a" | "b"){40} & [ab]* "b" [ab]{40}'
    with pytest.raises(pushmask.LimitError, match="rule 'many': ") as error:
        pushmask.Compiler(byte_vocabulary).compile(pushmask.Grammar.from_ebnf(text))
    assert error.value.limit == "max_states"
    assert error.value.diagnostic is not None
    assert (error.value.diagnostic.line, error.value.diagnostic.column) == (2, 1)


def test_a_limit_that_a_schema_exceeds_has_its_pointer(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    patterns = [{"pattern": "^[ab]*a[ab]{40}$"}, {"pattern": "^[ab]*b[ab]{41}$"}]
    inner = {"type": "object", "properties": {"b": {"type": "string", "allOf": patterns}}}
    schema = {"type": "object", "properties": {"a/1": inner}}
    with pytest.raises(pushmask.LimitError) as error:
        pushmask.Compiler(byte_vocabulary).compile(pushmask.Grammar.from_json_schema(schema))
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.pointer == "/properties/a~11"


def test_too_many_captures_are_a_limit_with_a_place(byte_vocabulary: pushmask.Vocabulary) -> None:
    rules = [f'r{i}[capture] ::= "a"' for i in range(4097)]
    text = "\n".join(["root ::= " + " | ".join(f"r{i}" for i in range(4097)), *rules])
    with pytest.raises(pushmask.LimitError) as error:
        pushmask.Compiler(byte_vocabulary).compile(pushmask.Grammar.from_ebnf(text))
    assert error.value.limit == "max_captures"
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.line == 4098
