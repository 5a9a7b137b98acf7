# SPDX-License-Identifier: Apache-2.0
"""The engines behind one interface: ours and its peers.

An engine lives in a worker process of its own, uses one thread, and fills masks through the
cheapest call that it offers from Python into one row that belongs to the harness. The words:

    compile         schema text -> compiled grammar; raises where the engine refuses the schema
    first_matcher   a matcher on which no mask was computed, for the time to first mask
    cold_matcher    a matcher for another instance of the same case; what it may share with the
                    instances before it is the engine's own doing, and its note says so
    matcher         a matcher that shares all that the compiled grammar remembers
    fresh           forget what earlier grammars left behind, as a new process would
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.vocabularies import BenchVocabulary


class Calls(NamedTuple):
    """One matcher's calls, bound."""

    fill: Callable[[], object]  # writes `Engine.row`
    accept: Callable[[int], object]  # true if the token was allowed


class NotOffered(Exception):  # noqa: N818  # no error: a fact about the engine
    """The engine has no such call."""


class Engine(ABC):
    """What the benchmarks need of an engine."""

    name: ClassVar[str]
    package: ClassVar[str]
    note: ClassVar[str]
    # The cold matchers of a case are compiles of their own, so walking them warms nothing.
    warms_apart: ClassVar[bool] = False

    def __init__(self, vocabulary: BenchVocabulary) -> None:
        self.vocabulary = vocabulary
        self.row: NDArray[np.int32] = np.zeros(vocabulary.row_words, dtype=np.int32)
        self.load()

    @abstractmethod
    def load(self) -> None:
        """Import the engine and give it the vocabulary."""

    def fresh(self) -> None:
        """Forget what earlier grammars left behind; by default nothing does."""
        return

    @abstractmethod
    def compile(self, schema: str) -> Any:
        """Compile a JSON schema; raise where it is refused."""

    def compile_tools(self, schema: str, tools: Sequence[Any]) -> Any:
        """Compile a call of one of `tools`, of which `schema` is the anyOf."""
        del tools
        return self.compile(schema)

    def compile_grammar(self, forms: Mapping[str, str]) -> Any:
        """Compile a grammar; raise where it cannot be read.

        Args:
            forms: the same grammar as `ebnf`, as its file has it; `printed`, as `to_ebnf` writes
                it, with fewer kinds of constructs; `lark`.
        """
        raise NotOffered(f"{self.name} reads none of {', '.join(forms)}")

    @abstractmethod
    def matcher(self, compiled: Any) -> Any: ...

    def first_matcher(self, compiled: Any) -> Any:
        return self.matcher(compiled)

    def cold_matcher(self, compiled: Any, schema: str) -> Any:
        del schema
        return self.matcher(compiled)

    @abstractmethod
    def calls(self, matcher: Any) -> Calls: ...

    def error(self, matcher: Any) -> str | None:
        """Give an error that the engine keeps in the matcher instead of raising it."""
        del matcher
        return None

    @abstractmethod
    def empty_call(self, matcher: Any) -> Callable[[], object]:
        """Give a native call that does next to nothing."""

    def operations(self, matcher: Any) -> dict[str, Callable[[], object]]:
        """Give calls other than fill and accept that leave the matcher as it was."""
        del matcher
        return {}

    def rollback(self, matcher: Any) -> Callable[[], object]:
        """Give the call that takes back one token."""
        raise NotOffered(f"{self.name} has no rollback")

    def batch_fill(
        self, matchers: Sequence[Any], rows: NDArray[np.int32], threads: int
    ) -> Callable[[], object]:
        """Give the call that fills rows (batch, words) in one native call."""
        raise NotOffered(f"{self.name} has no batch call")

    def version(self) -> str:
        return version(self.package)


class Pushmask(Engine):
    name = "pushmask"
    package = "pushmask"
    note = (
        "Matcher.fill_mask and accept_token, defaults; one Vocabulary and Compiler per process; "
        "the instances of a case have matchers of their own on one compiled grammar"
    )

    def load(self) -> None:
        import pushmask

        self.module = pushmask
        self.fresh()

    def fresh(self) -> None:
        self.native = self.module.Vocabulary(
            self.vocabulary.tokens,
            stop_token_ids=[self.vocabulary.stop_id],
            special_token_ids=sorted(self.vocabulary.special),
        )
        self.compiler = self.module.Compiler(self.native, num_threads=1)

    def compile(self, schema: str) -> Any:
        # As the cases are labelled: members in any order, unknown formats say nothing.
        grammar = self.module.Grammar.from_json_schema(
            schema, property_order="any", formats="annotate"
        )
        return self.compiler.compile(grammar)

    def compile_grammar(self, forms: Mapping[str, str]) -> Any:
        return self.compiler.compile(self.module.Grammar.from_ebnf(forms["ebnf"]))

    def matcher(self, compiled: Any) -> Any:
        return compiled.matcher()

    def calls(self, matcher: Any) -> Calls:
        return Calls(partial(matcher.fill_mask, self.row), matcher.accept_token)

    def empty_call(self, matcher: Any) -> Callable[[], object]:
        return partial(getattr, matcher, "num_tokens")

    def operations(self, matcher: Any) -> dict[str, Callable[[], object]]:
        calls = {"fork": matcher.fork, "jump_forward": matcher.jump_forward}
        for name in ("row_id", "forced_token"):
            if hasattr(matcher, name):
                calls[name] = getattr(matcher, name)
        return calls

    def rollback(self, matcher: Any) -> Callable[[], object]:
        return partial(matcher.rollback, 1)

    def batch(self, matchers: Sequence[Any], threads: int) -> Any:
        """Give the engine's own batch object."""
        if not hasattr(self.module, "MatcherBatch"):
            raise NotOffered("this build of pushmask has no MatcherBatch")
        return self.module.MatcherBatch(list(matchers), num_threads=threads)

    def batch_fill(
        self, matchers: Sequence[Any], rows: NDArray[np.int32], threads: int
    ) -> Callable[[], object]:
        return partial(self.batch(matchers, threads).fill_masks, rows)


class XGrammar(Engine):
    name = "xgrammar"
    package = "xgrammar"
    note = (
        "compile_json_schema with the library's defaults (any_whitespace, strict_mode), one thread"
    )
    options: ClassVar[dict[str, bool]] = {}

    def load(self) -> None:
        import torch

        torch.set_num_threads(1)
        import tvm_ffi
        import xgrammar

        self.module = xgrammar
        self.info = xgrammar.TokenizerInfo(
            list(self.vocabulary.tokens),
            xgrammar.VocabType.RAW,
            vocab_size=self.vocabulary.size,
            stop_token_ids=[self.vocabulary.stop_id],
        )
        # Of the objects that the call takes, a tvm_ffi tensor is the cheapest to pass.
        self.as_tensor = tvm_ffi.from_dlpack
        self.tensor = self.as_tensor(self.row.reshape(1, -1))
        self.fresh()

    def fresh(self) -> None:
        self.compiler = self.module.GrammarCompiler(self.info, max_threads=1)

    def compile(self, schema: str) -> Any:
        return self.compiler.compile_json_schema(schema, **self.options)

    def compile_grammar(self, forms: Mapping[str, str]) -> Any:
        self.compiler.clear_cache()
        return self.compiler.compile_grammar(self.module.Grammar.from_ebnf(forms["printed"]))

    def matcher(self, compiled: Any) -> Any:
        return self.module.GrammarMatcher(compiled)

    def calls(self, matcher: Any) -> Calls:
        fill = partial(matcher.fill_next_token_bitmask, self.tensor, 0)
        return Calls(fill, matcher.accept_token)

    def empty_call(self, matcher: Any) -> Callable[[], object]:
        call: Callable[[], object] = matcher.is_terminated
        return call

    def operations(self, matcher: Any) -> dict[str, Callable[[], object]]:
        return {"fork": matcher.fork, "jump_forward": matcher.find_jump_forward_string}

    def rollback(self, matcher: Any) -> Callable[[], object]:
        return partial(matcher.rollback, 1)

    def batch_fill(
        self, matchers: Sequence[Any], rows: NDArray[np.int32], threads: int
    ) -> Callable[[], object]:
        batch = self.module.BatchGrammarMatcher(max_threads=threads)
        return partial(batch.batch_fill_next_token_bitmask, list(matchers), self.as_tensor(rows))


class XGrammarCompliant(XGrammar):
    name = "xgrammar-compliant"
    note = "any_whitespace=True, strict_mode=False: additional properties as JSON Schema has them"
    options: ClassVar[dict[str, bool]] = {"any_whitespace": True, "strict_mode": False}


class XGrammarTags(XGrammar):
    """Tools as structural tags, the library's own form for tool calls."""

    name = "xgrammar-tags"
    note = "compile_structural_tag: an `or` of one tag for each tool; otherwise defaults"

    def compile_tools(self, schema: str, tools: Sequence[Any]) -> Any:
        del schema
        tags = [
            {
                "type": "tag",
                "begin": f'{{"name": {json.dumps(tool["name"])}, "arguments": ',
                "content": {"type": "json_schema", "json_schema": tool["parameters"]},
                "end": "}",
            }
            for tool in tools
        ]
        structure = {"type": "structural_tag", "format": {"type": "or", "elements": tags}}
        return self.compiler.compile_structural_tag(json.dumps(structure))


class LLGuidance(Engine):
    name = "llguidance"
    package = "llguidance"
    note = "LLMatcher, defaults; every instance on a matcher of its own compile, so all are cold"
    warms_apart = True

    def load(self) -> None:
        import llguidance
        import llguidance.tiktoken

        self.module = llguidance
        self.tokenizer = llguidance.tiktoken.lltokenizer_from_encoding(
            self.vocabulary.encoding,
            n_vocab=self.vocabulary.size,
            eos_token=self.vocabulary.stop_id,
        )
        self.target = (self.row.ctypes.data, self.row.nbytes)

    def compile(self, schema: str) -> Any:
        return self.compile_text(f'{{"grammars":[{{"json_schema":{schema}}}]}}')

    def compile_grammar(self, forms: Mapping[str, str]) -> Any:
        return self.compile_text(self.module.LLMatcher.grammar_from_lark(forms["lark"]))

    def compile_text(self, text: str) -> Any:
        matcher = self.module.LLMatcher(self.tokenizer, text)
        if matcher.is_error():
            raise ValueError(matcher.get_error())
        return matcher

    def matcher(self, compiled: Any) -> Any:
        return compiled.deep_copy()

    def first_matcher(self, compiled: Any) -> Any:
        return compiled

    def cold_matcher(self, compiled: Any, schema: str) -> Any:
        return self.compile(schema)

    def calls(self, matcher: Any) -> Calls:
        return Calls(partial(matcher.unsafe_compute_mask_ptr, *self.target), matcher.consume_token)

    def error(self, matcher: Any) -> str | None:
        return matcher.get_error() if matcher.is_error() else None

    def empty_call(self, matcher: Any) -> Callable[[], object]:
        call: Callable[[], object] = matcher.is_error
        return call

    def operations(self, matcher: Any) -> dict[str, Callable[[], object]]:
        return {"fork": matcher.deep_copy, "jump_forward": matcher.compute_ff_tokens}

    def rollback(self, matcher: Any) -> Callable[[], object]:
        return partial(matcher.rollback, 1)

    def batch_fill(
        self, matchers: Sequence[Any], rows: NDArray[np.int32], threads: int
    ) -> Callable[[], object]:
        executor = self.module.LLExecutor(num_threads=threads)
        numbered = [(matcher, index) for index, matcher in enumerate(matchers)]
        address, row_bytes = rows.ctypes.data, rows.strides[0]
        return partial(
            executor.unsafe_compute_mask_ptr, numbered, address, row_bytes, len(numbered)
        )


class LLGuidanceCopies(LLGuidance):
    """As MaskBench's own adapter does it: copies share the lexer states that earlier ones found."""

    name = "llguidance-copies"
    note = "LLMatcher, defaults; the instances of a case start on deep_copy() of one matcher"
    warms_apart = False

    def first_matcher(self, compiled: Any) -> Any:
        return compiled.deep_copy()

    def cold_matcher(self, compiled: Any, schema: str) -> Any:
        del schema
        return compiled.deep_copy()


class OutlinesCore(Engine):
    name = "outlines-core"
    package = "outlines-core"
    note = "build_regex_from_schema, Index, Guide.write_mask_into; all work is in the compile"

    def load(self) -> None:
        import outlines_core
        from outlines_core.json_schema import build_regex_from_schema

        self.module = outlines_core
        self.to_regex = build_regex_from_schema
        ids: dict[bytes, list[int]] = {}
        for token_id, token in enumerate(self.vocabulary.tokens):
            if token and token_id not in self.vocabulary.special:
                ids.setdefault(token, []).append(token_id)
        self.native = outlines_core.Vocabulary(self.vocabulary.stop_id, ids)
        self.target = (self.row.ctypes.data, self.row.size, self.row.itemsize)

    def compile(self, schema: str) -> Any:
        return self.module.Index(self.to_regex(schema), self.native)

    def matcher(self, compiled: Any) -> Any:
        return self.module.Guide(compiled)

    def calls(self, matcher: Any) -> Calls:
        def accept(token_id: int) -> bool:
            try:
                matcher.advance(token_id, False)
            except ValueError:
                return False
            return True

        return Calls(partial(matcher.write_mask_into, *self.target), accept)

    def empty_call(self, matcher: Any) -> Callable[[], object]:
        call: Callable[[], object] = matcher.get_state
        return call


ENGINES: dict[str, type[Engine]] = {
    engine.name: engine
    for engine in (
        Pushmask,
        LLGuidance,
        LLGuidanceCopies,
        XGrammar,
        XGrammarCompliant,
        XGrammarTags,
        OutlinesCore,
    )
}
