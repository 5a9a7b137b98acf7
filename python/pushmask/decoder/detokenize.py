# SPDX-License-Identifier: Apache-2.0
"""Token bytes to text, piece by piece, cut only between characters."""

from __future__ import annotations

import codecs


class Detokenizer:
    """Holds back the bytes of a character until its last one has come."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def add(self, data: bytes) -> str:
        """Give the text that the bytes complete, perhaps none.

        Bytes that cannot be UTF-8 become U+FFFD, as a model without a grammar may write them.
        """
        return self._decoder.decode(data)

    def finish(self) -> str:
        """Give what is left of an incomplete character: U+FFFD, or nothing."""
        return self._decoder.decode(b"", final=True)
