// SPDX-License-Identifier: Apache-2.0
// EBNF text to syntax tree. What the syntax has and what it refuses: docs/reference/ebnf.md.
#pragma once

#include "frontend/ebnf/ast.h"
#include "text/source_text.h"

namespace pushmask::frontend::ebnf {

// Groups may nest this deep; it bounds the recursion of every stage that walks the tree.
inline constexpr int kMaxDepth = 250;

// Throws as ParseEbnf does. Rule names are not resolved yet.
Ast Parse(const text::SourceText& source);

}  // namespace pushmask::frontend::ebnf
