// SPDX-License-Identifier: Apache-2.0
// The parts of EBNF text that need no grammar around them: literals, classes, bounds, automata.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ir/automaton.h"
#include "ir/grammar.h"
#include "ir/token_set.h"
#include "text/codepoint_set.h"

namespace pushmask::ir {

// "..." with escapes that GBNF has; `%bytes { C3 }` if the bytes are not UTF-8.
std::string LiteralText(std::string_view bytes);
std::string ClassText(const text::CodepointSet& set);  // not empty
// `*`, `+`, `?`, `{m}`, `{m,}` or `{m,n}`.
std::string QuantifierText(std::uint32_t min, std::uint32_t max);
// `{m,n}` even where there is something shorter.
std::string BoundsText(std::uint32_t min, std::uint32_t max);
// `<text>`, `<[1, 5-9]>` or `%tokens { ... }`, with `!` in front of a negated set.
std::string TokenSetText(const TokenSet& tokens);
// `[capture="x", temperature=0.7]`; empty if there are no marks.
std::string MarksText(const RuleMarks& marks);
// The name of the first option among the marks; empty if there are none.
std::string_view MarkName(const RuleMarks& marks);
std::string AutomatonText(const Automaton& automaton);

}  // namespace pushmask::ir
