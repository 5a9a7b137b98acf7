# SPDX-License-Identifier: Apache-2.0
"""Any tokens up to one of several marks: what `marks.FreeText` is for text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pushmask._core import Expression, GrammarBuilder
from pushmask.errors import Diagnostic
from pushmask.structural_tag.nodes import Mark, Token


class FreeTokens:
    """Tokens that go on until a mark that is a token.

    A mark that is text does not end them: they may spell it out themselves.
    """

    def __init__(
        self, b: GrammarBuilder, excluded: Iterable[Mark], *, place: Diagnostic | None = None
    ) -> None:
        """Prepare the language.

        Args:
            b: the builder that it belongs to.
            excluded: the marks, and tokens that do not occur; text is left out.
            place: where errors about the tokens say that they are named.
        """
        self.b = b
        tokens = dict.fromkeys(mark.token for mark in excluded if isinstance(mark, Token))
        self.one = b.tokens(tokens, negated=True, place=place)
        self.text = b.star(self.one)

    def before(self, ways: Sequence[tuple[Mark, Expression]]) -> Expression:
        """Return tokens and one of the ways to go on; as `FreeText.before`."""
        return self.b.sequence(self.text, self.b.choice(*(way for _, way in ways)))
