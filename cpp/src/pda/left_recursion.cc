// SPDX-License-Identifier: Apache-2.0
// Left recursion removal on automata. For a set of rules that call each other first, completing
// rule j *is* completing the left call of j in every rule k of the set that starts with one, so
//
//     new(i):  start -> every way to begin some rule of the set without a call into the set
//              end of j -> the state after the left call of j in k,   for every such k
//              accept at the end of i
//
// matches the same strings as rule i and begins with no call into the set. For one rule A -> A x |
// y this is y x*. (The left-corner transform of Rosenkrantz and Lewis, 1970, on transition
// networks.)
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "ir/grammar.h"
#include "ir/rule_place.h"
#include "pda/lower.h"
#include "pda/rule_errors.h"
#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

using automaton::EpsilonClosure;
using automaton::Nfa;
using automaton::SymbolEdge;

// Visits the symbols of the calls that a rule can make before it consumes a byte.
template <typename Visit>
void ForEachLeftCall(const RuleAutomaton& rule, Visit visit) {
  if (rule.dfa != nullptr) {
    if (rule.dfa->empty()) return;
    for (const SymbolEdge& edge : rule.dfa->symbols(0)) visit(rule.symbols[edge.symbol]);
    return;
  }
  for (const std::uint32_t state : EpsilonClosure(rule.nfa, rule.nfa.start)) {
    for (const SymbolEdge& edge : rule.nfa.states[state].symbols) visit(edge.symbol);
  }
}

// Replaces `dfa` by an automaton that edges can be added to.
void UseNfa(RuleAutomaton* rule) {
  if (rule->dfa == nullptr) return;
  const automaton::Dfa& dfa = *rule->dfa;
  Nfa nfa;
  for (std::size_t i = 0; i < dfa.size(); ++i) nfa.AddState();
  nfa.start = 0;
  nfa.accept = nfa.AddState();
  for (std::uint32_t s = 0; s < dfa.size(); ++s) {
    const auto bytes = dfa.bytes(s);
    nfa.states[s].bytes.assign(bytes.begin(), bytes.end());
    for (const SymbolEdge& edge : dfa.symbols(s)) {
      nfa.states[s].symbols.push_back({rule->symbols[edge.symbol], edge.target});
    }
    if (dfa.accept(s)) nfa.AddEpsilon(s, nfa.accept);
  }
  rule->nfa = std::move(nfa);
  rule->dfa = nullptr;
  rule->symbols.clear();
}

// Strongly connected components of the left-call graph (Tarjan 1972, with an explicit stack).
class Components {
 public:
  explicit Components(const RuleSet& rules)
      : index_(rules.rules.size()), low_(rules.rules.size()), on_stack_(rules.rules.size()) {
    begins_.reserve(rules.rules.size() + 1);
    begins_.push_back(0);
    for (const RuleAutomaton& rule : rules.rules) {
      ForEachLeftCall(rule, [&](std::uint32_t symbol) {
        callees_.push_back(rules.symbols[symbol].callee.value);
      });
      begins_.push_back(callees_.size());
    }
    for (std::uint32_t i = 0; i < index_.size(); ++i) {
      if (index_[i] == 0) Visit(i);
    }
  }

  // Components whose rules can call themselves first.
  const std::vector<std::vector<std::uint32_t>>& recursive() const { return recursive_; }

 private:
  void Visit(std::uint32_t root) {
    path_.assign(1, {root, begins_[root]});
    Open(root);
    while (!path_.empty()) {
      auto& [node, next] = path_.back();
      if (next < begins_[node + std::size_t{1}]) {
        const std::uint32_t target = callees_[next++];
        if (index_[target] == 0) {
          Open(target);
          path_.emplace_back(target, begins_[target]);
        } else if (on_stack_[target]) {
          low_[node] = std::min(low_[node], index_[target]);
        }
        continue;
      }
      const std::uint32_t done = node;
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().first] = std::min(low_[path_.back().first], low_[done]);
      if (low_[done] == index_[done]) Close(done);
    }
  }

  void Open(std::uint32_t node) {
    index_[node] = low_[node] = ++counter_;
    stack_.push_back(node);
    on_stack_[node] = true;
  }

  void Close(std::uint32_t node) {
    auto begin = stack_.end();
    do {
      on_stack_[*--begin] = false;
    } while (*begin != node);
    const auto callees = callees_.begin();
    const auto calls_end = callees + static_cast<std::ptrdiff_t>(begins_[node + std::size_t{1}]);
    const bool self = std::find(callees + static_cast<std::ptrdiff_t>(begins_[node]), calls_end,
                                node) != calls_end;
    if (stack_.end() - begin > 1 || self) recursive_.emplace_back(begin, stack_.end());
    stack_.erase(begin, stack_.end());
  }

  std::vector<std::size_t> begins_;  // by rule: of its callees; and the end
  std::vector<std::uint32_t> callees_;
  std::vector<std::uint32_t> index_;  // 0: not visited
  std::vector<std::uint32_t> low_;
  std::vector<bool> on_stack_;
  std::vector<std::uint32_t> stack_;
  std::vector<std::pair<std::uint32_t, std::size_t>> path_;  // rules and the next of their callees
  std::uint32_t counter_ = 0;
  std::vector<std::vector<std::uint32_t>> recursive_;
};

// A counted loop that is part of left recursion gives its first round to a plain rule: x{m,n} is
// x x{m-1,n-1}, and the rest no longer comes first.
void PeelLoop(RuleSet* rules, std::uint32_t index) {
  RuleAutomaton rest = rules->rules[index];
  const std::uint32_t count_symbol = rest.nfa.states[rest.nfa.start].symbols[0].symbol;
  const RuleId body = rules->symbols[count_symbol].callee;
  const RegisterSpec spec = rest.spec;
  rest.spec.min = std::max<std::uint32_t>(spec.min - 1, 1);
  if (spec.max != ir::kUnbounded) rest.spec.max = spec.max - 1;

  RuleAutomaton first{.name = rest.name,
                      .place = rest.place,
                      .is_part = rest.is_part,
                      .temperature = rest.temperature};
  first.nfa.start = first.nfa.AddState();
  first.nfa.accept = first.nfa.AddState();
  const std::uint32_t middle = first.nfa.AddState();
  first.nfa.states[first.nfa.start].symbols.push_back({rules->SymbolFor({.callee = body}), middle});
  if (spec.min <= 1) first.nfa.AddEpsilon(middle, first.nfa.accept);
  if (spec.max > 1) {
    const RuleId rest_id(rules->rules.size());
    rules->rules.push_back(std::move(rest));
    first.nfa.states[middle].symbols.push_back(
        {rules->SymbolFor({.callee = rest_id}), first.nfa.accept});
  }
  rules->rules[index] = std::move(first);
}

// True if a loop was peeled, so that the components must be found anew.
bool PeelLoops(RuleSet* rules, const std::vector<std::uint32_t>& component) {
  bool peeled = false;
  for (const std::uint32_t index : component) {
    const RegisterKind kind = rules->rules[index].spec.kind;
    if (kind == RegisterKind::kCount) {
      PeelLoop(rules, index);
      peeled = true;
    } else if (kind == RegisterKind::kMembers) {
      const RuleAutomaton& rule = rules->rules[index];
      throw UnsupportedError(
          ir::AtRule(*rules->grammar, rule.name, rule.place,
                     "left recursion through a member group in rule '" + rule.name + "'",
                     "let something come before the group"),
          "left recursion through a member group");
    }
  }
  return peeled;
}

// The automata of a component become one, whose states cannot tell the rules apart.
void CheckMarks(const RuleSet& rules, const std::vector<std::uint32_t>& component) {
  const auto refuse = [&rules](const RuleAutomaton& rule, const std::string& what) {
    throw UnsupportedError(
        ir::AtRule(*rules.grammar, rule.name, rule.place, "left recursion through " + what,
                   "write the repetition with *"),
        "left recursion through a rule with options");
  };
  const RuleAutomaton& first = rules.rules[component[0]];
  for (const std::uint32_t index : component) {
    const RuleAutomaton& rule = rules.rules[index];
    if (rule.is_captured) refuse(rule, "the rule '" + rule.name + "' with the option 'capture'");
    if (rule.temperature == first.temperature) continue;
    refuse(rule,
           "the rules '" + first.name + "' and '" + rule.name + "' of different temperatures");
  }
}

Nfa LeftCorner(const RuleSet& rules, const std::vector<std::uint32_t>& component,
               std::uint32_t goal) {
  Nfa nfa;
  std::vector<std::uint32_t> offset(rules.rules.size());
  std::vector<bool> inside(rules.rules.size());
  for (const std::uint32_t member : component) {
    inside[member] = true;
    offset[member] = static_cast<std::uint32_t>(nfa.states.size());
    for (Nfa::State state : rules.rules[member].nfa.states) {
      for (auto& edge : state.bytes) edge.target += offset[member];
      for (auto& edge : state.symbols) edge.target += offset[member];
      for (auto& target : state.epsilons) target += offset[member];
      nfa.states.push_back(std::move(state));
    }
  }
  nfa.start = nfa.AddState();
  nfa.accept = nfa.AddState();
  for (const std::uint32_t member : component) {
    const Nfa& from = rules.rules[member].nfa;
    for (const std::uint32_t s : EpsilonClosure(from, from.start)) {
      const Nfa::State copy = nfa.states[s + offset[member]];
      auto& begin = nfa.states[nfa.start];
      begin.bytes.append(copy.bytes.begin(), copy.bytes.end());
      for (const SymbolEdge& edge : copy.symbols) {
        const std::uint32_t callee = rules.symbols[edge.symbol].callee.value;
        if (inside[callee]) {
          nfa.AddEpsilon(rules.rules[callee].nfa.accept + offset[callee], edge.target);
        } else {
          nfa.states[nfa.start].symbols.push_back(edge);
        }
      }
    }
  }
  nfa.AddEpsilon(rules.rules[goal].nfa.accept + offset[goal], nfa.accept);
  return nfa;
}

}  // namespace

void RemoveLeftRecursion(RuleSet* rules, const LowerLimits& limits) {
  for (bool changed = true; changed;) {
    changed = false;
    const Components components(*rules);
    for (const auto& component : components.recursive()) {
      CheckMarks(*rules, component);
      changed = PeelLoops(rules, component) || changed;
    }
    if (changed) continue;
    for (const auto& component : components.recursive()) {
      std::size_t num_states = 0;
      for (const std::uint32_t member : component) {
        UseNfa(&rules->rules[member]);
        num_states += rules->rules[member].nfa.states.size();
      }
      if (num_states * component.size() > limits.max_edges) {
        const RuleAutomaton& rule = rules->rules[component[0]];
        throw WithRule(
            LimitError("removing left recursion from " + std::to_string(component.size()) +
                           " rules needs too many edges (limit max_edges)",
                       "max_edges", limits.max_edges, num_states * component.size()),
            *rules->grammar, {rule.name, rule.place});
      }
      std::vector<Nfa> replaced;
      for (const std::uint32_t member : component) {
        replaced.push_back(LeftCorner(*rules, component, member));
      }
      for (std::size_t i = 0; i < component.size(); ++i) {
        rules->rules[component[i]].nfa = std::move(replaced[i]);
      }
    }
  }
}

}  // namespace pushmask::pda
