// SPDX-License-Identifier: Apache-2.0
// Automata over the bytes of UTF-8, read by whole characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "automaton/dfa.h"
#include "base/hash_index.h"
#include "ir/automaton.h"

namespace pushmask::automaton {

// The steps of an automaton whose texts are well-formed UTF-8, character by character.
class CharacterEdges {
 public:
  using Edge = ir::Automaton::Transition;

  // `dfa` must outlive this.
  explicit CharacterEdges(const Dfa& dfa) : dfa_(dfa), inside_(dfa.size()) {}

  // What leads from a state that no character ends in the middle of; sorted, disjoint, neighbours
  // with one target joined. Cost: the number of edges below the lead bytes; what stands inside
  // characters is remembered.
  std::vector<Edge> Of(std::uint32_t state);

 private:
  // The edges inside a character that lacks so many bytes, by the number that those bytes spell.
  const std::vector<Edge>& Inside(std::uint32_t state, int num_bytes);
  void Append(const ByteEdge& edge, int num_bytes, char32_t mask, std::vector<Edge>* out);

  const Dfa& dfa_;
  std::vector<std::vector<Edge>> inside_;  // by state; no state inside a character is without edges
};

// The edges between `first` and `last`, as numbers less `first`. `edges` are sorted and disjoint.
std::vector<CharacterEdges::Edge> Slice(const std::vector<CharacterEdges::Edge>& edges,
                                        char32_t first, char32_t last);

// Whether the edges are one, which takes all of 0 to size - 1.
bool IsFull(const std::vector<CharacterEdges::Edge>& edges, std::uint64_t size);

// States that stand within the spellings of characters: those with the same edges are one. They are
// numbered from the number of other states on, do not accept, and are never without edges.
class InnerStates {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  explicit InnerStates(std::size_t num_others) : num_others_(num_others) {}

  // The state with these edges, which are sorted; neighbours with one target are joined. kNone if
  // there are none.
  std::uint32_t StateOf(const std::vector<ByteEdge>& edges);
  std::size_t size() const { return states_.size(); }
  const std::vector<ByteEdge>& edges(std::uint32_t state) const {
    return states_[state - num_others_];
  }

 private:
  const std::size_t num_others_;
  std::vector<std::vector<ByteEdge>> states_;
  base::HashIndex index_;  // of states_
};

// The same automaton over bytes, deterministic but not minimal. Cost: the bytes that each state
// tells apart.
Dfa ToBytes(const ir::Automaton& automaton);

// The same language over code points. `dfa` is minimal, and its texts are well-formed UTF-8.
ir::Automaton ToCharacters(const Dfa& dfa);

}  // namespace pushmask::automaton
