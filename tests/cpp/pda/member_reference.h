// SPDX-License-Identifier: Apache-2.0
// What a member group's definition says, tried out: sequences of members are extended one by one
// until they keep all conditions. Shares nothing with MemberSpec.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <tuple>

#include "pda/member_spec.h"

namespace pushmask::pda {

class MemberReference {
 public:
  static constexpr std::uint32_t kRest = MemberSpec::kRest;
  // Counts past this are alike: tests keep their bounds below, or far beyond.
  static constexpr std::uint32_t kManyMembers = 16;

  struct Came {
    std::uint32_t seen = 0;      // items, as bits
    std::uint32_t after = 0;     // one past the last ordered item
    bool order_is_over = false;  // because another member came
    std::uint32_t count = 0;
    std::uint32_t num_rest = 0;  // counted where the rest has an end

    friend auto operator<=>(const Came&, const Came&) = default;
  };

  explicit MemberReference(MemberShape shape) : shape_(std::move(shape)) {}

  bool IsGroup(const Came& came) const {
    const auto has = [&](std::uint32_t i) { return ((came.seen >> i) & 1U) != 0; };
    for (std::uint32_t i = 0; i < shape_.num_items(); ++i) {
      if (shape_.required[i] && !has(i)) return false;
    }
    for (const auto& clause : shape_.clauses) {
      if (!std::all_of(clause.present.begin(), clause.present.end(), has)) continue;
      if (!clause.then || !has(*clause.then)) return false;
    }
    return shape_.min <= came.count && came.count <= shape_.max;
  }

  // False if order or repetition forbid it.
  bool Add(std::uint32_t member, Came* came) const {
    if (member == kRest) {
      if (came->num_rest >= shape_.num_rest()) return false;
      if (shape_.num_rest() != ir::kUnbounded) ++came->num_rest;
      came->order_is_over = true;
    } else {
      if (((came->seen >> member) & 1U) != 0) return false;
      const bool is_ordered = member < shape_.num_ordered;
      if (is_ordered && (came->order_is_over || member < came->after)) return false;
      if (is_ordered) came->after = member + 1;
      came->order_is_over = came->order_is_over || !is_ordered;
      came->seen |= 1U << member;
    }
    came->count = std::min(came->count + 1, kManyMembers);
    return true;
  }

  // Whether more members, or none, make a group of it.
  bool CanBeGroup(const Came& came) {
    if (IsGroup(came)) return true;
    if (came.count > shape_.max) return false;
    if (const auto known = known_.find(came); known != known_.end()) return known->second;
    known_[came] = false;  // the rest, counted no further, leads back here
    bool can = false;
    ForEachMember([&](std::uint32_t member) {
      Came next = came;
      can = can || (Add(member, &next) && CanBeGroup(next));
    });
    return known_[came] = can;
  }

  bool CanTake(const Came& came, std::uint32_t member) {
    Came next = came;
    return Add(member, &next) && CanBeGroup(next);
  }

  template <typename Visit>
  void ForEachMember(Visit visit) const {
    for (std::uint32_t i = 0; i < shape_.num_items(); ++i) visit(i);
    visit(kRest);
  }

  const MemberShape& shape() const { return shape_; }

 private:
  MemberShape shape_;
  std::map<Came, bool> known_;
};

// A shape with up to `max_items` items.
inline MemberShape RandomShape(std::mt19937* random, std::uint32_t max_items) {
  const auto below = [random](std::uint32_t bound) {
    return static_cast<std::uint32_t>((*random)() % bound);
  };
  MemberShape shape;
  const std::uint32_t num_items = below(max_items + 1);
  for (std::uint32_t i = 0; i < num_items; ++i) shape.required.push_back(below(5) == 0);
  const std::uint32_t order = below(3);
  shape.num_ordered = order == 0 ? 0 : order == 1 ? num_items : below(num_items + 1);
  shape.has_rest = below(2) == 0;
  if (below(2) == 0) shape.min = below(5);
  if (below(2) == 0) shape.max = below(8) == 0 ? 4'000'000'000U : below(7);
  const std::uint32_t num_clauses = num_items == 0 || below(3) == 0 ? 0 : below(num_items + 1);
  for (std::uint32_t i = 0; i < num_clauses; ++i) {
    auto& clause = shape.clauses.emplace_back();
    const std::uint32_t num_present = below(12) == 0 ? 0 : 1 + below(2);
    for (std::uint32_t k = 0; k < num_present; ++k) clause.present.push_back(below(num_items));
    if (below(5) < 3) clause.then = below(num_items);
  }
  return shape;
}

}  // namespace pushmask::pda
