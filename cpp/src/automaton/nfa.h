// SPDX-License-Identifier: Apache-2.0
// Nfa: a nondeterministic automaton over bytes and opaque symbols (rule calls, as far as this stage
// is concerned), with epsilon edges; one start and one accepting state.
#pragma once

#include <cstdint>
#include <vector>

#include "base/small_vector.h"

namespace pushmask::automaton {

struct ByteEdge {
  std::uint8_t first;
  std::uint8_t last;  // inclusive
  std::uint32_t target;
};

struct SymbolEdge {
  std::uint32_t symbol;
  std::uint32_t target;
};

struct Nfa {
  struct State {
    base::SmallVector<ByteEdge, 1> bytes;
    base::SmallVector<SymbolEdge, 1> symbols;
    base::SmallVector<std::uint32_t, 2> epsilons;
  };

  std::vector<State> states;
  std::uint32_t start = 0;
  std::uint32_t accept = 0;

  std::uint32_t AddState() {
    states.emplace_back();
    return static_cast<std::uint32_t>(states.size() - 1);
  }
  void AddEpsilon(std::uint32_t from, std::uint32_t to) { states[from].epsilons.push_back(to); }
};

// States reachable from `state` over epsilon edges, itself included.
std::vector<std::uint32_t> EpsilonClosure(const Nfa& nfa, std::uint32_t state);

// Makes the automaton match its non-empty strings alone: a new start without incoming edges and
// with the old start's non-epsilon steps only.
void RemoveEmptyString(Nfa* nfa);

}  // namespace pushmask::automaton
