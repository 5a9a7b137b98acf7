# SPDX-License-Identifier: Apache-2.0
"""Options beside a rule in Lark grammars, as llguidance writes them."""

from __future__ import annotations

import pytest

import pushmask

pytest.importorskip("lark", reason="needs pushmask[lark]")

TOOLS = r"""
start: (foo | bar)* end
end: /[^<]*/
TEXT: /(.|\n)*/
foo_head[lazy]: TEXT "<function"
foo: foo_head "=foo>" %json {"type": "boolean"} "</function>"
bar_head[lazy]: TEXT "<function"
bar: bar_head "=bar>" /[0-9]+/ "</function>"
"""
# The grammar, texts that it matches, texts that it does not.
CASES = [
    ("start: x\nx[suffix=\"<end>\"]: /.*/", ["a<end>"], ["a", "a<end>b", "a<end><end>"]),
    ("start: x \"<end>\"\nx[stop=\"<end>\"]: /.*/", ["a<end>"], ["a<end>b", "a<end><end>"]),
    ("start: x \"b\"\nx[stop=\"<end>\"]: /.*/", ["ab", "a<endb"], ["a<end>b"]),
    ("start: x\nx[lazy]: /.*<end>/", ["a<end>"], ["a", "a<end><end>"]),
    ("start: x\nx[lazy]: /[0-9]+/", ["1"], ["", "12"]),
    ("start: x\nx[max_chars=3]: /[aé]*/", ["", "aéa"], ["aaaa"]),
    ("start: x\nx[lazy]: A+ \"-\"\nA: /[a-]/", ["a-", "--"], ["-", "a--"]),
    ("start: x\n!?x.2[lazy] : \"ab\" | \"a\" | [\"b\"]", [""], ["a"]),
    ("start: x{\"a\"}\nx{p}[max_chars=2]: p+", ["a", "aa"], ["aaa"]),
    (TOOLS, ["hi", "hi<function=foo>true</function>", "<function=bar>12</function>!"],
     ["<function", "<function=foo>12</function>"]),
    # No ignored text stands inside of such a rule, and what stands behind it is not counted.
    ("start: (x \",\")*\nx[max_chars=2]: A+\nA: /a/\n%ignore \" \"", ["aa  ,a ,", " aa,"],
     ["a a,", "aaa,"]),
    ("start: x\nx[suffix=\";\"]: /[^#]*/\n%ignore /#[^\\n]*/", ["a;", "#b\na;", "a;#b"],
     ["a#b\n;"]),
]  # fmt: skip


@pytest.mark.parametrize(("grammar", "good", "bad"), CASES)
def test_the_texts_of_rules_with_options(
    grammar: str, good: list[str], bad: list[str], byte_vocabulary: pushmask.Vocabulary
) -> None:
    compiled = pushmask.Compiler(byte_vocabulary).compile(pushmask.Grammar.from_lark(grammar))

    def accepts(text: str) -> bool:
        matcher = compiled.matcher()
        return matcher.accept_bytes(text.encode()) and matcher.can_stop

    assert [text for text in good if not accepts(text)] == []
    assert [text for text in bad if accepts(text)] == []


def test_captures_have_no_ignored_text_behind_a_terminal(
    byte_vocabulary: pushmask.Vocabulary,
) -> None:
    grammar = pushmask.Grammar.from_lark(
        'start: pair+\npair[capture]: key "=" value\n'
        'key[capture="k"]: /[A-Z]/\nvalue[capture, temperature=0.5, max_tokens=3]: NAME\n'
        'NAME: /[a-z]+/\n%ignore " "'
    )
    matcher = pushmask.Compiler(byte_vocabulary).compile(grammar).matcher()
    assert matcher.accept_tokens(list(b"A = ")) == 4
    assert matcher.temperature() == 0.5
    assert matcher.accept_tokens(list(b"xyzz")) == 3
    assert matcher.accept_tokens(list(b"  B=y")) == 5
    assert matcher.captures() == [
        ("pair", 0, 9),  # a rule of several terminals has what stands behind them
        ("k", 0, 1),
        ("value", 4, 7),
        ("pair", 9, 12),
        ("k", 9, 10),
        ("value", 11, 12),
    ]
