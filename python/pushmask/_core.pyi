# SPDX-License-Identifier: Apache-2.0
"""The native module. Kept by hand beside cpp/bindings/; tests/packaging/test_stub.py compares."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pushmask.errors import Diagnostic
from pushmask.explanation import Explanation
from pushmask.structural_tag import Part
from pushmask.structure import Structure

class Limits:
    """Budgets of one compiled grammar. Immutable.

    Attributes:
        max_rules: rules of a grammar; more raise LimitError.
        max_states: states of its automaton, beside those of strings to choose from and the like,
            which are as large as their source; more raise LimitError.
        max_edges: edges of its automaton; more raise LimitError.
        max_product_states: states of an intersection or difference of two patterns, before it is
            made as small as it can be; more raise LimitError.
        max_steps: states and edges looked at while the automata of its rules and patterns are
            made, at some 10 ns each; more raise LimitError. The time of a compilation is bounded
            by it, on every machine at the same grammar.
        max_memory_bytes: bytes of its tables. When they are used up matchers stay exact and
            remember less.
    """

    def __init__(
        self,
        *,
        max_rules: int = 100000,
        max_states: int = 200000,
        max_edges: int = 8000000,
        max_product_states: int = 200000,
        max_steps: int = 80000000,
        max_memory_bytes: int = 67108864,
    ) -> None: ...
    @property
    def max_rules(self) -> int: ...
    @property
    def max_states(self) -> int: ...
    @property
    def max_edges(self) -> int: ...
    @property
    def max_product_states(self) -> int: ...
    @property
    def max_steps(self) -> int: ...
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
        schema: object,
        *,
        whitespace: Literal["flexible", "compact", "indented"] = "flexible",
        max_whitespace: int | None = None,
        indent: int = 2,
        separators: tuple[str, str] | None = None,
        property_order: Literal["schema", "any"] = "schema",
        formats: Literal["enforce", "annotate", "ignore"] = "enforce",
        fractional_integers: bool = False,
        lenient: bool = False,
        documents: Mapping[str, object] = {},
        strict_profile: Literal["openai"] | None = None,
        source_name: str = "<schema>",
    ) -> Grammar:
        """Read a JSON Schema of draft 4, 6, 7, 2019-09 or 2020-12, as its `$schema` says.

        Args:
            schema: JSON text, or whatever `pushmask.schema.to_text` takes: the schema as Python
                values, a type, a function. Lines and columns of errors are those of the text.
            whitespace: `flexible` allows whitespace wherever JSON does, `compact` none, and
                `indented` exactly what `json.dumps(value, indent=indent)` writes.
            max_whitespace: characters of whitespace between two tokens at most, if `flexible`;
                models that write newlines without end need it.
            indent: spaces a level, if `indented`.
            separators: what stands between members and between a name and its value, as
                `json.dumps` takes it; the whitespace is `compact` otherwise.
            property_order: `schema` has declared properties in the order of the schema, others
                last; `any` in any order, as JSON Schema has it.
            formats: `enforce` refuses a format that is not known, `annotate` ignores those, and
                `ignore` ignores all.
            fractional_integers: allow 1.0 where an integer is asked for, not only 1.
            lenient: leave out what is unsupported about strings (patterns, formats) and
                `uniqueItems`; `warnings()` lists each place.
            documents: other schemas, by the URI that references name them with, or a
                `referencing.Registry` to take what the schema reaches from; nothing is fetched.
            strict_profile: `openai` also checks that the schema keeps to what OpenAI's structured
                outputs take (`pushmask.schema.check_openai`).
            source_name: what diagnostics call the input.

        Raises:
            GrammarSyntaxError: the text is not JSON, or a pattern is no regular expression.
            SchemaError: a keyword has a value of the wrong kind, or `$ref` leads nowhere.
            UnsupportedError: a construct cannot be enforced exactly; `feature` names it, and
                `diagnostic.pointer` is its JSON Pointer.
            EmptyLanguageError: no value satisfies the schema; `diagnostics` has the places that
                contradict each other.
            LimitError: the schema takes more than a budget; `limit` names it.

        Example:
            >>> grammar = Grammar.from_json_schema({"type": "integer", "minimum": 0})
        """

    @staticmethod
    def from_ebnf(
        text: str,
        *,
        root: str = "root",
        dialect: Literal["gbnf", "w3c", "iso"] = "gbnf",
        source_name: str = "<grammar>",
    ) -> Grammar:
        """Read a grammar in EBNF; docs/reference/ebnf.md has the syntax.

        Args:
            text: the rules.
            root: the rule that describes the whole text.
            dialect: `gbnf` is llama.cpp's notation with additions, `w3c` that of XML 1.0 and other
                specifications of the W3C, `iso` that of ISO/IEC 14977.
            source_name: what diagnostics call the input.

        Raises:
            GrammarSyntaxError: the text does not parse, or a rule is not defined.
            UnsupportedError: an operator that needs a regular language has a rule that is not.
            EmptyLanguageError: the grammar matches nothing.
            LimitError: groups or repetitions take more than a budget; `limit` names it.

        Example:
            >>> grammar = Grammar.from_ebnf('root ::= "yes" | "no"')
        """

    @staticmethod
    def from_regex(
        pattern: str,
        *,
        mode: Literal["fullmatch", "search"] = "fullmatch",
        flags: str = "",
        operators: bool = False,
        source_name: str = "<regex>",
    ) -> Grammar:
        """Read a regular expression; docs/reference/regex.md has the syntax.

        Args:
            pattern: what Python, ECMA-262 and Rust have in common, as far as it is regular.
            mode: `fullmatch` describes the whole text, `search` a text that the pattern matches
                somewhere in.
            flags: of the letters `i`, `m`, `s`, `x` and `u`, as if the pattern began with them.
            operators: `a&b` is a text that both match, `~a` one that `a` does not.
            source_name: what diagnostics call the input.

        Raises:
            GrammarSyntaxError: the pattern does not parse.
            UnsupportedError: the pattern has a construct that is not regular, such as `\\1`.
            EmptyLanguageError: the pattern matches nothing.
            LimitError: the pattern takes more than a budget.
            ValueError: an unknown mode or flag.

        Example:
            >>> grammar = Grammar.from_regex("~(todo|wip)&[a-z]+", flags="i", operators=True)
        """

    @staticmethod
    def from_lark(
        text: str,
        *,
        start: str = "start",
        import_paths: Sequence[str] = (),
        source_name: str = "<lark>",
    ) -> Grammar:
        """Read a grammar of the lark package, as its Earley parser does.

        Args:
            text: the grammar; docs/guides/lark.md says what of it has an effect.
            start: the rule that describes the whole text.
            import_paths: folders to look for imported grammars in, before lark's own ones.
            source_name: what diagnostics call the input; if it is a file's path, the grammars
                that a relative import names are looked for beside it.

        Raises:
            GrammarSyntaxError: lark does not take the grammar.
            UnsupportedError: a terminal's pattern is not regular, or the grammar leaves names to
                its surroundings (`%declare`).
            EmptyLanguageError: the grammar matches nothing.
            LimitError: a terminal takes more than a budget.
            ImportError: the lark package is missing: install `pushmask[lark]`.
        """

    @staticmethod
    def from_structural_tag(
        spec: Part | Mapping[str, Any], *, source_name: str = "<structural tag>"
    ) -> Grammar:
        """Make a grammar of free text with regions in it: tool calls, reasoning, quoted data.

        Args:
            spec: the outermost part, made by the functions of `pushmask.structural_tag`; or the
                JSON form of XGrammar, as text or as a dictionary:
                `{"type": "structural_tag", "format": {"type": "triggered_tags", …}}`.
            source_name: what diagnostics call the input.

        Raises:
            GrammarError: the JSON is no structural tag, or marks contradict each other.
            UnsupportedError: a member that is not known or not implemented; `feature` names it.
            LimitError: parts nest more than 64 deep ("max_depth"), or the automaton of the marks
                is too large ("max_mark_transitions").

        Example:
            >>> from pushmask.structural_tag import reasoning, sequence
            >>> answer = Grammar.from_json_schema({"type": "boolean"})
            >>> grammar = Grammar.from_structural_tag(sequence(reasoning(), answer))
        """

    @staticmethod
    def union(*grammars: Grammar) -> Grammar:
        """Make a grammar of the texts that any of the grammars has.

        Raises:
            EmptyLanguageError: there are no grammars.
        """

    @staticmethod
    def concat(*grammars: Grammar) -> Grammar:
        """Make a grammar of a text of each grammar, one after the other."""

    @staticmethod
    def choice(strings: Iterable[str]) -> Grammar:
        """Make a grammar of the given strings.

        Cost: sorting them; a hundred thousand strings take a fraction of a second here and when
        they are compiled, because common beginnings and ends are shared. What is not shared are
        states: as many random strings need more of them than `Limits` allows by default.

        Raises:
            EmptyLanguageError: there are no strings.
            LimitError: the shared form has more than 2,000,000 states ("max_automaton_states").

        Example:
            >>> grammar = Grammar.choice(["yes", "no"])
        """

    @staticmethod
    def substring_of(
        text: str | Iterable[str], by: Literal["chars", "words", "chunks"] = "chars"
    ) -> Grammar:
        """Make a grammar of what can be cut out of a text: exact quotes, the empty one too.

        Args:
            text: the document; with `by="chunks"` its pieces.
            by: where may be cut. `chars` between any two characters; `words` not inside a run of
                word characters (`\\w`) or of white space; `chunks` between the pieces.

        Cost: linear in the text, at most two states a character (a suffix automaton).

        Raises:
            LimitError: there are more than 2,000,000 states ("max_automaton_states"): texts of some
                300,000 characters.

        Example:
            >>> grammar = Grammar.substring_of("to be or not to be", by="words")
        """

    def repeat(self, min: int, max: int | None = None) -> Grammar:
        """Make a grammar of `min` to `max` texts of this one after the other.

        Args:
            min: texts at least.
            max: texts at most; None: no maximum.

        Raises:
            GrammarError: `min` is greater than `max`.
        """

    def with_stop(self, *stops: str) -> Grammar:
        """Make a grammar of this one's texts, each ended by a stop string.

        No stop string ends anywhere before the end of the text, so that an engine that stops at
        the first one sees the whole of it.

        Raises:
            UnsupportedError: a rule of the grammar reaches itself: only regular languages can be
                kept free of stop strings.
            GrammarError: a stop string is empty.
            EmptyLanguageError: there are no stop strings, or each text has one inside.

        Example:
            >>> grammar = Grammar.from_regex("[a-z ]*").with_stop("the end")
        """

    def warnings(self) -> list[Diagnostic]:
        """Say what the front end noticed and a person may want to know.

        Of a JSON Schema: keywords that look misspelt, what of a format is not checked, and what
        `lenient` left out.
        """

    def structure(self) -> Structure:
        """Return rules and expressions as data (`pushmask.structure`), for tools that show them.

        Cost: linear in the grammar. `to_ebnf` is the text that reads back as the grammar.
        """

    def to_ebnf(self) -> str:
        """Write the grammar in EBNF (dialect `gbnf`), whatever front end it came from.

        `Grammar.from_ebnf` reads it back as an equal grammar. The root rule comes first and is
        called `root`. Cost: linear in the grammar.

        Example:
            >>> Grammar.from_regex("a+|[^b]").to_ebnf()
            'root ::= "a"+ | [^b]\\n'
        """

    def __str__(self) -> str:
        """Return the grammar's rules in their printed form."""

class Expression:
    """A language that a `GrammarBuilder` knows. Immutable; belongs to that builder."""

class Rule:
    """A rule of a `GrammarBuilder`, which may get its body later."""

class JsonValue:
    """Values where strings are written as they are, and others as JSON."""

    @property
    def strings(self) -> Expression | None:
        """The strings, not as JSON; regular. None if no string is allowed."""

    @property
    def max_length(self) -> int | None:
        """The most characters of these, if there is a bound. `strings` has longer ones.

        Kept apart the bound can be counted: `intersect(strings, repeat(character, 0, max_length))`.
        """

    @property
    def is_any_string(self) -> bool:
        """Whether `strings` has every string."""

    @property
    def characters(self) -> str:
        """Those asked for that may occur in `strings`; the others surely do not."""

    @property
    def others(self) -> list[tuple[str, Expression]]:
        """The other values, as JSON: `null`, `boolean`, `number`, `array`, `object`, if allowed."""

class GrammarBuilder:
    """Makes grammars by calls instead of text. One thread at a time.

    Expressions and rules belong to the builder that made them. Every method raises GrammarError
    for a handle of another builder, and LimitError where an expression nests too deep
    ("max_depth") or becomes too large ("max_expression_size"): give what is inside, or shared, a
    rule of its own then.

    Example:
        >>> b = GrammarBuilder()
        >>> value = b.rule("value")
        >>> nested = b.sequence(b.literal("["), b.star(b.ref(value)), b.literal("]"))
        >>> b.define(value, b.choice(b.regex("[0-9]"), nested))
        >>> grammar = b.finish(value)
    """

    def __init__(self) -> None:
        """Start without rules."""

    def nothing(self) -> Expression:
        """Return the language without any string."""

    def empty(self) -> Expression:
        """Return the language of the empty string."""

    def literal(self, text: str | bytes) -> Expression:
        """Return the language of one string; str stands for its UTF-8.

        Raises:
            GrammarError: it has bytes from 0xF8 on, which no text has.
        """

    def codepoints(self, ranges: Iterable[tuple[int, int]]) -> Expression:
        """Return the language of single characters.

        Args:
            ranges: first and last code point of each range, both inclusive, in any order.
                Surrogates are left out, since no text has them.

        Raises:
            GrammarError: a range is reversed or goes past U+10FFFF.
        """

    def sequence(self, *parts: Expression) -> Expression:
        """Return one part after the other; the empty string if there are none."""

    def choice(self, *parts: Expression) -> Expression:
        """Return any one of the parts; nothing if there are none."""

    def repeat(self, body: Expression, min: int, max: int | None = None) -> Expression:
        """Return `min` to `max` times the body; without `max` there is no maximum.

        Raises:
            GrammarError: `min` is greater than `max`.
        """

    def optional(self, body: Expression) -> Expression:
        """Return the body or the empty string."""

    def star(self, body: Expression) -> Expression:
        """Return the body any number of times."""

    def plus(self, body: Expression) -> Expression:
        """Return the body once or more."""

    def intersect(self, a: Expression, b: Expression) -> Expression:
        """Return what is in both.

        The two must be regular: rules in them must not reach themselves, which `finish` checks.
        """

    def complement(self, a: Expression) -> Expression:
        """Return the texts, of well-formed UTF-8, that are not in `a`, which must be regular."""

    def difference(self, a: Expression, b: Expression) -> Expression:
        """Return what is in `a` but not in `b`; both must be regular."""

    def regex(self, pattern: str, *, search: bool = False) -> Expression:
        """Return what a regular expression matches, as `Grammar.from_regex` reads it.

        Args:
            pattern: the regular expression.
            search: the pattern matches somewhere in the text instead of the whole of it.

        Raises:
            GrammarSyntaxError, UnsupportedError, LimitError: as `Grammar.from_regex`.
        """

    def automaton(
        self, states: Iterable[tuple[bool, Sequence[tuple[int, int, int]]]]
    ) -> Expression:
        """Return what a deterministic automaton over code points accepts.

        Args:
            states: whether each state accepts, and its transitions: first and last code point,
                both inclusive, and the index of the state they lead to. They are in increasing
                order and disjoint. State 0 is the start.

        Raises:
            GrammarError: transitions overlap, are out of order, or lead nowhere.
            LimitError: the automata have more than 2,000,000 states ("max_automaton_states").
        """

    def one_of(self, strings: Iterable[str]) -> Expression:
        """Return the language of the given strings; see `Grammar.choice`."""

    def substring_of(
        self, text: str | Iterable[str], by: Literal["chars", "words", "chunks"] = "chars"
    ) -> Expression:
        """Return what can be cut out of a text; see `Grammar.substring_of`."""

    def token(self, token: str | int, *, place: Diagnostic | None = None) -> Expression:
        """Return one token, special or not; no text stands for it, not even its own.

        Args:
            token: its whole text, or its id. If special tokens have the text, those are meant.
            place: where errors about the token say that it is named.

        Raises:
            ValueError: the text is empty.
            GrammarError: only once the grammar is compiled: the vocabulary has no such token, or it
                is a stop token.
            LimitError: the builder has more than 4,096 sets of tokens ("max_token_sets").
        """

    def tokens(
        self,
        tokens: Iterable[str | int | tuple[int, int]],
        *,
        negated: bool = False,
        place: Diagnostic | None = None,
    ) -> Expression:
        """Return any one of several tokens.

        Args:
            tokens: texts, ids, or pairs of the first and last of several ids, both inclusive.
            negated: any token but these and stop tokens instead, special ones included.
            place: as `token` has it.

        Raises:
            GrammarError: there are none and `negated` is false, or a pair is reversed; later, as
                `token` says. Negated, the tokens may be stop tokens.
            ValueError, LimitError: as `token` says.
        """

    def any_token(self) -> Expression:
        """Return any one token but a stop token, whatever its bytes."""

    def mark(self, text: str) -> Expression:
        """Return a text that special tokens may stand in for: `<tool_call>` in either form.

        Where the vocabulary has a special token whose text is the whole or a part of this one, the
        token may come in that place, and so may its text. A stop token may if the whole text may
        end behind it. Marks cannot be inside of intersections, complements and differences.
        """

    def json_schemas(
        self, schemas: Iterable[Any], *, source_name: str = "<schema>"
    ) -> list[Expression]:
        """Return the instances of each of several JSON Schemas.

        What the schemas have in common is lowered once, so that many of them are cheap.

        Args:
            schemas: as `Grammar.from_json_schema` takes and reads them without options.
            source_name: what diagnostics call each of them.

        Raises:
            SchemaError, UnsupportedError, LimitError: as `Grammar.from_json_schema`.
        """

    def json_values(
        self,
        documents: Sequence[str],
        places: Sequence[tuple[int, str]],
        *,
        characters: str = "",
        source_name: str = "<schema>",
    ) -> tuple[list[JsonValue], list[int]]:
        """Return the values that schemas inside of documents allow, with strings apart.

        Args:
            documents: JSON texts, each by itself.
            places: a document's number, from 0, and the JSON Pointer of a schema in it.
            characters: those that `JsonValue.characters` tells of.
            source_name: what diagnostics call each document.

        Returns:
            Values that are all different and, for each place, the number of its one. A schema that
            nothing matches has neither strings nor others.

        Raises:
            GrammarSyntaxError, SchemaError, UnsupportedError, LimitError: as
                `Grammar.from_json_schema`. Strings of a format that is not regular are unsupported.
            GrammarError: there is no such document.
        """

    def grammar(self, grammar: Grammar) -> Expression:
        """Take over the rules of a grammar and return the language of its texts.

        Names are kept, with a number behind those that are taken.
        """

    def source(self, name: str, text: str) -> int:
        """Note a text that rules come from; errors and `Matcher.explain` show places in it.

        Args:
            name: what diagnostics call it, for example a file name.
            text: the whole of it.

        Returns:
            Its number, for `rule`.
        """

    def rule(self, name: str, *, source: int = 0, offset: int = 0) -> Rule:
        """Add a rule without a body.

        Args:
            name: for people. Characters but ASCII letters, digits, `-` and `_` become `_`; a name
                that is taken gets a number.
            source: the number of the text that the rule comes from; 0 for none.
            offset: of the rule's name there, in bytes of UTF-8.

        Raises:
            GrammarError: there is no such source.
        """

    def define(
        self,
        rule: Rule,
        body: Expression,
        *,
        capture: str | None = None,
        lazy: bool = False,
        max_chars: int | None = None,
        max_tokens: int | None = None,
        stop: str | None = None,
        suffix: str | None = None,
        temperature: float | None = None,
    ) -> None:
        """Give a rule its body, and options, which docs/reference/ebnf.md describes.

        Args:
            rule: a rule without a body.
            body: with `lazy`, `max_chars`, `max_tokens`, `stop` or `suffix` it is regular, as in
                `intersect`, and of its texts those count that are UTF-8.
            capture: the name under which `Matcher.captures` has what the rule matched.
            lazy: the rule matches as little as it can.
            max_chars: the most characters of its texts, without the suffix.
            max_tokens: the most tokens, at least 1, that have a part in one of its texts.
            stop: the rule ends before the first place where its body, and then this, would match.
            suffix: the same, but the rule goes on with it.
            temperature: what `Matcher.temperature` says inside of the rule.

        Raises:
            GrammarError: the rule has a body, or the options are wrong.
        """

    def ref(self, rule: Rule) -> Expression:
        """Return the language of a rule, which may be defined later."""

    def warn(self, warning: Diagnostic) -> None:
        """Add to what `Grammar.warnings` of the finished grammars says."""

    def finish(self, root: Rule, *, source_name: str = "<grammar>") -> Grammar:
        """Return the grammar of the texts of a rule. The builder can be used on.

        Args:
            root: the rule for the whole text.
            source_name: what diagnostics call the grammar.

        Raises:
            GrammarError: a rule is not defined.
            UnsupportedError: in an intersection, complement or difference a rule reaches itself.
            EmptyLanguageError: there is no text.
        """

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

    def compile(
        self, grammar: Grammar, *, eager: bool = False, keep_rules: bool = False
    ) -> CompiledGrammar:
        """Compile a grammar to a pushdown automaton over bytes.

        Args:
            grammar: the language of the texts.
            eager: compute the token partitions that masks look up before returning, on all
                threads of the compiler, so that no mask walks the vocabulary later. (Inside a
                bounded repetition that is done for the first count.)
            keep_rules: leave every rule by itself, so that `Matcher.explain` can name it. Otherwise
                short rules, and rules that no recursion reaches, are made part of the rules that
                name them: masks are faster that way.

        Raises:
            EmptyLanguageError: the grammar matches nothing.
            LimitError: the automaton exceeds a budget.

        Cost: depends on the grammar alone; the vocabulary is walked when masks are asked for. With
        `eager` up to one walk of the token trie, a millisecond or so, for each such state.
        """

class CompiledGrammar:
    """A grammar compiled for a vocabulary. Share it between threads and requests."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary it was compiled for."""

    def matcher(self) -> Matcher:
        """Start a new text. Cheap: one for each sequence and request."""

    @property
    def rows(self) -> RowTable:
        """The masks that its matchers have met, by row id."""

    def stats(self) -> dict[str, int]:
        """Count what the grammar holds at the moment.

        Returns:
            `states` of the automaton; `stack_nodes`, `stack_links`, `configurations`,
            `transitions`, `partitions` and `rows` remembered so far; and their `bytes`.
        """

    def to_dot(self, *, max_states: int = ...) -> str:
        """Return the automaton as a graph in the DOT language, which Graphviz draws.

        A cluster for each rule, an arrow for each set of bytes, a dashed arrow for each call.

        Args:
            max_states: states that the graph may have; 2000 by default.

        Raises:
            LimitError: the automaton has more (`max_states`).

        Cost: linear in the automaton.
        """

class RowTable:
    """The masks that the matchers of a compiled grammar have met, by row id. Any thread.

    The table only grows, and a row id stands for the same mask as long as the compiled grammar
    lives; the table keeps it alive. So a device can hold a copy, read what is new since the last
    step, and look masks up by `Matcher.row_id` or `MatcherBatch.row_ids`: four bytes for each
    sequence instead of a mask.

    Example:
        >>> vocabulary = Vocabulary([b"yes", b"no", b"</s>"], stop_token_ids=[2])
        >>> compiled = Compiler(vocabulary).compile(Grammar.from_ebnf('root ::= "yes" | "no"'))
        >>> row_id = compiled.matcher().row_id()
        >>> copy = np.zeros((len(compiled.rows), 1), dtype=np.int32)
        >>> compiled.rows.read(0, copy)
        >>> int(copy[row_id, 0])
        3
    """

    def __len__(self) -> int:
        """Return `num_rows`."""

    @property
    def num_rows(self) -> int:
        """Number of rows so far; their ids are those below."""

    def read(self, first: int, mask: NDArray[np.int32]) -> None:
        """Write row `first` and those after it into a mask, as many as the mask has rows.

        Args:
            first: a row id, or `num_rows` if the mask has no rows.
            mask: shape (n, ceil(vocabulary.size / 32)), int32, C-contiguous, CPU; overwritten.

        Raises:
            TypeError: another dtype or layout.
            ValueError: there are no such rows, or the array has another shape or is read-only.

        Cost: a copy of the rows. The GIL is released.
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

    def row_id(self) -> int | None:
        """Return the row of `CompiledGrammar.rows` that is the current mask.

        Equal masks mostly have one id, but may have several; one id is always the same mask. After
        a stop token it is a row without tokens.

        Returns:
            The row id, or None if the mask is new and `Limits.max_memory_bytes` is used up; then
            only `fill_mask` has the mask.

        Raises:
            MatcherStateError: another thread is using this matcher.

        Cost: a look-up where the state is known; otherwise that of `fill_mask`.
        """

    def forced_token(self) -> int | None:
        """Return the only allowed token, which may be a stop token; None if it is not the only one.

        A model need not be asked for such a token.

        Raises:
            MatcherStateError: another thread is using this matcher.

        Cost: a look-up where the state is known; otherwise that of `fill_mask`.
        """

    def accept_token(self, token_id: int) -> bool:
        """Move past a token if it is allowed; otherwise stay and return False.

        Raises:
            VocabularyError: `token_id` is outside the vocabulary.
        """

    def accept_tokens(self, token_ids: Sequence[int] | NDArray[np.integer[Any]]) -> int:
        """Move past tokens up to the first that is not allowed; return how many were accepted.

        Raises:
            VocabularyError: an id is outside the vocabulary; the matcher is not changed.
        """

    def accept_bytes(self, data: bytes) -> bool:
        """Move past bytes, as one step of the history, if all fit; otherwise stay.

        Returns:
            Whether they were accepted.
        """

    def validate_tokens(self, token_ids: Sequence[int] | NDArray[np.integer[Any]]) -> int:
        """Return how many of the tokens `accept_tokens` would accept. The matcher is not changed.

        Raises:
            VocabularyError: an id is outside the vocabulary.
        """

    def rollback(self, num_tokens: int) -> None:
        """Take back the last steps.

        Raises:
            MatcherStateError: there are fewer steps than `num_tokens`; nothing is taken back.
            ValueError: `num_tokens` is negative.

        Cost: the same for any text and a few tokens.
        """

    def fork(self) -> Matcher:
        """Return an independent copy, history included.

        Cost: the same after any text; copies share their history.
        """

    def reset(self) -> None:
        """Go back to the start and forget the history."""

    def jump_forward(self) -> bytes:
        """Return the bytes that the grammar forces next, possibly none. Nothing is changed."""

    def jump_forward_tokens(self) -> list[int]:
        """Return tokens that spell the bytes of `jump_forward`, from the first one on.

        Any spelling of forced bytes is grammatical. This one takes the longest token each time,
        which need not be what the model's tokenizer would do. It ends before the first place where
        the model might take a token that runs past the end of the forced bytes: where some token
        has all the remaining ones as its beginning and goes on with a byte that may follow them.
        The matcher is not changed; accept the tokens to move.

        Returns:
            Token ids, none of them stop tokens; `accept_tokens` accepts all of them.

        Raises:
            MatcherStateError: another thread is using this matcher.

        Example:
            >>> tokens = [b"na", b"me", b"name", b":", b":x", b"</s>"]
            >>> vocabulary = Vocabulary(tokens, stop_token_ids=[5])
            >>> matcher = Compiler(vocabulary).compile(Grammar.from_regex("name:[a-z]")).matcher()
            >>> matcher.jump_forward(), matcher.jump_forward_tokens()
            (b'name:', [2])
        """

    def next_bytes(self) -> bytes:
        """Return the distinct bytes that may come next, in ascending order."""

    def captures(self) -> list[tuple[str, int, int]]:
        """Return what rules with the option `capture` have matched in the text so far.

        Where the text may end it is taken for a whole one, otherwise for the beginning of one; of
        that only captures that are over are returned. Where it can be read in several ways, one is
        taken: from left to right, a capture begins as early as it can, and goes on as long as it
        can. Rounds of a repetition that read nothing are no captures.

        Returns:
            (name, start, end) of each, in the order in which they begin, outer ones first. Places
            count the bytes of the accepted tokens, special ones included; `end` is past the last.

        Raises:
            LimitError: the text can be read in too many ways at once (`max_readings`).
            MatcherStateError: another thread is using this matcher.

        Cost: linear in the text, which is read again. Forks and rollbacks have their own captures.

        Example:
            >>> vocabulary = Vocabulary([b"a", b"b", b",", b"</s>"], stop_token_ids=[3])
            >>> grammar = Grammar.from_ebnf('root ::= x "," x\\nx[capture] ::= [ab]*')
            >>> matcher = Compiler(vocabulary).compile(grammar).matcher()
            >>> matcher.accept_bytes(b"ab,a")
            True
            >>> matcher.captures()
            [('x', 0, 2), ('x', 3, 4)]
        """

    def temperature(self) -> float | None:
        """Return the temperature to sample the next token with, from the grammar's rule options.

        It is that of the innermost rule with the option `temperature` that can read what comes
        next. Where the text can go on in several ways it is the highest of theirs, without those
        that have none.

        Returns:
            The temperature, at least 0; None if no such rule has one, and after a stop token.

        Raises:
            MatcherStateError: another thread is using this matcher.
        """

    def describe(self) -> str:
        """Say in a line what may come next: literals, characters, the end of the text."""

    def explain(self, token: int | bytes = b"") -> Explanation:
        """Say where in which rules the text stands, and whether and why a token cannot come next.

        Args:
            token: a token id, or bytes, which need not be tokens; without it only the place is
                told.

        Returns:
            A `pushmask.explanation.Explanation`; `str()` of it is a message for people. Rule names
            are those of the grammar, places those of its text: line and column, or JSON Pointers
            into a JSON Schema. Nothing is guessed: what the compiled grammar cannot tell any more
            (which of two equal rules it is, rules that were called last and left nothing behind)
            is left open.

        Raises:
            VocabularyError: the token id is outside the vocabulary.
            LimitError: the bytes can be read in too many ways (`max_positions`).
            TypeError: neither an id nor bytes.
            MatcherStateError: another thread is using this matcher.

        The matcher is not changed. Cost: linear in the bytes, in the text that the grammar was read
        from, and in the states that can follow. For people, not for every step.

        Example:
            >>> vocabulary = Vocabulary([b"1", b"x", b"</s>"], stop_token_ids=[2])
            >>> grammar = Grammar.from_ebnf('root ::= "v=" number\\nnumber ::= [0-9]+')
            >>> matcher = Compiler(vocabulary).compile(grammar, keep_rules=True).matcher()
            >>> matcher.accept_bytes(b"v=1")
            True
            >>> print(matcher.explain(1))
            token 1 b'x' is refused: no rule takes b'x'
              in root > number, <grammar>:2:1: expected a digit or the end of the text
        """

    @property
    def can_stop(self) -> bool:
        """Whether the text so far is a sentence of the grammar."""

    @property
    def is_stopped(self) -> bool:
        """Whether a stop token was accepted; nothing is allowed any more."""

    @property
    def num_tokens(self) -> int:
        """Number of steps that can be rolled back."""

class MatcherBatch:
    """The matchers of the sequences that a decode step serves, asked in one native call.

    A batch keeps its matchers alive and sees them move when they are used one by one, too. Every
    call takes all of them for itself and releases the GIL: while it runs, another thread that
    uses one of them, or the batch, gets MatcherStateError.

    Example:
        >>> vocabulary = Vocabulary([b"yes", b"no", b"</s>"], stop_token_ids=[2])
        >>> compiled = Compiler(vocabulary).compile(Grammar.from_ebnf('root ::= "yes" | "no"'))
        >>> batch = MatcherBatch([compiled.matcher(), compiled.matcher()])
        >>> batch.accept_tokens([0, 2])
        [True, False]
        >>> mask = np.zeros((2, 1), dtype=np.int32)
        >>> batch.fill_masks(mask)
        >>> mask.tolist()
        [[4], [3]]
    """

    def __init__(self, matchers: Iterable[Matcher], *, num_threads: int = 1) -> None:
        """Take the matchers of a batch, none of them twice.

        Args:
            matchers: of one or of several compiled grammars, for vocabularies of one size.
            num_threads: from 1 to 1024. With more than one, `num_threads` - 1 workers, started
                when they are first needed, help to compute masks that no sequence has met yet;
                known ones are copied by the calling thread, which is faster than waking others.

        Raises:
            TypeError: an item is not a Matcher.
            ValueError: a matcher is there twice, the vocabularies differ in size, or
                `num_threads` is out of range.
        """

    def __len__(self) -> int:
        """Return the number of matchers."""

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """The matchers, in order."""

    def fill_masks(
        self, mask: NDArray[np.int32], rows: Sequence[int] | NDArray[np.integer[Any]] | None = None
    ) -> None:
        """Write the tokens allowed next: matcher i into row i, or into row `rows[i]`.

        Args:
            mask: shape (num_rows, ceil(vocabulary.size / 32)), int32, C-contiguous, CPU. The rows
                of matchers are overwritten, the others left as they are.
            rows: a row for each matcher, no two the same. Default: the first ones in order.

        Raises:
            TypeError: another dtype or layout.
            ValueError: the mask has another width, too few rows or is read-only; or `rows` has
                another length, a row outside the mask, or one twice.
            MatcherStateError: another thread is using one of the matchers.

        Nothing is written where an error is raised. Cost: for each matcher a copy of one row where
        its state is known; otherwise a walk of the token trie.
        """

    def accept_tokens(self, token_ids: Sequence[int] | NDArray[np.integer[Any]]) -> list[bool]:
        """Move each matcher past its token, if that is allowed.

        Args:
            token_ids: one for each matcher, in order; shape (batch,) as an array, of which int32
                is the fastest.

        Returns:
            For each matcher whether it moved; one whose token is not allowed stays where it is.

        Raises:
            VocabularyError: an id is outside the vocabulary; no matcher is moved.
            ValueError: there are more or fewer tokens than matchers.
            MatcherStateError: another thread is using one of the matchers; none is moved.
        """

    def row_ids(self, out: NDArray[np.int32]) -> None:
        """Write `Matcher.row_id` of each matcher, -1 where that is None.

        The ids of a matcher are those of its own compiled grammar.

        Args:
            out: shape (batch,), int32, C-contiguous, CPU; overwritten.

        Raises:
            TypeError: another dtype or layout.
            ValueError: another shape, or a read-only array.
            MatcherStateError: another thread is using one of the matchers.

        Cost: for each matcher a look-up where its state is known; otherwise that of `fill_masks`.
        """

def fill_masks(
    matchers: Iterable[Matcher],
    mask: NDArray[np.int32],
    rows: Sequence[int] | NDArray[np.integer[Any]] | None = None,
) -> None:
    """Do what `MatcherBatch(matchers).fill_masks(mask, rows)` does, for a batch used once.

    Raises:
        TypeError: an item is not a Matcher; another dtype or layout.
        ValueError: as of `MatcherBatch` and of its `fill_masks`.
        MatcherStateError: another thread is using one of the matchers.
    """

def fill_draft_tree(
    matcher: Matcher,
    tokens: Sequence[int] | NDArray[np.integer[Any]],
    parents: Sequence[int] | NDArray[np.integer[Any]],
    mask: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Write the masks along a tree of candidate tokens (speculative decoding).

    The matcher is not changed.

    Args:
        matcher: whose text the tree continues.
        tokens: shape (n,): candidate tokens, each after its parent.
        parents: shape (n,): for token i the number of the token before it, less than i, or -1 if
            it comes right after the matcher's text. A chain is -1, 0, 1, ...
        mask: shape (n + 1, ceil(vocabulary.size / 32)), int32, C-contiguous, CPU; overwritten.
            Row 0: what may come next; row i + 1: what may follow token i.

    Returns:
        Shape (n,): whether token i is allowed after the tokens that lead to it. Where it is not,
        its row and the rows of all tokens below it are zero, and they are not allowed either.

    Raises:
        TypeError: another dtype or layout.
        ValueError: a parent is not an earlier token, the lengths differ, or the mask has another
            shape or is read-only.
        VocabularyError: a token is outside the vocabulary.
        MatcherStateError: another thread is using the matcher.

    Cost: for each token what `accept_token` and `fill_mask` cost, whatever the tree's shape.

    Example:
        >>> vocabulary = Vocabulary([b"a", b"b", b"</s>"], stop_token_ids=[2])
        >>> grammar = Grammar.from_ebnf('root ::= "a" "b" | "b"')
        >>> matcher = Compiler(vocabulary).compile(grammar).matcher()
        >>> mask = np.zeros((4, 1), dtype=np.int32)
        >>> fill_draft_tree(matcher, [0, 1, 0], [-1, 0, 0], mask).tolist()
        [True, True, False]
        >>> mask[:, 0].tolist()
        [3, 2, 4, 0]
    """

def fill_draft_trees(
    matchers: Iterable[Matcher],
    tokens: Sequence[int] | NDArray[np.integer[Any]],
    parents: Sequence[int] | NDArray[np.integer[Any]],
    offsets: Sequence[int] | NDArray[np.integer[Any]],
    mask: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Do `fill_draft_tree` for many matchers in one native call; the GIL is released.

    The trees lie one after another, as the batches of vLLM and SGLang have them: the tree of
    matcher b is `tokens[offsets[b]:offsets[b + 1]]`, and its rows, one more than it has tokens,
    begin at `offsets[b] + b`.

    Args:
        matchers: batch many, for vocabularies of one size.
        tokens: shape (n,): candidate tokens of all trees.
        parents: shape (n,): numbers within the token's own tree, -1 for right after the text.
        offsets: shape (batch + 1,): from 0 to n, never going down; a tree may be empty.
        mask: shape (n + batch, ceil(vocabulary.size / 32)), int32, C-contiguous, CPU; overwritten.

    Returns:
        Shape (n,): whether each token is allowed after the tokens that lead to it.

    Raises:
        TypeError: an item is not a Matcher; another dtype or layout.
        ValueError: as of `fill_draft_tree`, or `offsets` do not cut the tokens into trees.
        VocabularyError: a token is outside the vocabulary.
        MatcherStateError: another thread is using one of the matchers.
    """

def diagnostic_at(
    text: bytes, begin: int, end: int, *, source_name: str, message: str, hint: str
) -> Diagnostic:
    """Describe a problem at bytes `begin` to `end` of a text in UTF-8: line, column, excerpt."""

def error_text(diagnostic: Diagnostic) -> str:
    """Return what an error with this diagnostic says."""

def schema_keywords() -> list[tuple[str, list[str], str, str]]:
    """Return name, drafts, support and note of each keyword of JSON Schema.

    `pushmask.schema.keywords` is the same with names.
    """
