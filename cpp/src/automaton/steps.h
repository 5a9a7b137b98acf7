// SPDX-License-Identifier: Apache-2.0
// Steps: what making automata costs, counted, so that all constructions of one compile together
// have a bound. Each of them alone is bounded by its states, but a small grammar can ask for many.
#pragma once

#include <cstddef>
#include <string>

#include "pushmask/error.h"

namespace pushmask::automaton {

// A step is a state or edge looked at: some 10 ns.
class Steps {
 public:
  explicit Steps(std::size_t max_steps) : max_steps_(max_steps), allowed_(max_steps) {}

  // From now on no more than half of those that are left, so that something cheaper may be tried
  // after it; or all of them.
  void AllowHalf() { allowed_ = used_ + (max_steps_ - used_) / 2; }
  void AllowAll() { allowed_ = max_steps_; }

  // Throws LimitError ("max_steps"), every time from the first on.
  void Use(std::size_t num_steps) {
    if (num_steps <= allowed_ - used_) {
      used_ += num_steps;
      return;
    }
    used_ = allowed_;
    throw LimitError("the automata of the rules and patterns take too long to make: more than " +
                         std::to_string(max_steps_) + " steps (limit max_steps)",
                     "max_steps", max_steps_, max_steps_ + 1);
  }

 private:
  const std::size_t max_steps_;
  std::size_t allowed_;
  std::size_t used_ = 0;  // at most allowed_
};

}  // namespace pushmask::automaton
