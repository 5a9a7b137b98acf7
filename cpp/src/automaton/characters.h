// SPDX-License-Identifier: Apache-2.0
// Automata over the bytes of UTF-8, read by whole characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "automaton/dfa.h"
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
  // characters is remembered. Replaces what is in `edges`.
  void Find(std::uint32_t state, std::vector<Edge>* edges);

 private:
  // The edges inside a character that lacks so many bytes, by the number that those bytes spell.
  const std::vector<Edge>& Inside(std::uint32_t state, int num_bytes);
  void Append(const ByteEdge& edge, int num_bytes, char32_t mask, std::vector<Edge>* out);

  const Dfa& dfa_;
  std::vector<std::vector<Edge>> inside_;  // by state; no state inside a character is without edges
};

// Those of sorted, disjoint edges that take any of first to last, where some are outside.
std::span<const CharacterEdges::Edge> CutTo(std::span<const CharacterEdges::Edge> edges,
                                            char32_t first, char32_t last);

// Those of sorted, disjoint edges that take any of first to last; the outer ones may take more.
inline std::span<const CharacterEdges::Edge> Within(std::span<const CharacterEdges::Edge> edges,
                                                    char32_t first, char32_t last) {
  if (edges.empty() || edges.back().on.last < first || edges.front().on.first > last) return {};
  if (edges.front().on.last >= first && edges.back().on.first <= last) return edges;
  return CutTo(edges, first, last);
}

// Whether the edges are one, which takes all of first to last.
bool IsFull(std::span<const CharacterEdges::Edge> edges, char32_t first, char32_t last);

// The same automaton over bytes, deterministic but not minimal. Cost: the bytes that each state
// tells apart.
Dfa ToBytes(const ir::Automaton& automaton);

// The same language over code points. `dfa` is minimal, and its texts are well-formed UTF-8.
ir::Automaton ToCharacters(const Dfa& dfa);

}  // namespace pushmask::automaton
