// SPDX-License-Identifier: Apache-2.0
// Limits that are reached while one rule is lowered: the error names the rule and its place.
#pragma once

#include "ir/grammar.h"
#include "pda/rule_names.h"
#include "pushmask/error.h"

namespace pushmask::pda {

// `error` about the rule; as it is if it has a place already.
LimitError WithRule(const LimitError& error, const ir::Grammar& grammar, const RuleName& rule);

// The same, of a rule that has the expression in its right-hand side. Cost: linear in the grammar.
LimitError WithRuleOf(const LimitError& error, const ir::Grammar& grammar, ir::ExprId expr);

}  // namespace pushmask::pda
