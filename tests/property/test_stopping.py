# SPDX-License-Identifier: Apache-2.0
"""A text is stopped by a stop token, where it may end, and by nothing else."""

from __future__ import annotations

from hypothesis import given, settings

from property.strategies import Case, sound_cases
from property.walk import next_token
from reference.masks import fill


@settings(max_examples=100)
@given(sound_cases())
def test_only_a_stop_token_stops_and_then_nothing_is_allowed(case: Case) -> None:
    matcher, vocabulary = case.matcher()
    for number in case.walk:
        assert not matcher.is_stopped
        for stop in case.parts.stop:
            ended = matcher.fork()
            assert ended.accept_token(stop) == matcher.can_stop == ended.is_stopped
            if not ended.is_stopped:
                continue
            words, all_allowed = fill(ended, vocabulary)
            assert (any(words), all_allowed) == (False, False)
            assert not any(ended.accept_token(t) for t in range(vocabulary.size))
            assert not ended.accept_bytes(b"a")
            assert (ended.next_bytes(), ended.jump_forward()) == (b"", b"")
            assert ended.num_tokens == matcher.num_tokens + 1
        token = next_token(matcher, vocabulary, case, number)
        if token is None:
            break
        matcher.accept_token(token)
