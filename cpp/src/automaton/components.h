// SPDX-License-Identifier: Apache-2.0
// The strongly connected components of an automaton (R. Tarjan, "Depth-first search and linear
// graph algorithms", SIAM Journal on Computing 1, 1972), without recursion.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "automaton/dfa.h"

namespace pushmask::automaton {

class Components {
 public:
  // Visits each component after those that it leads to, as a span of its states. States for which
  // is_done(state) holds are left out.
  template <typename IsDone, typename Visit>
  void ForEach(const Dfa& dfa, IsDone is_done, Visit visit) {
    clock_ = 0;
    stack_.clear();
    frames_.clear();
    order_.resize(dfa.size());
    low_.resize(dfa.size());
    for (std::uint32_t s = 0; s < dfa.size(); ++s) order_[s] = is_done(s) ? kNone : 0;
    if (order_[0] == 0) Run(dfa, visit);
  }

 private:
  struct Frame {
    std::uint32_t state;
    std::uint32_t next_edge;
  };

  void Enter(std::uint32_t state) {
    order_[state] = low_[state] = ++clock_;
    stack_.push_back(state);
    frames_.push_back({state, 0});
  }

  template <typename Visit>
  void Run(const Dfa& dfa, Visit visit) {
    Enter(0);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::uint32_t state = frame.state;
      const auto bytes = dfa.bytes(state);
      const auto symbols = dfa.symbols(state);
      if (frame.next_edge < bytes.size() + symbols.size()) {
        const std::uint32_t i = frame.next_edge++;
        const std::uint32_t target =
            i < bytes.size() ? bytes[i].target : symbols[i - bytes.size()].target;
        if (order_[target] == 0) {
          Enter(target);
        } else {  // a finished state has the largest order there is
          low_[state] = std::min(low_[state], order_[target]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) {
        std::uint32_t& parent = low_[frames_.back().state];
        parent = std::min(parent, low_[state]);
      }
      if (low_[state] != order_[state]) continue;
      auto begin = stack_.end();
      do {
        --begin;
      } while (*begin != state);
      for (auto it = begin; it != stack_.end(); ++it) order_[*it] = kNone;
      visit(std::span<const std::uint32_t>(begin, stack_.end()));
      stack_.erase(begin, stack_.end());
    }
  }

  static constexpr std::uint32_t kNone = 0xffffffffU;

  std::uint32_t clock_ = 0;
  std::vector<std::uint32_t> order_;  // 0: not yet met; kNone: in a finished component, or left out
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> stack_;
  std::vector<Frame> frames_;
};

}  // namespace pushmask::automaton
