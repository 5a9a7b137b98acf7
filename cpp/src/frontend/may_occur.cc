// SPDX-License-Identifier: Apache-2.0
#include "frontend/may_occur.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "text/utf8.h"

namespace pushmask::frontend {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;

class Search {
 public:
  Search(const ir::Builder& builder, char32_t character)
      : builder_(builder), character_(character) {
    text::AppendUtf8(character, &bytes_);
  }

  bool MayBeIn(ExprId id) {
    const auto known = known_.find(id);
    if (known != known_.end()) return known->second;
    const bool may_be = Compute(builder_.expr(id));
    known_.emplace(id, may_be);
    return may_be;
  }

 private:
  bool Compute(const Expr& node) {
    const auto is_in = [this](ExprId child) { return MayBeIn(child); };
    switch (node.kind) {
      case ExprKind::kNothing:
        return false;
      case ExprKind::kBytes:
        return node.bytes.find(bytes_) != std::string::npos;
      case ExprKind::kClass:
        return node.codepoints.Contains(character_);
      case ExprKind::kSeq:
      case ExprKind::kChoice:
        return std::ranges::any_of(node.children, is_in);
      case ExprKind::kRepeat:
        return node.max > 0 && is_in(node.children[0]);
      case ExprKind::kIntersect:
        return std::ranges::all_of(node.children, is_in);
      case ExprKind::kAutomaton:
        return std::ranges::any_of(node.automaton.states(), [this](const auto& state) {
          return std::ranges::any_of(state.transitions, [this](const auto& transition) {
            return transition.on.first <= character_ && character_ <= transition.on.last;
          });
        });
      default:
        return true;
    }
  }

  const ir::Builder& builder_;
  const char32_t character_;
  std::string bytes_;
  std::unordered_map<ExprId, bool> known_;
};

}  // namespace

bool MayOccur(const ir::Builder& builder, char32_t character, ExprId strings) {
  return Search(builder, character).MayBeIn(strings);
}

}  // namespace pushmask::frontend
