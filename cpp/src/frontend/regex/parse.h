// SPDX-License-Identifier: Apache-2.0
// Pattern text to syntax tree. What the dialect has and what it refuses: docs/reference/regex.md.
#pragma once

#include "frontend/regex/ast.h"
#include "frontend/regex/regex.h"
#include "text/source_text.h"

namespace pushmask::frontend::regex {

// Groups may nest this deep; it bounds the recursion of every stage that walks the tree.
inline constexpr int kMaxDepth = 250;

// Parses the pattern that stands at `span` in `source`; of `options` all but `match` counts. Throws
// as LowerRegex does.
Ast Parse(const text::SourceText& source, text::SourceSpan span, const RegexOptions& options);

}  // namespace pushmask::frontend::regex
