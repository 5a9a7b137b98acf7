# SPDX-License-Identifier: Apache-2.0
"""A real model, compiled by Apache TVM, that writes under a grammar.

    decoder = Decoder.load("smollm2")
    for event in decoder.generate(GenerationRequest(prompt="..."), matcher):
        print(event.text, end="")

Needs the extra `pushmask[decoder]`. Reading order: config, model_file, quantized, weights (file to
parameters); kernels, model, compile, artifact, loader (parameters to a library in the cache);
runtime, kv_cache, sampler, tokenizer, chat, detokenize, engine (a request to its events).
"""

from __future__ import annotations

from . import threads

threads.configure()  # before anything below loads TVM, which reads its settings once

from .engine import Decoder, GenerationRequest, Matching, StepEvent, StepTimes  # noqa: E402

__all__ = ["Decoder", "GenerationRequest", "Matching", "StepEvent", "StepTimes"]
