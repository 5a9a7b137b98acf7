// SPDX-License-Identifier: Apache-2.0
// LeafAutomaton: the states of a leaf rule as a dense transition table, filled on the way. A rule
// that calls no other is a plain DFA, so a walk of the trie needs no stacks: one load per node.
//
// In rules of many states those with few ways on have no row in the table: a walk meets most of the
// states of an enum of 10,000 strings once, and filling a row takes longer than that.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "pda/machine.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

// With `kLeavesOutRows`, for a rule of many states.
template <bool kLeavesOutRows>
class LeafAutomatonOf {
 public:
  explicit LeafAutomatonOf(const pda::Machine& machine) : machine_(machine) {}

  // Calls visit(node, can_end) for every node below `top` whose bytes, from `top` on, lead from
  // `state` to a state; `can_end` tells whether the rule may end there. In preorder. Where a state
  // only loops on all that lies below a node, visit_all(node) stands for the nodes below it.
  template <typename Visit, typename VisitAll>
  void Walk(const vocab::TokenTrie& trie, std::uint32_t top, pda::StateId state, Visit visit,
            VisitAll visit_all) {
    const std::uint32_t depth = trie.depth(top);
    struct Level {
      Place place;
      std::uint32_t node;
    };
    std::vector<Level> path(trie.max_depth() - depth + 1);  // at each depth
    path[0] = {PlaceOf(state), top};
    const std::uint32_t end = trie.subtree_end(top);
    for (std::uint32_t node = ChildFrom(trie, top, 0, path[0].place); node < end;) {
      const std::uint32_t level = trie.depth(node) - depth;
      const auto [from, parent] = path[level - 1];
      const Entry entry = Next(from, trie.byte(node));
      if (entry == kDead) {
        node = IsSparse(from) ? ChildFrom(trie, parent, trie.byte(node) + 1, from)
                              : trie.subtree_end(node);
        continue;
      }
      const Place place = entry >> kFlagBits;
      path[level] = {place, node};
      visit(node, (entry & kAccept) != 0);
      if (trie.is_plain_below(node) && !IsSparse(place) && rows_[RowOf(place)].loops_on_plain) {
        visit_all(node);
        node = trie.subtree_end(node);
      } else {
        node = ChildFrom(trie, node, 0, place);
      }
    }
  }

  // The same for a repetition of the rule that begins in `entry` and ends at final states only:
  // visit(node, rounds) with the rounds begun so far, and leave(node, rounds) for a node with a
  // byte that no round begins with, after that many complete rounds.
  template <typename Visit, typename Leave>
  void WalkRounds(const vocab::TokenTrie& trie, std::uint32_t top, pda::StateId entry, Visit visit,
                  Leave leave) {
    struct Step {
      Place place;
      std::uint32_t complete;
    };
    const std::uint32_t depth = trie.depth(top);
    std::vector<Step> path(trie.max_depth() - depth + 1);
    path[0] = {PlaceOf(entry), 0};
    const std::uint32_t end = trie.subtree_end(top);
    for (std::uint32_t node = top + 1; node < end;) {
      const std::uint32_t level = trie.depth(node) - depth;
      const Step from = path[level - 1];
      const Entry next = Next(from.place, trie.byte(node));
      if (next == kDead) {
        if (from.place == path[0].place && from.complete > 0) leave(node, from.complete);
        node = trie.subtree_end(node);
        continue;
      }
      const bool is_boundary = (next & kFinal) != 0;
      path[level] = is_boundary ? Step{path[0].place, from.complete + 1}
                                : Step{next >> kFlagBits, from.complete};
      visit(node, from.complete + 1);
      ++node;
    }
  }

  // The same for a leaf rule of which the rule that `bounded` begins is the one with a length:
  // visit(node, state) with the state of the latter, and the units begun so far.
  template <typename Visit>
  void WalkUnits(const vocab::TokenTrie& trie, std::uint32_t top, pda::StateId bounded,
                 Visit visit) {
    struct Step {
      Place place;
      std::uint32_t units;
    };
    const auto shift = static_cast<std::int64_t>(bounded.index()) -
                       static_cast<std::int64_t>(machine_.UnboundedOf(bounded).index());
    const auto bounded_of = [&](Place place) {
      return pda::StateId(
          static_cast<std::size_t>(static_cast<std::int64_t>(StateOf(place).index()) + shift));
    };
    const std::uint32_t depth = trie.depth(top);
    std::vector<Step> path(trie.max_depth() - depth + 1);
    path[0] = {PlaceOf(machine_.UnboundedOf(bounded)), 0};
    const std::uint32_t end = trie.subtree_end(top);
    for (std::uint32_t node = top + 1; node < end;) {
      const std::uint32_t level = trie.depth(node) - depth;
      const Step from = path[level - 1];
      const Entry next = Next(from.place, trie.byte(node));
      if (next == kDead) {
        node = trie.subtree_end(node);
        continue;
      }
      const pda::StateId to = bounded_of(next >> kFlagBits);
      const bool begins =
          machine_.state(bounded_of(from.place)).begins_unit && !machine_.state(to).is_past_units;
      path[level] = {next >> kFlagBits, from.units + (begins ? 1 : 0)};
      visit(node, to, path[level].units);
      ++node;
    }
  }

 private:
  // A state: its row in the table or, if the lowest bit is set, the sparse state itself.
  using Place = std::uint32_t;
  // Where a byte leads: the target's place and what a walk wants to know of the target.
  using Entry = std::uint32_t;
  static constexpr Entry kAccept = 1;
  static constexpr Entry kFinal = 2;
  static constexpr int kFlagBits = 2;
  static constexpr Entry kDead = 0xffffffffU;
  static constexpr Entry kUnknown = 0xfffffffeU;
  // Of a sparse state: the bytes it goes on with and its number, at most.
  static constexpr int kMaxBytes = 32;
  static constexpr std::size_t kMaxSparse = std::size_t{1} << 28;

  struct TableRow {
    pda::StateId state;
    bool loops_on_plain = false;  // and the rule may not end there
    std::array<Entry, 256> next;
  };

  static bool IsSparse(Place place) { return kLeavesOutRows && (place & 1U) != 0; }
  static std::uint32_t RowOf(Place place) { return place >> 1U; }
  pda::StateId StateOf(Place place) const {
    return IsSparse(place) ? pda::StateId(std::size_t{place >> 1U}) : rows_[RowOf(place)].state;
  }

  // The next node worth a look, in preorder, of the children of `node` for bytes from `first` on
  // and what comes after them; of a state with a row, the next node below `node`.
  std::uint32_t ChildFrom(const vocab::TokenTrie& trie, std::uint32_t node, int first,
                          Place place) const {
    if (!IsSparse(place)) return node + 1;
    const std::uint32_t end = trie.subtree_end(node);
    if (end == node + 1) return end;
    const auto bytes = trie.child_bytes(node);
    const auto segments = machine_.segments(StateOf(place));
    auto segment = segments.begin();
    const auto begin = std::lower_bound(bytes.begin(), bytes.end(), first);
    for (auto i = static_cast<std::size_t>(begin - bytes.begin()); i < bytes.size(); ++i) {
      while (segment != segments.end() && segment->last < bytes[i]) ++segment;
      if (segment == segments.end()) break;
      if (segment->first <= bytes[i]) return trie.children(node)[i];
    }
    return end;
  }

  Entry Next(Place place, std::uint8_t byte) {
    if (IsSparse(place)) {
      for (const pda::Segment& segment : machine_.segments(StateOf(place))) {
        if (byte > segment.last) continue;
        return byte < segment.first ? kDead : EntryOf(machine_.LeafTarget(segment));
      }
      return kDead;
    }
    const Entry known = rows_[RowOf(place)].next[byte];
    return known == kUnknown ? Find(RowOf(place), byte) : known;
  }

  Entry Find(std::uint32_t row, std::uint8_t byte) {
    const pda::Segment* segment = machine_.FindSegment(rows_[row].state, byte);
    const Entry entry = EntryOf(machine_.LeafTarget(*segment));
    for (unsigned b = segment->first; b <= segment->last; ++b) rows_[row].next[b] = entry;
    return entry;
  }

  Entry EntryOf(pda::StateId target) {
    const pda::State& state = machine_.state(target);
    return (PlaceOf(target) << kFlagBits) | (state.accept ? kAccept : 0U) |
           (state.final ? kFinal : 0U);
  }

  bool HasFewWays(pda::StateId state) const {
    if (state.index() >= kMaxSparse) return false;
    const auto segments = machine_.segments(state);
    if (segments.empty() || segments.back().last - segments.front().first < kMaxBytes) return true;
    int num_bytes = 0;
    for (const pda::Segment& segment : segments) {
      num_bytes += segment.last - segment.first + 1;
    }
    return num_bytes <= kMaxBytes;  // so it does not loop on all plain bytes
  }

  Place PlaceOf(pda::StateId state) {
    if constexpr (kLeavesOutRows) {
      if (HasFewWays(state)) return (state.value << 1U) | 1U;
    }
    const auto [known, inserted] =
        row_of_state_.try_emplace(state, static_cast<std::uint32_t>(rows_.size()));
    if (inserted) {
      TableRow& row = rows_.emplace_back();
      row.state = state;
      row.next.fill(kDead);
      for (const pda::Segment& segment : machine_.segments(state)) {
        for (unsigned b = segment.first; b <= segment.last; ++b) row.next[b] = kUnknown;
      }
      row.loops_on_plain = LoopsOnPlain(state);
    }
    return known->second << 1U;
  }

  bool LoopsOnPlain(pda::StateId state) const {
    if (machine_.state(state).accept) return false;
    for (unsigned b = 0; b < 256; ++b) {
      const auto byte = static_cast<std::uint8_t>(b);
      if (vocab::TokenTrie::IsPlain(byte) && machine_.LeafTarget(state, byte) != state) {
        return false;
      }
    }
    return true;
  }

  const pda::Machine& machine_;
  std::unordered_map<pda::StateId, std::uint32_t> row_of_state_;
  std::vector<TableRow> rows_;
};

using LeafAutomaton = LeafAutomatonOf<false>;
using LargeLeafAutomaton = LeafAutomatonOf<true>;

}  // namespace pushmask::mask
