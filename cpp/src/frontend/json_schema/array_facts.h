// SPDX-License-Identifier: Apache-2.0
// One way for an array to match: facts about its elements that all hold. For Solver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "frontend/json_schema/decider.h"
#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/solver.h"

namespace pushmask::frontend::json_schema {

class ArrayFacts {
 public:
  // Of the elements from `begin` on, `min` to `max` match `value`.
  struct Counted {
    FormulaId value;
    std::uint32_t begin = 0;
    std::uint32_t min = 0;
    std::uint32_t max = ir::kUnbounded;
  };

  ArrayFacts(Decider* decider) : decider_(decider) {}

  std::optional<FormulaId> Expand(FormulaId literal);
  bool Assert(FormulaId literal);
  Verdict Judge(FormulaId atom);
  bool Keep(const std::vector<FormulaId>& /*options*/) { return false; }

  // What the element at `index` must match. From prefix() on it is the same for all.
  FormulaId ValueAt(std::size_t index) const;
  std::uint32_t prefix() const;
  const std::vector<Counted>& counted() const { return counted_; }
  std::uint32_t min() const { return min_; }
  std::uint32_t max() const { return max_; }
  // The atom kUniqueItems if it holds, or its negation if that does.
  std::optional<FormulaId> unique() const { return unique_; }

 private:
  Decider* decider_;
  std::vector<FormulaId> items_;
  std::vector<FormulaId> elements_;
  std::vector<Counted> counted_;
  std::uint32_t min_ = 0;
  std::uint32_t max_ = ir::kUnbounded;
  std::optional<FormulaId> unique_;
};

}  // namespace pushmask::frontend::json_schema
