// SPDX-License-Identifier: Apache-2.0
#include "automaton/inner_states.h"

#include <algorithm>

#include "base/hash.h"

namespace pushmask::automaton {

std::uint32_t InnerStates::StateOf(std::span<const ByteEdge> edges) {
  if (edges.empty()) return kNone;
  std::uint64_t hash = 0;
  for (const ByteEdge& edge : edges) {
    hash = base::Combine(
        hash, (std::uint64_t{edge.target} << 16) | (std::uint64_t{edge.first} << 8) | edge.last);
  }
  const auto same = [](const ByteEdge& a, const ByteEdge& b) {
    return a.first == b.first && a.last == b.last && a.target == b.target;
  };
  std::uint32_t number = index_.Find(
      hash, [&](std::uint32_t known) { return std::ranges::equal(edges, Edges(known), same); });
  if (number == base::HashIndex::kNone) {
    number = static_cast<std::uint32_t>(size());
    edges_.insert(edges_.end(), edges.begin(), edges.end());
    begins_.push_back(static_cast<std::uint32_t>(edges_.size()));
    index_.Insert(hash, number);
  }
  return static_cast<std::uint32_t>(num_others_) + number;
}

}  // namespace pushmask::automaton
