// SPDX-License-Identifier: Apache-2.0
// Dfa: a partial deterministic automaton over bytes and symbols; state 0 is the start. A missing
// edge rejects. No states: the empty language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "automaton/nfa.h"
#include "automaton/steps.h"

namespace pushmask::automaton {

// States and edges lie in flat arrays, in the order in which they were added.
class Dfa {
 public:
  std::size_t size() const { return states_.size(); }
  bool empty() const { return states_.empty(); }
  bool accept(std::uint32_t state) const { return states_[state].accept; }
  // Disjoint, sorted, neighbours with one target joined.
  std::span<const ByteEdge> bytes(std::uint32_t state) const {
    const std::size_t end =
        state + std::size_t{1} < size() ? states_[state + 1].bytes : bytes_.size();
    return {bytes_.data() + states_[state].bytes, end - states_[state].bytes};
  }
  // Sorted by symbol, each at most once.
  std::span<const SymbolEdge> symbols(std::uint32_t state) const {
    const std::size_t end =
        state + std::size_t{1} < size() ? states_[state + 1].symbols : symbols_.size();
    return {symbols_.data() + states_[state].symbols, end - states_[state].symbols};
  }
  std::size_t num_byte_edges() const { return bytes_.size(); }
  std::size_t num_symbol_edges() const { return symbols_.size(); }

  std::size_t memory_bytes() const {
    return states_.capacity() * sizeof(State) + bytes_.capacity() * sizeof(ByteEdge) +
           symbols_.capacity() * sizeof(SymbolEdge);
  }

  // Room for so many states and edges in all.
  void Reserve(std::size_t num_states, std::size_t num_byte_edges,
               std::size_t num_symbol_edges = 0) {
    states_.reserve(num_states);
    bytes_.reserve(num_byte_edges);
    symbols_.reserve(num_symbol_edges);
  }

  // No states; keeps the memory.
  void Clear() {
    states_.clear();
    bytes_.clear();
    symbols_.clear();
  }

  // Gives back what growth has left over, for an automaton that is kept.
  void ShrinkToFit() {
    states_.shrink_to_fit();
    bytes_.shrink_to_fit();
    symbols_.shrink_to_fit();
  }

  // The edges added next are the new state's, in order; targets may be added later.
  std::uint32_t AddState(bool accept) {
    states_.push_back({static_cast<std::uint32_t>(bytes_.size()),
                       static_cast<std::uint32_t>(symbols_.size()), accept});
    return static_cast<std::uint32_t>(size() - 1);
  }
  void Add(const ByteEdge& edge) {
    if (bytes_.size() > states_.back().bytes) {
      ByteEdge& last = bytes_.back();
      if (last.target == edge.target && last.last + 1 == edge.first) {
        last.last = edge.last;
        return;
      }
    }
    bytes_.push_back(edge);
  }
  void Add(const SymbolEdge& edge) { symbols_.push_back(edge); }

 private:
  struct State {
    std::uint32_t bytes;  // where its edges begin
    std::uint32_t symbols;
    bool accept;
  };
  std::vector<State> states_;
  std::vector<ByteEdge> bytes_;
  std::vector<SymbolEdge> symbols_;
};

// What one construction may use; exceeding it throws LimitError, named after the member.
struct Budget {
  std::size_t max_states;
  std::size_t max_product_states =
      200'000;             // of an intersection or difference, before it is minimal
  Steps* steps = nullptr;  // of all constructions together; may be null: not counted
};

// Subset construction, whose memory serves again: grammars need it for many small automata.
class Determinizer {
 public:
  Determinizer();
  Determinizer(const Determinizer&) = delete;
  Determinizer& operator=(const Determinizer&) = delete;
  ~Determinizer();

  // States that lead nowhere are left to the Minimizer. The result is good until the next call.
  const Dfa& Run(const Nfa& nfa, const Budget& budget);

 private:
  class Construction;
  std::unique_ptr<Construction> construction_;
};

// Minimisation, in the same manner.
class Minimizer {
 public:
  // What it takes is counted by `steps`, if given.
  explicit Minimizer(Steps* steps = nullptr);
  Minimizer(const Minimizer&) = delete;
  Minimizer& operator=(const Minimizer&) = delete;
  ~Minimizer();

  // The smallest equivalent automaton, in breadth-first numbering from the start, so that equal
  // languages give equal automata. Every state lies on a path to an accepting one.
  Dfa Run(const Dfa& dfa);
  // The same where states of `dfa` are known to be equal to states of a minimal automaton: (state,
  // state of `minimal`).
  Dfa Run(const Dfa& dfa, const Dfa& minimal,
          std::span<const std::pair<std::uint32_t, std::uint32_t>> same_states);

 private:
  class Construction;
  std::unique_ptr<Construction> construction_;
};

// One run of each.
Dfa Determinize(const Nfa& nfa, const Budget& budget);
Dfa Minimize(const Dfa& dfa);

// The smallest automaton of what `a` matches and `b` does not, both minimal and without symbols.
// Where `b` has no say any more the result is `a`, which need not be minimised again.
Dfa Subtract(const Dfa& a, const Dfa& b, const Budget& budget);

// What `language` (minimal, without symbols) matches, but for `strings`. Small, if not always the
// smallest; every state lies on a path to an accepting one. O(bytes of `strings` + edges).
Dfa WithoutStrings(const Dfa& language, std::vector<std::string_view> strings,
                   const Budget& budget);

// The smallest automaton of `before`, then `inside` (minimal, without symbols), then `after`; empty
// if the byte after may also go on inside, so that more than putting together is needed.
Dfa Enclose(std::string_view before, const Dfa& inside, std::string_view after);

enum class BooleanOp : std::uint8_t { kAnd, kAndNot };

// Product of two automata without symbols: in both, or in `a` but not in `b`. Not minimal. With
// `kept` the states that stand for a state of `a` alone are listed: (state, state of `a`).
Dfa Combine(const Dfa& a, const Dfa& b, BooleanOp op, const Budget& budget,
            std::vector<std::pair<std::uint32_t, std::uint32_t>>* kept = nullptr);

// All well-formed UTF-8 strings, the universe of Complement.
Dfa AllUtf8();

}  // namespace pushmask::automaton
