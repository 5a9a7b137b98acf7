# SPDX-License-Identifier: Apache-2.0
"""The native module. Kept by hand beside cpp/bindings/; tests/packaging/test_stub.py compares."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

class Limits:
    """Budgets of one compiled grammar. Immutable.

    Attributes:
        max_rules: rules of a grammar; more raise LimitError.
        max_states: states of its automaton; more raise LimitError.
        max_edges: edges of its automaton; more raise LimitError.
        max_memory_bytes: bytes of its tables. When they are used up matchers stay exact and
            remember less.
    """

    def __init__(
        self,
        *,
        max_rules: int = 100000,
        max_states: int = 200000,
        max_edges: int = 8000000,
        max_memory_bytes: int = 67108864,
    ) -> None: ...
    @property
    def max_rules(self) -> int: ...
    @property
    def max_states(self) -> int: ...
    @property
    def max_edges(self) -> int: ...
    @property
    def max_memory_bytes(self) -> int: ...

class Vocabulary:
    """The tokens of a model as bytes. Immutable; share it between threads and compilers.

    Example:
        >>> vocabulary = Vocabulary([b"a", b"b", b"ab", b"</s>"], stop_token_ids=[3])
        >>> vocabulary.size
        4
    """

    def __init__(
        self,
        tokens: Sequence[bytes],
        *,
        stop_token_ids: Sequence[int],
        special_token_ids: Sequence[int] = (),
        size: int | None = None,
    ) -> None:
        """Build the token trie.

        Args:
            tokens: bytes of each token, indexed by id. They may be incomplete UTF-8. An id
                without bytes is never allowed.
            stop_token_ids: tokens that end the text: allowed exactly where it may end.
            special_token_ids: tokens that stand for no text; never allowed.
            size: width of the model's logits in tokens, at least `len(tokens)`; ids past the
                tokens (padding) are never allowed. Default: `len(tokens)`.

        Raises:
            VocabularyError: an id is out of range, or `size` is too small.

        Cost: linear in the bytes of all tokens.
        """

    @property
    def size(self) -> int:
        """Width of masks and logits in tokens, padding included."""

    @property
    def stop_token_ids(self) -> list[int]:
        """Tokens that end the text."""

    @property
    def special_token_ids(self) -> list[int]:
        """Tokens that stand for no text."""

    def token_bytes(self, token_id: int) -> bytes:
        """Return the bytes of a token.

        Raises:
            VocabularyError: `token_id` is out of range.
        """

class Grammar:
    """A language, read from some front end. Immutable; `str()` prints its rules."""

    @staticmethod
    def from_json_schema(
        schema: str | bool | Mapping[str, Any],
        *,
        whitespace: Literal["flexible", "compact", "indented"] = "flexible",
        property_order: Literal["any", "schema"] = "any",
        source_name: str = "<schema>",
    ) -> Grammar:
        """Read a JSON Schema (draft 2020-12).

        Args:
            schema: the schema, or its JSON text. Only text gives errors a line and column.
            whitespace: `flexible` allows whitespace wherever JSON does, `compact` none, and
                `indented` exactly what `json.dumps(value, indent=2)` writes.
            property_order: `any` lets properties come in any order, as JSON Schema has it;
                `schema` in the order they are declared in, others last.
            source_name: what diagnostics call the input.

        Raises:
            GrammarSyntaxError: the text is not JSON.
            SchemaError: a keyword has a value of the wrong kind, or `$ref` leads nowhere.
            UnsupportedError: a keyword cannot be enforced exactly; `feature` names it, and
                `diagnostic.pointer` is its JSON Pointer.
            EmptyLanguageError: no value satisfies the schema.

        Example:
            >>> grammar = Grammar.from_json_schema({"type": "integer", "minimum": 0})
        """

    @staticmethod
    def from_ebnf(text: str, *, root: str = "root", source_name: str = "<grammar>") -> Grammar:
        """Read a grammar in EBNF, a superset of llama.cpp's GBNF.

        Args:
            text: rules `name ::= ...`; literals, classes, groups, `? * + {m,n}`, `# comments`.
            root: the rule that describes the whole text.
            source_name: what diagnostics call the input.

        Raises:
            GrammarSyntaxError: the text does not parse, or a rule is not defined.
            EmptyLanguageError: the grammar matches nothing.

        Example:
            >>> grammar = Grammar.from_ebnf('root ::= "yes" | "no"')
        """

    @staticmethod
    def from_regex(pattern: str, *, source_name: str = "<regex>") -> Grammar:
        """Read a regular expression that the whole text has to match.

        Args:
            pattern: literals, classes, groups, alternatives, `? * + {m,n}`, `\\d \\w \\s`.
            source_name: what diagnostics call the input.

        Raises:
            GrammarSyntaxError: the pattern does not parse.
            UnsupportedError: the pattern has a construct that is not regular, such as `\\1`.
            EmptyLanguageError: the pattern matches nothing.
        """

    def __str__(self) -> str:
        """Return the grammar's rules in their printed form."""

class Compiler:
    """Compiles grammars for one vocabulary. Share it between threads."""

    def __init__(
        self, vocabulary: Vocabulary, *, num_threads: int = 1, limits: Limits = ...
    ) -> None:
        """Take the vocabulary that grammars are compiled for.

        Args:
            vocabulary: of the model whose logits are masked.
            num_threads: at least 1. With more, `num_threads` - 1 workers compute token partitions
                ahead of their first use.
            limits: budgets of each compiled grammar.

        Raises:
            ValueError: `num_threads` is 0.
        """

    def compile(self, grammar: Grammar, *, eager: bool = False) -> CompiledGrammar:
        """Compile a grammar to a pushdown automaton over bytes.

        Args:
            grammar: the language of the texts.
            eager: compute the token partitions of all states before returning, on all threads of
                the compiler, so that no mask walks the vocabulary later. (Inside a bounded
                repetition that is done for the first count.)

        Raises:
            EmptyLanguageError: the grammar matches nothing.
            LimitError: the automaton exceeds a budget.

        Cost: depends on the grammar alone; the vocabulary is walked when masks are asked for. With
        `eager` up to one walk of the token trie, some milliseconds, for each state.
        """

class CompiledGrammar:
    """A grammar compiled for a vocabulary. Share it between threads and requests."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary it was compiled for."""

    def matcher(self) -> Matcher:
        """Start a new text. Cheap: one for each sequence and request."""

    def stats(self) -> dict[str, int]:
        """Count what the grammar holds at the moment.

        Returns:
            `states` of the automaton; `stack_nodes`, `stack_links`, `configurations`,
            `transitions`, `partitions` and `rows` remembered so far; and their `bytes`.
        """

class Matcher:
    """One sequence's place in a grammar. One thread at a time.

    Example:
        >>> vocabulary = Vocabulary([b"yes", b"no", b"y", b"</s>"], stop_token_ids=[3])
        >>> grammar = Grammar.from_ebnf('root ::= "yes" | "no"')
        >>> matcher = Compiler(vocabulary).compile(grammar).matcher()
        >>> matcher.accept_token(2), matcher.accept_token(1), matcher.jump_forward()
        (True, False, b'es')
    """

    def fill_mask(self, mask: NDArray[np.int32]) -> bool:
        """Write the tokens allowed next into one mask row. The matcher is not changed.

        Args:
            mask: shape (ceil(vocabulary.size / 32),), int32, C-contiguous, CPU; overwritten.
                Bit `i % 32` of word `i // 32` is token i; 1 = allowed.

        Returns:
            True if every token is allowed, so that applying the mask may be skipped.

        Raises:
            TypeError: another dtype or layout.
            ValueError: wrong length or a read-only array.

        Cost: a copy of one row where the state is known; otherwise a walk of the token trie.
        """

    def accept_token(self, token_id: int) -> bool:
        """Move past a token if it is allowed; otherwise stay and return False.

        Raises:
            VocabularyError: `token_id` is outside the vocabulary.
        """

    def accept_tokens(self, token_ids: Sequence[int]) -> int:
        """Move past tokens up to the first that is not allowed; return how many were accepted.

        Raises:
            VocabularyError: an id is outside the vocabulary; the matcher is not changed.
        """

    def accept_bytes(self, data: bytes) -> bool:
        """Move past bytes, as one step of the history, if all fit; otherwise stay.

        Returns:
            Whether they were accepted.
        """

    def validate_tokens(self, token_ids: Sequence[int]) -> int:
        """Return how many of the tokens `accept_tokens` would accept. The matcher is not changed.

        Raises:
            VocabularyError: an id is outside the vocabulary.
        """

    def rollback(self, num_tokens: int) -> None:
        """Take back the last steps.

        Raises:
            MatcherStateError: there are fewer steps than `num_tokens`.
        """

    def fork(self) -> Matcher:
        """Return an independent copy, history included."""

    def reset(self) -> None:
        """Go back to the start and forget the history."""

    def jump_forward(self) -> bytes:
        """Return the bytes that the grammar forces next, possibly none. Nothing is changed."""

    def next_bytes(self) -> bytes:
        """Return the distinct bytes that may come next, in ascending order."""

    def describe(self) -> str:
        """Say for people which characters may come next, and whether the text may end."""

    @property
    def can_stop(self) -> bool:
        """Whether the text so far is a sentence of the grammar."""

    @property
    def is_stopped(self) -> bool:
        """Whether a stop token was accepted; nothing is allowed any more."""

    @property
    def num_tokens(self) -> int:
        """Number of steps that can be rolled back."""
