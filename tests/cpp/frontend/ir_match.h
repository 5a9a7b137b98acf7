// SPDX-License-Identifier: Apache-2.0
// A slow, obvious matcher of rule-free expressions, so that tests can ask what a language holds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

#include "ir/grammar.h"
#include "text/utf8.h"

namespace pushmask::frontend {

class IrMatcher {
 public:
  IrMatcher(const ir::Grammar& grammar, std::string_view text) : grammar_(grammar), text_(text) {}

  bool Matches() const {
    return Ends(grammar_.rule(grammar_.root()).body, {0}).contains(text_.size());
  }

 private:
  using Offsets = std::set<std::size_t>;

  // Where a match of `id` may end if it starts at one of `starts`.
  Offsets Ends(ir::ExprId id, const Offsets& starts) const {
    const ir::Expr& node = grammar_.expr(id);
    Offsets ends;
    switch (node.kind) {
      case ir::ExprKind::kBytes:
        for (const std::size_t start : starts) {
          if (text_.substr(start).starts_with(node.bytes)) ends.insert(start + node.bytes.size());
        }
        return ends;
      case ir::ExprKind::kClass:
        for (const std::size_t start : starts) {
          const auto next = text::DecodeUtf8(text_, start);
          if (next && node.codepoints.Contains(next->codepoint)) ends.insert(start + next->length);
        }
        return ends;
      case ir::ExprKind::kSeq:
        ends = starts;
        for (const ir::ExprId child : node.children) ends = Ends(child, ends);
        return ends;
      case ir::ExprKind::kChoice:
        for (const ir::ExprId child : node.children) ends.merge(Ends(child, starts));
        return ends;
      case ir::ExprKind::kRepeat:
        return RepeatEnds(node, starts);
      default:
        return ends;
    }
  }

  Offsets RepeatEnds(const ir::Expr& node, const Offsets& starts) const {
    Offsets current = starts;
    for (std::uint32_t i = 0; i < node.min; ++i) current = Ends(node.children[0], current);
    Offsets ends = current;
    // After as many more rounds as the text has bytes, only empty rounds are left.
    const std::size_t rounds = std::min<std::size_t>(node.max - node.min, text_.size() + 1);
    for (std::size_t i = 0; i < rounds; ++i) {
      current = Ends(node.children[0], current);
      ends.insert(current.begin(), current.end());
    }
    return ends;
  }

  const ir::Grammar& grammar_;
  std::string_view text_;
};

}  // namespace pushmask::frontend
