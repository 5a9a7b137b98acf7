// SPDX-License-Identifier: Apache-2.0
// How long the strings of an automaton are, in units that may be several bytes each: characters, or
// spellings of characters. With this a bound on the length is a number beside the automaton instead
// of one copy of the automaton for every length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "automaton/dfa.h"

namespace pushmask::automaton {

// Strings that are `before`, then units, then `after`.
struct Units {
  std::string before;
  const Dfa* unit;  // minimal; no unit begins with another one, nor with the first byte of `after`
  std::string after;
};

struct StateLengths {
  // Fewest units that begin on a non-empty way from here to acceptance; kEndless if there is none.
  std::uint32_t on;
  bool accept;
  // An edge from here begins a unit, unless it leads past them all.
  bool begins_unit;
  bool is_past;
  // Fewest units that begin on any way from here to acceptance.
  std::uint32_t least() const { return accept ? 0 : on; }
};

inline constexpr std::uint32_t kEndless = 0xffffffffU;

// Whether the edge between two states begins a unit.
inline bool BeginsUnit(const StateLengths& from, const StateLengths& to) {
  return from.begins_unit && !to.is_past;
}

// By state of `dfa` (minimal, without symbols, not empty). Nothing if a string is not of that form,
// or if a state is met both between units and inside of one. O(edges).
std::optional<std::vector<StateLengths>> MeasureLengths(const Dfa& dfa, const Units& units);

struct MeasuredDfa {
  std::shared_ptr<const Dfa> dfa;
  std::vector<StateLengths> lengths;  // by state

  // The automaton is counted where it is from.
  std::size_t memory_bytes() const { return lengths.capacity() * sizeof(StateLengths); }
};

}  // namespace pushmask::automaton
