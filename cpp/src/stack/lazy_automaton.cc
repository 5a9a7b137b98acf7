// SPDX-License-Identifier: Apache-2.0
#include "stack/lazy_automaton.h"

#include <algorithm>

namespace pushmask::stack {

LazyAutomaton::LazyAutomaton(const pda::Machine& machine, RegisterTable* registers,
                             const SharedStacks* below)
    : scratch_(below), stepper_(machine, registers, &scratch_) {
  configurations_.emplace_back();
  rows_.resize(256, kDead);
}

LazyAutomaton::Id LazyAutomaton::Start(std::span<const Link> links) {
  if (links.empty()) return kDead;
  const std::uint64_t hash = HashLinks(links);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    const auto& known = configurations_[it->second].links;
    if (std::equal(known.begin(), known.end(), links.begin(), links.end())) return it->second;
  }
  const Id id = static_cast<Id>(configurations_.size());
  const bool can_continue = std::any_of(links.begin(), links.end(),
                                        [](const Link& link) { return link.state != pda::kEnd; });
  configurations_.push_back(
      {{links.begin(), links.end()}, stepper_.CanEnd(links), can_continue});
  by_hash_.emplace(hash, id);
  if (id < kMaxRows) rows_.resize(rows_.size() + 256, kUnknown);
  return id;
}

LazyAutomaton::Id LazyAutomaton::Next(Id id, std::uint8_t byte) {
  const std::size_t cell = std::size_t{id} * 256 + byte;
  const bool has_row = id < kMaxRows;
  if (has_row && rows_[cell] != kUnknown) return rows_[cell];
  stepper_.Step(configurations_[id].links, byte, &next_);
  const Id next = Start(next_);
  if (has_row) rows_[cell] = next;
  return next;
}

}  // namespace pushmask::stack
