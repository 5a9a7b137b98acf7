// SPDX-License-Identifier: Apache-2.0
// ExprLimits: keeps the expressions of a builder within what later stages can walk.
//
// Expressions share their parts, so a few calls can describe one that is astronomically large when
// it is written out, and every stage that prints, keys or unrolls an expression writes it out. Rule
// references end a walk, so what is large can always be cut into rules.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ir/builder.h"

namespace pushmask::ir {

class ExprLimits {
 public:
  static constexpr std::uint32_t kMaxDepth = 1'000;
  // Nodes, bytes of literals, ranges of classes and transitions of automata, written out.
  static constexpr std::uint64_t kMaxSize = 20'000'000;
  // The same, shared parts once and with the room that a node takes: some 500 MB.
  static constexpr std::uint64_t kMaxTotal = 40'000'000;

  // The builder must outlive this.
  explicit ExprLimits(const Builder* builder) : builder_(*builder) {}

  // To be called before `parts` become one expression. Throws LimitError ("max_depth",
  // "max_expression_size") if that would be too deep or too large.
  void CheckRoom(std::span<const ExprId> parts);

 private:
  struct Measure {
    std::uint32_t depth;
    std::uint64_t size;
  };
  // Measures what the builder has got since the last call.
  void Update();

  const Builder& builder_;
  std::vector<Measure> measures_;  // by expression
  std::uint64_t total_ = 0;
};

}  // namespace pushmask::ir
