// SPDX-License-Identifier: Apache-2.0
#include "frontend/character_lengths.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace pushmask::frontend {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;

std::uint64_t Add(std::uint64_t a, std::uint64_t b) {
  return a > kUnboundedLength - b ? kUnboundedLength : a + b;
}

std::uint64_t Times(std::uint64_t length, std::uint32_t count) {
  if (length == 0 || count == 0) return 0;
  if (length == kUnboundedLength || count == ir::kUnbounded) return kUnboundedLength;
  return length > kUnboundedLength / count ? kUnboundedLength : length * count;
}

std::uint64_t CountCharacters(std::string_view utf8) {
  return static_cast<std::uint64_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not a continuation byte
  }));
}

// Bounds the work; what is longer counts as unbounded.
constexpr std::size_t kMaxLevels = 256;

class Measure {
 public:
  explicit Measure(const ir::Builder& builder) : builder_(builder) {}

  LengthRange Of(ExprId id) {
    const auto known = known_.find(id);
    if (known != known_.end()) return known->second;
    const LengthRange range = Compute(builder_.expr(id));
    known_.emplace(id, range);
    return range;
  }

 private:
  LengthRange Compute(const Expr& node) {
    switch (node.kind) {
      case ExprKind::kBytes: {
        const std::uint64_t length = CountCharacters(node.bytes);
        return {length, length};
      }
      case ExprKind::kClass:
        return {1, 1};
      case ExprKind::kSeq: {
        LengthRange sum;
        for (const ExprId child : node.children) {
          const LengthRange range = Of(child);
          sum = {Add(sum.min, range.min), Add(sum.max, range.max)};
        }
        return sum;
      }
      case ExprKind::kChoice: {
        LengthRange hull{kUnboundedLength, 0};
        for (const ExprId child : node.children) {
          const LengthRange range = Of(child);
          hull = {std::min(hull.min, range.min), std::max(hull.max, range.max)};
        }
        return hull;
      }
      case ExprKind::kRepeat: {
        const LengthRange range = Of(node.children[0]);
        return {Times(range.min, node.min), Times(range.max, node.max)};
      }
      case ExprKind::kIntersect: {
        const LengthRange a = Of(node.children[0]);
        const LengthRange b = Of(node.children[1]);
        return {std::max(a.min, b.min), std::min(a.max, b.max)};
      }
      case ExprKind::kAutomaton:
        return OfAutomaton(node.automaton);
      default:
        return {0, kUnboundedLength};
    }
  }

  // Level by level: the states that texts of one length reach. Of each automaton every state lies
  // on a path to an accepting one, so as many levels as states show a cycle.
  static LengthRange OfAutomaton(const ir::Automaton& automaton) {
    LengthRange range{kUnboundedLength, 0};
    std::vector<std::uint32_t> level{0};
    for (std::uint64_t length = 0; !level.empty(); ++length) {
      if (length >= std::min(automaton.size(), kMaxLevels)) {
        return {std::min(range.min, length), kUnboundedLength};
      }
      std::vector<std::uint32_t> next;
      for (const std::uint32_t state : level) {
        const ir::Automaton::State& node = automaton.states()[state];
        if (node.accept) range = {std::min(range.min, length), length};
        for (const ir::Automaton::Transition& step : node.transitions) next.push_back(step.target);
      }
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      level = std::move(next);
    }
    return range;
  }

  const ir::Builder& builder_;
  std::unordered_map<ExprId, LengthRange> known_;
};

}  // namespace

LengthRange CharacterLengths(const ir::Builder& builder, ExprId strings) {
  return Measure(builder).Of(strings);
}

}  // namespace pushmask::frontend
