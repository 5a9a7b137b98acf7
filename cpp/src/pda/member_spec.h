// SPDX-License-Identifier: Apache-2.0
// MemberSpec: which members of a member group (ir::MemberGroup) may come, given those that came.
//
// What came is told by three things: how far the ordered items got, how many members there are (as
// far as the bounds can tell), and the set of items seen. Of the items only those have a bit in the
// set for which it matters: those without a place in the order, and those that clauses name. The
// rest of the ordered items are told by the place alone, so a thousand of them cost no set.
//
// A member may come only if the group can still be completed after it. Horn clauses have a least
// closure (Dowling and Gallier, 1984): the items that must occur, now that some do. The group can
// be completed if the closure contradicts nothing, all of it that is missing can still come, it
// fits under max_members, and min_members can be reached. Only the last is hard, and only if the
// rest has an end: then more items must come than need to, and clauses may tie them together or
// exclude them from each other. See CanReachMin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ir/grammar.h"
#include "pda/member_search.h"

namespace pushmask::pda {

// A member group of which only the shape is left: every item derives something.
struct MemberShape {
  std::vector<bool> required = {};  // by item
  std::uint32_t num_ordered = 0;
  bool has_rest = false;
  // Whether members of the rest begin with keys that differ, and how many such there can be.
  bool has_keys = false;
  bool has_keyed_items = false;  // some of these members are items
  std::uint32_t num_keys = ir::kUnbounded;
  std::uint32_t min = 0;
  std::uint32_t max = ir::kUnbounded;
  std::vector<ir::MemberGroup::Clause> clauses = {};

  std::uint32_t num_items() const { return static_cast<std::uint32_t>(required.size()); }
  // Members of the rest, at most.
  std::uint32_t num_rest() const { return !has_rest ? 0 : has_keys ? num_keys : ir::kUnbounded; }
};

// What of a group's parts derives something.
struct Occurring {
  std::vector<bool> items = {};
  bool rest = false;  // with its key
  bool keyed_items = false;
  bool separator = false;
  std::uint32_t num_keys = ir::kUnbounded;  // that can be a key; kUnbounded for so many or more
};

// The shape of `group` without the parts that derive nothing. With only one member at most if the
// separator never occurs.
MemberShape ShapeOf(const ir::MemberGroup& group, const Occurring& occurring);

class MemberSpec {
 public:
  using Word = std::uint64_t;
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::uint32_t kRest = 0xfffffffeU;  // as a member, beside the items

  // What came. Sets are by bit, num_words() words.
  struct State {
    std::uint32_t next = 0;               // ordered items before this one cannot come any more
    std::uint32_t count = 0;              // of members; at most max_count()
    std::span<const Word> seen;           // items that came
    std::span<const Word> needed;         // the closure: items that came or must come
    std::uint32_t num_missing = 0;        // items that must still come, with and without a bit
    std::uint32_t first_missing = kNone;  // the first ordered one of them
    std::uint32_t rest_left = 0;          // members of the rest that can still come, at most
  };
  // What a member leads to.
  struct Step {
    std::uint32_t next;
    std::uint32_t count;
    std::uint32_t num_missing;
  };

  explicit MemberSpec(MemberShape shape);

  const MemberShape& shape() const { return shape_; }
  std::uint32_t num_items() const { return shape_.num_items(); }
  std::uint32_t num_bits() const { return static_cast<std::uint32_t>(item_of_.size()); }
  std::size_t num_words() const { return (item_of_.size() + 63) / 64; }
  // kNone if the item has none.
  std::uint32_t bit_of(std::uint32_t item) const { return bit_of_[item]; }
  // Counts beyond this one cannot be told apart.
  std::uint32_t max_count() const { return max_ != ir::kUnbounded ? max_ : min_; }
  std::uint32_t min() const { return min_; }
  std::uint32_t max() const { return max_; }

  // False if min_members cannot be decided within the bound of MemberSearch.
  bool is_decidable() const { return is_decidable_; }
  // Whether one member or more can be a group.
  bool MatchesMembers() const { return is_alive_ && (!is_decidable_ || MayContinue(initial_)); }

  bool MayBeSeveral() const {
    return std::uint64_t{num_items()} + shape_.num_rest() > 1 && max_ > 1;
  }
  // Whether the bounds leave room for another member of the rest, now or later.
  bool HasRoomForRest(const State& state) const {
    return max_ == ir::kUnbounded || std::uint64_t{state.count} + state.num_missing < max_;
  }

  // The state before the first member.
  const State& initial() const { return initial_; }
  // The state in which `seen` came. Fills `needed`; both must outlive the result.
  State Read(std::uint32_t next, std::uint32_t count, std::span<const Word> seen,
             std::span<Word> needed) const;

  // Where `member` (an item or kRest) leads. nullopt if it cannot come, or if the group could not
  // be completed after it. Cost: that of the clauses that follow from the item.
  std::optional<Step> Take(const State& state, std::uint32_t member) const;
  // Writes the sets after `member`, which can come.
  void Advance(const State& state, std::uint32_t member, std::span<Word> seen,
               std::span<Word> needed) const;
  // The state with these sets. As in Read, all of the rest is left.
  State Complete(std::uint32_t next, std::uint32_t count, std::span<const Word> seen,
                 std::span<const Word> needed) const;

  bool MayEnd(std::uint32_t count, std::uint32_t num_missing) const {
    return num_missing == 0 && count >= min_;
  }
  // Whether some member can come.
  bool MayContinue(const State& state) const;

  std::size_t memory_bytes() const;

 private:
  void AssignBits();
  void AddClauses();
  // What must occur whatever came; false for a contradiction.
  bool CloseInitially();
  void SetBounds();

  bool IsOrdered(std::uint32_t item) const { return item < shape_.num_ordered; }
  bool CanCome(std::uint32_t bit, std::uint32_t next) const {
    return !IsOrdered(item_of_[bit]) || item_of_[bit] >= next;
  }
  // Adds `bit` and what follows from it to `needed`. Returns how many besides `bit`; nullopt if
  // they contradict a clause or cannot come any more.
  std::optional<std::uint32_t> Close(std::uint32_t bit, std::uint32_t next,
                                     std::span<Word> needed) const;
  // Items that can still come.
  std::uint32_t NumFreeWithoutBit(std::uint32_t next) const;
  std::uint32_t NumAvailable(std::uint32_t next, std::span<const Word> seen) const;

  bool CanComplete(const State& state, std::uint32_t member, const Step& step) const;
  // For groups with clauses: whether members can be added until there are enough.
  bool CanReachMin(const State& state) const;

  MemberShape shape_;
  std::uint32_t min_ = 0;  // as given, unless some other condition says as much
  std::uint32_t max_ = ir::kUnbounded;
  std::vector<std::uint32_t> bit_of_;   // by item; kNone: it needs none
  std::vector<std::uint32_t> item_of_;  // by bit; bits are in the order of the items
  // By place in the order, one past the last included: of the ordered items from there on, those
  // with a smaller bit, and of those without a bit how many are required, and the first such.
  std::vector<std::uint32_t> bits_before_;
  std::vector<std::uint32_t> num_required_;
  std::vector<std::uint32_t> first_required_;
  std::vector<HornClause> clauses_;                     // over bits
  std::vector<std::vector<std::uint32_t>> clauses_of_;  // by bit: those that it is a premise of
  std::vector<Word> in_clauses_;                        // bits that some clause names
  std::vector<Word> none_;                              // the sets of initial_
  std::vector<Word> always_;
  State initial_;
  bool is_alive_ = true;  // some sequence of members fulfils the conditions
  bool is_decidable_ = true;
  // If no item of a clause can be in the way of another, the largest closure is found at once.
  bool is_union_closed_ = true;
  std::optional<MemberSearch> search_;
};

}  // namespace pushmask::pda
