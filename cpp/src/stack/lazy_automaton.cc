// SPDX-License-Identifier: Apache-2.0
#include "stack/lazy_automaton.h"

#include <algorithm>

namespace pushmask::stack {

LazyAutomaton::LazyAutomaton(Stepper* stepper) : stepper_(stepper) {
  configurations_.emplace_back();
}

LazyAutomaton::Id LazyAutomaton::Start(std::span<const Link> links) {
  if (links.empty()) return kDead;
  const std::uint64_t hash = HashLinks(links);
  const std::uint32_t known = index_.Find(hash, [&](std::uint32_t number) {
    const auto& other = configurations_[number].links;
    return std::equal(other.begin(), other.end(), links.begin(), links.end());
  });
  if (known != base::HashIndex::kNone) return known;
  const Id id = static_cast<Id>(configurations_.size());
  Configuration& configuration = configurations_.emplace_back();
  configuration.links.assign(links.begin(), links.end());
  configuration.can_end = stepper_->CanEnd(links);
  index_.Insert(hash, id);
  return id;
}

LazyAutomaton::Id LazyAutomaton::Next(Id id, std::uint8_t byte) {
  Configuration& from = configurations_[id];
  if (from.row != kNoRow) {
    const Id known = rows_[std::size_t{from.row} * 256 + byte];
    if (known != kUnknown) return known;
  } else if (++from.visits > kVisitsBeforeRow && rows_.size() < kMaxRows * 256) {
    from.row = static_cast<std::uint32_t>(rows_.size() / 256);
    rows_.resize(rows_.size() + 256, kUnknown);
  }
  const std::uint32_t row = from.row;
  stepper_->Step(from.links, byte, &next_);
  const Id next = Start(next_);  // may move configurations_
  if (row != kNoRow) rows_[std::size_t{row} * 256 + byte] = next;
  return next;
}

bool LazyAutomaton::LeadsOn(Id id, std::uint8_t byte) {
  const Configuration& from = configurations_[id];
  if (from.row != kNoRow) {
    const Id known = rows_[std::size_t{from.row} * 256 + byte];
    if (known != kUnknown) return known != kDead;
  }
  return stepper_->SurelyTakes(from.links, byte) || Next(id, byte) != kDead;
}

}  // namespace pushmask::stack
