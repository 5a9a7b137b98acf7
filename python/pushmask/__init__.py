# SPDX-License-Identifier: Apache-2.0
"""pushmask makes a language model's output obey a grammar.

    text -> Grammar -> Compiler(vocabulary).compile -> CompiledGrammar -> Matcher -> token mask

Importing this package costs numpy and the native module, nothing else; what needs more lives in
submodules (`pushmask.decoder`) that name the extra to install.
"""

from __future__ import annotations

from pushmask._core import (
    CompiledGrammar,
    Compiler,
    Expression,
    Grammar,
    GrammarBuilder,
    Limits,
    Matcher,
    MatcherBatch,
    RowTable,
    Rule,
    fill_draft_tree,
    fill_draft_trees,
    fill_masks,
)
from pushmask.errors import (
    Diagnostic,
    EmptyLanguageError,
    Error,
    GrammarError,
    GrammarSyntaxError,
    InternalError,
    LimitError,
    MatcherStateError,
    ModelError,
    RequestError,
    SchemaError,
    UnsupportedError,
    VocabularyError,
)
from pushmask.masks import allocate_mask, apply_mask
from pushmask.vocabulary import Vocabulary

__all__ = [
    "CompiledGrammar",
    "Compiler",
    "Diagnostic",
    "EmptyLanguageError",
    "Error",
    "Expression",
    "Grammar",
    "GrammarBuilder",
    "GrammarError",
    "GrammarSyntaxError",
    "InternalError",
    "LimitError",
    "Limits",
    "Matcher",
    "MatcherBatch",
    "MatcherStateError",
    "ModelError",
    "RequestError",
    "RowTable",
    "Rule",
    "SchemaError",
    "UnsupportedError",
    "Vocabulary",
    "VocabularyError",
    "allocate_mask",
    "apply_mask",
    "fill_draft_tree",
    "fill_draft_trees",
    "fill_masks",
]
