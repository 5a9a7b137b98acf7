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
    "brackets beside names and signs": (
        'root::=call("+"call)*\ncall::=name"("(name(","name)*)?")"\nname::=[a-z]+\n',
        ["f()", "f(a,b)+g()"],
        ["f", "f(a,)"],
    ),
    "alternatives in groups of their own": (
        ('root ::= word*\n\nword ::=\n    ( "if" "(" [a-z] ")" ) |\n    ( "//" [^\\n]* "\\n" ) |\n'
        '    ( comment )\n\ncomment ::= "/*" ( [^*] | ("*" [^/]) )* "*/"\n'),
        ["", "if(a)//b\n/* * */", "/*\n*/"],
        ["if()", "//b", "/* */ */"],
    ),
    "a space that is right recursive": (
        'root ::= "[\\n" gap ( [0-9]+ gap ("," gap [0-9]+ gap)* )? "]"\ngap ::= ([ \\t\\n] gap)?\n',
        ["[\n]", "[\n 1,\n\t22 ]"],
        ["[]", "[\n1,]"],
    ),
    "hexadecimal digits by number of rules": (
        ('root ::= "\\"" (\n  [^"\\\\] |\n'
        '  "\\\\" (["\\\\/bfnrt] | "u" [0-9a-f] [0-9a-f] [0-9a-f] [0-9a-f]) # escaped\n)* "\\""'),
        ['"a\\n\\u00e9"'],
        ['"\\u00g0"', '"\\x"', '"""'],
    ),
    "escaped hyphens": (
        'root ::= [a\\-z]+ "\\-"', ["a-z-", "--"], ["b-", "a"],
    ),
    "spaces around bounds": (
        'root ::= "a" {2} "b"   * [c] { 1 , 2 }', ["aacc", "aabbc"], ["ac", "aaccc"],
    ),
    "bounds on the next line in a group": (
        'root ::= ("a"\n  {2}\n  "b" # often\n  *)', ["aa", "aabb"], ["ab"],
    ),
    "line breaks in quotes and brackets": (
        'root ::= "a\nb" [\n;]', ["a\nb;", "a\nb\n"], ["ab;"],
    ),
    "carriage returns alone": (
        'root ::= "a" |\r  x\rx ::= "b"\r', ["a", "b"], ["c"],
    ),
    "rules that begin late": (
        '\n\n  # first\n   root ::= x\n\t x ::= "a"', ["a"], [""],
    ),
    "names of dashes and digits": (
        'root ::= -a- -- 1\n-a- ::= [x]\n-- ::= [y]\n1 ::= [z]', ["xyz"], ["-a-"],
    ),
    "nothing in quotes and brackets": (
        'root ::= "" "a" ()', ["a"], [""],
    ),
    "rows of a table": (
        ('root  ::= (sum "=" gap term "\\n")+\nsum   ::= term ([-+*/] term)*\n'
        'term  ::= name | "(" gap sum ")" gap\nname  ::= [a-z] [a-z0-9_]* gap\ngap   ::= [ \\t]*'),
        ["a+b =c\n", "( a*b )= d_1 \na=b\n"],
        ["a+b=c", "a+=b\n"],
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
