# SPDX-License-Identifier: Apache-2.0
"""What a reader raises where its library only returns something."""

from __future__ import annotations


class RefusedError(Exception):
    """The text is not in the language."""


class ExcusedError(Exception):
    """The text is in the grammar's language, but the reader knows more, or is wrong."""
