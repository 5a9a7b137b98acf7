// SPDX-License-Identifier: Apache-2.0
#include "pda/lower.h"

#include <utility>

#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

// A repetition that would unroll to more positions than this counts in a register instead.
constexpr std::uint64_t kUnrollPositions = 32;

Machine LowerWith(const ir::Grammar& grammar, const LowerLimits& limits,
                  std::uint64_t unroll_positions, automaton::DfaCache* cache, RuleNames* names) {
  RuleSet rules = ExtractRules(grammar, limits, unroll_positions, cache);
  RemoveLeftRecursion(&rules, limits);
  Machine machine = BuildMachine(rules, limits);
  if (names == nullptr) return machine;
  names->rules.reserve(rules.rules.size());
  for (RuleAutomaton& rule : rules.rules) {
    names->rules.push_back({{std::move(rule.name), rule.place}, rule.is_part});
  }
  names->uses = std::move(rules.uses);
  names->others = std::move(rules.other_names);
  names->sources = grammar.sources();
  return machine;
}

}  // namespace

Machine Lower(const ir::Grammar& grammar, const LowerLimits& limits, automaton::DfaCache* cache,
              RuleNames* names) {
  try {
    return LowerWith(grammar, limits, kUnrollPositions, cache, names);
  } catch (const LimitError& error) {
    if (error.limit() != "max_states") throw;
  }
  // [ab]* "a" [ab]{20} has 2^20 deterministic states; with a counter it has a handful.
  return LowerWith(grammar, limits, 1, cache, names);
}

}  // namespace pushmask::pda
