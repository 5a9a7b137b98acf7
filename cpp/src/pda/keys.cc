// SPDX-License-Identifier: Apache-2.0
#include "pda/keys.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace pushmask::pda {
namespace {

using automaton::ByteEdge;
using automaton::Dfa;
using automaton::Nfa;
using automaton::SymbolEdge;

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

// Each key's texts, and then its number as a symbol.
Nfa Numbered(const std::vector<std::shared_ptr<const Dfa>>& keys) {
  Nfa nfa;
  nfa.start = nfa.AddState();
  nfa.accept = nfa.AddState();
  for (std::uint32_t number = 0; number < keys.size(); ++number) {
    const Dfa& key = *keys[number];
    const auto first = static_cast<std::uint32_t>(nfa.states.size());
    nfa.AddEpsilon(nfa.start, first);
    for (std::uint32_t state = 0; state < key.size(); ++state) {
      Nfa::State& copy = nfa.states[nfa.AddState()];
      for (const ByteEdge& edge : key.bytes(state)) {
        copy.bytes.push_back({edge.first, edge.last, first + edge.target});
      }
      if (key.accept(state)) copy.symbols.push_back({number, nfa.accept});
    }
  }
  return nfa;
}

// The numbered automaton without its symbols, and so without the state that they lead to. Which
// keys end in a state: `keys`.
Dfa WithoutNumbers(const Dfa& numbered, std::vector<std::vector<std::uint32_t>>* keys) {
  std::uint32_t last = 0;
  while (!numbered.accept(last)) ++last;
  Dfa dfa;
  for (std::uint32_t state = 0; state < numbered.size(); ++state) {
    if (state == last) continue;
    auto& ending = keys->emplace_back();
    for (const SymbolEdge& edge : numbered.symbols(state)) ending.push_back(edge.symbol);
    dfa.AddState(!ending.empty());
    for (ByteEdge edge : numbered.bytes(state)) {
      if (edge.target > last) --edge.target;
      dfa.Add(edge);
    }
  }
  return dfa;
}

// By state of `fine`, which reads what `minimal` reads: the state there.
std::vector<std::uint32_t> StatesIn(const Dfa& minimal, const Dfa& fine) {
  constexpr std::uint32_t kUnknown = 0xffffffffU;
  std::vector<std::uint32_t> states(fine.size(), kUnknown);
  std::vector<std::uint32_t> work{0};
  states[0] = 0;
  while (!work.empty()) {
    const std::uint32_t from = work.back();
    work.pop_back();
    auto other = minimal.bytes(states[from]).begin();
    for (const ByteEdge& edge : fine.bytes(from)) {
      while (other->last < edge.first) ++other;
      if (states[edge.target] != kUnknown) continue;
      states[edge.target] = other->target;
      work.push_back(edge.target);
    }
  }
  return states;
}

// By state, a bit for each end that a key can get to from there.
std::vector<std::uint64_t> ReachableEnds(const Dfa& dfa, const KeyStates& states) {
  const std::size_t num_words = states.num_words();
  std::vector<std::vector<std::uint32_t>> sources(dfa.size());
  std::vector<std::uint64_t> bits(dfa.size() * num_words);
  std::vector<std::uint32_t> work;
  for (std::uint32_t s = 0; s < dfa.size(); ++s) {
    for (const ByteEdge& edge : dfa.bytes(s)) sources[edge.target].push_back(s);
    const std::uint32_t end = states.end[s];
    if (end == KeyStates::kNoEnd) continue;
    bits[s * num_words + end / 64] |= std::uint64_t{1} << (end % 64);
    work.push_back(s);
  }
  while (!work.empty()) {
    const std::uint32_t target = work.back();
    work.pop_back();
    for (const std::uint32_t source : sources[target]) {
      bool grows = false;
      for (std::size_t i = 0; i < num_words; ++i) {
        std::uint64_t& word = bits[source * num_words + i];
        const std::uint64_t all = word | bits[target * num_words + i];
        grows |= all != word;
        word = all;
      }
      if (grows) work.push_back(source);
    }
  }
  return bits;
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

KeyAutomaton JoinKeys(const std::vector<std::shared_ptr<const Dfa>>& keys,
                      const automaton::Budget& budget) {
  KeyAutomaton joined;
  auto states = std::make_shared<KeyStates>();
  std::vector<std::vector<std::uint32_t>> ending;  // by state: the keys that end there
  if (keys.size() == 1) {
    joined.dfa = joined.leaf = keys[0];
    for (std::uint32_t s = 0; s < joined.dfa->size(); ++s) {
      states->leaf.push_back(s);
      ending.emplace_back(joined.dfa->accept(s) ? 1 : 0);
    }
  } else {
    Dfa dfa = WithoutNumbers(automaton::Minimize(Determinize(Numbered(keys), budget)), &ending);
    joined.leaf = std::make_shared<const Dfa>(automaton::Minimize(dfa));
    states->leaf = StatesIn(*joined.leaf, dfa);
    joined.dfa = std::make_shared<const Dfa>(std::move(dfa));
  }
  std::map<std::vector<std::uint32_t>, std::uint32_t> number_of;
  for (std::uint32_t s = 0; s < ending.size(); ++s) {
    states->end.push_back(KeyStates::kNoEnd);
    if (ending[s].empty()) continue;
    const auto next = static_cast<std::uint32_t>(states->ends.size());
    const auto [known, is_new] = number_of.try_emplace(std::move(ending[s]), next);
    states->end.back() = known->second;
    if (!is_new) continue;
    states->ends.push_back(s);
    joined.keys_of_end.push_back(known->first);
  }
  if (states->ends.size() > 1) states->ends_on = ReachableEnds(*joined.dfa, *states);
  joined.states = std::move(states);
  return joined;
}

void SetKeyedAutomaton(const KeyAutomaton& keys, const GroupSymbols& symbols, RuleAutomaton* rule) {
  const Dfa& key = *keys.dfa;
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
    const std::uint32_t end = keys.states->end[state];
    const bool ends = end != KeyStates::kNoEnd;
    std::vector<GroupSymbols::Rest> rests;
    for (std::size_t i = 0; ends && i < keys.keys_of_end[end].size(); ++i) {
      rests.push_back(symbols.rests[keys.keys_of_end[end][i]]);
    }
    const bool may_be_empty =
        std::any_of(rests.begin(), rests.end(), [](const auto& rest) { return rest.may_be_empty; });
    dfa->AddState(may_be_empty);
    add_bytes(state);
    for (const GroupSymbols::Rest& rest : rests) add_call(rest.symbol, after);
    if (may_be_empty) add_call(symbols.separator_after_key, 0);
  }
  dfa->AddState(true);
  add_call(symbols.separator, 0);
  rule->dfa = std::move(dfa);
}

}  // namespace pushmask::pda
