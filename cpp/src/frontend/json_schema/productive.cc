// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/productive.h"

#include <algorithm>
#include <vector>

namespace pushmask::frontend::json_schema {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;

bool Matches(const ir::Grammar& grammar, ExprId id, const std::vector<bool>& known) {
  const Expr& node = grammar.expr(id);
  const auto is_known = [&](ExprId e) { return known[e.index()]; };
  switch (node.kind) {
    case ExprKind::kNothing:
      return false;
    case ExprKind::kSeq:
      return std::all_of(node.children.begin(), node.children.end(), is_known);
    case ExprKind::kChoice:
      return std::any_of(node.children.begin(), node.children.end(), is_known);
    case ExprKind::kRepeat:
      return node.min == 0 || is_known(node.children[0]);
    case ExprKind::kRuleRef:
      return is_known(grammar.rule(node.rule).body);
    case ExprKind::kMembers: {
      const ir::MemberGroup& group = grammar.members(id);
      bool any = group.min_members == 0 || (group.rest && is_known(*group.rest));
      std::vector<bool> items;
      for (const ir::MemberGroup::Item& item : group.items) items.push_back(is_known(item.body));
      for (const ir::MemberGroup::Keyed& keyed : group.keyed) {
        const bool occurs = is_known(keyed.key) && is_known(keyed.rest);
        any = any || occurs;
        if (keyed.item && occurs) items[*keyed.item] = true;
      }
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (group.items[i].required && !items[i]) return false;
        any = any || items[i];
      }
      return any;
    }
    default:
      return true;
  }
}

}  // namespace

bool IsProductive(const ir::Grammar& grammar) {
  std::vector<bool> known(grammar.num_exprs());
  const ExprId root = grammar.rule(grammar.root()).body;
  bool changed = true;
  while (changed && !known[root.index()]) {
    changed = false;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i] || !Matches(grammar, ExprId(i), known)) continue;
      known[i] = true;
      changed = true;
    }
  }
  return known[root.index()];
}

}  // namespace pushmask::frontend::json_schema
