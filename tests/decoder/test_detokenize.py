# SPDX-License-Identifier: Apache-2.0
"""Text is cut between characters only."""

from __future__ import annotations

import pytest

from pushmask.decoder.detokenize import Detokenizer

TEXT = "aé€𝄞z"


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pieces_of_any_size_join_to_the_text(size: int) -> None:
    data = TEXT.encode()
    detokenizer = Detokenizer()
    pieces = [detokenizer.add(data[i : i + size]) for i in range(0, len(data), size)]
    assert "".join(pieces) + detokenizer.finish() == TEXT
    assert "\ufffd" not in "".join(pieces)


def test_a_character_comes_with_its_last_byte() -> None:
    detokenizer = Detokenizer()
    assert [detokenizer.add(bytes([byte])) for byte in "€".encode()] == ["", "", "€"]


def test_an_unfinished_character_ends_as_a_replacement() -> None:
    detokenizer = Detokenizer()
    assert detokenizer.add(b"a\xe2\x82") == "a"
    assert detokenizer.finish() == "\ufffd"
