// SPDX-License-Identifier: Apache-2.0
// LeafAutomaton: the states of a leaf rule as a dense transition table, filled on the way. A rule
// that calls no other is a plain DFA, so a walk of the trie needs no stacks: one load per node.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "pda/machine.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class LeafAutomaton {
 public:
  explicit LeafAutomaton(const pda::Machine& machine) : machine_(machine) {}

  // Calls visit(node, can_end) for every node below `top` whose bytes, from `top` on, lead from
  // `state` to a state; `can_end` tells whether the rule may end there. In preorder. Where a state
  // only loops on all that lies below a node, visit_all(node) stands for the nodes below it.
  template <typename Visit, typename VisitAll>
  void Walk(const vocab::TokenTrie& trie, std::uint32_t top, pda::StateId state, Visit visit,
            VisitAll visit_all) {
    const std::uint32_t depth = trie.depth(top);
    std::vector<std::uint32_t> path(trie.max_depth() - depth + 1);  // table row at each depth
    path[0] = RowOf(state);
    const std::uint32_t end = trie.subtree_end(top);
    for (std::uint32_t node = top + 1; node < end;) {
      const std::uint32_t level = trie.depth(node) - depth;
      const Entry entry = Next(path[level - 1], trie.byte(node));
      if (entry == kDead) {
        node = trie.subtree_end(node);
        continue;
      }
      path[level] = entry >> kFlagBits;
      visit(node, (entry & kAccept) != 0);
      if (trie.is_plain_below(node) && rows_[entry >> kFlagBits].loops_on_plain) {
        visit_all(node);
        node = trie.subtree_end(node);
      } else {
        ++node;
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
      std::uint32_t row;
      std::uint32_t complete;
    };
    const std::uint32_t depth = trie.depth(top);
    std::vector<Step> path(trie.max_depth() - depth + 1);
    path[0] = {RowOf(entry), 0};
    const std::uint32_t end = trie.subtree_end(top);
    for (std::uint32_t node = top + 1; node < end;) {
      const std::uint32_t level = trie.depth(node) - depth;
      const Step from = path[level - 1];
      const Entry next = Next(from.row, trie.byte(node));
      if (next == kDead) {
        if (from.row == path[0].row && from.complete > 0) leave(node, from.complete);
        node = trie.subtree_end(node);
        continue;
      }
      const bool is_boundary = (next & kFinal) != 0;
      path[level] = is_boundary ? Step{path[0].row, from.complete + 1}
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
      std::uint32_t row;
      std::uint32_t units;
    };
    const auto shift = static_cast<std::int64_t>(bounded.index()) -
                       static_cast<std::int64_t>(machine_.UnboundedOf(bounded).index());
    const auto bounded_of = [&](std::uint32_t row) {
      return pda::StateId(
          static_cast<std::size_t>(static_cast<std::int64_t>(rows_[row].state.index()) + shift));
    };
    const std::uint32_t depth = trie.depth(top);
    std::vector<Step> path(trie.max_depth() - depth + 1);
    path[0] = {RowOf(machine_.UnboundedOf(bounded)), 0};
    const std::uint32_t end = trie.subtree_end(top);
    for (std::uint32_t node = top + 1; node < end;) {
      const std::uint32_t level = trie.depth(node) - depth;
      const Step from = path[level - 1];
      const Entry next = Next(from.row, trie.byte(node));
      if (next == kDead) {
        node = trie.subtree_end(node);
        continue;
      }
      const pda::StateId to = bounded_of(next >> kFlagBits);
      const bool begins =
          machine_.state(bounded_of(from.row)).begins_unit && !machine_.state(to).is_past_units;
      path[level] = {next >> kFlagBits, from.units + (begins ? 1 : 0)};
      visit(node, to, path[level].units);
      ++node;
    }
  }

 private:
  // Where a byte leads: the target's row and what a walk wants to know of the target.
  using Entry = std::uint32_t;
  static constexpr Entry kAccept = 1;
  static constexpr Entry kFinal = 2;
  static constexpr int kFlagBits = 2;
  static constexpr Entry kDead = 0xffffffffU;
  static constexpr Entry kUnknown = 0xfffffffeU;

  struct TableRow {
    pda::StateId state;
    bool loops_on_plain = false;  // and the rule may not end there
    std::array<Entry, 256> next;
  };

  Entry Next(std::uint32_t row, std::uint8_t byte) {
    const Entry known = rows_[row].next[byte];
    return known == kUnknown ? Find(row, byte) : known;
  }

  Entry Find(std::uint32_t row, std::uint8_t byte) {
    const pda::Segment* segment = machine_.FindSegment(rows_[row].state, byte);
    const pda::StateId target = machine_.LeafTarget(*segment);
    const pda::State& state = machine_.state(target);
    const Entry entry =
        (RowOf(target) << kFlagBits) | (state.accept ? kAccept : 0U) | (state.final ? kFinal : 0U);
    for (unsigned b = segment->first; b <= segment->last; ++b) rows_[row].next[b] = entry;
    return entry;
  }

  std::uint32_t RowOf(pda::StateId state) {
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
    return known->second;
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

}  // namespace pushmask::mask
