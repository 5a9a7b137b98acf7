// SPDX-License-Identifier: Apache-2.0
#include "pda/member_search.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace pushmask::pda {
namespace {

// The connected components of the bits that clauses name: by bit the smallest of its component.
std::vector<std::uint32_t> FindComponents(const std::vector<HornClause>& clauses,
                                          std::size_t num_bits) {
  std::vector<std::uint32_t> root(num_bits);
  std::iota(root.begin(), root.end(), 0U);
  const auto find = [&root](std::uint32_t bit) {
    while (root[bit] != bit) bit = root[bit] = root[root[bit]];
    return bit;
  };
  for (const HornClause& clause : clauses) {
    std::uint32_t first = clause.then;
    for (const std::uint32_t bit : clause.present) {
      if (first == HornClause::kNoThen) first = bit;
      const std::uint32_t a = find(first);
      const std::uint32_t b = find(bit);
      root[std::max(a, b)] = std::min(a, b);
    }
  }
  for (std::uint32_t bit = 0; bit < num_bits; ++bit) root[bit] = find(bit);
  return root;
}

}  // namespace

MemberSearch::MemberSearch(const std::vector<HornClause>& clauses, std::size_t num_bits) {
  const std::vector<std::uint32_t> root = FindComponents(clauses, num_bits);
  std::vector<bool> named(num_bits);
  for (const HornClause& clause : clauses) {
    for (const std::uint32_t bit : clause.present) named[bit] = true;
    if (clause.then != HornClause::kNoThen) named[clause.then] = true;
  }
  std::vector<std::uint32_t> component_of(num_bits);  // of roots
  std::vector<std::uint32_t> place(num_bits);
  for (std::uint32_t bit = 0; bit < num_bits; ++bit) {
    if (!named[bit]) continue;
    if (root[bit] == bit) {
      component_of[bit] = static_cast<std::uint32_t>(components_.size());
      components_.emplace_back();
    }
    auto& bits = components_[component_of[root[bit]]].bits;
    place[bit] = static_cast<std::uint32_t>(bits.size());
    bits.push_back(bit);
  }
  std::uint64_t num_subsets = 0;
  for (const Component& component : components_) {
    constexpr std::size_t kMost = std::bit_width(kMaxSubsets);
    num_subsets += std::uint64_t{1} << std::min(component.bits.size(), kMost);
  }
  is_small_ = num_subsets <= kMaxSubsets;
  if (!is_small_) return;
  for (const HornClause& clause : clauses) {
    if (clause.present.empty()) continue;  // part of `needed`
    Component::Clause local{};
    for (const std::uint32_t bit : clause.present) local.present |= 1U << place[bit];
    if (clause.then != HornClause::kNoThen) local.then = 1U << place[clause.then];
    components_[component_of[root[clause.present[0]]]].clauses.push_back(local);
  }
}

std::uint32_t MemberSearch::Component::Gather(std::span<const Word> set) const {
  std::uint32_t local = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (((set[bits[i] / 64] >> (bits[i] % 64)) & 1U) != 0) local |= 1U << i;
  }
  return local;
}

bool MemberSearch::Component::Holds(std::uint32_t subset) const {
  return std::all_of(clauses.begin(), clauses.end(), [subset](const Clause& clause) {
    return (subset & clause.present) != clause.present || (subset & clause.then) != 0;
  });
}

std::uint32_t MemberSearch::Sizes(const Component& component, std::uint32_t seen,
                                  std::uint32_t needed, std::uint32_t available) {
  std::uint32_t sizes = 0;
  const std::uint32_t missing = needed & ~seen;
  if ((missing & ~available) != 0) return 0;
  const std::uint32_t optional = available & ~needed & ~seen;
  for (std::uint32_t added = optional;; added = (added - 1) & optional) {
    const auto size = std::popcount(added | missing);
    if (((sizes >> size) & 1U) == 0 && component.Holds(seen | missing | added)) sizes |= 1U << size;
    if (added == 0) break;
  }
  return sizes;
}

bool MemberSearch::CanAdd(std::span<const Word> seen, std::span<const Word> needed,
                          std::span<const Word> available, std::uint32_t fewest,
                          std::uint32_t most) const {
  std::vector<bool> reached{true};  // by number of items added
  for (const Component& component : components_) {
    const std::uint32_t sizes = Sizes(component, component.Gather(seen), component.Gather(needed),
                                      component.Gather(available));
    std::vector<bool> next(reached.size() + component.bits.size());
    for (std::size_t i = 0; i < reached.size(); ++i) {
      for (std::size_t size = 0; reached[i] && size <= component.bits.size(); ++size) {
        if (((sizes >> size) & 1U) != 0) next[i + size] = true;
      }
    }
    reached = std::move(next);
  }
  for (std::size_t i = fewest; i < reached.size() && i <= most; ++i) {
    if (reached[i]) return true;
  }
  return false;
}

}  // namespace pushmask::pda
