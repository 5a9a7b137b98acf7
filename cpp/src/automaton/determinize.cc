// SPDX-License-Identifier: Apache-2.0
// Subset construction over byte ranges: the edges of a subset are cut into disjoint segments at
// their boundaries, so no table of 256 entries is ever needed.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "automaton/dfa.h"
#include "base/hash.h"
#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

using Subset = std::vector<std::uint32_t>;  // sorted

class SubsetConstruction {
 public:
  SubsetConstruction(const Nfa& nfa, const Budget& budget)
      : nfa_(nfa), budget_(budget), seen_(nfa.states.size(), 0) {}

  Dfa Run() {
    NumberOf({nfa_.start});
    for (std::size_t i = 0; i < subsets_.size(); ++i) {
      const Subset* subset = subsets_[i];
      Dfa::State state;
      state.accept = std::binary_search(subset->begin(), subset->end(), nfa_.accept);
      AddByteEdges(*subset, &state);
      AddSymbolEdges(*subset, &state);
      dfa_.states.push_back(std::move(state));
    }
    return Trim(std::move(dfa_));
  }

 private:
  Subset Closure(const Subset& seeds) {
    ++round_;
    Subset closure;
    for (const std::uint32_t seed : seeds) Visit(seed, &closure);
    for (std::size_t i = 0; i < closure.size(); ++i) {
      for (const std::uint32_t target : nfa_.states[closure[i]].epsilons) Visit(target, &closure);
    }
    // Only states with an edge of their own, and the accepting one, tell subsets apart.
    std::erase_if(closure, [this](std::uint32_t s) {
      return s != nfa_.accept && nfa_.states[s].bytes.empty() && nfa_.states[s].symbols.empty();
    });
    std::sort(closure.begin(), closure.end());
    return closure;
  }

  void Visit(std::uint32_t state, Subset* closure) {
    if (seen_[state] == round_) return;
    seen_[state] = round_;
    closure->push_back(state);
  }

  std::uint32_t NumberOf(const Subset& seeds) {
    const auto [entry, inserted] =
        numbers_.try_emplace(Closure(seeds), static_cast<std::uint32_t>(subsets_.size()));
    if (inserted) {
      subsets_.push_back(&entry->first);
      if (subsets_.size() > budget_.max_states) {
        throw LimitError("a rule or pattern needs more than " + std::to_string(budget_.max_states) +
                             " states (limit max_states)",
                         "max_states", budget_.max_states, subsets_.size());
      }
    }
    return entry->second;
  }

  void AddByteEdges(const Subset& subset, Dfa::State* state) {
    std::vector<ByteEdge> edges;
    std::vector<int> cuts;
    for (const std::uint32_t s : subset) {
      for (const ByteEdge& edge : nfa_.states[s].bytes) {
        edges.push_back(edge);
        cuts.push_back(edge.first);
        cuts.push_back(edge.last + 1);
      }
    }
    std::sort(edges.begin(), edges.end(),
              [](const ByteEdge& a, const ByteEdge& b) { return a.first < b.first; });
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    std::vector<ByteEdge> active;
    std::size_t next = 0;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      const int first = cuts[i];
      std::erase_if(active, [first](const ByteEdge& edge) { return edge.last < first; });
      while (next < edges.size() && edges[next].first <= first) active.push_back(edges[next++]);
      if (active.empty()) continue;
      Subset targets;
      for (const ByteEdge& edge : active) targets.push_back(edge.target);
      const std::uint32_t target = NumberOf(targets);
      const auto low = static_cast<std::uint8_t>(first);
      const auto high = static_cast<std::uint8_t>(cuts[i + 1] - 1);
      if (!state->bytes.empty() && state->bytes.back().target == target &&
          state->bytes.back().last + 1 == low) {
        state->bytes.back().last = high;
      } else {
        state->bytes.push_back({low, high, target});
      }
    }
  }

  void AddSymbolEdges(const Subset& subset, Dfa::State* state) {
    std::vector<SymbolEdge> edges;
    for (const std::uint32_t s : subset) {
      const auto& symbols = nfa_.states[s].symbols;
      edges.insert(edges.end(), symbols.begin(), symbols.end());
    }
    std::sort(edges.begin(), edges.end(),
              [](const SymbolEdge& a, const SymbolEdge& b) { return a.symbol < b.symbol; });
    for (std::size_t i = 0; i < edges.size();) {
      Subset targets;
      const std::uint32_t symbol = edges[i].symbol;
      for (; i < edges.size() && edges[i].symbol == symbol; ++i) targets.push_back(edges[i].target);
      state->symbols.push_back({symbol, NumberOf(targets)});
    }
  }

  const Nfa& nfa_;
  const Budget& budget_;
  std::vector<std::uint32_t> seen_;  // round in which a state was last visited
  std::uint32_t round_ = 0;
  std::unordered_map<Subset, std::uint32_t, base::VectorHash> numbers_;
  std::vector<const Subset*> subsets_;  // keys of numbers_, whose nodes do not move
  Dfa dfa_;
};

}  // namespace

Dfa Determinize(const Nfa& nfa, const Budget& budget) {
  return SubsetConstruction(nfa, budget).Run();
}

}  // namespace pushmask::automaton
