# SPDX-License-Identifier: Apache-2.0
"""Any JSON, as the schema `true` has it, is what RFC 8259 says, byte for byte.

Source: github.com/nst/JSONTestSuite, test_parsing: a file begins with y_, n_ or i_ for texts that a
parser must accept, must reject, or may decide about. A grammar has no whitespace around the whole
text, so that is cut off.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import PurePosixPath

import pytest

from conformance.engine import Options, Reading, read
from conftest import SHARED

ARCHIVE = "json-parsing.tar.xz"
WHITESPACE = b" \t\n\r"

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def texts() -> dict[str, bytes]:
    """The texts by the name of their file, without whitespace around them."""
    path = SHARED / ARCHIVE
    if not path.exists():
        pytest.skip(f"needs {path.name}; set PUSHMASK_SHARED to the folder that has it")
    with tarfile.open(path) as archive:
        return {
            PurePosixPath(member.name).stem: data.read().strip(WHITESPACE)
            for member in archive
            if member.name.endswith(".json") and (data := archive.extractfile(member)) is not None
        }


@pytest.fixture(scope="module", params=[True, {}, {"type": ["object", "array"]}], ids=str)
def any_json(request: pytest.FixtureRequest) -> Reading:
    """A schema that allows every value, or every one in brackets, in two spellings."""
    reading = read(request.param, Options())
    assert reading.status == "compiled"
    return reading


def is_enclosed(text: bytes) -> bool:
    """Whether the text is meant to be an object or an array."""
    return text[:1] in {b"{", b"["}


def repeats_a_name(text: bytes) -> bool:
    """Whether an object has a name twice, which parsers accept and no grammar here allows."""
    repeats = []

    def note(members: list[tuple[str, object]]) -> None:
        repeats.append(len({name for name, _ in members}) < len(members))

    json.loads(text, object_pairs_hook=note)
    return any(repeats)


def test_what_every_parser_accepts_is_in_the_language(
    texts: dict[str, bytes], any_json: Reading
) -> None:
    names = [name for name in texts if name.startswith("y_") and is_enclosed(texts[name])]
    assert len(names) > 70
    refused = [name for name in names if not any_json.accepts(texts[name])]
    assert refused == [name for name in names if repeats_a_name(texts[name])]
    assert sorted(refused) == ["y_object_duplicated_key", "y_object_duplicated_key_and_value"]


def test_scalars_are_in_the_language(texts: dict[str, bytes]) -> None:
    everything = read(True, Options())
    names = [name for name in texts if name.startswith("y_") and not is_enclosed(texts[name])]
    assert len(names) > 5
    assert [name for name in names if not everything.accepts(texts[name])] == []


def test_what_every_parser_rejects_is_not_in_the_language(
    texts: dict[str, bytes], any_json: Reading
) -> None:
    names = [name for name in texts if name.startswith("n_")]
    assert len(names) > 180
    assert [name for name in names if any_json.accepts(texts[name])] == []


def test_what_parsers_may_decide_about_is_json_if_it_is_accepted(
    texts: dict[str, bytes], any_json: Reading
) -> None:
    names = [name for name in texts if name.startswith("i_")]
    assert len(names) > 30
    for name in names:
        if any_json.accepts(texts[name]):
            json.loads(texts[name].decode("utf-8"))  # neither raises
