// SPDX-License-Identifier: Apache-2.0
#include "pda/lower.h"

#include <algorithm>
#include <utility>

#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

// A repetition that would unroll to more positions than this counts in a register instead.
constexpr std::uint64_t kUnrollPositions = 32;

bool MayInline(const ir::Grammar& grammar) {
  return !std::ranges::all_of(grammar.rules(), &ir::Rule::kept_apart);
}

Machine LowerWith(const ir::Grammar& grammar, const LowerLimits& limits, const LowerForm& form,
                  automaton::DfaCache* cache, automaton::Steps* steps, RuleNames* names) {
  RuleSet rules = ExtractRules(grammar, limits, form, cache, steps);
  RemoveLeftRecursion(&rules, limits);
  Machine machine = BuildMachine(rules, limits, steps);
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

// Of explicit automata, strings to choose from for example, which are as large as what they come
// from: no bound on what grows beyond its source need hold for them.
std::size_t MaxExplicitStates(const ir::Grammar& grammar) {
  constexpr std::size_t kMaxBytesPerCharacter = 4;
  std::size_t num_states = 0;
  for (std::size_t i = 0; i < grammar.num_exprs(); ++i) {
    num_states += grammar.expr(ir::ExprId(i)).automaton.size();
  }
  return kMaxBytesPerCharacter * num_states;
}

}  // namespace

Machine Lower(const ir::Grammar& grammar, const LowerLimits& given, automaton::DfaCache* cache,
              RuleNames* names) {
  LowerLimits limits = given;
  limits.max_states += MaxExplicitStates(grammar);
  LowerForm form{.unroll_positions = kUnrollPositions,
                 .inlines = !limits.keep_rules && MayInline(grammar)};
  automaton::Steps steps(limits.max_steps);
  for (;;) {
    form.inlines ? steps.AllowHalf() : steps.AllowAll();
    try {
      return LowerWith(grammar, limits, form, cache, &steps, names);
    } catch (const LimitError& error) {
      const bool is_large = error.limit() == "max_states" || error.limit() == "max_edges";
      if (form.inlines ? !is_large && error.limit() != "max_steps"
                       : error.limit() != "max_states" || form.unroll_positions == 1) {
        throw;
      }
    }
    // [ab]* "a" [ab]{20} has 2^20 deterministic states; with a counter it has a handful.
    if (!form.inlines) form.unroll_positions = 1;
    form.inlines = false;
  }
}

}  // namespace pushmask::pda
