// SPDX-License-Identifier: Apache-2.0
#include "pda/keys.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace pushmask::pda {
namespace {

using automaton::ByteEdge;
using automaton::Dfa;

// The states of `dfa` in an order in which targets come before sources, but for those from which a
// circle can be reached: they are left out.
std::vector<std::uint32_t> TargetsFirst(const Dfa& dfa) {
  std::vector<std::vector<std::uint32_t>> sources(dfa.size());
  std::vector<std::size_t> num_open(dfa.size());
  std::vector<std::uint32_t> order;
  for (std::uint32_t s = 0; s < dfa.size(); ++s) {
    for (const ByteEdge& edge : dfa.bytes(s)) sources[edge.target].push_back(s);
    num_open[s] = dfa.bytes(s).size();
    if (num_open[s] == 0) order.push_back(s);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const std::uint32_t source : sources[order[i]]) {
      if (--num_open[source] == 0) order.push_back(source);
    }
  }
  return order;
}

}  // namespace

std::vector<std::uint32_t> NumKeys(const Dfa& dfa) {
  // In a minimal automaton every state leads to acceptance, so a circle means infinitely many.
  std::vector<std::uint32_t> num_keys(dfa.size(), kUnbounded);
  for (const std::uint32_t state : TargetsFirst(dfa)) {
    std::uint64_t count = dfa.accept(state) ? 1 : 0;
    for (const ByteEdge& edge : dfa.bytes(state)) {
      const std::uint64_t width = edge.last - edge.first + std::uint64_t{1};
      count += width * num_keys[edge.target];
      count = std::min<std::uint64_t>(count, kUnbounded);
    }
    num_keys[state] = static_cast<std::uint32_t>(count);
  }
  return num_keys;
}

void SetKeyedAutomaton(const Dfa& key, const GroupSymbols& symbols, RuleAutomaton* rule) {
  const auto after = static_cast<std::uint32_t>(key.size() + 1);
  auto dfa = std::make_shared<Dfa>();
  rule->symbols.clear();
  const auto add_bytes = [&](std::uint32_t state) {
    for (ByteEdge edge : key.bytes(state)) {
      ++edge.target;
      dfa->Add(edge);
    }
  };
  // Each call's symbol is the next number, so those of a state are sorted.
  const auto add_call = [&](std::uint32_t symbol, std::uint32_t target) {
    if (symbol == GroupSymbols::kNone) return;
    dfa->Add(automaton::SymbolEdge{static_cast<std::uint32_t>(rule->symbols.size()), target});
    rule->symbols.push_back(symbol);
  };
  dfa->AddState(false);
  add_bytes(0);
  for (const std::uint32_t member : symbols.members) add_call(member, after);
  rule->num_keys = NumKeys(key);
  rule->num_keys.insert(rule->num_keys.begin(), 0);
  rule->num_keys.push_back(0);
  for (std::uint32_t state = 0; state < key.size(); ++state) {
    const bool ends = key.accept(state);
    dfa->AddState(ends && symbols.rest_may_be_empty);
    add_bytes(state);
    if (!ends) continue;
    add_call(symbols.rest, after);
    add_call(symbols.separator_after_key, 0);
  }
  dfa->AddState(true);
  add_call(symbols.separator, 0);
  rule->dfa = std::move(dfa);
}

}  // namespace pushmask::pda
