// SPDX-License-Identifier: Apache-2.0
#include "pda/inlining.h"

#include <algorithm>

namespace pushmask::pda {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;

// A character of a text format with its escapes has about so many.
constexpr std::uint32_t kMaxShort = 32;
// All of RFC 3986, say. Building such an automaton takes a millisecond.
constexpr std::uint32_t kMaxWhole = 2048;
// Of names that name names. Deeper ones stay calls.
constexpr int kMaxPasses = 16;
constexpr std::uint32_t kBooleanPositions = 16;

}  // namespace

Inlining::Inlining(const ir::Grammar& grammar, const std::vector<std::uint64_t>& sizes,
                   std::uint64_t unroll_positions) {
  facts_.resize(grammar.num_exprs());
  // What reaches itself is never known.
  bool changed = true;
  for (int pass = 0; changed && pass < kMaxPasses; ++pass) {
    changed = false;
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      if (facts_[i].positions == 0) changed |= Find(grammar, i, sizes, unroll_positions);
    }
  }
}

bool Inlining::Find(const ir::Grammar& grammar, std::size_t expr,
                    const std::vector<std::uint64_t>& sizes, std::uint64_t unroll_positions) {
  const Expr& node = grammar.expr(ExprId(expr));
  std::uint64_t positions = 0;
  bool is_endless = false;
  const auto add = [&](ExprId part) {
    const Facts& facts = facts_[part.index()];
    positions += facts.positions;
    is_endless |= facts.is_endless;
    return facts.positions != 0;
  };
  switch (node.kind) {
    case ExprKind::kBytes:
    case ExprKind::kClass:
      positions = sizes[expr];
      break;
    case ExprKind::kSeq:
    case ExprKind::kChoice:
      if (!std::ranges::all_of(node.children, add)) return false;
      break;
    case ExprKind::kRepeat: {
      const std::uint64_t copies = node.max == ir::kUnbounded ? node.min : node.max;
      const ExprId body = node.children[0];
      if (copies > 1 && copies * sizes[body.index()] > unroll_positions) return false;
      if (!add(body)) return false;
      positions *= std::max<std::uint64_t>(copies, 1);
      is_endless |= node.max == ir::kUnbounded;
      break;
    }
    case ExprKind::kIntersect:
    case ExprKind::kComplement:
      positions = kBooleanPositions;
      is_endless = true;  // for all that is known
      break;
    case ExprKind::kRuleRef: {
      const ir::Rule& rule = grammar.rule(node.rule);
      if (rule.kept_apart || !add(rule.body)) return false;
      break;
    }
    default:
      return false;
  }
  if (positions > kMaxWhole) return false;
  facts_[expr] = {std::max<std::uint32_t>(static_cast<std::uint32_t>(positions), 1), is_endless};
  return true;
}

bool Inlining::IsShort(ExprId body) const {
  if (!any()) return false;
  const Facts& facts = facts_[body.index()];
  return facts.positions != 0 && facts.positions <= kMaxShort && !facts.is_endless;
}

bool Inlining::IsWhole(ExprId body) const { return any() && facts_[body.index()].positions != 0; }

}  // namespace pushmask::pda
