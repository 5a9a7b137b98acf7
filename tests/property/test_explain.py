# SPDX-License-Identifier: Apache-2.0
"""What `Matcher.explain` says agrees with masks, and with walking the bytes one by one."""

from __future__ import annotations

import random

import numpy as np
import pytest

import pushmask
from pushmask import builtin
from reference.masks import allowed

GRAMMARS = ["json", "sql_select", "python", "c", "csv", "regex", "xml_fragment", "lua"]
STEPS = 6
TOKENS_A_STEP = 12


@pytest.mark.parametrize("name", GRAMMARS)
def test_explain_agrees_with_the_mask_and_with_single_bytes(
    name: str, smollm2: pushmask.Vocabulary
) -> None:
    rng = random.Random(name)
    matcher = pushmask.Compiler(smollm2).compile(builtin.load(name)).matcher()
    for _ in range(STEPS):
        mask = allowed(matcher, smollm2)
        tokens = rng.sample(range(smollm2.size), TOKENS_A_STEP) + rng.sample(
            sorted(mask), min(2, len(mask))
        )
        for token in tokens:
            explanation = matcher.explain(token)
            assert explanation.is_allowed == (token in mask)
            assert (explanation.offset is None) == explanation.is_allowed
            if explanation.is_allowed or not explanation.data:
                continue
            # The bytes before the offset fit, and those up to it do not.
            fork = matcher.fork()
            assert explanation.offset is not None
            assert fork.accept_bytes(explanation.data[: explanation.offset])
            assert not fork.accept_bytes(explanation.data[explanation.offset :][:1])
            assert explanation.expected_there == fork.explain().expected
            assert explanation.died
        if not matcher.accept_token(rng.choice(sorted(mask))) or matcher.is_stopped:
            break


@pytest.mark.parametrize("name", GRAMMARS)
def test_paths_begin_at_the_root_and_expect_what_can_come(name: str) -> None:
    tokens = [*(bytes([byte]) for byte in range(256)), b"</s>"]
    vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[256])
    grammar = builtin.load(name)
    known = {rule.name for rule in grammar.structure().rules} | {"..."}
    matcher = pushmask.Compiler(vocabulary).compile(grammar).matcher()
    rng = np.random.default_rng(7)
    for _ in range(60):
        explanation = matcher.explain()
        assert explanation.paths
        for path in explanation.paths:
            assert path.is_cut or path.rules[0] == "root"
            assert {part for rule in path.rules for part in rule.split(" or ")} <= known
        ends = "the end of the text" in explanation.expected
        assert ends == matcher.can_stop
        choices = matcher.next_bytes()
        if not choices:
            break
        assert matcher.accept_bytes(bytes([choices[rng.integers(len(choices))]]))
