// SPDX-License-Identifier: Apache-2.0
#include "frontend/strings/substrings.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "base/hash_index.h"
#include "ir/builder.h"
#include "pushmask/error.h"
#include "text/utf8.h"

namespace pushmask::frontend {
namespace {

using Symbol = std::uint32_t;

class SuffixAutomaton {
 public:
  void Add(Symbol symbol) {
    const std::uint32_t added = NewState(states_[last_].length + 1);
    std::uint32_t state = last_;
    last_ = added;
    for (; state != kNone && !states_[state].next.contains(symbol); state = states_[state].link) {
      states_[state].next[symbol] = added;
    }
    if (state == kNone) {
      states_[added].link = 0;
      return;
    }
    const std::uint32_t target = states_[state].next[symbol];
    if (states_[target].length == states_[state].length + 1) {
      states_[added].link = target;
      return;
    }
    const std::uint32_t copy = NewState(states_[state].length + 1);
    states_[copy].next = states_[target].next;
    states_[copy].link = states_[target].link;
    states_[target].link = states_[added].link = copy;
    for (; state != kNone; state = states_[state].link) {
      const auto leading = states_[state].next.find(symbol);
      if (leading == states_[state].next.end() || leading->second != target) break;
      leading->second = copy;
    }
  }

  // By symbol: the state it leads to. The start is 0; every state accepts.
  const std::map<Symbol, std::uint32_t>& next(std::uint32_t state) const {
    return states_[state].next;
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  struct State {
    std::uint32_t length;
    std::uint32_t link;
    std::map<Symbol, std::uint32_t> next = {};
  };

  std::uint32_t NewState(std::uint32_t length) {
    states_.push_back({length, kNone});
    return static_cast<std::uint32_t>(states_.size() - 1);
  }

  std::vector<State> states_{{0, kNone}};
  std::uint32_t last_ = 0;
};

// Where a reading may be: at a state of the suffix automaton, or on the way to `state` with the
// chunk `symbol` read up to `offset`.
struct Place {
  std::uint32_t state;
  Symbol symbol;
  std::uint32_t offset;  // 0: at the state; `symbol` is 0 then
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Spelling {
 public:
  Spelling(const SuffixAutomaton& suffixes, const std::vector<std::u32string>& words)
      : suffixes_(suffixes), words_(words) {}

  ir::Automaton Run() {
    NumberOf({{0, 0, 0}});
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const std::vector<Place> from = places_[i];
      std::map<char32_t, std::vector<Place>> targets;
      for (const Place& place : from) Step(place, &targets);
      ir::Automaton::State state;
      state.accept = std::any_of(from.begin(), from.end(),
                                 [](const Place& place) { return place.offset == 0; });
      for (auto& [character, to] : targets) {
        std::sort(to.begin(), to.end());
        to.erase(std::unique(to.begin(), to.end()), to.end());
        state.transitions.push_back({{character, character}, NumberOf(std::move(to))});
      }
      states_.push_back(std::move(state));
    }
    return ir::Automaton(std::move(states_));
  }

 private:
  void Step(const Place& place, std::map<char32_t, std::vector<Place>>* targets) const {
    const auto go = [&](Symbol symbol, std::uint32_t offset, std::uint32_t state) {
      const std::u32string& word = words_[symbol];
      const bool ends = offset + 1 == word.size();
      (*targets)[word[offset]].push_back(ends ? Place{state, 0, 0}
                                              : Place{state, symbol, offset + 1});
    };
    if (place.offset > 0) {
      go(place.symbol, place.offset, place.state);
      return;
    }
    for (const auto& [symbol, state] : suffixes_.next(place.state)) go(symbol, 0, state);
  }

  std::uint32_t NumberOf(std::vector<Place> places) {
    std::uint64_t hash = places.size();
    for (const Place& place : places) {
      hash = base::Combine(hash, (std::uint64_t{place.state} << 32) | place.symbol);
      hash = base::Combine(hash, place.offset);
    }
    const std::uint32_t known =
        index_.Find(hash, [&](std::uint32_t number) { return places_[number] == places; });
    if (known != base::HashIndex::kNone) return known;
    num_places_ += places.size();
    if (num_places_ > kMaxPlaces) {
      throw LimitError("the substrings of the text need more than " + std::to_string(kMaxPlaces) +
                           " states (limit max_automaton_states)",
                       "max_automaton_states", kMaxPlaces, num_places_);
    }
    const auto number = static_cast<std::uint32_t>(places_.size());
    places_.push_back(std::move(places));
    index_.Insert(hash, number);
    return number;
  }

  // Before equal states are joined; a grammar takes half of that at most.
  static constexpr std::size_t kMaxPlaces = 2 * ir::Builder::kMaxAutomatonStates;

  const SuffixAutomaton& suffixes_;
  const std::vector<std::u32string>& words_;
  std::vector<ir::Automaton::State> states_;
  std::vector<std::vector<Place>> places_;  // by state
  std::size_t num_places_ = 0;
  base::HashIndex index_;
};

}  // namespace

ir::Automaton Substrings(const std::vector<std::string>& chunks) {
  std::unordered_map<std::string, Symbol> symbols;
  std::vector<std::u32string> words;  // by symbol
  SuffixAutomaton suffixes;
  for (const std::string& chunk : chunks) {
    if (chunk.empty()) continue;
    const auto [entry, is_new] = symbols.try_emplace(chunk, static_cast<Symbol>(words.size()));
    if (is_new) words.push_back(text::Decoded(chunk));
    suffixes.Add(entry->second);
  }
  return Spelling(suffixes, words).Run();
}

}  // namespace pushmask::frontend
