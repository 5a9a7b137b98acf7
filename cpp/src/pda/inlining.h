// SPDX-License-Identifier: Apache-2.0
// Which rules their callers read themselves. A grammar's text is cut into rules for people: a
// string is a loop over a rule for its characters, a table one over rules for rows and cells. To
// the machine a call says that a stack is needed, and masks stop at it. So
//   * a short rule that repeats nothing without a bound (a character, an escape, an operator) is
//     part of every rule that names it;
//   * a rule that no recursion can reach, from its names down, is one automaton.
// What this says decides the form of the machine, never its language. Rules that their front end
// keeps apart (ir::Rule::kept_apart) stay rules.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/grammar.h"

namespace pushmask::pda {

class Inlining {
 public:
  // Inlines nothing.
  Inlining() = default;
  // `sizes`: positions of each expression, calls not followed; repetitions of more positions than
  // `unroll_positions` become rules of their own.
  Inlining(const ir::Grammar& grammar, const std::vector<std::uint64_t>& sizes,
           std::uint64_t unroll_positions);

  // Whether any rule may be inlined.
  bool any() const { return !facts_.empty(); }
  // Of a rule's body: whether its callers read it.
  bool IsShort(ir::ExprId body) const;
  // Whether the rule reads all that it names.
  bool IsWhole(ir::ExprId body) const;

 private:
  struct Facts {
    std::uint32_t positions = 0;  // with all that it names; 0: calls that remain, or not known
    bool is_endless = false;      // repeats something without a bound
  };
  // False if it is not known yet, or never will be.
  bool Find(const ir::Grammar& grammar, std::size_t expr, const std::vector<std::uint64_t>& sizes,
            std::uint64_t unroll_positions);

  std::vector<Facts> facts_;  // by ExprId
};

}  // namespace pushmask::pda
