# SPDX-License-Identifier: Apache-2.0
"""`pushmask generate`: stream a model's text under a grammar, and tell where the time went."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

from pushmask import Compiler, Grammar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from pushmask.decoder import StepTimes


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for beside the grammar; as in `GenerationRequest`."""

    prompt: str
    model: str
    temperature: float
    seed: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out.

    Attributes:
        text: all of it.
        complete: the text ended where the grammar lets it end, not at the token limit.
        seconds: from the request to the last token, prefill included.
        times: one entry for each step.
    """

    text: str
    complete: bool
    seconds: float
    times: Sequence[StepTimes]


def generate(grammar: Grammar, options: Options, console: Console) -> Outcome:
    """Print the text on stdout as it is generated.

    Raises:
        pushmask.ModelError: the model cannot be loaded.
        pushmask.RequestError: the prompt is longer than the context.
        pushmask.GrammarError, pushmask.LimitError: the grammar cannot be compiled.
        ImportError: the extra `pushmask[decoder]` is not installed.
    """
    try:
        from pushmask.decoder import Decoder, GenerationRequest
    except ModuleNotFoundError as error:
        raise ImportError(
            f"generating needs {error.name}: pip install 'pushmask[decoder]'"
        ) from error
    decoder = Decoder.load(options.model, progress=console.is_terminal)
    matcher = Compiler(decoder.vocabulary).compile(grammar).matcher()
    request = GenerationRequest(
        prompt=options.prompt,
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        seed=options.seed,
    )
    texts: list[str] = []
    times: list[StepTimes] = []
    complete = False
    start = time.perf_counter()
    for event in decoder.generate(request, matcher):
        sys.stdout.write(event.text)
        sys.stdout.flush()
        texts.append(event.text)
        times.append(event.times)
        complete = event.finish_reason == "grammar"
    seconds = time.perf_counter() - start
    sys.stdout.write("\n")
    return Outcome("".join(texts), complete, seconds, times)


def statistics_table(outcome: Outcome) -> Table:
    """Show tokens/s and the three times of a step, in milliseconds.

    The first step runs the whole prompt through the model, so it has a column of its own.
    """
    num_tokens = len(outcome.times)
    rate = num_tokens / outcome.seconds if outcome.seconds > 0 else 0.0
    table = Table(title=f"{num_tokens} tokens in {outcome.seconds:.2f} s: {rate:.1f} tokens/s")
    table.add_column("milliseconds")
    for heading in ("first step", "mean of the others", "largest", "sum of all"):
        table.add_column(heading, justify="right")
    rows = [
        ("forward pass", [step.forward_s for step in outcome.times]),
        ("mask", [step.mask_s for step in outcome.times]),
        ("waited for the mask", [step.wait_s for step in outcome.times]),
    ]
    for name, seconds in rows:
        first, others = seconds[0], seconds[1:]
        mean = sum(others) / max(len(others), 1)
        values = (first, mean, max(others, default=0.0), sum(seconds))
        table.add_row(name, *(f"{1000 * value:.3f}" for value in values))
    return table
