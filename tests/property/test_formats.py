# SPDX-License-Identifier: Apache-2.0
"""Formats against the JSON Schema test suite, whose cases are the language's borders."""

from __future__ import annotations

import json
import tarfile
from pathlib import PurePosixPath

import pytest

import pushmask
from conftest import SHARED

ARCHIVE = "json-schema-test-suite.tar.xz"
FOLDER = "tests/draft2020-12/optional/format"
# `regex` is not regular; the others test no format.
LEFT_OUT = {"ecmascript-regex", "regex", "unknown"}


def read_cases() -> dict[str, list[tuple[str, bool]]]:
    """Return format -> (string, whether it is valid)."""
    path = SHARED / ARCHIVE
    if not path.exists():
        pytest.skip(f"needs {path.name}; set PUSHMASK_SHARED to the folder that has it")
    cases: dict[str, list[tuple[str, bool]]] = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            name = PurePosixPath(member.name)
            if not str(name.parent).endswith(FOLDER) or name.stem in LEFT_OUT:
                continue
            data = archive.extractfile(member)
            assert data is not None
            tests = [test for group in json.load(data) for test in group["tests"]]
            cases[name.stem] = [
                (test["data"], test["valid"]) for test in tests if isinstance(test["data"], str)
            ]
    return cases


def is_about_punycode(name: str, text: str) -> bool:
    """Say whether validity depends on Punycode, or on a length in it, which is left unchecked."""
    return "xn--" in text.lower() or (name == "idn-hostname" and len(text) > 50)


def test_formats_are_those_of_the_test_suite() -> None:
    vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
    compiler = pushmask.Compiler(vocabulary)
    num_cases = 0
    differences = []
    for name, cases in read_cases().items():
        grammar = pushmask.Grammar.from_json_schema({"type": "string", "format": name})
        compiled = compiler.compile(grammar)
        for text, is_valid in cases:
            matcher = compiled.matcher()
            spelled = json.dumps(text, ensure_ascii=False).encode()
            accepted = matcher.accept_bytes(spelled) and matcher.can_stop
            num_cases += 1
            if accepted is not is_valid and not (accepted and is_about_punycode(name, text)):
                differences.append((name, text, is_valid))
    assert num_cases > 500
    assert differences == []
