# SPDX-License-Identifier: Apache-2.0
"""The commands, their options, and their exit statuses.

0: done, or the text is accepted; 1: the text is rejected, or generation ended before the grammar
did; 2: an error, told in one message.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pushmask.cli.check import check as check_text
from pushmask.cli.explain import explain as explain_text
from pushmask.cli.render import (
    ERROR,
    WARNING,
    print_diagnostics,
    print_error,
    print_line,
    print_place,
    printable,
)
from pushmask.cli.sources import GrammarSource, grammar_source
from pushmask.errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushmask import Grammar

EXIT_REJECTED = 1
EXIT_ERROR = 2
STANDARD_INPUT = "-"

Schema = Annotated[str | None, typer.Option(help="JSON Schema: a file, or JSON text.")]
GrammarFile = Annotated[
    str | None,
    typer.Option("--grammar", help="Grammar: a file, EBNF unless it is .lark or .json (a schema)."),
]
Regex = Annotated[str | None, typer.Option(help="Regular expression for the whole text.")]

Text = Annotated[
    str, typer.Argument(help="The text, or - for standard input. Write -- before one like -1.")
]

app = typer.Typer(
    name="pushmask",
    help="Make a language model's output obey a grammar.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def run() -> int:
    """Run the command line and return its exit status."""
    try:
        app()
    except SystemExit as status:
        return status.code if isinstance(status.code, int) else EXIT_ERROR
    return 0


@contextmanager
def _reported(source: GrammarSource | None = None) -> Iterator[None]:
    """Turn an error of pushmask, or a missing extra, into one message and exit status 2."""
    console = Console(stderr=True, highlight=False)
    try:
        yield
    except Error as error:
        print_error(console, error, source)
        raise typer.Exit(EXIT_ERROR) from error
    except ImportError as error:
        print_line(console, ERROR, str(error))
        raise typer.Exit(EXIT_ERROR) from error


def _read(source: GrammarSource) -> Grammar:
    """Return the grammar of a source; tell what its reader warns of."""
    grammar = source.read()
    console = Console(stderr=True, highlight=False)
    print_diagnostics(console, WARNING, grammar.warnings(), source)
    return grammar


def _data(text: str) -> bytes:
    """Return the bytes that an argument means."""
    if text == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    return text.encode("utf-8", "surrogateescape")


@app.command()
def check(
    text: Text,
    schema: Schema = None,
    grammar: GrammarFile = None,
    regex: Regex = None,
) -> None:
    """Tell whether TEXT obeys a grammar; show where it does not, and what was expected."""
    with _reported():
        source = grammar_source(schema, grammar, regex)
    data = _data(text)
    with _reported(source):
        verdict = check_text(_read(source), data)
    console = Console(highlight=False)
    if verdict.accepted:
        print_line(console, ("accepted", "green"))
        return
    at_end = verdict.offset == len(data)
    reason = "the text ends too early" if at_end else "the text leaves the grammar here"
    print_line(console, ("rejected: ", "bold red"), reason)
    print_place(console, data, verdict.offset, 1)
    print_line(console, f"expected {verdict.expected}")
    raise typer.Exit(EXIT_REJECTED)


@app.command()
def explain(
    text: Text,
    schema: Schema = None,
    grammar: GrammarFile = None,
    regex: Regex = None,
) -> None:
    """Tell where in the rules of a grammar TEXT stands, or where and why no text begins like it."""
    with _reported():
        source = grammar_source(schema, grammar, regex)
    data = _data(text)
    with _reported(source):
        report = explain_text(_read(source), data)
    console = Console(highlight=False)
    if report.is_complete:
        print_line(console, ("legal: ", "green"), "the text is complete")
    elif report.is_legal:
        print_line(console, ("legal: ", "green"), "the text has to go on")
    else:
        print_line(console, ("not legal: ", "bold red"), "no rule takes this")
    print_place(console, data, report.offset, report.length)
    for path in report.place.paths:
        print_line(console, printable(str(path)))
    if report.place.has_more_paths:
        print_line(console, "and on other paths")
    if not report.is_legal:
        raise typer.Exit(EXIT_REJECTED)


@app.command()
def show(
    schema: Schema = None,
    grammar: GrammarFile = None,
    regex: Regex = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="File to write; .svg, .html, or any for DOT."),
    ] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Draw this rule only; repeatable.")] = None,
    dot: Annotated[bool, typer.Option("--dot", help="The compiled machine, as DOT text.")] = False,
    max_states: Annotated[
        int, typer.Option(min=1, help="States that a DOT graph may have.")
    ] = 2000,
) -> None:
    """Draw a grammar's rules as railroad diagrams (HTML, SVG), or its machine as a DOT graph."""
    from pushmask.cli import show as command

    with _reported():
        source = grammar_source(schema, grammar, regex)
    with _reported(source):
        read = _read(source)
        if dot:
            text = command.dot(read, max_states)
        else:
            as_svg = command.is_svg(output)
            text = command.picture(read, rule or [], title=source.name, as_svg=as_svg)
        if output is not None:
            command.write(text, output)
            return
    # Not through rich: it would wrap.
    sys.stdout.write(text)


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(help="What to ask the model.")],
    schema: Schema = None,
    grammar: GrammarFile = None,
    regex: Regex = None,
    model: Annotated[str, typer.Option(help="Model name, or path of a GGUF file.")] = "smollm2",
    temperature: Annotated[float, typer.Option(min=0.0, help="0 takes the likeliest token.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Seed of the sampler.")] = 0,
    max_tokens: Annotated[int, typer.Option(min=1, help="Stop after so many tokens.")] = 512,
    stats: Annotated[bool, typer.Option("--stats", help="Print tokens/s and times.")] = False,
) -> None:
    """Generate a text that obeys a grammar, and print it as it comes."""
    from pushmask.cli import generate as command

    console = Console(stderr=True, highlight=False)
    with _reported():
        source = grammar_source(schema, grammar, regex)
    with _reported(source):
        request = command.Options(prompt, model, temperature, seed, max_tokens)
        outcome = command.generate(_read(source), request, console)
    if stats:
        console.print(command.statistics_table(outcome))
    if not outcome.complete:
        print_line(
            console,
            WARNING,
            f"stopped after {max_tokens} tokens, before the text was complete; "
            "--max-tokens allows more",
        )
        raise typer.Exit(EXIT_REJECTED)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="Name of the model.")] = "smollm2",
) -> None:
    """Fetch a model into the cache directory and print where it is."""
    with _reported():
        from pushmask.decoder import models

        path = models.pull(name, progress=True)
    # Not through rich: a path is for other programs, so it must not be wrapped.
    print(path)
