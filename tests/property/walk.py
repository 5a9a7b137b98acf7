# SPDX-License-Identifier: Apache-2.0
"""Lead a matcher through a case's walk by tokens that its mask allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.masks import allowed

if TYPE_CHECKING:
    import pushmask
    from property.strategies import Case


def next_token(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary, case: Case, number: int
) -> int | None:
    """An allowed token that is no stop token; None if there is none."""
    choices = sorted(allowed(matcher, vocabulary) - case.parts.stop)
    return choices[number % len(choices)] if choices else None


def advance(
    matcher: pushmask.Matcher,
    vocabulary: pushmask.Vocabulary,
    case: Case,
    *,
    steps: int | None = None,
) -> list[int]:
    """Accept up to `steps` tokens, all of the walk by default; return them."""
    accepted: list[int] = []
    for number in case.walk[:steps]:
        token = next_token(matcher, vocabulary, case, number)
        if token is None:
            break
        assert matcher.accept_token(token)
        accepted.append(token)
    return accepted
