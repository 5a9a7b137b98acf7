// SPDX-License-Identifier: Apache-2.0
// Dfa: a partial deterministic automaton over bytes and symbols; state 0 is the start. A missing
// edge rejects. `states` may be empty: the empty language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "automaton/nfa.h"

namespace pushmask::automaton {

struct Dfa {
  struct State {
    std::vector<ByteEdge> bytes;      // disjoint, sorted, neighbours with one target joined
    std::vector<SymbolEdge> symbols;  // sorted by symbol, each at most once
    bool accept = false;
  };
  std::vector<State> states;

  bool empty() const { return states.empty(); }
};

// What one construction may use; exceeding it throws LimitError("max_states").
struct Budget {
  std::size_t max_states;
};

// Subset construction. The result is trimmed: every state lies on a path to an accepting one.
Dfa Determinize(const Nfa& nfa, const Budget& budget);

// The smallest equivalent automaton, in breadth-first numbering from the start, so that equal
// languages give equal automata. O(m log m) in the number of edges.
Dfa Minimize(const Dfa& dfa);

enum class BooleanOp : std::uint8_t { kAnd, kAndNot };

// Product of two automata without symbols: in both, or in `a` but not in `b`.
Dfa Combine(const Dfa& a, const Dfa& b, BooleanOp op, const Budget& budget);

// All well-formed UTF-8 strings, the universe of Complement.
Dfa AllUtf8();

// Removes states that are not on a path from the start to an accepting state.
Dfa Trim(Dfa dfa);

}  // namespace pushmask::automaton
