// SPDX-License-Identifier: Apache-2.0
// SegmentCutter: overlapping byte edges to segments of bytes that have the same actions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "pda/machine.h"

namespace pushmask::pda {

class SegmentCutter {
 public:
  void Clear() { edges_.clear(); }
  void Add(std::uint8_t first, std::uint8_t last, Action action) {
    edges_.push_back({first, last, static_cast<std::uint32_t>(edges_.size()), action});
  }

  // Calls take(first, last, actions) for each segment, ascending; the actions are in the order in
  // which their edges begin, then that in which they were added. Sorts the edges.
  template <typename Take>
  void Cut(Take take) {
    std::ranges::sort(edges_, {},
                      [](const Edge& edge) { return std::make_pair(edge.first, edge.order); });
    active_.clear();
    std::size_t next = 0;
    int first = edges_.empty() ? 256 : edges_[0].first;
    while (first < 256) {
      std::erase_if(active_, [first](const Edge& edge) { return edge.last < first; });
      while (next < edges_.size() && edges_[next].first <= first) active_.push_back(edges_[next++]);
      // The segment goes on until an edge ends or another begins.
      int past = next < edges_.size() ? edges_[next].first : 256;
      for (const Edge& edge : active_) past = std::min(past, edge.last + 1);
      if (!active_.empty()) {
        actions_.clear();
        for (const Edge& edge : active_) actions_.push_back(edge.action);
        take(static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(past - 1),
             std::span<const Action>(actions_));
      }
      first = past;
    }
  }

 private:
  struct Edge {
    std::uint8_t first;
    std::uint8_t last;
    std::uint32_t order;  // in which it was added
    Action action;
  };
  std::vector<Edge> edges_;
  std::vector<Edge> active_;
  std::vector<Action> actions_;
};

}  // namespace pushmask::pda
