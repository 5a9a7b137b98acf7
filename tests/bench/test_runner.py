# SPDX-License-Identifier: Apache-2.0
"""Workers: what they measure, and what becomes of those that end."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cases import Case
from harness.runner import Lineup, Settings
from harness.scores import EngineScores

pytest.importorskip("tiktoken", reason="needs pushmask[bench]")

CASE = Case(
    name="person",
    schema=json.dumps(
        {
            "type": "object",
            "properties": {"name": {"type": "string", "maxLength": 5}},
            "required": ["name"],
            "additionalProperties": False,
        }
    ),
    instances=(('{"name": "Ada"}', True), ('{"name": "Adalbert"}', False), ("{}", False)),
)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every byte and a stop token, in a vocabulary file."""
    tokens = [bytes([byte]) for byte in range(256)] + [b"</s>"]
    content = {
        "name": "bytes",
        "n_vocab": len(tokens),
        "eos_id": 256,
        "special": {"256": "</s>"},
        "pat_str": r"\s+|\S+",
        "tokens_b64": [base64.b64encode(token).decode() for token in tokens],
    }
    path = tmp_path_factory.mktemp("vocabulary") / "bytes.json.gz"
    path.write_bytes(gzip.compress(json.dumps(content).encode()))
    return path


@pytest.fixture
def lineup(vocabulary: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lineup]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    settings = Settings(str(vocabulary), limit_s=20.0, requests_per_process=2)
    with Lineup(["pushmask"], settings) as made:
        yield made


def test_a_worker_measures_a_case(lineup: Lineup) -> None:
    found = lineup.ask("pushmask", {"task": "maskbench:measure", **CASE.request()})
    assert (found.status, found.error) == ("done", "")
    scores = EngineScores("pushmask", limit_s=20.0)
    scores.add(CASE, found)
    summary = scores.summary()
    assert summary["verdicts"] == {"pass": 1}
    assert summary["warm_differs"] == 0
    tokens = [len('{"name": "Ada"}'), len('{"name": "Adalb') + 1, len("{}")]
    assert [len(samples) for samples in scores.cases["person"].cold] == tokens
    assert [len(samples) for samples in scores.cases["person"].warm] == tokens


def test_a_schema_that_is_refused_is_no_crash(lineup: Lineup) -> None:
    found = lineup.ask("pushmask", {"task": "maskbench:measure", "schema": "7", "instances": []})
    assert (found.status, found.phase, lineup.restarts["pushmask"]) == ("error", "compile", 0)


def test_floors_are_measured(lineup: Lineup) -> None:
    found = lineup.ask("pushmask", {"task": "harness.floor:measure"})
    assert {"clock", "row_copy", "row_copy_from_memory", "empty_call"} <= set(found.result)


def test_a_crash_is_noted_and_the_worker_replaced(lineup: Lineup) -> None:
    found = lineup.ask("pushmask", {"task": "misbehaving:crash"})
    assert (found.status, found.phase) == ("crash", "crashing")
    assert found.records == [{"engine": "pushmask"}]
    assert lineup.ask("pushmask", {"task": "misbehaving:process"}).status == "done"
    assert lineup.restarts["pushmask"] == 1


def test_a_request_out_of_time_is_ended(lineup: Lineup) -> None:
    found = lineup.ask("pushmask", {"task": "misbehaving:spin", "limit_s": 0.2})
    assert (found.status, found.phase) == ("timeout", "spinning")


def test_an_exception_leaves_the_worker_alive(lineup: Lineup) -> None:
    found = lineup.ask("pushmask", {"task": "misbehaving:fail"})
    assert (found.status, found.error) == ("error", "ValueError: no such thing")
    assert lineup.restarts["pushmask"] == 0


def test_a_process_does_as_many_requests_as_it_may(lineup: Lineup) -> None:
    request = {"task": "misbehaving:process"}
    first = lineup.ask("pushmask", request).result["pid"]
    apart = lineup.ask_apart("pushmask", request).result["pid"]
    second = lineup.ask("pushmask", request).result["pid"]
    third = lineup.ask("pushmask", request).result["pid"]
    assert first == apart == second != third
