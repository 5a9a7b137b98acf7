// SPDX-License-Identifier: Apache-2.0
// Regular expressions to IR. The dialect is ECMA-262's, read by code points (its `u` flag), plus
// the spellings of Python and Rust that mean the same; docs/reference/regex.md is the whole of it.
//
// Stages: pattern ──parse.cc──▶ ast.h ──lowering.h──▶ ir::ExprId. Look-around, which leaves
// languages regular, becomes intersections and complements; where that is not worked out, and for
// what no regular language can say (backreferences), the construct is refused by name and place.
#pragma once

#include "ir/builder.h"
#include "text/source_text.h"

namespace pushmask::frontend {

enum class RegexMatch {
  kFull,    // the pattern describes the whole text
  kSearch,  // the pattern occurs somewhere in the text (ECMA-262; JSON Schema's `pattern`)
};

struct RegexOptions {
  RegexMatch match = RegexMatch::kFull;
  // The flags i, m, s and x, as if the pattern began with them.
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool extended = false;
  // `a&b` is what both match, `~a` what a does not.
  bool operators = false;
};

// Lowers a pattern to a rule-free expression over code points. Throws SyntaxError or
// UnsupportedError with a place in `pattern`, LimitError ("max_depth", "max_repeat", "max_anchors",
// "max_assertions") past a budget. Cost: linear in the pattern's length if it has no assertions.
ir::ExprId LowerRegex(const text::SourceText& pattern, RegexMatch match, ir::Builder* builder);

ir::ExprId LowerRegex(const text::SourceText& pattern, const RegexOptions& options,
                      ir::Builder* builder);

// The same for a pattern that stands at `span` inside a larger text; errors point into that text.
ir::ExprId LowerRegex(const text::SourceText& source, text::SourceSpan span, RegexMatch match,
                      ir::Builder* builder);

}  // namespace pushmask::frontend
