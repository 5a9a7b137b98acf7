# SPDX-License-Identifier: Apache-2.0
"""One request at a time: encode, prefill, then a step per token.

In a step the model computes the logits after token t-1 while, on a thread of its own, the matcher
accepts token t-1 and fills the mask for token t. Both are native calls that release the GIL. Only
then is a token drawn, so a step costs the longer of the two, and `StepTimes.wait_s` says how much
longer the matcher was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pushmask.errors import InternalError, RequestError

from .artifact import Artifact
from .chat import render_prompt
from .detokenize import Detokenizer
from .kv_cache import PAGE_POSITIONS, PagePool, SequencePages
from .loader import load_artifact
from .models import resolve
from .runtime import Runtime
from .sampler import Sampler
from .tokenizer import Tokenizer

if TYPE_CHECKING:
    from pushmask import Vocabulary


# Most tokens of one prefill call: bounds the memory of activations, 20 KiB per token.
PREFILL_CHUNK = 1024


class Matching(Protocol):
    """What generation asks of a matcher; `pushmask.Matcher` has it."""

    def fill_mask(self, mask: NDArray[np.int32], /) -> bool: ...

    def accept_token(self, token_id: int, /) -> bool: ...

    def temperature(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What to generate.

    Attributes:
        prompt: A user's message, rendered by the model's chat template; or
        messages: a whole conversation, each message with `role` and `content`.
        max_tokens: Most tokens to generate, the stop token included.
        temperature: Divides the logits; 0 takes the likeliest token. Where the grammar gives a
            rule a temperature, that counts inside of the rule.
        top_p: Draw from the smallest set of tokens with this mass; in (0, 1].
        seed: Of the draws, at least 0.
    """

    prompt: str | None = None
    messages: Sequence[Mapping[str, str]] | None = None
    max_tokens: int = 512
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if (self.prompt is None) == (self.messages is None):
            raise RequestError("a request has either a prompt or messages")
        if self.max_tokens < 1:
            raise RequestError(f"max_tokens is {self.max_tokens}, not at least 1")
        if not 0.0 <= self.temperature < float("inf"):
            raise RequestError(f"temperature is {self.temperature}, not at least 0 and finite")
        if not 0.0 < self.top_p <= 1.0:
            raise RequestError(f"top_p is {self.top_p}, not above 0 and at most 1")
        if self.seed < 0:
            raise RequestError(f"seed is {self.seed}, not at least 0")


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Where a step's time went, in seconds.

    Attributes:
        forward_s: The forward pass; in the first step, over the whole prompt.
        mask_s: The matcher's work, beside it.
        wait_s: How long the forward pass's end waited for the matcher's.
    """

    forward_s: float
    mask_s: float
    wait_s: float


@dataclass(frozen=True, slots=True)
class StepEvent:
    """One generated token.

    Attributes:
        token_id: The token.
        text: Characters that it completed, perhaps none.
        times: Where the step's time went.
        finish_reason: None but in the last event: `grammar` where the matcher accepted a stop
            token, `stop` where there is no matcher and the model gave one, `length` where
            `max_tokens` or the context is used up.
    """

    token_id: int
    text: str
    times: StepTimes
    finish_reason: str | None


class Decoder:
    """A loaded model. Serves one request at a time; not to be shared between threads."""

    def __init__(self, path: Path, artifact: Artifact) -> None:
        """Load an artefact; `Decoder.load` is the usual way here."""
        self.path = path
        self.config = artifact.config
        self._metadata = artifact.metadata
        num_pages = -(-artifact.config.context_length // PAGE_POSITIONS)  # one whole context
        self.runtime = Runtime(artifact, num_pages=num_pages)
        self._pool = PagePool(num_pages)

    @classmethod
    def load(cls, model: str | Path, *, progress: bool = False) -> Decoder:
        """Load a model, compiling it for this machine the first time.

        Args:
            model: A name of `models.REGISTRY`, fetched if need be, or the path of a GGUF file.
            progress: Show a progress bar on stderr while fetching.

        Raises:
            ModelError: the name is unknown, or the file is missing, truncated or not supported.
        """
        path = resolve(model, progress=progress)
        return cls(path, load_artifact(path))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The model's vocabulary, for `pushmask.Compiler`."""
        from pushmask import Vocabulary
        from pushmask.vocabulary import gguf

        # As Vocabulary.from_gguf, on the metadata in the artefact: parsing the file takes seconds.
        parts = gguf.read(self._metadata, stop_token_ids=None)
        return Vocabulary(
            parts.tokens,
            stop_token_ids=parts.stop_token_ids,
            special_token_ids=parts.special_token_ids,
            size=self.config.vocab_size,
        )

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer, for prompts."""
        return Tokenizer(self._metadata)

    def encode(self, request: GenerationRequest) -> list[int]:
        """Give the prompt's token ids.

        Raises:
            RequestError: the prompt is empty or leaves no room in the context for a token.
        """
        messages = request.messages
        if messages is None:
            messages = [{"role": "user", "content": request.prompt or ""}]
        tokens = render_prompt(self._metadata, self.tokenizer, messages)
        if not tokens:
            raise RequestError("the prompt is empty")
        if len(tokens) >= self.config.context_length:
            raise RequestError(
                f"the prompt has {len(tokens)} tokens, but the context holds "
                f"{self.config.context_length}, of which one is needed for the output"
            )
        return tokens

    def generate(
        self, request: GenerationRequest, matcher: Matching | None = None
    ) -> Iterator[StepEvent]:
        """Generate tokens, one event each.

        Args:
            request: What to generate.
            matcher: Says which tokens are allowed. It is used, on another thread, until the last
                event; then it has accepted every token.

        Raises:
            RequestError: the prompt is longer than the context.

        The request is checked, and the prompt encoded, before the first event is asked for.
        """
        return self._steps(self.encode(request), request, matcher)

    def _steps(
        self, prompt: list[int], request: GenerationRequest, matcher: Matching | None
    ) -> Iterator[StepEvent]:
        sampler = Sampler(
            self.runtime,
            self.vocabulary.size,
            temperature=request.temperature,
            top_p=request.top_p,
            seed=request.seed,
        )
        stop_ids = frozenset(self.vocabulary.stop_token_ids)
        sequence = _Sequence(self.runtime, self._pool, prompt)
        text = Detokenizer()
        room = min(request.max_tokens, self.config.context_length - len(prompt))
        token: int | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="pushmask-matcher") as side:
            try:
                for remaining in range(room - 1, -1, -1):
                    logits, times = _overlapped(
                        side, sequence.forward, _matcher_work(matcher, token, request, sampler)
                    )
                    token = sampler.draw(logits)
                    if token < 0:
                        raise InternalError("the matcher allows no token, not even a stop token")
                    sequence.append(token)
                    reason = _finish_reason(token in stop_ids, matcher is not None, remaining)
                    if reason is not None and matcher is not None:
                        _accept(matcher, token)
                    piece = self._piece(token, text, last=reason is not None)
                    yield StepEvent(token, piece, times, reason)
                    if reason is not None:
                        return
            finally:
                sequence.release()

    def _piece(self, token: int, text: Detokenizer, *, last: bool) -> str:
        """Give the text that a token completes; special tokens stand for none."""
        special = token in self._textless
        piece = "" if special else text.add(self.vocabulary.token_bytes(token))
        return piece + text.finish() if last else piece

    @cached_property
    def _textless(self) -> frozenset[int]:
        return frozenset(self.vocabulary.special_token_ids) | frozenset(
            self.vocabulary.stop_token_ids
        )


class _Sequence:
    """One request's tokens and pages."""

    def __init__(self, runtime: Runtime, pool: PagePool, prompt: list[int]) -> None:
        self._runtime = runtime
        self._pages = SequencePages(pool)
        self._pending = list(prompt)  # tokens whose keys and values are not in the cache
        self._table = np.zeros((1, runtime.table_width), dtype=np.int32)

    def append(self, token: int) -> None:
        """Add a token; the next forward pass takes it."""
        self._pending.append(token)

    def forward(self) -> Any:
        """Run the pending tokens through the model; logits (1, padded vocabulary) after them."""
        positions = self._pages.extend(len(self._pending))
        self._table[0, : len(self._pages.pages)] = self._pages.pages
        tokens = np.array(self._pending, dtype=np.int32)
        self._pending.clear()
        if len(tokens) == 1:
            position = np.array([positions.start], dtype=np.int32)
            return self._runtime.decode(tokens, position, self._table)
        logits = None
        for begin in range(0, len(tokens), PREFILL_CHUNK):
            chunk = tokens[begin : begin + PREFILL_CHUNK]
            logits = self._runtime.prefill(chunk, positions.start + begin, self._table)
        return logits

    def release(self) -> None:
        """Give back the pages."""
        self._pages.release()


def _overlapped(
    side: ThreadPoolExecutor, forward: Callable[[], Any], work: Callable[[], None]
) -> tuple[Any, StepTimes]:
    """Run the forward pass here and the matcher's work beside it; give the logits and the times."""

    def timed_work() -> float:
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin

    future = side.submit(timed_work)
    start = time.perf_counter()
    logits = forward()
    done = time.perf_counter()
    mask_s = future.result()
    return logits, StepTimes(done - start, mask_s, time.perf_counter() - done)


def _matcher_work(
    matcher: Matching | None, token: int | None, request: GenerationRequest, sampler: Sampler
) -> Callable[[], None]:
    """Give the matcher's part of a step: accept the last token, say how to draw the next."""

    def work() -> None:
        if matcher is None:
            return
        if token is not None:
            _accept(matcher, token)
        matcher.fill_mask(sampler.mask)
        temperature = matcher.temperature()
        sampler.temperature = request.temperature if temperature is None else temperature

    return work


def _accept(matcher: Matching, token: int) -> None:
    if not matcher.accept_token(token):
        raise InternalError(f"the matcher rejects token {token}, which its own mask allowed")


def _finish_reason(is_stop: bool, constrained: bool, remaining: int) -> str | None:
    if is_stop:
        return "grammar" if constrained else "stop"
    return "length" if remaining == 0 else None
