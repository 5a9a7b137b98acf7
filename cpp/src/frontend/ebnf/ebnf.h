// SPDX-License-Identifier: Apache-2.0
// EBNF to IR, in three dialects: a superset of llama.cpp's GBNF, the notation of W3C's
// specifications (XML 1.0, section 6), and ISO/IEC 14977; docs/reference/ebnf.md is the whole of
// it. Stages: text ──parser.h──▶ ast.h ──lower.cc──▶ ir::Grammar.
#pragma once

#include <cstdint>
#include <string_view>

#include "ir/grammar.h"
#include "text/source_text.h"

namespace pushmask::frontend {

enum class EbnfDialect : std::uint8_t { kGbnf, kW3c, kIso };

// Reads a grammar; `root_rule` is the rule that describes the whole text. Throws SyntaxError or
// UnsupportedError with a place in `source`, LimitError ("max_depth", "max_repeat") past a budget.
// That a grammar matches nothing is found later, when it is lowered. Cost: linear in the text, and
// in the size of the rules that are used inside of `&`, `~`, `-` and %key.
ir::Grammar ParseEbnf(const text::SourceText& source, std::string_view root_rule,
                      EbnfDialect dialect = EbnfDialect::kGbnf);

}  // namespace pushmask::frontend
