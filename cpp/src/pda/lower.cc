// SPDX-License-Identifier: Apache-2.0
#include "pda/lower.h"

#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

// A repetition that would unroll to more positions than this counts in a register instead.
constexpr std::uint64_t kUnrollPositions = 32;

Machine LowerWith(const ir::Grammar& grammar, const LowerLimits& limits,
                  std::uint64_t unroll_positions, automaton::DfaCache* cache) {
  RuleSet rules = ExtractRules(grammar, limits, unroll_positions, cache);
  RemoveLeftRecursion(&rules, limits);
  return BuildMachine(rules, limits);
}

}  // namespace

Machine Lower(const ir::Grammar& grammar, const LowerLimits& limits, automaton::DfaCache* cache) {
  try {
    return LowerWith(grammar, limits, kUnrollPositions, cache);
  } catch (const LimitError& error) {
    if (error.limit() != "max_states" && error.limit() != "max_steps") throw;
  }
  // [ab]* "a" [ab]{20} has 2^20 deterministic states; with a counter it has a handful.
  return LowerWith(grammar, limits, 1, cache);
}

}  // namespace pushmask::pda
