# SPDX-License-Identifier: Apache-2.0
"""The texts of errors, as users read them: tests/golden/errors.

A file is the name of a front end, the input, a line `---`, and the error. Run with
PUSHMASK_UPDATE_GOLDEN=1 to write the errors anew, and review the difference.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

import pushmask

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "errors"
READERS = {
    "ebnf": pushmask.Grammar.from_ebnf,
    "w3c": partial(pushmask.Grammar.from_ebnf, dialect="w3c"),
    "iso": partial(pushmask.Grammar.from_ebnf, dialect="iso"),
    "regex": pushmask.Grammar.from_regex,
    "lark": pushmask.Grammar.from_lark,
    "json_schema": pushmask.Grammar.from_json_schema,
}
RULE = "\n---\n"


PATHS = sorted(FOLDER.glob("*.txt"))
# Found when a grammar is compiled: they name the rule, but know no place.
WITHOUT_PLACE = {
    "ebnf_members_empty",
    "ebnf_members_key_of_bounded",
    "ebnf_option_capture_left_recursion",
    "ebnf_option_temperatures_left_recursion",
    "ebnf_option_tokens_of_a_string",
}


def error_of(given: str) -> pushmask.GrammarError | pushmask.LimitError:
    front_end, _, text = given.partition("\n")
    if front_end == "lark":
        pytest.importorskip("lark", reason="needs pushmask[lark]")
    compiler = pushmask.Compiler(pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1]))
    with pytest.raises((pushmask.GrammarError, pushmask.LimitError)) as error:
        compiler.compile(READERS[front_end](text))
    return error.value


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_an_error_reads_as_it_is_written_down(path: Path) -> None:
    given, _, expected = path.read_text(encoding="utf-8").partition(RULE)
    error = error_of(given)
    found = f"{type(error).__name__}: {error}\n"
    if os.environ.get("PUSHMASK_UPDATE_GOLDEN"):
        path.write_text(given + RULE + found, encoding="utf-8")
    else:
        assert found == expected


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in PATHS
        if not path.stem.startswith("schema") and path.stem not in WITHOUT_PLACE
    ],
    ids=lambda path: path.stem,
)
def test_an_error_shows_its_place_and_says_what_to_do(path: Path) -> None:
    given = path.read_text(encoding="utf-8").partition(RULE)[0]
    diagnostic = error_of(given).diagnostic
    assert diagnostic is not None
    assert diagnostic.line is not None
    assert diagnostic.column is not None
    assert diagnostic.hint
    line, carets = diagnostic.excerpt.split("\n")
    assert set(carets) <= {" ", "^"}
    text = given.partition("\n")[2].encode()[diagnostic.offset :].decode()
    first = text[:1]
    if first.isprintable() and first.strip():
        assert line[carets.index("^")] == first
