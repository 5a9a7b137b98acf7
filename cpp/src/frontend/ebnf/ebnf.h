// SPDX-License-Identifier: Apache-2.0
// EBNF to IR. The syntax is a superset of llama.cpp's GBNF; docs/reference/ebnf.md is the whole of
// it. Stages: text ──parse.cc──▶ ast.h ──lower.cc──▶ ir::Grammar.
#pragma once

#include <string_view>

#include "ir/grammar.h"
#include "text/source_text.h"

namespace pushmask::frontend {

// Reads a grammar; `root_rule` is the rule that describes the whole text. Throws SyntaxError or
// UnsupportedError with a place in `source`, LimitError ("max_depth", "max_repeat") past a budget.
// That a grammar matches nothing is found later, when it is lowered. Cost: linear in the text.
ir::Grammar ParseEbnf(const text::SourceText& source, std::string_view root_rule);

}  // namespace pushmask::frontend
