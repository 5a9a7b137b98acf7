// SPDX-License-Identifier: Apache-2.0
// MemberSearch: how many items can be added to a set so that Horn clauses hold. To add as many as
// possible is as hard as independent sets are, so it tries all subsets, of each set of items that
// clauses connect by itself; groups for which these are too many are refused when they are lowered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pushmask::pda {

// Over bits. All of `present` imply `then`; they exclude each other if that is kNoThen.
struct HornClause {
  static constexpr std::uint32_t kNoThen = 0xffffffffU;
  std::vector<std::uint32_t> present;
  std::uint32_t then = kNoThen;
};

class MemberSearch {
 public:
  using Word = std::uint64_t;
  // Subsets that one question may look at: below 100 microseconds.
  static constexpr std::uint64_t kMaxSubsets = std::uint64_t{1} << 13;

  MemberSearch(const std::vector<HornClause>& clauses, std::size_t num_bits);

  // Whether all subsets can be looked at.
  bool is_small() const { return is_small_; }
  // Whether so many items that clauses name, at least `fewest` and at most `most`, can be added to
  // `seen` that all clauses hold and all of `needed` is there. `available`: what can be added.
  bool CanAdd(std::span<const Word> seen, std::span<const Word> needed,
              std::span<const Word> available, std::uint32_t fewest, std::uint32_t most) const;

 private:
  // Items that clauses connect, and these clauses over their places in `bits`.
  struct Component {
    struct Clause {
      std::uint32_t present;
      std::uint32_t then;  // 0: none
    };
    std::vector<std::uint32_t> bits;
    std::vector<Clause> clauses;

    std::uint32_t Gather(std::span<const Word> set) const;
    bool Holds(std::uint32_t subset) const;
  };

  // Bit n is set if n items can be added to `seen`.
  static std::uint32_t Sizes(const Component& component, std::uint32_t seen, std::uint32_t needed,
                             std::uint32_t available);

  std::vector<Component> components_;
  bool is_small_ = true;
};

}  // namespace pushmask::pda
