// SPDX-License-Identifier: Apache-2.0
// The options that stand beside a rule, `name[max_chars=20, lazy] ::= ...`, whichever way the rule
// is written. Names and meanings are llguidance's (its docs/syntax.md), but for max_chars, which it
// does not have. These change the rule's language, which must be regular:
//
//   stop="x"    texts that end right before the first place where the rule, then x, would match
//   suffix="x"  the same, and then x
//   lazy        texts that end at the first place where the rule matches
//   max_chars   of these texts, those of so many characters (without the suffix)
//
// The others are marks (ir/grammar.h); max_tokens asks for a regular rule too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ir/builder.h"

namespace pushmask::frontend {

struct RuleOptions {
  std::optional<std::uint32_t> max_chars = std::nullopt;
  // UTF-8, not empty; at most one of the two.
  std::optional<std::string> stop = std::nullopt;
  std::optional<std::string> suffix = std::nullopt;
  bool lazy = false;         // says nothing new beside stop and suffix
  ir::RuleMarks marks = {};  // of what comes before a suffix

  // The name of an option for which the rule's expression must be regular; empty if there is none.
  std::string_view RegularOption() const;
};

// What the options leave of a rule's expression, without the suffix. `body` is rule-free, or free
// of recursion where references are resolved later, and matches well-formed UTF-8 only.
ir::ExprId LimitedLanguage(const RuleOptions& options, ir::ExprId body, ir::Builder* builder);

// Defines `rule` as `body`, or as what the options leave of it. A suffix behind marks makes the
// rule two: the marks' one, and it with the suffix.
void DefineRule(ir::RuleId rule, const RuleOptions& options, ir::ExprId body, ir::Builder* builder);

// The same as LimitedLanguage with the suffix.
ir::ExprId WholeLanguage(const RuleOptions& options, ir::ExprId body, ir::Builder* builder);

}  // namespace pushmask::frontend
