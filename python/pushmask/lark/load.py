# SPDX-License-Identifier: Apache-2.0
"""Lark's own loader reads the grammar: imports, templates, flags, `%extend`, `%override`.

What comes back are the trees of its rules and terminals with every name resolved; the loader's
further steps, which spell out options and repetitions, are not taken: they can be exponential.
Errors of lark become errors of pushmask with their places.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lark
from lark.load_grammar import _parse_grammar, load_grammar

from pushmask.errors import Diagnostic, GrammarError, LimitError
from pushmask.lark.source import Source, limited, syntax_error, unsupported

MAX_TERMINAL_SIZE = 100_000  # nodes of a terminal with all it refers to in its place

# What the loader raises. The latter come where it describes an error, or leaves one unnoticed.
_LOADER_ERRORS = (
    lark.exceptions.LarkError,
    AssertionError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


@dataclass(slots=True)
class Definitions:
    """A loaded grammar.

    Attributes:
        rules: parameters and tree of each rule and template.
        terminals: tree of each terminal, with the terminals it refers to in their places.
        ignored: names of the terminals of `%ignore`.
    """

    rules: dict[str, tuple[tuple[str, ...], Any]]
    terminals: dict[str, Any]
    ignored: list[str]


def load(source: Source, import_paths: Sequence[str]) -> Definitions:
    """Have lark read a grammar.

    Raises:
        GrammarSyntaxError: it does not.
        UnsupportedError: a relative import without a file to start from; `%declare`.
        LimitError: it nests too deep, or terminals refer to each other too often.
    """
    _check_imports(source)
    try:
        read: Any = load_grammar  # without types, as is the other
        parse: Any = _parse_grammar
        _check_terminals(source, parse(source.for_lark(), source.name))
        grammar, _ = read(source.for_lark(), source.name, list(import_paths), False)
    except GrammarError:
        raise
    except _LOADER_ERRORS as error:
        raise syntax_error(_diagnostic(source, error)) from None
    except OSError as error:
        name = Path(str(error.filename)).stem
        message = f"the imported grammar '{name}' is not found"
        hint = "it is looked for in import_paths and among lark's own grammars"
        raise syntax_error(source.at_name(name, message, hint)) from None
    except RecursionError:
        raise too_deep(source) from None
    rules = {str(name): (params, tree) for name, params, tree, _ in grammar.rule_defs}
    terminals = {str(name): tree for name, (tree, _) in grammar.term_defs}
    for name, tree in [*((n, t) for n, (_, t) in rules.items()), *terminals.items()]:
        if tree is None:
            message = f"'{name}' is declared without a definition: what it matches is not known"
            hint = "define it; a postlexer, which might make it, has no part in masks"
            raise unsupported(source.at_name(name, message, hint), "%declare")
    return Definitions(rules, terminals, list(grammar.ignore))


def too_deep(source: Source) -> LimitError:
    """Make the error of a grammar that nests deeper than Python's stack."""
    bound = sys.getrecursionlimit()
    hint = "give inner groups rules of their own"
    place = source.place(0, 0, "the grammar nests too deep (limit max_depth)", hint)
    return limited(place, "max_depth", bound, bound + 1)


def _check_imports(source: Source) -> None:
    """Refuse to read files that the caller did not point at."""
    if Path(source.name).is_file():
        return
    found = re.search(r"(?m)^[ \t]*%import[ \t]+\.", source.text)
    if found:
        message = "a relative import in a grammar that is not a file"
        hint = "pass the file's path as source_name"
        raise unsupported(
            source.place(found.start(), found.end() - found.start(), message, hint),
            "relative import",
        )


def _check_terminals(source: Source, grammar: Any) -> None:
    """Refuse terminals that are astronomically large once those they name are put in place.

    Lark puts them in place while it loads, and would not come to an end.
    """
    trees: dict[str, list[Any]] = {}
    for statement in grammar.children:
        for term in statement.find_data("term"):
            trees.setdefault(str(term.children[0]), []).append(term.children[-1])
    own = {name: _parts(group) for name, group in trees.items()}
    sizes: dict[str, int] = {}
    open_names: set[str] = set()
    work = [(name, False) for name in trees]
    while work:
        name, is_ready = work.pop()
        if name in sizes:
            continue
        if is_ready:
            open_names.discard(name)
            sizes[name] = 1 + len(own[name]) + sum(sizes.get(part, 1) for part in own[name])
            if sizes[name] > MAX_TERMINAL_SIZE:
                _fail_size(source, name, sizes[name])
            continue
        open_names.add(name)
        work.append((name, True))
        for part in own[name]:
            if part in open_names:
                message = f"the terminal '{part}' is defined by itself"
                hint = "write it as a rule, in lower case"
                raise syntax_error(source.at_name(part, message, hint))
            if part in own:
                work.append((part, False))


def _parts(trees: list[Any]) -> list[str]:
    """Return the symbols and literals of trees, as often as they occur."""
    found = []
    work = list(trees)
    while work:
        node = work.pop()
        if isinstance(node, lark.Tree):
            work.extend(node.children)
        else:
            found.append(str(getattr(node, "name", node)))
    return found


def _fail_size(source: Source, name: str, size: int) -> None:
    message = f"'{name}' has more than {MAX_TERMINAL_SIZE} parts (limit max_terminal_size)"
    hint = "make rules of the terminals that it puts together"
    place = source.at_name(name, message, hint)
    raise limited(place, "max_terminal_size", MAX_TERMINAL_SIZE, size)


def _diagnostic(source: Source, error: BaseException) -> Diagnostic:
    cause: BaseException | None = error
    while cause is not None and getattr(cause, "pos_in_stream", None) is None:
        cause = cause.__context__
    if cause is not None:
        offset = source.original(getattr(cause, "pos_in_stream", 0))
        return source.place(offset, 1, *_unexpected(source, offset, str(error)))
    message = str(error).partition("\n")[0]
    lowered = message[:1].lower() + message[1:]
    named = re.findall(r"'([\w.]+)'|`(\w+)`|(?:in|terminal|rule|extend|defined:) (\w+)", message)
    names = [part for group in named for part in group if part]
    name = next(filter(source.has_name, names), "")
    written = re.sub(r"\w+", lambda word: source.names.get(word[0], word[0]), lowered)
    return source.at_name(name, written, _hint(source, message, source.names.get(name, name)))


_DEFINITION = "a definition is written name: ..."


def _unexpected(source: Source, offset: int, message: str) -> tuple[str, str]:
    """Say what lark did not expect, and what to do about it."""
    line = source.text[offset:].partition("\n")[0]
    if "Unclosed parenthesis" in message or "RPAR" in message:
        return "a parenthesis is not closed", "expected ')'"
    if line.startswith("'"):
        return 'unexpected "\'"', 'strings stand in double quotes: "..."'
    if line.startswith("="):
        return "unexpected '='", _DEFINITION
    if not line.strip():
        return "the line ends too early", "expected a name, a string or a pattern"
    word = re.match(r"\w+|.", line)
    return f"unexpected '{word[0] if word else line[:1]}'", _DEFINITION


def _hint(source: Source, message: str, name: str) -> str:
    if "used but not defined" in message:
        names = set(re.findall(r"(?m)^[ \t]*[?!]*([\w-]+)[^:\n]*:", source.text))
        close = difflib.get_close_matches(name, sorted(names), n=1)
        imported = f", or import it, such as %import common.{name}" if name.isupper() else ""
        return f"did you mean '{close[0]}'?" if close else f"define it{imported}"
    if "template arguments" in message:
        return "give a template as many arguments as it has parameters"
    if "more than once" in message:
        return "use %override or %extend to change an imported definition"
    if "Recursion in terminal" in message:
        return "write it as a rule, in lower case"
    return ""
