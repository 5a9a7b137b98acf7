// SPDX-License-Identifier: Apache-2.0
#include "pda/rule_errors.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/rule_place.h"

namespace pushmask::pda {
namespace {

// The rule whose right-hand side has the expression as a part, if there is one.
std::optional<ir::RuleId> RuleWith(const ir::Grammar& grammar, ir::ExprId expr) {
  std::vector<bool> is_seen(grammar.num_exprs());
  std::vector<ir::ExprId> work;
  for (std::size_t rule = 0; rule < grammar.rules().size(); ++rule) {
    work.push_back(grammar.rules()[rule].body);
    while (!work.empty()) {
      const ir::ExprId id = work.back();
      work.pop_back();
      if (id == expr) return ir::RuleId(rule);
      if (is_seen[id.index()]) continue;
      is_seen[id.index()] = true;
      const auto& children = grammar.expr(id).children;
      work.insert(work.end(), children.begin(), children.end());
    }
  }
  return std::nullopt;
}

}  // namespace

LimitError WithRule(const LimitError& error, const ir::Grammar& grammar, const RuleName& rule) {
  if (error.diagnostic()) return error;
  std::string message = error.what();
  // Others have names that no user wrote.
  const bool is_named =
      rule.place.source != 0 && !grammar.sources()[rule.place.source - 1]->is_json_schema;
  if (is_named) message = "rule '" + rule.name + "': " + message;
  std::string hint = "make it smaller, or split what it repeats or combines";
  constexpr std::array<std::string_view, 4> kOptions = {"max_states", "max_edges", "max_steps",
                                                        "max_product_states"};
  const bool is_option = std::ranges::find(kOptions, error.limit()) != kOptions.end();
  if (is_option) {
    hint = "make it smaller, split what it repeats or combines, or raise " + error.limit() +
           " in Limits";
  }
  return {ir::AtRule(grammar, rule.name, rule.place, std::move(message), std::move(hint)),
          error.limit(), error.bound(), error.reached()};
}

LimitError WithRuleOf(const LimitError& error, const ir::Grammar& grammar, ir::ExprId expr) {
  const auto id = RuleWith(grammar, expr);
  if (!id) return error;
  const ir::Rule& rule = grammar.rule(*id);
  return WithRule(error, grammar, {rule.name, rule.place});
}

}  // namespace pushmask::pda
