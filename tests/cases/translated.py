# SPDX-License-Identifier: Apache-2.0
"""Readers whose libraries need preparation: errors to collect, parts that are left to others."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest

from cases.verdicts import ExcusedError, RefusedError

# The names of types that c.ebnf knows from headers.
C_TYPES = [
    *("size_t", "ptrdiff_t", "bool", "intptr_t", "uintptr_t"),
    *(f"{sign}int{size}_t" for sign in ("", "u") for size in (8, 16, 32, 64)),
]
C_STRING_OR_COMMENT = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|/\*.*?\*/|//[^\n]*""", re.DOTALL
)


def read_c(text: str) -> None:
    """pycparser reads what the preprocessor leaves: no comments, no `#include`."""
    bare = C_STRING_OR_COMMENT.sub(lambda match: match[1] or " ", text)
    bare = re.sub(r"(?m)^\s*#include .*$", "", bare)
    parser = pytest.importorskip("pycparser.c_parser")
    try:
        parser.CParser().parse(f"typedef int {', '.join(C_TYPES)};\n{bare}")
    except parser.ParseError:
        if re.search(r"\[\s*\*", bare):
            raise ExcusedError("pycparser takes `[*` for an array of any size") from None
        raise


def raising_listener() -> Any:
    """Make a listener of ANTLR that raises the first error."""
    listener = pytest.importorskip("antlr4.error.ErrorListener").ErrorListener()

    def refuse(_parser: Any, _symbol: Any, line: int, column: int, message: str, _e: Any) -> None:
        raise RefusedError(f"{line}:{column}: {message}")

    listener.syntaxError = refuse
    return listener


def read_cypher(text: str) -> None:
    antlr4, cypher = pytest.importorskip("antlr4"), pytest.importorskip("antlr4_cypher")
    lexer = cypher.CypherLexer(antlr4.InputStream(text))
    parser = cypher.CypherParser(antlr4.CommonTokenStream(lexer))
    for recognizer in (lexer, parser):
        recognizer.removeErrorListeners()
        recognizer.addErrorListener(raising_listener())
    try:
        parser.script()
    except RefusedError as error:
        if re.search("no viable alternative at input '.*UNION'", str(error), re.IGNORECASE):
            raise ExcusedError("antlr4-cypher takes no space before UNION") from None
        if "mismatched input 'WITH'" in str(error):
            raise ExcusedError(
                "antlr4-cypher takes one WITH in a row, the standard any number"
            ) from None
        raise


def read_lua(text: str) -> None:
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors):  # its lexer prints errors and goes on
        try:
            pytest.importorskip("luaparser.ast").parse(text)
        except ValueError as error:
            if "could not convert string to float" in str(error):
                raise ExcusedError("luaparser reads hexadecimal numbers as decimal ones") from None
            raise
    if errors.getvalue():
        raise RefusedError(errors.getvalue())


def read_graphql(text: str) -> None:
    pytest.importorskip("graphql").parse(text, no_location=True)


def read_markdown_table(text: str) -> None:
    """The text has to be one table from the first line to the last, and its rows of one width."""
    markdown_it = pytest.importorskip("markdown_it")
    tokens = markdown_it.MarkdownIt("commonmark").enable("table").parse(text)
    kinds = [token.type for token in tokens]
    num_lines = text.removesuffix("\n").count("\n") + 1
    if (
        kinds[:1] != ["table_open"]
        or kinds.count("table_close") != 1
        or tokens[0].map != [0, num_lines]
    ):
        raise RefusedError(kinds)


def read_pgn(text: str) -> None:
    """Moves are compared with the shape that python-chess gives them; they need not be legal."""
    chess = pytest.importorskip("chess", reason="python-chess (GPL) is no dependency of the tests")
    pgn = pytest.importorskip("chess.pgn")

    class Shapes(pgn.GameBuilder):
        def parse_san(self, board: Any, san: str) -> Any:
            if not chess.SAN_REGEX.match(san) and san.rstrip("+#") not in ("O-O", "O-O-O"):
                raise chess.IllegalMoveError(san)
            return chess.Move.null()

        def handle_error(self, error: Exception) -> None:
            self.game.errors.append(error)

    game = pgn.read_game(io.StringIO(text), Visitor=Shapes)
    if game is None or game.errors:
        raise RefusedError(game and game.errors)
