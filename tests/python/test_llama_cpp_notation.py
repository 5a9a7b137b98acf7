# SPDX-License-Identifier: Apache-2.0
"""Grammars written the way llama.cpp's own grammar files are, construct by construct."""

from __future__ import annotations

import pytest

import pushmask
from reference.masks import accepts, compile_ebnf

GRAMMARS = {
    "ranges of other scripts": (
        ("# kana and signs\nroot ::= kana+ ([ \\t\\n] kana+)*\n"
        "kana ::= [ぁ-ゟ] | [ァ-ヿ] | [、-〾]\n"),
        ["ひらがな カタカナ。"],
        ["hiragana", "ひ  ら"],
    ),
    "escapes in classes": (
        'root ::= line+\nline ::= "- " [^\\r\\n\\x0b\\x0c\\x85\\u2028\\u2029]+ "\\n"\n',
        ["- a\n- é €\n"],
        ["- a", "- a\u2028\n", "-a\n"],
    ),
    "ranges by number": (
        'root ::= "<" [\\x20\\x21\\x23-\\x5b\\x5d-\\U0010FFFF]* ">"\n',
        ["<a>", "<€😀>"],
        ['<">', "<\\>", "<\n>"],
    ),
    "brackets and hyphens in classes": (
        "root ::= [!\"#$%&'()*+,-./:;<=>?@[\\\\\\]^_`{|}~-]+\n",
        ["[]", "-", "a"[1:] + "\\^"],
        ["a", ""],
    ),
    "groups over lines with comments": (
        ('root ::= (\n    # a first line\n    "1. " move "\\n"\n\n    # and more\n'
        '    ([2-9] ". " move "\\n")*\n)\n\nmove ::= [a-h] [1-8] [+#]? # a square\n'),
        ["1. e4\n", "1. e4\n2. d5+\n"],
        ["2. e4\n", "1. e9\n"],
    ),
    "alternatives on the next line": (
        'root ::= "a" |\n  # another\n\n  "b" |\r\n  "c"\n',
        ["a", "b", "c"],
        ["d", ""],
    ),
    "the body on the next line": (
        ('root ::=\n  "{" ws (\n    pair\n    ("," ws pair)*\n  )? "}"\n'
        'pair ::= [a-z]+ ":" ws [0-9]+ ws\nws ::= ([ \\t\\n] ws)?\n'),
        ["{}", "{ a: 1, b: 2 }"],
        ["{,}", "{a}"],
    ),
    "an empty first alternative": (
        'root ::= "a" space "b"\nspace ::= | " " | "\\n" [ \\t]{0,3}\n',
        ["ab", "a b", "a\n \tb"],
        ["a  b", "a\n    b"],
    ),
    "bounds": (
        'root ::= [a]{2} [b]{1,} [c]{0,2} [d]{1,2}\n',
        ["aabd", "aabbbccdd"],
        ["abd", "aacd", "aabcccd"],
    ),
    "names with dashes, digits and capitals": (
        "root ::= item-1 UPPER_case dataType\nitem-1 ::= [1]\nUPPER_case ::= [U]\ndataType ::= [d]",
        ["1Ud"],
        ["1ud"],
    ),
    "recursion to the left and right": (
        'root ::= sum\nsum ::= sum [-+] term | term\nterm ::= [0-9] | "(" sum ")"\n',
        ["1", "1+2-(3+4)"],
        ["1+", "(1", "+1"],
    ),
    "any character": ('root ::= "<" . ">"\n', ["<x>", "<\n>", "<😀>"], ["<>", "<xy>"]),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_construct_of_llama_cpp_is_read_as_there(
    name: str, byte_vocabulary: pushmask.Vocabulary
) -> None:
    text, accepted, rejected = GRAMMARS[name]
    compiled = compile_ebnf(text, byte_vocabulary)
    assert [x for x in accepted if not accepts(compiled, x)] == []
    assert [x for x in rejected if accepts(compiled, x)] == []
