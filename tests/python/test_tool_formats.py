# SPDX-License-Identifier: Apache-2.0
"""Answers of models with tools, as their chat templates write them, family by family.

The transcripts are written out here, not made from the data files that they test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

import pushmask
from pushmask import Grammar, tools
from reference.masks import allowed, tried

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city"],
        },
    },
}
NOW = {"type": "function", "function": {"name": "now"}}
TOOLS = [WEATHER, NOW]


@dataclass(frozen=True)
class Transcript:
    """What a family writes; `two` is None where an answer has one call at most.

    `broken` is `one` with an argument of the wrong type.
    """

    one: str  # weather(city="Paris", days=2)
    two: str | None  # the same, then now()
    broken: str
    thought: str | None = None  # reasoning, up to the answer
    words: str = "It is <sunny> in {Paris}."
    before: str | None = "Let me see.\n"  # words before a call


def qwen(
    begin: str = "<tool_call>\n", end: str = "\n</tool_call>", between: str = "\n"
) -> Transcript:
    one = '{"name": "weather", "arguments": {"city": "Paris", "days": 2}}'
    now = '{"name": "now", "arguments": {}}'
    return Transcript(
        begin + one + end,
        begin + one + end + between + begin + now + end,
        begin + one.replace("2", '"2"') + end,
        "<think>\nHm, <tool_call>?\n</think>\n\n",
    )


def listed(begin: str, end: str, thought: str | None = None) -> Transcript:
    one = '{"name": "weather", "arguments": {"city": "Paris", "days": 2}}'
    now = '{"name": "now", "arguments": {}}'
    return Transcript(
        begin + one + end,
        f"{begin}{one}, {now}{end}",
        begin + one.replace("2", "null") + end,
        thought,
    )


def bare() -> Transcript:
    one = '{"name": "weather", "parameters": {"city": "Paris", "days": 2}}'
    return Transcript(one, None, one.replace("2", "true"), before=None)


def deepseek(kind: str, before: str, after: str, between: str, thought: str | None) -> Transcript:
    def call(name: str, arguments: str) -> str:
        return f"<｜tool▁call▁begin｜>{kind}{name}{before}{arguments}{after}<｜tool▁call▁end｜>"

    begin, end = "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"
    one = call("weather", '{"city": "Paris", "days": 2}')
    return Transcript(
        begin + one + end,
        begin + one + between + call("now", "{}") + end,
        begin + one.replace("2", "2.5") + end,
        thought,
    )


def xml(
    begin: str, call: tuple[str, str, str], member: tuple[str, str, str], between: str, end: str
) -> Transcript:
    def parameter(name: str, value: str) -> str:
        return f"{member[0]}{name}{member[1]}{value}{member[2]}\n"

    city, days = parameter("city", "Paris, <b>France</b>"), parameter("days", "2")
    one = f"{call[0]}weather{call[1]}{city}{days}{call[2]}"
    now = f"{call[0]}now{call[1]}{call[2]}"
    return Transcript(
        begin + one + end,
        begin + one + between + now + end,
        begin + one.replace("2", "two") + end,
        "<think>\nHm.\n</think>\n\n",
    )


def harmony() -> Transcript:
    one = (
        "<|channel|>commentary to=functions.weather <|constrain|>json<|message|>"
        '{"city": "Paris", "days": 2}<|call|>'
    )
    return Transcript(
        one,
        None,
        one.replace("2", "two"),
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant",
        "<|channel|>final<|message|>It is sunny.",
        "<|channel|>commentary<|message|>Let me see.<|end|><|start|>assistant",
    )


def command() -> Transcript:
    one = (
        '{"tool_call_id": "0", "tool_name": "weather", "parameters": {"city": "Paris", "days": 2}}'
    )
    now = '{"tool_call_id": "1", "tool_name": "now", "parameters": {}}'
    begin, end = "<|START_ACTION|>[\n    ", "\n]<|END_ACTION|>"
    return Transcript(
        begin + one + end,
        begin + one + ",\n    " + now + end,
        begin + one.replace("2", "[]") + end,
        "<|START_THINKING|>Hm.<|END_THINKING|>",
        "<|START_RESPONSE|>It is sunny.<|END_RESPONSE|>",
        None,
    )


def kimi() -> Transcript:
    one = (
        "<|tool_call_begin|>functions.weather:0<|tool_call_argument_begin|>"
        '{"city": "Paris", "days": 2}<|tool_call_end|>'
    )
    now = "<|tool_call_begin|>functions.now:1<|tool_call_argument_begin|>{}<|tool_call_end|>"
    begin, end = "<|tool_calls_section_begin|>", "<|tool_calls_section_end|>"
    return Transcript(
        begin + one + end, begin + one + now + end, begin + one.replace("2", "{}") + end,
        "<think>Hm.</think>",
    )  # fmt: skip


def mistral() -> Transcript:
    one = '[TOOL_CALLS]weather[ARGS]{"city": "Paris", "days": 2}'
    return Transcript(
        one, one + "[TOOL_CALLS]now[ARGS]{}", one.replace("2", '""'), "[THINK]Hm.[/THINK]"
    )


def minimax() -> Transcript:
    one = '{"name": "weather", "arguments": {"city": "Paris", "days": 2}}'
    now = '{"name": "now", "arguments": {}}'
    begin, end = "<tool_calls>\n", "\n</tool_calls>"
    return Transcript(
        begin + one + end, f"{begin}{one}\n{now}{end}", begin + one.replace("2", "x") + end,
        "<think>\nHm.\n</think>\n",
    )  # fmt: skip


FENCED = ("function<｜tool▁sep｜>", "\n```json\n", "\n```", "\n")
NO_THOUGHT = Transcript(**{**qwen().__dict__, "thought": None})
TRANSCRIPTS = {
    "hermes": qwen(),
    "qwen2.5": qwen(),
    "qwen3": qwen(),
    "granite4": NO_THOUGHT,
    "granite3": listed("<|tool_call|>[", "]", "<think>Hm.</think>\n"),
    "mistral": listed("[TOOL_CALLS][", "]"),
    "mistral_v11": mistral(),
    "phi4_mini": listed("functools[", "]"),
    "smollm2": listed("<tool_call>[", "]</tool_call>"),
    "llama3": bare(),
    "gemma3": bare(),
    "deepseek_v3": deepseek(*FENCED, None),
    # The chat template of R1 and V3.1 has written "<think>" already.
    "deepseek_r1": deepseek(*FENCED, "Hm.\n</think>\n\n"),
    "deepseek_v3.1": deepseek("", "<｜tool▁sep｜>", "", "", "Hm.</think>"),
    "kimi_k2": kimi(),
    "gpt_oss": harmony(),
    "command": command(),
    "minimax_m1": minimax(),
    "qwen3_coder": xml(
        "", ("<tool_call>\n<function=", ">\n", "</function>\n</tool_call>"),
        ("<parameter=", ">\n", "\n</parameter>"), "\n", "",
    ),
    "glm4": xml(
        "", ("<tool_call>", "\n", "</tool_call>"),
        ("<arg_key>", "</arg_key>\n<arg_value>", "</arg_value>"), "\n", "",
    ),
    "minimax_m2": xml(
        "<minimax:tool_call>\n", ('<invoke name="', '">\n', "</invoke>"),
        ('<parameter name="', '">', "</parameter>"), "\n", "\n</minimax:tool_call>",
    ),
}  # fmt: skip
FORMATS = sorted(TRANSCRIPTS)


# Tokens of which the families have some as special ones, and others as text.
MARKS = sorted(
    {
        *("<tool_call>", "</tool_call>", "<|tool_call|>", "<think>", "</think>"),
        *("[TOOL_CALLS]", "[ARGS]", "[THINK]", "[/THINK]"),
        *("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<｜tool▁call▁begin｜>"),
        *("<｜tool▁call▁end｜>", "<｜tool▁sep｜>"),
        *("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>", "<|tool_call_begin|>"),
        *("<|tool_call_argument_begin|>", "<|tool_call_end|>"),
        *("<|channel|>", "<|constrain|>", "<|message|>", "<|call|>", "<|end|>", "<|start|>"),
        *("<|START_ACTION|>", "<|END_ACTION|>", "<|START_THINKING|>", "<|END_THINKING|>"),
        *("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
        *("<minimax:tool_call>", "</minimax:tool_call>", "<tool_calls>", "</tool_calls>"),
        *("<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"),
    }
)
MARK = re.compile("|".join(map(re.escape, MARKS)))
STOP = 256


SPELLED = pushmask.Vocabulary([*(bytes([i]) for i in range(256)), b"</s>"], stop_token_ids=[STOP])


@dataclass(frozen=True)
class Model:
    """A vocabulary, and whether its marks are special tokens."""

    vocabulary: pushmask.Vocabulary
    compiler: pushmask.Compiler
    special: bool

    def tokens(self, text: str) -> list[int]:
        """The tokens of a text: one for each mark, if these are special, and one for each byte."""
        if not self.special:
            return [*text.encode()]
        found = []
        at = 0
        for mark in MARK.finditer(text):
            found += [*text[at : mark.start()].encode(), STOP + 1 + MARKS.index(mark[0])]
            at = mark.end()
        return [*found, *text[at:].encode()]


@pytest.fixture(scope="module", params=["text", "special tokens"])
def compiler(request: pytest.FixtureRequest) -> Model:
    special = request.param == "special tokens"
    tokens = [*(bytes([i]) for i in range(256)), b"</s>", *(mark.encode() for mark in MARKS)]
    special_ids = [*range(STOP + 1, len(tokens))]
    vocabulary = pushmask.Vocabulary(
        tokens, stop_token_ids=[STOP], special_token_ids=special_ids if special else []
    )
    return Model(vocabulary, pushmask.Compiler(vocabulary), special)


def verdicts(model: Model, grammar: Grammar, texts: list[str]) -> list[bool]:
    compiled = model.compiler.compile(grammar)
    out = []
    for text in texts:
        matcher = compiled.matcher()
        tokens = model.tokens(text)
        taken = matcher.accept_tokens(tokens) == len(tokens) and matcher.can_stop
        if taken:  # the same text spelled out, which other things can be too
            spelled = compiled.matcher()
            assert spelled.accept_bytes(text.encode())
            assert spelled.can_stop
        out.append(taken)
    return out


def test_every_format_has_transcripts() -> None:
    assert tools.formats() == FORMATS
    for name in FORMATS:
        how = tools.load(name)
        assert how.models
        assert how.source
        assert how.special <= set(MARKS)


@pytest.mark.parametrize("name", FORMATS)
def test_auto_is_words_or_calls_or_both(name: str, compiler: Model) -> None:
    t = TRANSCRIPTS[name]
    grammar = tools.grammar(TOOLS, format=name)
    good = [t.words, t.one, *([t.two] if t.two else []), *([t.before + t.one] if t.before else [])]
    assert verdicts(compiler, grammar, good) == [True] * len(good)
    bad = [t.broken, t.one[:-1], t.one + " more", t.one.replace("weather", "forecast")]
    if t.thought and name not in ("deepseek_r1", "deepseek_v3.1"):
        bad += [t.thought + t.one]
    assert verdicts(compiler, grammar, bad) == [False] * len(bad)


@pytest.mark.parametrize("name", FORMATS)
def test_none_is_words_without_calls(name: str, compiler: Model) -> None:
    t = TRANSCRIPTS[name]
    for given in (TOOLS, []):
        grammar = tools.grammar(given, "none", format=name)
        assert verdicts(compiler, grammar, [t.words, t.one, t.broken]) == [True, False, False]


@pytest.mark.parametrize("name", FORMATS)
def test_required_is_calls_without_words(name: str, compiler: Model) -> None:
    t = TRANSCRIPTS[name]
    grammar = tools.grammar(TOOLS, "required", format=name)
    bad = ["", t.words, t.broken, *([t.before + t.one] if t.before else [])]
    assert verdicts(compiler, grammar, bad) == [False] * len(bad)
    good = [t.one, *([t.two] if t.two else [])]
    assert verdicts(compiler, grammar, good) == [True] * len(good)


@pytest.mark.parametrize("name", FORMATS)
def test_a_named_tool_is_the_only_one(name: str, compiler: Model) -> None:
    t = TRANSCRIPTS[name]
    for choice in ({"name": "weather"}, {"type": "function", "function": {"name": "weather"}}):
        grammar = tools.grammar(TOOLS, choice, format=name)
        texts = [t.one, t.words, *([t.two] if t.two else [])]
        assert verdicts(compiler, grammar, texts) == [True] + [False] * (len(texts) - 1)
    other = tools.grammar(TOOLS, {"name": "now"}, format=name)
    assert verdicts(compiler, other, [t.one]) == [False]


@pytest.mark.parametrize("name", [name for name in FORMATS if TRANSCRIPTS[name].two])
def test_without_parallel_there_is_one_call(name: str, compiler: Model) -> None:
    t = TRANSCRIPTS[name]
    assert t.two is not None
    grammar = tools.grammar(TOOLS, format=name, parallel=False)
    assert verdicts(compiler, grammar, [t.one, t.two]) == [True, False]


@pytest.mark.parametrize("name", FORMATS)
def test_reasoning_comes_first(name: str, compiler: Model) -> None:
    t = TRANSCRIPTS[name]
    if t.thought is None:
        with pytest.raises(ValueError, match="has no reasoning"):
            tools.grammar(TOOLS, format=name, reasoning=True)
        return
    grammar = tools.grammar(TOOLS, format=name, reasoning=True)
    # A special token is no word, neither in thoughts: these can spell it out.
    thought = t.thought.replace("<tool_call>", "a call") if compiler.special else t.thought
    texts = [thought + t.one, thought + t.words, thought + t.broken, t.one, t.words]
    assert verdicts(compiler, grammar, texts) == [True, True, False, False, False]
    required = tools.grammar(TOOLS, "required", format=name, reasoning=True)
    assert verdicts(compiler, required, texts) == [True, False, False, False, False]


def is_in_string(read: str) -> bool:
    """Whether a beginning of the answer below ends inside the city or the next name."""
    _, city, after = read.partition('"city": "')
    return bool(city) and after.count('"') % 2 == 0


@pytest.mark.parametrize("name", FORMATS)
def test_the_mask_has_each_token_of_a_transcript(name: str, compiler: Model) -> None:
    t = TRANSCRIPTS[name]
    grammar = tools.grammar(TOOLS, format=name)
    matcher = compiler.compiler.compile(grammar).matcher()
    for token in compiler.tokens((t.before or "") + (t.two or t.one)):
        mask = allowed(matcher, compiler.vocabulary)
        assert token in mask
        assert mask >= {*matcher.next_bytes()}
        assert matcher.accept_token(token)
    assert matcher.can_stop


def test_gpt_oss_stops_with_its_call() -> None:
    tokens = [*(bytes([i]) for i in range(256)), b"<|return|>", b"<|call|>", b"<|message|>"]
    vocabulary = pushmask.Vocabulary(tokens, stop_token_ids=[256, 257], special_token_ids=[258])
    compiled = pushmask.Compiler(vocabulary).compile(tools.grammar(TOOLS, format="gpt_oss"))
    matcher = compiled.matcher()
    before, _, arguments = TRANSCRIPTS["gpt_oss"].one.partition("<|message|>")
    given = [*before.encode(), 258, *arguments.removesuffix("<|call|>").encode()]
    assert matcher.accept_tokens(given) == len(given)
    assert allowed(matcher, vocabulary) & {256, 257, 258} == {257}
    assert matcher.accept_token(257)


def test_the_mask_follows_the_bytes_however_a_mark_is_cut() -> None:
    text = "Hm <tool_cal " + TRANSCRIPTS["qwen3"].one
    grammar = tools.grammar(TOOLS, format="qwen3")
    pieces = sorted({text[i : i + n].encode() for i in range(len(text)) for n in range(1, 14)})
    vocabulary = pushmask.Vocabulary([*pieces, b"</s>"], stop_token_ids=[len(pieces)])
    compiled = pushmask.Compiler(vocabulary).compile(grammar)
    numbers = {piece: number for number, piece in enumerate(pieces)}
    for length in range(1, 14):
        matcher = compiled.matcher()
        for start in range(0, len(text), length):
            mask = allowed(matcher, vocabulary)
            assert mask - {len(pieces)} == tried(matcher, pieces)
            # Words go on until the mark is there; then they come in strings only.
            read = text[:start]
            assert (numbers[b"Hm"] in mask) == ("<tool_call>" not in read or is_in_string(read))
            assert matcher.accept_token(numbers[text[start : start + length].encode()])
        assert matcher.can_stop


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"format": "gpt9"}, "there is no format 'gpt9'"),
        ({"format": "qwen3", "tool_choice": "any"}, "tool_choice is"),
        ({"format": "qwen3", "tool_choice": {"type": "custom", "name": "x"}}, "tool_choice is"),
        ({"format": "qwen3", "tool_choice": {"name": "x"}}, "no tool 'x'"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        tools.grammar(TOOLS, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["qwen3", "kimi_k2"])
@pytest.mark.parametrize("ids", [{}, {"$id": "https://example.com/x"}, {"$id": "tool:b"}])
def test_references_stay_inside_of_a_tool(name: str, ids: dict[str, str]) -> None:
    def tool(letter: str, reference: str) -> dict[str, object]:
        n = {"const": letter}
        parameters = {**ids, "type": "object", "required": ["n"], "$defs": {"n": n}}
        parameters["properties"] = {"n": {"$ref": reference}}
        return {"type": "function", "function": {"name": letter, "parameters": parameters}}

    model = Model(SPELLED, pushmask.Compiler(SPELLED), special=False)
    grammar = tools.grammar([tool("a", "#/$defs/n"), tool("b", "#/$defs/n")], format=name)
    one = TRANSCRIPTS[name].one.replace('{"city": "Paris", "days": 2}', '{"n": "b"}')
    texts = [one.replace("weather", letter) for letter in ("a", "b")]
    assert verdicts(model, grammar, texts) == [False, True]
    for reference in ("tool:b", "./tool:b", "tool:b#/$defs/n"):
        if "$id" not in ids or not ids["$id"].startswith("tool:"):
            with pytest.raises(pushmask.GrammarError):
                tools.grammar([tool("a", reference), tool("b", "#/$defs/n")], format=name)


def test_a_tool_list_is_checked() -> None:
    with pytest.raises(pushmask.SchemaError):
        tools.grammar([NOW, NOW], format="qwen3")
    with pytest.raises(pushmask.SchemaError):
        tools.grammar([], format="qwen3")
