// SPDX-License-Identifier: Apache-2.0
// LazyAutomaton: the configurations that a walk over many byte strings meets, as a deterministic
// automaton built on the way. A walk over a token trie meets few configurations many times; after
// the first meeting a step is one array access.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/hash_index.h"
#include "stack/stack_node.h"
#include "stack/stepper.h"

namespace pushmask::stack {

class LazyAutomaton {
 public:
  using Id = std::uint32_t;
  static constexpr Id kDead = 0;

  // Steps with `stepper`, which must outlive it.
  explicit LazyAutomaton(Stepper* stepper);
  LazyAutomaton(const LazyAutomaton&) = delete;
  LazyAutomaton& operator=(const LazyAutomaton&) = delete;

  // kDead for no links.
  Id Start(std::span<const Link> links);
  Id Next(Id id, std::uint8_t byte);
  // Whether Next is alive; cheaper if it is not known yet.
  bool LeadsOn(Id id, std::uint8_t byte);

  bool can_end(Id id) const { return configurations_[id].can_end; }
  const std::vector<Link>& links(Id id) const { return configurations_[id].links; }
  Stepper& stepper() { return *stepper_; }

 private:
  struct Configuration {
    std::vector<Link> links;
    bool can_end = false;
    std::uint32_t visits = 0;
    std::uint32_t row = kNoRow;  // index of its row in rows_
  };

  // Rows of transitions are kept for this many configurations; later ones step anew each time.
  static constexpr std::size_t kMaxRows = 2048;
  // Visits after which a configuration gets a row: most are met a few times only.
  static constexpr std::uint32_t kVisitsBeforeRow = 8;
  static constexpr std::uint32_t kNoRow = 0xffffffffU;
  static constexpr Id kUnknown = 0xffffffffU;

  Stepper* stepper_;
  std::vector<Configuration> configurations_;
  std::vector<Id> rows_;  // 256 each
  base::HashIndex index_;
  std::vector<Link> next_;
};

}  // namespace pushmask::stack
