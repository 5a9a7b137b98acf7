# SPDX-License-Identifier: Apache-2.0
"""Generation on the tiny model with matchers that are lists of allowed tokens."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from decoder.tiny_model import CONTEXT, SPECIALS, vocabulary
from pushmask import errors
from pushmask.decoder import Decoder, GenerationRequest, StepEvent, engine

STOP = SPECIALS.index("<|im_end|>")


class Script:
    """Allows one set of tokens per step and remembers what it accepted."""

    def __init__(self, *steps: Sequence[int]) -> None:
        self.steps = steps
        self.accepted: list[int] = []

    def fill_mask(self, mask: NDArray[np.int32], /) -> bool:
        bits = np.zeros(len(mask) * 32, dtype=np.uint8)
        bits[list(self.steps[len(self.accepted)])] = 1
        mask[:] = np.packbits(bits, bitorder="little").view("<i4")
        return False

    def temperature(self) -> float | None:
        return None

    def accept_token(self, token_id: int, /) -> bool:
        allowed = token_id in self.steps[len(self.accepted)]
        if allowed:
            self.accepted.append(token_id)
        return allowed


def ids(text: str) -> list[int]:
    return [vocabulary().index(character) for character in text]


def run(decoder: Decoder, matcher: Script | None, **options: float) -> list[StepEvent]:
    request = GenerationRequest(
        prompt="hello",
        max_tokens=int(options.get("max_tokens", 20)),
        temperature=options.get("temperature", 0.0),
        seed=int(options.get("seed", 0)),
    )
    return list(decoder.generate(request, matcher))


def test_only_allowed_tokens_come_and_the_stop_token_ends(tiny: Decoder) -> None:
    matcher = Script(ids("ab"), ids("c"), ids("xyz"), [STOP])
    events = run(tiny, matcher)
    text = "".join(event.text for event in events)
    assert len(text) == 3
    assert text[0] in "ab"
    assert text[1] == "c"
    assert text[2] in "xyz"
    assert [event.finish_reason for event in events] == [None, None, None, "grammar"]
    assert matcher.accepted == [event.token_id for event in events]


def test_the_token_limit_ends_with_every_token_accepted(tiny: Decoder) -> None:
    matcher = Script(*[ids("abc")] * 10)
    events = run(tiny, matcher, max_tokens=4)
    assert [event.finish_reason for event in events] == [None, None, None, "length"]
    assert len(matcher.accepted) == 4


def test_the_context_limits_the_output(tiny: Decoder) -> None:
    events = run(tiny, Script(*[ids("a")] * 200), max_tokens=200)
    prompt = tiny.encode(GenerationRequest(prompt="hello"))
    assert len(prompt) + len(events) == CONTEXT
    assert events[-1].finish_reason == "length"


def test_a_character_of_several_tokens_is_one_piece(tiny: Decoder) -> None:
    characters = "âĤ¬"  # the bytes of a euro sign
    events = run(tiny, Script(*([token] for token in ids(characters)), [STOP]))
    assert [event.text for event in events] == ["", "", "€", ""]


def test_equal_seeds_give_equal_tokens(tiny: Decoder) -> None:
    def draw(seed: int) -> list[int]:
        matcher = Script(*[range(3, 259)] * 12)
        events = run(tiny, matcher, max_tokens=12, temperature=1.0, seed=seed)
        return [event.token_id for event in events]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_greedy_without_a_matcher_follows_the_logits(tiny: Decoder) -> None:
    first, second = run(tiny, None, max_tokens=6), run(tiny, None, max_tokens=6)
    assert [event.token_id for event in first] == [event.token_id for event in second]
    assert first[-1].finish_reason in {"stop", "length"}


def test_the_matcher_works_while_the_forward_pass_runs(
    tiny: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_run = threading.Barrier(2, timeout=60)  # broken if one would wait for the other's end

    class Meeting(Script):
        def fill_mask(self, mask: NDArray[np.int32], /) -> bool:
            both_run.wait()
            return super().fill_mask(mask)

    for name in ("prefill", "decode"):
        original = getattr(tiny.runtime, name)

        def forward(*arguments: Any, original: Any = original) -> Any:
            both_run.wait()
            return original(*arguments)

        monkeypatch.setattr(tiny.runtime, name, forward)
    events = run(tiny, Meeting(ids("a"), ids("b"), [STOP]))
    assert events[-1].finish_reason == "grammar"
    for event in events:
        assert event.times.forward_s > 0
        assert event.times.mask_s > 0
        assert event.times.wait_s >= 0


def test_pages_are_given_back_when_a_request_ends_or_is_dropped(tiny: Decoder) -> None:
    free = tiny._pool.num_free
    run(tiny, Script(*[ids("a")] * 30))
    events = tiny.generate(GenerationRequest(prompt="x"), Script(*[ids("a")] * 30))
    next(events)
    assert tiny._pool.num_free < free
    del events
    assert tiny._pool.num_free == free


def test_a_prompt_longer_than_the_context_is_refused_before_the_first_event(tiny: Decoder) -> None:
    with pytest.raises(errors.RequestError, match=rf"has \d+ tokens.* holds {CONTEXT}"):
        tiny.generate(GenerationRequest(prompt="x" * 500))
    assert run(tiny, Script([STOP]))[-1].finish_reason == "grammar"


def test_a_prompt_in_several_chunks_gives_the_same_tokens(
    tiny: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [event.token_id for event in run(tiny, None, max_tokens=6)]
    monkeypatch.setattr(engine, "PREFILL_CHUNK", 7)
    assert [event.token_id for event in run(tiny, None, max_tokens=6)] == whole


def test_a_matcher_that_allows_nothing_is_our_defect(tiny: Decoder) -> None:
    with pytest.raises(errors.InternalError, match="allows no token"):
        run(tiny, Script([]))


def test_a_matcher_that_contradicts_its_mask_is_our_defect(tiny: Decoder) -> None:
    class Liar(Script):
        def accept_token(self, token_id: int, /) -> bool:
            return False

    with pytest.raises(errors.InternalError, match="rejects token"):
        run(tiny, Liar(ids("a"), ids("a")))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "either a prompt or messages"),
        ({"prompt": "a", "messages": []}, "either a prompt or messages"),
        ({"prompt": "a", "max_tokens": 0}, "max_tokens is 0"),
        ({"prompt": "a", "temperature": -1.0}, r"temperature is -1\.0"),
        ({"prompt": "a", "temperature": float("nan")}, "temperature is nan"),
        ({"prompt": "a", "top_p": 0.0}, r"top_p is 0\.0"),
        ({"prompt": "a", "seed": -1}, "seed is -1"),
    ],
)
def test_requests_out_of_range_are_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(errors.RequestError, match=message):
        GenerationRequest(**fields)  # type: ignore[arg-type]  # values by field name


class Warm(Script):
    """Gives every other step a temperature."""

    def temperature(self) -> float | None:
        return 50.0 if len(self.accepted) % 2 else None


def test_the_grammars_temperature_counts_in_its_rules_and_the_requests_elsewhere(
    tiny: Decoder,
) -> None:
    letters = ids("abcdefghijklmnop")
    seen: list[set[int]] = [set(), set()]
    cold = run(tiny, Script(letters, letters), max_tokens=1)[0].token_id
    for seed in range(8):
        events = run(tiny, Warm(letters, letters), max_tokens=2, seed=seed)
        for step, event in enumerate(events):
            seen[step].add(event.token_id)
    assert seen[0] == {cold}
    assert len(seen[1]) > 1
