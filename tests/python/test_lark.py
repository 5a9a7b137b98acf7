# SPDX-License-Identifier: Apache-2.0
"""`Grammar.from_lark`: what it refuses and where, its limits, imports and extensions.

That it takes the texts that lark takes is tested in tests/conformance/lark.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import pushmask
from reference.masks import accepts

pytest.importorskip("lark", reason="needs pushmask[lark]")

BYTES = [*(bytes([i]) for i in range(256)), b"</s>"]


@pytest.fixture(scope="module")
def compiler() -> pushmask.Compiler:
    return pushmask.Compiler(pushmask.Vocabulary(BYTES, stop_token_ids=[256]))


def read(text: str) -> pushmask.Grammar:
    return pushmask.Grammar.from_lark(text, source_name="g.lark")


SYNTAX = {
    "undefined rule": ("start: a", "g.lark:1:8: rule 'a' used but not defined"),
    "undefined terminal": ('start: "a"\n  | NAME', "g.lark:2:5: "),
    "undefined start": ('x: "a"', "the start rule 'start' is not defined; the grammar defines x"),
    "parenthesis": ("start: (", "g.lark:1:9: a parenthesis is not closed"),
    "terminal parenthesis": ('start: A\nA: ("a" "b"', "g.lark:2:12: a parenthesis"),
    "single quotes": ("start: 'x'", 'g.lark:1:8: unexpected "\'"; strings stand in double quotes'),
    "assignment": ('start = "x"', "g.lark:1:7: unexpected '='"),
    "alias": ('start: "a" -> b c', "g.lark:1:17: unexpected 'c'"),
    "recursive terminal": ("start: A\nA: B\nB: A A", "is defined by itself; write it as a rule"),
    "rule in a terminal": ('start: A\nA: a\na: "x"', "g.lark"),
    "pattern": ("start: A\nA: /(/", "g.lark:2:1: the terminal 'A' is not a pattern: missing )"),
    "group": ("start: A\nA: /a\\1(b)/", "g.lark:2:1: the terminal 'A' is not a pattern"),
    "property": ("start: A\nA: /\\p{L}/", "g.lark:2:1: "),
    "template arguments": ("start: x{a}\nx{p,q}: p\na:", "wrong number of template arguments"),
    "ignored": ('start: "a"\n%ignore B', "g.lark:2:9: "),
    "bounds": (
        'start: "a"~3..2',
        "g.lark:1:12: a repetition of 3 to 2 times; put the lower bound first",
    ),
    "empty string": ('start: ""', "g.lark:1:8: "),
    "empty terminal": ("start: A\nA:", "g.lark:2:1: the terminal 'A' is empty"),
    "surrogate": ('start: "\\ud800"', "g.lark:1:8: a terminal without a name has a lone surrogate"),
    "ignored pattern": ('start: "a"\n%ignore " "\n%ignore /(/ ', "g.lark:3:1: an ignored terminal"),
    "pattern in a rule": ('start: "a" /b(/', "g.lark:1:12: a terminal without a name"),
    "template without arguments": ("start: x\nx{p}: p", "used without arguments"),
    "import": ("%import foo.X\nstart: X", "g.lark:1:9: the imported grammar 'foo' is not found"),
    "imported name": ("%import common.NOPE\nstart: NOPE", "NOPE"),
    "defined twice": ('start: "a"\nstart: "b"', "defined more than once; use %override"),
    "override": ('%override start: "a"', "g.lark:1:11: cannot override"),
    "json": ("start: %json {,}", "g.lark:1:15: what follows %json is not JSON"),
    "json in a line": ('start: "a"\n\nb: %json {\n"x": 1\n}\nc: \'', "g.lark:6:4: "),
    "substring of no text": (
        'start: %regex {"substring_chars": "\\ud800"}',
        "g.lark:1:8: substring_chars has a lone surrogate",
    ),
    "token ids": ("start: <[a]>", "g.lark:1:8: <[a]> names no tokens; write"),
    "no token ids": ("start: <[^*]>", "names no tokens"),
    "reversed token ids": ("start: <[4-3]>", "names no tokens"),
    "huge token ids": ("start: <[4-2147483648]>", "names no tokens"),
    "open token ids": ("start: <[4>", "names no tokens"),
    "substring": ('start: %regex {"substring_words": 1}', "substring_words takes a string"),
    "option": ('start[max_token=3]: "a"', "g.lark:1:7: unknown option 'max_token'"),
    "option twice": ('start: x\n?x[lazy, lazy]: "a"', "g.lark:2:10: the option 'lazy' stands here"),
    "option number": ('start[max_tokens=0]: "a"', "'max_tokens' needs a number of at least 1"),
    "option text": ('start[stop=3]: "a"', "'stop' needs a text"),
    "option value": ('start[temperature=hot]: "a"', "'temperature' needs a number"),
    "option flag": ('start[lazy=1]: "a"', "'lazy' has no value"),
    "option escape": ('start[suffix="\\xzz"]: "a"', "wrong escape"),
    "option comma": ('start[lazy capture]: "a"', "g.lark:1:12: expected ',' or ']'"),
    "no option": ('start[]: "a"', "g.lark:1:7: expected an option"),
    "stop and suffix": ('start[stop="a", suffix="b"]: /.*/', "exclude each other"),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_a_bad_grammar_is_a_syntax_error_with_its_place(name: str) -> None:
    text, part = SYNTAX[name]
    with pytest.raises(pushmask.GrammarSyntaxError) as caught:
        read(text)
    assert part in str(caught.value)
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.line is not None


UNSUPPORTED = {
    "declare": ("start: A\n%declare A", "%declare"),
    "declared rule": ("start: a\n%declare a", "%declare"),
    "backreference": ("start: A\nA: /(a)\\1/", "backreference"),
    "anchor": ("start: A\nA: /^a$/", "anchor to the start or end of the whole text"),
    "lookahead": ("start: A\nA: /a(?=b)/", "lookahead past the end of the terminal"),
    "relative import": ("%import .foo.X\nstart: X", "relative import"),
    "token in a terminal": ('start: A\nA: "a" <|end|>', "special token"),
    "stop capture": ('start[stop="a", stop_capture="b"]: /.*/', "rule option 'stop_capture'"),
    "stop at a pattern": ("start[stop=/a+/]: /.*/", "rule option 'stop' with a pattern"),
    "suffix terminal": ('start[suffix=A]: /.*/\nA: "a"', "rule option 'suffix' with a pattern"),
    "stop at the end": ('start: x "a"\nx[stop=""]: /.*/', "rule option 'stop' with the empty text"),
    "terminal options": ("start: A\nA[lazy]: /a*/", "options beside a terminal"),
    "options around ignored": (
        'start: x\nx[lazy]: y "a"\ny: "b"\n%ignore " "',
        "rule option 'lazy' beside %ignore",
    ),
    "regex": ('start: %regex {"x": 1}', "%regex"),
    "json in a terminal": ('start: A\nA: "a" %json {}', "%json"),
    "options": ('%llguidance {"skip_repetition": "once"}\nstart: "a"', "%llguidance options"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_cannot_be_enforced_is_refused_by_name_and_place(name: str) -> None:
    text, feature = UNSUPPORTED[name]
    with pytest.raises(pushmask.UnsupportedError) as caught:
        read(text)
    assert caught.value.feature == feature
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.line is not None


def chain(last: str) -> str:
    doubled = "\n".join(f"A{i}: A{i + 1} A{i + 1}" for i in range(40))
    return f"start: A0\n{doubled}\nA40: {last}"


BOMBS = {
    "terminals of terminals": (chain('"x"'), "max_terminal_size"),
    "groups": ("start: " + "(" * 3000 + '"a"' + ")" * 3000, "max_depth"),
    "groups in a pattern": ("start: A\nA: /" + "(" * 3000 + "a" + ")" * 3000 + "/", "max_depth"),
    "templates": ('start: a{"x"}\na{p}: "y" a{a{p}}', "max_depth"),
    "repetition of a terminal": ('start: A\nA: "a"~100000', "max_pattern"),
    "repetition of a rule": ('start: "a"~1000000000000', "max_repeat"),
    "states": ('start: A\nA: ("a"|"b")* "a" ("a"|"b")~20', "max_pattern_states"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_grammar_bomb_reaches_a_limit(name: str) -> None:
    text, limit = BOMBS[name]
    with pytest.raises(pushmask.LimitError) as caught:
        read(text)
    assert caught.value.limit == limit


def test_forty_optional_parts_are_no_bomb(compiler: pushmask.Compiler) -> None:
    compiled = compiler.compile(read("start: " + '["a"] ' * 40))
    assert accepts(compiled, "a" * 40)
    assert not accepts(compiled, "a" * 41)


def test_a_grammar_without_texts_is_an_error() -> None:
    with pytest.raises(pushmask.EmptyLanguageError):
        read('start: "a" start')


def test_an_assertion_about_the_text_around_is_a_warning() -> None:
    (warning,) = read("start: A B\nA: /if\\b/\nB: /x/").warnings()
    assert (warning.line, warning.column) == (2, 1)
    assert "asks about the text" in warning.message
    assert read("start: A\nA: /a\\b-/").warnings() == []


def test_ignored_text_that_may_end_too_early_is_a_warning() -> None:
    grammar = read('start: ("a" | "-")*\n%ignore /x(-x)*/')
    (warning,) = grammar.warnings()
    assert (warning.line, warning.column) == (2, 1)
    assert read('start: "a"*\n%ignore /x(-x)*/').warnings() == []


def test_the_start_rule_can_be_chosen(compiler: pushmask.Compiler) -> None:
    grammar = pushmask.Grammar.from_lark('start: "a"\nother: "b"', start="other")
    assert accepts(compiler.compile(grammar), "b")


def test_ignored_text_stands_before_terminals_and_at_the_end(compiler: pushmask.Compiler) -> None:
    compiled = compiler.compile(read('start: "a" B\nB: "b" "c"\n%ignore " "'))
    assert accepts(compiled, "  a  bc ")
    assert not accepts(compiled, "a b c")


def test_a_comment_ends_with_its_line(compiler: pushmask.Compiler) -> None:
    text = 'start: ("a" "b")*\n%ignore /#[^\\n]*/\n%ignore /\\s+/'
    compiled = compiler.compile(read(text))
    assert accepts(compiled, "a # b\nb # a")
    assert not accepts(compiled, "a # b")
    matcher = compiled.matcher()
    assert matcher.accept_bytes(b"a #x")
    assert not matcher.can_stop


def test_grammars_are_imported_from_given_folders(
    tmp_path: Path, compiler: pushmask.Compiler
) -> None:
    (tmp_path / "words.lark").write_text('WORD: "w"+\n', encoding="utf-8")
    text = "%import words.WORD\nstart: WORD"
    grammar = pushmask.Grammar.from_lark(text, import_paths=[str(tmp_path)])
    assert accepts(compiler.compile(grammar), "ww")
    main = tmp_path / "main.lark"
    main.write_text("%import .words.WORD\nstart: WORD", encoding="utf-8")
    relative = pushmask.Grammar.from_lark(main.read_text(), source_name=str(main))
    assert accepts(compiler.compile(relative), "ww")


def test_json_schemas_and_substrings_stand_in_rules(compiler: pushmask.Compiler) -> None:
    text = r"""
        %llguidance {}
        start: "call" %json {
            "type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"],
            "additionalProperties": false
        } quote  // %json {} in a comment means nothing, nor does "<|x|>" in a string
        quote: "<|" QUOTE "|>"
        QUOTE: %regex {"substring_words": "to be or not"}
        %ignore " "
    """
    compiled = compiler.compile(read(text))
    assert accepts(compiled, 'call {"n": 1} <|be or|>')
    assert not accepts(compiled, 'call {"n": "x"} <|be|>')
    assert not accepts(compiled, 'call {"n": 1} <|e or|>')


TOKENS = [b"a", b"b", b" ", b"#", b"<t>", b"<t>", b"</t>", b"<|u|>", b"\n", b"</s>"]
T, CLOSE, U, STOP = 5, 6, 7, 9
SPECIAL = pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[T, CLOSE, U])
TOKEN_GRAMMARS: list[tuple[str, list[list[int]], list[list[int]]]] = [
    ('start: <t> "a" </t>', [[T, 0, CLOSE]], [[4, 0, CLOSE], [T, CLOSE], [T, 0, CLOSE, CLOSE]]),
    ('start: ("a" <|u|>)+ // <t>', [[0, U, 0, U]], [[U], [0], [0, U, T]]),
    ("start: <[0,5-7]>", [[0], [5], [6], [7]], [[1], [4], [8]]),
    ("start: <[^0,5-7]>*", [[], [1, 4, 8]], [[0], [5], [6]]),
    ("start: <[*]> <[*]>", [[0, 5], [7, 7]], [[0], [0, 0, 0]]),
    ('start: A <t>\nA: "a"\n%ignore " "', [[2, 0, 2, T, 2]], [[0, 2], [0]]),
    ('start: ["a"] t{<|u|>}\nt{x}: x "b"', [[U, 1], [0, U, 1]], [[U], [T, 1]]),
    # A token ends a comment, which other things on its line would belong to.
    ('start: "a" <t> "b"\n%ignore /#[^\\n]*/\n%ignore /\\n/', [[0, 3, 1, T, 3, 8, 1], [0, T, 1]],
     [[0, 3, 8, 1, T], [0, T, 3, 1]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "good", "bad"), TOKEN_GRAMMARS)
def test_tokens_stand_in_rules(text: str, good: list[list[int]], bad: list[list[int]]) -> None:
    grammar = read(text)
    for again in (grammar, pushmask.Grammar.from_ebnf(grammar.to_ebnf())):
        compiled = pushmask.Compiler(SPECIAL).compile(again)

        def takes(tokens: list[int], compiled: pushmask.CompiledGrammar = compiled) -> bool:
            matcher = compiled.matcher()
            return matcher.accept_tokens(tokens) == len(tokens) and matcher.can_stop

        assert [tokens for tokens in good if not takes(tokens)] == []
        assert [tokens for tokens in bad if takes(tokens)] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('start: "a"\n  | <v>', "g.lark:2:5: the vocabulary has no token '<v>'"),
        ("start: <[10]>", "g.lark:1:8: the vocabulary has no token 10"),
        ('start: "a" </s>', "g.lark:1:12: the token 9 is a stop token"),
    ],
)
def test_tokens_that_the_vocabulary_has_not_have_a_place(text: str, message: str) -> None:
    with pytest.raises(pushmask.GrammarError, match=re.escape(message)):
        pushmask.Compiler(SPECIAL).compile(read(text))


def test_an_error_in_a_json_schema_points_at_it() -> None:
    with pytest.raises(pushmask.SchemaError) as caught:
        read('start: "a"\nb: %json {"type": "strng"}')
    assert str(caught.value).startswith("g.lark:2:4: %json at /type: ")


def test_the_missing_package_is_named() -> None:
    program = (
        "import sys; sys.modules['lark'] = None\n"
        "import pushmask\n"
        "pushmask.Grammar.from_lark('start: \"a\"')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert re.search(r"ImportError: .*pip install pushmask\[lark\]", done.stderr)


# A grammar with an operator of llguidance, texts that it matches, texts that it does not.
OPERATORS = [
    ('start: "a"{2} "b"{1,} "c"{,2} ("d" | "e"){1,2}', ["aabd", "aabbccde"], ["abd", "aabcccd"]),
    ('start: A\nA: ("a" | "b"){2,} "c"{ 1 , 2 }', ["aac", "abbacc"], ["ac", "aaccc"]),
    ("start: s{\"a\"}\ns{x}: x{2}", ["aa"], ["a", "aaa"]),
    ('start: my-rule A-1 -> b-c\n?my-rule: "a-b" // x-y\nA-1: /a-b/', ["a-ba-b"], ["a-b"]),
    ('start: a-b a_b\na-b: "x"\na_b: "y"', ["xy"], ["xx", "yy"]),
    ('start: a-b\na-b[max_chars=2]: /x+/', ["x", "xx"], ["xxx"]),
    ('start: A\nA: /[a-c]+/ & ~/a+/', ["b", "ab"], ["a", "aa", "d"]),
    ('start: A\nA: "a" "b" & /a./ | "c"', ["ab", "c"], ["a", "b", "ac"]),
    ('start: A\nA: ~"a"+ & /[ab]{1,2}/', ["b", "aa", "ab"], ["c"]),
    ('start: A "."\nA: ~~"a"', ["a."], ["b.", "."]),
    ('start: A\nA: ["a"] (B & "b")\nB: /./', ["b", "ab"], ["a", "aa"]),
    ('start: "a" A\nA: /[ab]+/ & ~"b"\n%ignore " "', ["a a", "aab "], ["a", "a b", "aa b"]),
    ('%llguidance {"allow_initial_skip": true}\nstart: "a"\n%ignore " "', [" a"], [""]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "good", "bad"), OPERATORS)
def test_operators_of_llguidance(
    text: str, good: list[str], bad: list[str], compiler: pushmask.Compiler
) -> None:
    compiled = compiler.compile(read(text))
    assert [x for x in good if not accepts(compiled, x)] == []
    assert [x for x in bad if accepts(compiled, x)] == []


def test_a_start_rule_may_have_a_hyphen(compiler: pushmask.Compiler) -> None:
    grammar = pushmask.Grammar.from_lark('start: "a"\nthe-other: "b"', start="the-other")
    assert accepts(compiler.compile(grammar), "b")
