// SPDX-License-Identifier: Apache-2.0
// Elements of which some are counted: `contains` with its bounds, and elements that must exist
// somewhere because a schema for all of them is negated. Beside the bounds of the array's length
// this is a small automaton over whole elements, written as right-linear rules: a state is how many
// elements there were and how many of them counted, both as far as it matters.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "frontend/json_schema/array_facts.h"
#include "frontend/json_schema/formula.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

class CountedElements {
 public:
  // What the lowering around it lends.
  struct Tools {
    ir::Builder* builder;
    FormulaStore* store;
    std::function<ir::ExprId(FormulaId)> value;  // lowers what an element must match
    std::function<ir::RuleId()> add_rule;        // within the limits
  };
  CountedElements(Tools tools, const ArrayFacts& facts, std::uint32_t max, ir::ExprId separator);

  // One element or more; Nothing() if no number of them is enough. Throws LimitError
  // ("max_states").
  ir::ExprId Body();
  bool may_be_empty() const { return MayEnd(State(facts_.counted().size() + 1)); }

 private:
  // First the number of elements, then one count for each of facts.counted().
  using State = std::vector<std::uint32_t>;

  // What may come before the next element of `from`, then it, then the rest.
  std::vector<ir::ExprId> Ways(const State& from);
  ir::ExprId RuleFor(const State& state);
  bool MayEnd(const State& state) const;
  // Whether some elements, one or more, lead from `start` to where the array may end.
  bool CanEndFrom(const State& start) const;
  void Build(const State& state, ir::RuleId rule);

  const Tools tools_;
  ir::Builder& builder_;
  FormulaStore& store_;
  const ArrayFacts& facts_;
  const std::uint32_t max_;
  const ir::ExprId separator_;
  std::uint32_t last_index_;  // from here on all elements are alike
  std::map<State, ir::RuleId> rules_;
  std::vector<State> pending_;
  std::map<State, std::vector<State>> before_;  // for each state those one element earlier
};

}  // namespace pushmask::frontend::json_schema
