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
    "json_schema": pushmask.Grammar.from_json_schema,
}
RULE = "\n---\n"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_an_error_reads_as_it_is_written_down(path: Path) -> None:
    given, _, expected = path.read_text(encoding="utf-8").partition(RULE)
    front_end, _, text = given.partition("\n")
    compiler = pushmask.Compiler(pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1]))
    with pytest.raises(pushmask.Error) as error:
        compiler.compile(READERS[front_end](text))
    found = f"{type(error.value).__name__}: {error.value}\n"
    if os.environ.get("PUSHMASK_UPDATE_GOLDEN"):
        path.write_text(given + RULE + found, encoding="utf-8")
    else:
        assert found == expected
