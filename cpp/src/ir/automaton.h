// SPDX-License-Identifier: Apache-2.0
// Automaton: an explicit deterministic automaton over code points, for regular languages whose
// expressions would be far larger than their automata: the multiples of seven, say. An immutable
// value that is cheap to copy; equality and hash are those of the states.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "text/codepoint_set.h"

namespace pushmask::ir {

class Automaton {
 public:
  struct Transition {
    text::CodepointRange on;  // without surrogates
    std::uint32_t target;
    friend bool operator==(const Transition&, const Transition&) = default;
  };
  // State 0 is the start. Transitions are sorted and disjoint; what has none rejects.
  struct State {
    bool accept = false;
    std::vector<Transition> transitions = {};
    friend bool operator==(const State&, const State&) = default;
  };

  // No state: the empty language.
  Automaton() = default;
  // Drops the states that lie on no path from the start to an accepting state, joins states that
  // are plainly equal and neighbouring ranges, and numbers the rest breadth-first. Equal languages
  // need not give equal automata: that takes minimisation, which is left to lowering.
  explicit Automaton(std::vector<State> states);

  // The same automaton, numbered: for the few that a process keeps until it ends, so that the
  // number alone says which automaton it is.
  Automaton Numbered() const;
  // 0 if it has no number.
  std::uint32_t number() const { return storage_ == nullptr ? 0 : storage_->number; }

  std::span<const State> states() const {
    return storage_ == nullptr ? std::span<const State>() : storage_->states;
  }
  std::size_t size() const { return states().size(); }
  bool empty() const { return storage_ == nullptr; }
  std::uint64_t hash() const { return storage_ == nullptr ? 0 : storage_->hash; }

  friend bool operator==(const Automaton& a, const Automaton& b);

 private:
  struct Storage {
    std::vector<State> states;
    std::uint64_t hash;
    std::uint32_t number = 0;
  };
  std::shared_ptr<const Storage> storage_;
};

}  // namespace pushmask::ir
