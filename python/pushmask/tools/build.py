# SPDX-License-Identifier: Apache-2.0
"""Makes the grammar of a model's answer when it has tools.

    [reasoning] (words | [words] calls)

Nothing follows the calls: the model waits for what the tools return. Words cannot contain what a
call begins with, so that a reader of the answer never meets something that looks like a call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pushmask._core import Expression, Grammar, GrammarBuilder
from pushmask.schema.tools import Tool, named_tools
from pushmask.structural_tag.marks import FreeText
from pushmask.structural_tag.parameters import Parameters
from pushmask.tools.calls import calls_grammar
from pushmask.tools.choice import read
from pushmask.tools.format import Format, Region, load

NAME, INDEX = "{name}", "{index}"
DIGITS = "0|[1-9][0-9]{0,5}"
# Models write none, one or two line breaks between what they thought and the answer.
AFTER_REASONING = "\\n{0,2}"
# An answer in words, of a family whose calls have no mark: a call begins with a brace.
NO_OBJECT = "[ \\t\\r\\n]*([^{ \\t\\r\\n][\\s\\S]*)?"


def grammar(
    tools: Sequence[Any],
    tool_choice: str | Mapping[str, Any] = "auto",
    *,
    format: str,
    parallel: bool = True,
    reasoning: bool = False,
    source_name: str = "<tools>",
) -> Grammar:
    """Return the grammar of the answers that a model with tools may give.

    Args:
        tools: as in a request to the OpenAI API; see `pushmask.schema.tools_schema`.
        tool_choice: "auto": words, calls, or both; "none": words without calls; "required": one
            call or more and no words; `{"name": …}` (or a form of the OpenAI API): the same with
            calls of that tool only.
        format: how the model writes calls, one of `formats()`.
        parallel: there may be several calls, if the format has a way to write them.
        reasoning: the answer begins with what the model thinks. Otherwise it contains no mark of
            that.
        source_name: what diagnostics call the tools.

    Raises:
        ValueError: there is no such format or choice, no tool of that name, or the format has no
            reasoning.
        SchemaError, UnsupportedError, LimitError: as `tools_schema` says; an XML format also
            refuses what it cannot write exactly.

    Example:
        >>> tool = {"type": "function", "name": "now"}
        >>> answer = grammar([tool], "required", format="qwen3")
    """
    how, choice = load(format), read(tool_choice)
    if reasoning and how.reasoning is None:
        raise ValueError(f"the format '{format}' has no reasoning")
    given: list[Tool] = []
    if choice.calls:
        given = named_tools(tools, source_name=source_name)
        if choice.name is not None:
            given = [tool for tool in given if tool.name() == choice.name]
        if not given:
            raise ValueError(f"there is no tool '{choice.name}' to choose")
    return _Answer(how, given, source_name).run(
        words=choice.words, parallel=parallel and how.parallel, reasoning=reasoning
    )


class _Answer:
    """One grammar under way."""

    def __init__(self, how: Format, tools: Sequence[Tool], source_name: str) -> None:
        self.how = how
        self.tools = tools
        self.source_name = source_name
        self.b = GrammarBuilder()
        # In words a mark of reasoning would start a block that its reader takes out.
        self.hidden = () if how.reasoning is None else (how.reasoning.begin,)

    def run(self, *, words: bool, parallel: bool, reasoning: bool) -> Grammar:
        """Return the grammar."""
        b = self.b
        root = b.rule("answer")
        if not self.tools:
            body = self._words()
        elif not words:
            body = self._calls(parallel)
        elif self.how.answer is not None:
            calls = self._calls(parallel)
            if self.how.preamble is not None:
                calls = b.sequence(b.optional(self._marked(self.how.preamble)), calls)
            body = b.choice(self._words(), calls)
        else:
            body = b.choice(self._words(), self._words_and_calls(parallel))
        if reasoning:
            body = b.sequence(self._reasoning(), body)
        b.define(root, body)
        return b.finish(root, source_name=self.source_name)

    def _reasoning(self) -> Expression:
        b, marks = self.b, self.how.reasoning
        assert marks is not None
        begin = b.mark(marks.begin)
        if self.how.reasoning_in_prompt:
            begin = b.optional(begin)
        thought = FreeText(b, (marks.end,)).before([(marks.end, b.mark(marks.end))])
        return b.sequence(begin, thought, b.regex(AFTER_REASONING))

    def _words(self) -> Expression:
        """Return an answer in words."""
        b, trigger = self.b, self.how.trigger
        if self.how.answer is not None:
            return self._marked(self.how.answer)
        text = FreeText(b, (*((trigger,) if trigger else ()), *self.hidden)).text
        return text if trigger else b.intersect(text, b.regex(NO_OBJECT))

    def _marked(self, region: Region) -> Expression:
        b = self.b
        ends = (region.end,) if region.end else ()
        text = FreeText(b, ends, excludes=self.hidden)
        closed = text.before([(region.end, b.mark(region.end))]) if ends else text.text
        return b.sequence(b.mark(region.begin), closed)

    def _words_and_calls(self, parallel: bool) -> Expression:
        trigger = self.how.trigger
        if not trigger:
            return self._calls(parallel)
        text = FreeText(self.b, (trigger,), excludes=self.hidden)
        return text.before([(trigger, self._calls(parallel))])

    def _calls(self, parallel: bool) -> Expression:
        """Return all calls of an answer."""
        b, how = self.b, self.how
        call = self._call()
        more = b.sequence(b.mark(how.separator), call)
        rest = b.star(more) if parallel else b.empty()
        return b.sequence(b.mark(how.calls.begin), call, rest, b.mark(how.calls.end))

    def _call(self) -> Expression:
        """Return one call. What follows its beginning is a rule, to be there once."""
        b, how = self.b, self.how
        if how.arguments == "call":
            calls = calls_grammar(
                self.tools, arguments=how.arguments_key, source_name=self.source_name
            )
            return b.sequence(b.mark(how.call.begin), b.grammar(calls), b.mark(how.call.end))
        before, _, after = how.call.begin.partition(NAME)
        between = self._counted(after)
        named = (
            b.sequence(b.literal(tool.name()), between, arguments)
            for tool, arguments in zip(self.tools, self._arguments(), strict=True)
        )
        call = b.rule("call")
        b.define(call, b.sequence(b.choice(*named), b.mark(how.call.end)))
        return b.sequence(self._counted(before), b.ref(call))

    def _counted(self, text: str) -> Expression:
        """Return a text in which a number stands for {index}."""
        b = self.b
        before, index, after = text.partition(INDEX)
        number = b.regex(DIGITS) if index else b.empty()
        return b.sequence(b.mark(before), number, b.mark(after))

    def _arguments(self) -> list[Expression]:
        """Return the arguments of each tool."""
        b, style = self.b, self.how.arguments
        texts = [tool.parameters_text() for tool in self.tools]
        if style == "json":
            return b.json_schemas(texts, source_name=self.source_name)
        parameters = Parameters(b, style, source_name=self.source_name)
        found = parameters.lower_each([json.loads(text) for text in texts])
        named = zip(self.tools, found, strict=True)
        return [parameters.shared(f"arguments-{tool.name()}", part) for tool, part in named]
