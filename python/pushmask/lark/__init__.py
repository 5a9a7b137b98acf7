# SPDX-License-Identifier: Apache-2.0
"""Grammars of the lark package (the extra `[lark]`), read by lark itself.

    text ──extensions──▶ text for lark ──load──▶ rules, terminals ──lower──▶ Grammar

docs/guides/lark.md says what such a grammar means to a matcher.
"""

from __future__ import annotations

from collections.abc import Sequence

from pushmask._core import Grammar

__all__ = ["from_lark"]


def from_lark(
    text: str,
    *,
    start: str = "start",
    import_paths: Sequence[str] = (),
    source_name: str = "<lark>",
) -> Grammar:
    """Read a grammar of the lark package; `Grammar.from_lark` is this function.

    Args:
        text: the grammar.
        start: the rule that describes the whole text.
        import_paths: folders to look for imported grammars in, before lark's own ones.
        source_name: what diagnostics call the input; if it is a file's path, the grammars that a
            relative import names are looked for beside it.

    Raises:
        GrammarSyntaxError, UnsupportedError, EmptyLanguageError, LimitError: as
            `Grammar.from_lark` says.
        ImportError: the lark package is missing.
    """
    try:
        import lark  # noqa: F401
    except ImportError as error:
        raise ImportError("Lark grammars need the lark package: pip install pushmask[lark]") from (
            error
        )
    from pushmask.lark.extensions import take_out
    from pushmask.lark.load import load
    from pushmask.lark.lower import Lowering
    from pushmask.lark.source import Source

    source = Source(text, source_name)
    source.check_characters()
    extensions = take_out(source)
    return Lowering(source, load(source, import_paths), extensions).run(
        source.new_names.get(start, start)
    )
