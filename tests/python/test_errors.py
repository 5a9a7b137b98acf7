# SPDX-License-Identifier: Apache-2.0
"""Every mistake is one error of its class, with its place, and leaves the process usable.

The texts of the errors are in tests/golden/errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import pushmask
from reference.masks import accepts, compile_ebnf, view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_MESSAGE = 1000  # characters; an error must not carry the whole input


@pytest.fixture(autouse=True)
def _the_process_stays_usable(byte_vocabulary: pushmask.Vocabulary) -> Iterator[None]:
    yield
    compiled = compile_ebnf('root ::= "still" [a-z ]{5}', byte_vocabulary)
    assert accepts(compiled, "still here")


def compile_it(grammar: pushmask.Grammar) -> pushmask.CompiledGrammar:
    """Some errors are found when a grammar is read, others when it is compiled."""
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
    return pushmask.Compiler(vocabulary).compile(grammar)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('root ::= value\nvlaue ::= "a"', 1, 10),
        ('root ::= "a" (\n  "b" | nowhere)', 2, 9),
        (r'root ::= "a\q"', 1, 12),
        (r'root ::= "\xZZ"', 1, 11),
        (r'root ::= "\u12"', 1, 11),
        ('root ::= "a"{3,1}', 1, 13),
        ('root ::= "a"{x}', 1, 13),
        ("root ::= []", 1, 10),
        ("root ::= [z-a]", 1, 11),
        ("root ::= [a", 1, 10),
        ('root ::= "a', 1, 10),
        ('root ::= ("a"', 1, 10),
        ('root ::= "a")', 1, 13),
        ("root ::= *", 1, 10),
        ('root ::= "a" ::= "b"', 1, 14),
        ('root = "a"', 1, 6),
        ('root ::= "a"\nroot ::= "b"', 2, 1),
        ('é ::= "a"', 1, 1),
        ('root ::= "é" $', 1, 14),
    ],
)
def test_a_mistake_in_ebnf_has_its_line_and_column(text: str, line: int, column: int) -> None:
    with pytest.raises(pushmask.GrammarSyntaxError) as error:
        pushmask.Grammar.from_ebnf(text, source_name="my.ebnf")
    place = error.value.diagnostic
    assert place is not None
    assert (place.source_name, place.line, place.column) == ("my.ebnf", line, column)
    assert place.offset == len("\n".join([*text.split("\n")[: line - 1], ""]).encode()) + len(
        text.split("\n")[line - 1][: column - 1].encode()
    )
    assert str(error.value).startswith(f"my.ebnf:{line}:{column}: {place.message}")


@pytest.mark.parametrize("text", ["", "# only a comment\n", 'start ::= "a"'])
def test_a_grammar_without_its_root_is_a_syntax_error(text: str) -> None:
    with pytest.raises(pushmask.GrammarSyntaxError):
        pushmask.Grammar.from_ebnf(text)


def test_an_undefined_rule_comes_with_a_suggestion() -> None:
    with pytest.raises(pushmask.GrammarSyntaxError) as error:
        pushmask.Grammar.from_ebnf('root ::= vlaue\nvalue ::= "a"')
    assert error.value.diagnostic is not None
    assert "'value'" in error.value.diagnostic.hint


@pytest.mark.parametrize(
    ("pattern", "column"),
    [
        ("a(b", 2),
        ("a)", 2),
        ("[b", 1),
        ("[z-a]", 2),
        ("*a", 1),
        ("a{3,1}", 2),
        ("a\\", 2),
        ("[]]", 1),
    ],
)
def test_a_mistake_in_a_regex_has_its_column(pattern: str, column: int) -> None:
    with pytest.raises(pushmask.GrammarSyntaxError) as error:
        pushmask.Grammar.from_regex(pattern)
    assert error.value.diagnostic is not None
    assert (error.value.diagnostic.line, error.value.diagnostic.column) == (1, column)


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?>a)b", "(?:(?!ab*c)[ab])*c", "a++"])
def test_what_is_not_regular_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(pushmask.UnsupportedError) as error:
        pushmask.Grammar.from_regex(pattern)
    assert error.value.feature
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.column is not None


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"type": }', 1, 10),
        ('{\n  "a": 1,\n}', 3, 1),
        ("", 1, 1),
        ('{"a": 01}', 1, 7),
        ("[1", 1, 3),
    ],
)
def test_a_schema_that_is_not_json_has_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(pushmask.GrammarSyntaxError) as error:
        pushmask.Grammar.from_json_schema(text)
    assert error.value.diagnostic is not None
    assert (error.value.diagnostic.line, error.value.diagnostic.column) == (line, column)


@pytest.mark.parametrize(
    ("schema", "error_class", "pointer"),
    [
        ({"items": {"not": {"pattern": r"(a)\1"}}}, "UnsupportedError", "/items/not/pattern"),
        (
            {"patternProperties": {"a/b~c": {"format": "colour"}}},
            "UnsupportedError",
            "/patternProperties/a~1b~0c/format",
        ),
        ({"maxLength": 1, "format": "regex"}, "UnsupportedError", "/format"),
        ({"$ref": "#/$defs/nowhere"}, "SchemaError", "/$ref"),
        ({"items": {"$ref": "other.json"}}, "UnsupportedError", "/items/$ref"),
        ({"type": "strnig"}, "SchemaError", "/type"),
        ({"properties": {"x": {"minLength": -1}}}, "SchemaError", "/properties/x/minLength"),
        ({"properties": {"x": {"pattern": "(a"}}}, "GrammarError", "/properties/x/pattern"),
    ],
)
def test_a_mistake_in_a_schema_has_its_pointer(
    schema: dict[str, Any], error_class: str, pointer: str
) -> None:
    with pytest.raises(getattr(pushmask, error_class)) as error:
        pushmask.Grammar.from_json_schema(schema)
    assert error.value.diagnostic.pointer == pointer


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 2, "maxItems": 1},
        {"enum": []},
        {"type": "string", "minLength": 2, "maxLength": 1},
        {"type": "integer", "minimum": 1.5, "maximum": 1.6},
        {"type": "object", "required": ["a"], "properties": {"a": False}},
        {"type": "string", "pattern": "^[a-z]+$", "maxLength": 0},
        {
            "$ref": "#/$defs/a",
            "$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "type": "array", "minItems": 1}},
        },
        False,
    ],
)
def test_a_schema_that_nothing_satisfies_is_refused(schema: Any) -> None:
    with pytest.raises((pushmask.EmptyLanguageError, pushmask.SchemaError)):
        compile_it(pushmask.Grammar.from_json_schema(schema))


@pytest.mark.parametrize(
    "text",
    [
        'root ::= "a" root',
        'root ::= "a" x\nx ::= x "b" | y x\ny ::= "c"',
        "root ::= root",
        'root ::= x\nx ::= "(" root ")"',
    ],
)
def test_a_grammar_that_matches_nothing_is_refused(text: str) -> None:
    with pytest.raises(pushmask.EmptyLanguageError):
        compile_it(pushmask.Grammar.from_ebnf(text))


@pytest.mark.parametrize("token_id", [-1, 5, 2**31 - 1, 2**31, -(2**31) - 1, 2**32, 2**62])
def test_a_token_id_out_of_range_is_a_vocabulary_error(token_id: int) -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1], size=5)
    matcher = compile_ebnf('root ::= "a"*', vocabulary).matcher()
    assert matcher.accept_token(0)
    before = view(matcher, vocabulary)
    with pytest.raises(pushmask.VocabularyError):
        matcher.accept_token(token_id)
    with pytest.raises(pushmask.VocabularyError):
        matcher.accept_tokens([0, 0, token_id])
    with pytest.raises(pushmask.VocabularyError):
        matcher.validate_tokens([0, token_id])
    assert view(matcher, vocabulary) == before


@pytest.mark.parametrize("token_id", ["a", 1.0, None, b"a"])
def test_a_token_id_that_is_no_integer_is_a_type_error(token_id: Any) -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
    matcher = compile_ebnf('root ::= "a"*', vocabulary).matcher()
    with pytest.raises(TypeError):
        matcher.accept_token(token_id)
    with pytest.raises(TypeError):
        matcher.accept_bytes("a")  # type: ignore[arg-type]  # wrong on purpose


def test_a_rollback_past_the_start_is_refused_whole() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
    matcher = compile_ebnf('root ::= "a"*', vocabulary).matcher()
    assert matcher.accept_tokens([0, 0]) == 2
    with pytest.raises(pushmask.MatcherStateError):
        matcher.rollback(3)
    assert matcher.num_tokens == 2
    with pytest.raises((pushmask.MatcherStateError, ValueError, TypeError)):
        matcher.rollback(-1)
    matcher.reset()
    with pytest.raises(pushmask.MatcherStateError):
        matcher.rollback(1)


def refusal(grammar: Callable[[], pushmask.Grammar]) -> str:
    """What a grammar is refused with; empty if it compiles and matches."""
    try:
        matcher = compile_it(grammar()).matcher()
        matcher.accept_bytes(b"a" * 100)
        matcher.next_bytes()
    except (pushmask.LimitError, pushmask.GrammarError) as error:
        return str(error)
    return ""


def nested(depth: int) -> str:
    return "(" * depth + '"a"' + ")" * depth


HOSTILE = {
    "100,000 nested groups": f"root ::= {nested(100_000)}",
    "100,000 open groups": "root ::= " + "(" * 100_000,
    "100,000 stacked suffixes": 'root ::= "a"' + "?" * 100_000,
    "100,000 alternatives": "root ::= " + " | ".join(['"a"'] * 100_000),
    "100,000 rules in a chain": "root ::= r0\n"
    + "\n".join(f"r{i} ::= r{i + 1}" for i in range(100_000))
    + '\nr100000 ::= "a"',
    "counters of counters": 'root ::= (("a"{1000}){1000}){1000}',
    "a long literal": 'root ::= "' + "a" * 1_000_000 + '"',
    "a huge bound": 'root ::= "a"{4294967296}',
    "a bound of many digits": 'root ::= "a"{' + "9" * 10_000 + "}",
    "doubling rules": 'root ::= r0\nr30 ::= "a"\n'
    + "\n".join(f"r{i} ::= r{i + 1} r{i + 1}" for i in range(30)),
    "doubling alternatives": "root ::= r0\nr30 ::= [ab]\n"
    + "\n".join(f"r{i} ::= r{i + 1} r{i + 1} | r{i + 1}" for i in range(30)),
    "an exponential automaton": 'root ::= [ab]* "a" [ab]{20}',
    "a larger exponential automaton": 'root ::= [ab]* "a" ("a" | "b"){200}',
    "a null character": 'root ::= "\0"',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_grammar_compiles_or_is_refused(name: str) -> None:
    assert len(refusal(lambda: pushmask.Grammar.from_ebnf(HOSTILE[name]))) < LONGEST_MESSAGE


@pytest.mark.parametrize(
    "pattern",
    [
        "(a|b)*a(a|b){20}",
        "(a|b)*a(a|b){2000}",
        "(((a{1000}){1000}){1000})",
        "(" * 100_000,
        "(" * 100_000 + ")" * 100_000,
        "a?" * 5000 + "a" * 5000,
        "(a*)*" * 200,
        "(.*a){50}",
        "[a-z]{1,99999}" * 20,
        "a{99999999999999999999}",
        r"\p{L}" * 1000,
    ],
)
def test_a_hostile_pattern_compiles_or_is_refused(pattern: str) -> None:
    assert len(refusal(lambda: pushmask.Grammar.from_regex(pattern))) < LONGEST_MESSAGE


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('root ::= "\udcff"', pushmask.Grammar.from_ebnf),
        ("[a-z] \udcff", pushmask.Grammar.from_regex),
        ('{"const": "\udcff"}', pushmask.Grammar.from_json_schema),
        ("start: /a\udcff/", pushmask.Grammar.from_lark),
    ],
    ids=["ebnf", "regex", "schema", "lark"],
)
def test_a_lone_surrogate_is_refused_at_its_place(
    text: str, read: Callable[[str], pushmask.Grammar]
) -> None:
    if read is pushmask.Grammar.from_lark:
        pytest.importorskip("lark")
    with pytest.raises(pushmask.GrammarSyntaxError) as error:
        read(text)
    place = error.value.diagnostics[0]
    assert (place.line, place.column) == (1, text.index("\udcff") + 1)


def test_counters_of_counters_are_exact_or_refused(byte_vocabulary: pushmask.Vocabulary) -> None:
    compiled = compile_ebnf('root ::= (("a"{100}){100} "b"){10}', byte_vocabulary)
    assert accepts(compiled, ("a" * 10_000 + "b") * 10)
    assert not accepts(compiled, ("a" * 9_999 + "b") * 10)


@pytest.mark.parametrize(
    "schema",
    [
        "[" * 100_000,
        '{"items": ' * 100_000 + "true" + "}" * 100_000,
        '{"anyOf": [' * 2000 + "true" + "]}" * 2000,
        '{"maxLength": 1e400}',
        '{"maxItems": 18446744073709551617, "type": "array"}',
        '{"enum": ["\\ud800"]}',
        '{"type": "number", "minimum": -1e900, "exclusiveMaximum": 1e-900}',
        '{"anyOf": ['
        + ", ".join(f'{{"type": "integer", "minimum": {i}e900}}' for i in range(1, 999))
        + "]}",
        '{"pattern": "(a|b)*a(a|b){40}", "type": "string"}',
    ],
)
def test_a_hostile_schema_compiles_or_is_refused(schema: str) -> None:
    assert len(refusal(lambda: pushmask.Grammar.from_json_schema(schema))) < LONGEST_MESSAGE


def test_all_errors_are_one_hierarchy() -> None:
    classes = [
        c for c in vars(pushmask).values() if isinstance(c, type) and issubclass(c, Exception)
    ]
    assert len(classes) >= 12
    assert all(issubclass(c, pushmask.Error) for c in classes)
