# SPDX-License-Identifier: Apache-2.0
"""The command line: what it prints, where, and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import pushmask
from pushmask.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PERSON = str(ROOT / "examples" / "person.json")
POINT = '{"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}'


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


# --- check ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "text", "status"),
    [
        (("--regex", "[a-c]+"), "abc", 0),
        (("--regex", "[a-c]+"), "abd", 1),
        (("--regex", "[a-c]+"), "", 1),
        (("--schema", POINT), '{"x": 1}', 0),
        (("--schema", POINT), '{"x": "1"}', 1),
        (("--grammar", str(ROOT / "grammars" / "arithmetic.ebnf")), "1 + 2", 0),
        (("--grammar", str(ROOT / "grammars" / "arithmetic.ebnf")), "1 +", 1),
    ],
)
def test_check_tells_by_its_exit_status(option: tuple[str, str], text: str, status: int) -> None:
    result = run("check", *option, text)
    assert result.exit_code == status, result.output
    assert result.stdout.startswith("accepted" if status == 0 else "rejected")


def test_check_reads_a_schema_file() -> None:
    person = {
        "name": "Ada",
        "age": 36,
        "email": "ada@example.org",
        "born": "1815-12-10",
        "languages": ["English"],
        "address": {"street": "1 St James's Square", "city": "London"},
    }
    assert run("check", "--schema", PERSON, json.dumps(person)).exit_code == 0


def test_check_warns_of_a_keyword_that_looks_misspelt() -> None:
    result = run("check", "--schema", '{"type": "string", "maxlength": 1}', '"abc"')
    assert result.exit_code == 0
    assert result.stdout.startswith("accepted")
    assert "warning: 'maxlength'" in result.stderr
    assert "at /maxlength" in result.stderr
    assert "maxLength" in result.stderr


def test_check_reads_standard_input() -> None:
    assert run("check", "--regex", "a+", "-", stdin=b"aaa").exit_code == 0
    assert run("check", "--regex", "a+", "-", stdin=b"\xff").exit_code == 1


@pytest.mark.parametrize(
    ("pattern", "text", "caret_column", "expected"),
    [
        ("[a-c]+x", "abd", 2, "expected 'a' to 'c' or 'x'"),
        ("é+x", "éÉ", 1, "expected \"é\" or 'x'"),
        ("ab", "a", 1, "expected 'b'"),
        ("ab?", "ac", 1, "expected 'b' or the end of the text"),
        ("a", "ab", 1, "expected the end of the text"),
    ],
)
def test_check_points_at_the_character_and_says_what_was_expected(
    pattern: str, text: str, caret_column: int, expected: str
) -> None:
    lines = run("check", "--regex", pattern, text).stdout.splitlines()
    text_line = next(line for line in lines if line.startswith(" 1 | "))
    caret_line = next(line for line in lines if "^" in line)
    assert caret_line.index("^") - text_line.index(text) == caret_column
    assert lines[-1] == expected


def test_check_points_into_the_right_line() -> None:
    lines = run("check", "--regex", "one\ntwo", "one\ntwx").stdout.splitlines()
    assert " 2 | twx" in lines


def test_control_characters_of_the_text_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in run("check", "--regex", "a", "\x1b[31mred").stdout


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--schema", "missing.json", "x"), "missing.json: there is no such file"),
        (("check", "--grammar", "missing.ebnf", "x"), "missing.ebnf: there is no such file"),
        (("check", "x"), "exactly one of --schema, --grammar and --regex"),
        (("check", "--regex", "a", "--schema", "{}", "x"), "exactly one of"),
        (("check", "--schema", '{"type": }', "x"), "--schema:1:"),
        (("check", "--schema", '{"uniqueItems": true}', "x"), "uniqueItems"),
        (("check", "--regex", "a{3,1}", "x"), "--regex:1:"),
        (("generate", "--schema", "missing.json", "x"), "missing.json: there is no such file"),
        (("generate", "x"), "exactly one of --schema, --grammar and --regex"),
    ],
)
def test_an_error_is_one_message_on_stderr_and_status_2(
    arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.stderr.count("error: ") == 1
    assert result.stdout == ""


def test_an_undefined_rule_is_shown_with_a_caret_and_a_suggestion(tmp_path: Path) -> None:
    path = tmp_path / "g.ebnf"
    path.write_text('root ::= "[" vlaue "]"\nvalue ::= "x"\n', encoding="utf-8")
    lines = run("check", "--grammar", str(path), "[x]").stderr.splitlines()
    text_line = next(line for line in lines if line.startswith(" 1 | "))
    caret_line = next(line for line in lines if "^" in line)
    assert caret_line.index("^") == text_line.index("vlaue")
    assert any("value" in line for line in lines if "vlaue" not in line or "did you mean" in line)


def test_a_minified_schema_is_shown_around_the_place_only() -> None:
    members = ",".join(f'"property_{index}":{{"type":"integer"}}' for index in range(500))
    schema = f'{{"properties":{{{members}}},"uniqueItems":true}}'
    result = run("check", "--schema", schema, "x")
    assert result.exit_code == 2
    assert max(len(line) for line in result.stderr.splitlines()) < 140


def test_a_file_that_is_not_utf8_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "g.ebnf"
    path.write_bytes(b'root ::= "\xff"\n')
    result = run("check", "--grammar", str(path), "x")
    assert result.exit_code == 2
    assert "not UTF-8" in result.stderr


def test_the_command_line_without_typer_names_the_extra() -> None:
    program = "import sys; sys.modules['typer'] = None; import pushmask.__main__ as m; m.main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == "pushmask: the command line needs typer: pip install 'pushmask[cli]'\n"


def test_the_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "pushmask", "check", "--regex", "a", "a"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "accepted\n")


# --- generate -------------------------------------------------------------------------------------


class ByteDecoder:
    """Stands in for a model: one token for each byte, of which the last allowed one is taken."""

    STOP = 256

    def __init__(self) -> None:
        tokens = [*(bytes([byte]) for byte in range(256)), b"<stop>"]
        self.vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[self.STOP])

    @classmethod
    def load(cls, model: str, *, progress: bool = False) -> ByteDecoder:
        if model != "smollm2":
            raise pushmask.ModelError(f"there is no model '{model}'", path=model)
        return cls()

    def generate(self, request: Any, matcher: pushmask.Matcher) -> Iterator[SimpleNamespace]:
        times = SimpleNamespace(forward_s=0.002, mask_s=0.001, wait_s=0.0)
        row = np.zeros(9, dtype=np.int32)
        for step in range(request.max_tokens):
            matcher.fill_mask(row)
            bits = np.unpackbits(row.view(np.uint8), bitorder="little")
            token_id = self.STOP if bits[self.STOP] else int(np.flatnonzero(bits)[-1])
            assert matcher.accept_token(token_id)
            is_last = step + 1 == request.max_tokens
            reason = "grammar" if token_id == self.STOP else "length" if is_last else None
            text = "" if token_id == self.STOP else chr(token_id)
            yield SimpleNamespace(token_id=token_id, text=text, times=times, finish_reason=reason)
            if reason:
                return


@pytest.fixture
def _byte_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = pytest.importorskip("pushmask.decoder", reason="needs pushmask[decoder]")
    monkeypatch.setattr(decoder, "Decoder", ByteDecoder)


@pytest.mark.usefixtures("_byte_decoder")
def test_generate_prints_the_text_on_stdout_alone() -> None:
    result = run("generate", "--regex", "(ab|cd){3}", "--stats", "hello")
    assert (result.exit_code, result.stdout) == (0, "cdcdcd\n")


@pytest.mark.usefixtures("_byte_decoder")
def test_generate_prints_rate_and_times_on_request() -> None:
    result = run("generate", "--regex", "(ab|cd){3}", "--stats", "hello")
    assert "7 tokens in" in result.stderr
    for row in ("forward pass", "mask", "waited for the mask"):
        assert row in result.stderr
    assert run("generate", "--regex", "a", "hello").stderr == ""


@pytest.mark.usefixtures("_byte_decoder")
def test_a_text_cut_by_the_token_limit_is_a_warning_and_status_1() -> None:
    result = run("generate", "--regex", "a{9}", "--max-tokens", "4", "hello")
    assert (result.exit_code, result.stdout) == (1, "aaaa\n")
    assert "stopped after 4 tokens" in result.stderr


@pytest.mark.usefixtures("_byte_decoder")
def test_an_unknown_model_is_one_error() -> None:
    result = run("generate", "--regex", "a", "--model", "gpt-7", "hello")
    assert result.exit_code == 2
    assert result.stderr == "error: there is no model 'gpt-7'\n"
