// SPDX-License-Identifier: Apache-2.0
#include "ir/expr_limits.h"

#include <algorithm>
#include <string>

#include "pushmask/error.h"

namespace pushmask::ir {
namespace {

// A node in units of one transition, roughly.
constexpr std::uint64_t kNodeSize = 16;

std::uint64_t OwnSize(const Expr& node) {
  std::uint64_t size = 1 + node.bytes.size() + node.codepoints.ranges().size();
  for (const Automaton::State& state : node.automaton.states()) {
    size += 1 + state.transitions.size();
  }
  return size;
}

[[noreturn]] void FailSize(std::uint64_t bound, std::uint64_t reached) {
  throw LimitError("the expressions are larger than " + std::to_string(bound) +
                       " parts (limit max_expression_size); give what is shared a rule of its own",
                   "max_expression_size", bound, reached);
}

}  // namespace

void ExprLimits::Update() {
  for (std::size_t i = measures_.size(); i < builder_.grammar().num_exprs(); ++i) {
    const Expr& node = builder_.expr(ExprId(i));
    const std::uint64_t own = OwnSize(node);
    Measure measure{0, own};
    for (const ExprId child : node.children) {
      const Measure& part = measures_[child.index()];
      measure.depth = std::max(measure.depth, part.depth);
      measure.size = std::min(measure.size + part.size, kMaxSize + 1);
    }
    ++measure.depth;
    measures_.push_back(measure);
    total_ += kNodeSize + own + node.children.size();
  }
}

void ExprLimits::CheckRoom(std::span<const ExprId> parts) {
  Update();
  std::uint64_t size = 1;
  std::uint32_t depth = 0;
  for (const ExprId part : parts) {
    size += measures_[part.index()].size;
    depth = std::max(depth, measures_[part.index()].depth);
  }
  if (depth >= kMaxDepth) {
    throw LimitError("an expression nests deeper than " + std::to_string(kMaxDepth) +
                         " levels (limit max_depth); give an inner part a rule of its own",
                     "max_depth", kMaxDepth, depth + std::uint64_t{1});
  }
  if (size > kMaxSize) FailSize(kMaxSize, size);
  if (total_ > kMaxTotal) FailSize(kMaxTotal, total_);
}

}  // namespace pushmask::ir
