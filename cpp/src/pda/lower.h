// SPDX-License-Identifier: Apache-2.0
// ir::Grammar -> Machine, in four steps, each a file:
//   extract_rules.cc    expressions to one automaton per rule; counted repetition and member groups
//                       become rules with a register
//   left_recursion.cc   no rule calls itself before it has consumed a byte
//   build.cc            minimal automata, closures, flat arrays
//   delay_calls.cc      many calls that begin alike are made where they differ
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "automaton/dfa.h"
#include "automaton/dfa_cache.h"
#include "automaton/lengths.h"
#include "automaton/nfa.h"
#include "automaton/steps.h"
#include "ir/grammar.h"
#include "pda/machine.h"
#include "pda/rule_names.h"

namespace pushmask::pda {

struct LowerLimits {
  std::size_t max_rules;
  std::size_t max_states;  // beside those of explicit automata
  std::size_t max_edges;   // byte edges, call edges and closure entries of the whole machine
  std::size_t max_product_states;  // of one intersection or difference
  std::size_t max_steps;           // to make all automata (automaton/steps.h)
  // No rule is made part of its callers (pda/inlining.h), and no call waits (pda/delay_calls.cc).
  bool keep_rules = false;
};

// Throws EmptyLanguageError if the root matches nothing, LimitError if a limit is exceeded, and
// UnsupportedError for left recursion through a member group, through a rule with a capture or
// through rules of different temperatures, and for a member group whose least number of members
// cannot be decided (pda/member_search.h). `cache` and `names` may be null.
Machine Lower(const ir::Grammar& grammar, const LowerLimits& limits, automaton::DfaCache* cache,
              RuleNames* names = nullptr);

// --- Between the steps ---------------------------------------------------------------------------

// What a symbol edge of a rule's automaton means.
struct CallSymbol {
  RuleId callee = {};
  CallOp op = CallOp::kKeep;
  std::uint32_t item = 0;
  friend auto operator<=>(const CallSymbol&, const CallSymbol&) = default;
};

// One rule, as an automaton that matches the rule's non-empty strings: minimal, with the meaning of
// its symbols beside it, or still to be made so.
struct RuleAutomaton {
  std::string name;
  ir::Place place = {};
  bool is_part = false;                            // see RuleNames
  std::shared_ptr<const automaton::Dfa> dfa = {};  // null: `nfa` is meant
  std::vector<std::uint32_t> symbols = {};         // in RuleSet::symbols, by symbol of `dfa`
  automaton::Nfa nfa = {};                         // symbols index RuleSet::symbols
  RegisterSpec spec = {};
  bool is_captured = false;  // what the rule matches is asked for (ir::RuleMarks::capture)
  // To sample with inside. A rule that is called inside of rules with different temperatures, or of
  // none, is as many rules here, so that a state alone says which one is meant.
  std::optional<double> temperature = std::nullopt;
  // Of a group whose keys must differ: a rule that reads a key. Of a rule with a length: the same
  // rule without it.
  RuleId leaf_rule = {};
  std::vector<std::uint32_t> num_keys = {};  // by state of `dfa`: State::num_keys
  // Of a rule with a length: `dfa` and its lengths.
  std::shared_ptr<const automaton::MeasuredDfa> measured = {};
};

struct RuleSet {
  std::vector<RuleAutomaton> rules;
  std::vector<CallSymbol> symbols;
  std::map<CallSymbol, std::uint32_t> symbol_numbers;  // the index of each symbol
  std::vector<RuleNames::Use> uses;
  std::vector<RuleName> other_names;  // see RuleNames::others
  RuleId root;
  bool root_nullable = false;
  const ir::Grammar* grammar = nullptr;  // where they come from, for errors

  // The index of `symbol` in `symbols`.
  std::uint32_t SymbolFor(const CallSymbol& symbol);
};

// What is as good for the language, but not for the machine's size.
struct LowerForm {
  std::uint64_t unroll_positions;  // repetitions that take more become rules that count
  bool inlines = true;             // see pda/inlining.h
};

RuleSet ExtractRules(const ir::Grammar& grammar, const LowerLimits& limits, const LowerForm& form,
                     automaton::DfaCache* cache, automaton::Steps* steps);
void RemoveLeftRecursion(RuleSet* rules, const LowerLimits& limits);
Machine BuildMachine(const RuleSet& rules, const LowerLimits& limits, automaton::Steps* steps);
// Adds states, as large as the machine at most; the language stays.
void DelayCalls(Machine* machine);

}  // namespace pushmask::pda
