// SPDX-License-Identifier: Apache-2.0
// InnerStates: the states that stand within the spellings of characters, in flat arrays; those with
// the same edges are one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "automaton/nfa.h"
#include "base/hash_index.h"

namespace pushmask::automaton {

// The edges of one state while they are put together, in the order of their bytes; neighbours with
// one target are joined.
class EdgeList {
 public:
  void Add(std::uint8_t first, std::uint8_t last, std::uint32_t target) {
    if (size_ > 0 && edges_[size_ - 1].target == target && edges_[size_ - 1].last + 1 == first) {
      edges_[size_ - 1].last = last;
    } else {
      edges_[size_++] = {first, last, target};
    }
  }
  std::span<const ByteEdge> edges() const { return {edges_.data(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  std::array<ByteEdge, 256> edges_;  // left as it is beyond size_
  std::size_t size_ = 0;
};

// Its states are numbered from the number of other states on, do not accept, and are never without
// edges.
class InnerStates {
 public:
  static constexpr std::uint32_t kNone = base::HashIndex::kNone;

  explicit InnerStates(std::size_t num_others) : num_others_(num_others), begins_{0} {}

  // The state with these edges, which are sorted and joined. kNone if there are none.
  std::uint32_t StateOf(std::span<const ByteEdge> edges);
  std::size_t size() const { return begins_.size() - 1; }
  std::size_t num_edges() const { return edges_.size(); }
  std::span<const ByteEdge> edges(std::uint32_t state) const { return Edges(state - num_others_); }

 private:
  std::span<const ByteEdge> Edges(std::size_t number) const {
    return {edges_.data() + begins_[number], begins_[number + 1] - begins_[number]};
  }

  const std::size_t num_others_;
  std::vector<ByteEdge> edges_;
  std::vector<std::uint32_t> begins_;  // of each state's edges, and the end
  base::HashIndex index_;              // of the states
};

}  // namespace pushmask::automaton
