# SPDX-License-Identifier: Apache-2.0
"""No object on a walk along allowed tokens has a name twice, and no token is refused for nothing.

A token is allowed exactly if a matcher of its own takes the text with the token's bytes: that one
steps byte by byte and asks for no mask. That names differ is what `json.loads` says.
"""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import pushmask
from reference.masks import allowed

NAMES = ["a", "b", "aa", "ab"]
# Bytes of short texts, and tokens that begin, end and cross names.
SINGLE = list('{}[]:,"ab01 .-tfnulersn')
LONG = [
    '"a',
    '"a"',
    '"b":',
    '","',
    '","a',
    '","a":',
    '":"',
    '":"","',
    '",""',
    '":{"a"',
    '":{"a":1,"a',
]
LONG += [
    '1,"',
    '1,"a":',
    '1,"b":0,"',
    '"}',
    '"},"a":',
    'a":',
    'a":1,"a',
    'b":0,"a":',
    '{"',
    '{"a":1,',
]
LONG += ['},"', "}}", '"aa":1,"ab":', ' "a"', ', "a": ', '": ', '"],"', 'b","a":', '":1,"a":1']
TOKENS = [text.encode() for text in dict.fromkeys([*SINGLE, *LONG])]
STOP = len(TOKENS)
VOCABULARY = pushmask.Vocabulary([*TOKENS, b"</s>"], stop_token_ids=[STOP])


def values(depth: int) -> st.SearchStrategy[Any]:
    """Schemas that are true, of scalars, or of objects."""
    scalars = st.sampled_from([True, {"type": "integer"}, {"type": "string"}, {"enum": ["a", 1]}])
    return scalars if depth == 0 else st.one_of(scalars, objects(depth - 1), anyof(depth - 1))


def anyof(depth: int) -> st.SearchStrategy[Any]:
    return st.lists(objects(depth), min_size=2, max_size=2).map(lambda all: {"anyOf": all})


def objects(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas of objects with declared names, names by pattern, others, and bounds."""
    inner = st.deferred(lambda: values(depth))
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "properties": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=2),
        "required": st.lists(st.sampled_from(NAMES), unique=True, max_size=2),
        "patternProperties": st.dictionaries(
            st.sampled_from(["^a", "b$", "^(a|b)$", "^b?$"]), inner, min_size=1, max_size=2
        ),
        "additionalProperties": inner,
        "propertyNames": st.sampled_from([{"maxLength": 4}, {"pattern": "^[ab]{0,3}$"}]),
        "minProperties": st.integers(0, 3),
        "not": st.sampled_from(
            [{"additionalProperties": {"type": "integer"}}, {"propertyNames": {"pattern": "^a"}}]
        ),
    }
    return st.fixed_dictionaries({"type": st.just("object")}, optional=keywords)


def check_names(text: str) -> None:
    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in members]
        assert len(set(names)) == len(names), text
        return dict(members)

    json.loads(text, object_pairs_hook=pairs)


def expected(fresh: pushmask.CompiledGrammar, text: bytes) -> set[int]:
    """The tokens that can come after `text`, each tried by a matcher that is asked for no mask."""
    start = fresh.matcher()
    assert not text or start.accept_bytes(text)
    tokens = {number for number, token in enumerate(TOKENS) if start.fork().accept_bytes(token)}
    return tokens | ({STOP} if start.can_stop else set())


def walk(schema: Any, order: str, rng: random.Random, counts: dict[str, int]) -> None:
    try:
        grammar = pushmask.Grammar.from_json_schema(
            json.dumps(schema), property_order=order, max_whitespace=1
        )
        masked = pushmask.Compiler(VOCABULARY).compile(grammar)
        fresh = pushmask.Compiler(VOCABULARY).compile(grammar)
    except (pushmask.EmptyLanguageError, pushmask.UnsupportedError, pushmask.LimitError):
        counts["refused"] += 1
        return
    for _ in range(3):
        matcher = masked.matcher()
        text = b""
        for _ in range(24):
            found = allowed(matcher, VOCABULARY)
            assert found == expected(fresh, text), text
            if STOP in found:
                check_names(text.decode())
                counts["ended"] += 1
            choices = sorted(found - {STOP})
            if not choices:
                break
            # Long tokens and names are where mistakes would be.
            choices += 3 * [token for token in choices if len(TOKENS[token]) > 1 or token == 1]
            token = rng.choice(choices)
            assert matcher.accept_token(token), (text, TOKENS[token])
            text += TOKENS[token]
            counts["masks"] += 1


def test_masks_beside_names_are_exact_and_names_differ() -> None:
    counts = {"refused": 0, "ended": 0, "masks": 0}

    @settings(max_examples=250, deadline=None)
    @given(objects(2), st.sampled_from(["schema", "any"]), st.randoms(use_true_random=False))
    def run(schema: Any, order: str, rng: random.Random) -> None:
        walk(schema, order, rng, counts)

    run()
    assert counts["masks"] > 3000, counts
    assert counts["ended"] > 100, counts
    assert counts["refused"] < 60, counts
