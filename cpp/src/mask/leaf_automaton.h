// SPDX-License-Identifier: Apache-2.0
// LeafAutomaton: the states of a leaf rule as a dense transition table, filled on the way. A rule
// that calls no other is a plain DFA, so a walk of the trie needs no stacks: one load per node.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pda/machine.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class LeafAutomaton {
 public:
  explicit LeafAutomaton(const pda::Machine& machine)
      : machine_(machine), row_of_state_(machine.num_states(), kNoRow) {}

  // Calls visit(node, can_end) for every node below `top` whose bytes, from `top` on, lead from
  // `state` to a state; `can_end` tells whether the rule may end there. In preorder.
  template <typename Visit>
  void Walk(const vocab::TokenTrie& trie, std::uint32_t top, pda::StateId state, Visit visit) {
    const std::uint32_t depth = trie.depth(top);
    std::vector<std::uint32_t> path(trie.max_depth() - depth + 1);  // table row at each depth
    path[0] = RowOf(state);
    const std::uint32_t end = trie.subtree_end(top);
    for (std::uint32_t node = top + 1; node < end;) {
      const std::uint32_t level = trie.depth(node) - depth;
      const pda::StateId target = rows_[path[level - 1]][trie.byte(node)];
      if (target == pda::kEnd) {
        node = trie.subtree_end(node);
        continue;
      }
      path[level] = RowOf(target);
      visit(node, machine_.state(target).accept);
      ++node;
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
      const pda::StateId target = rows_[from.row][trie.byte(node)];
      if (target == pda::kEnd) {
        if (from.row == path[0].row && from.complete > 0) leave(node, from.complete);
        node = trie.subtree_end(node);
        continue;
      }
      const bool is_boundary = machine_.state(target).final;
      path[level] =
          is_boundary ? Step{path[0].row, from.complete + 1} : Step{RowOf(target), from.complete};
      visit(node, from.complete + 1);
      ++node;
    }
  }

 private:
  static constexpr std::uint32_t kNoRow = 0xffffffffU;
  using TableRow = std::array<pda::StateId, 256>;  // kEnd: no way on

  std::uint32_t RowOf(pda::StateId state) {
    std::uint32_t& row = row_of_state_[state.index()];
    if (row == kNoRow) {
      row = static_cast<std::uint32_t>(rows_.size());
      TableRow& targets = rows_.emplace_back();
      targets.fill(pda::kEnd);
      for (const pda::Segment& segment : machine_.segments(state)) {
        const pda::StateId target = machine_.LeafTarget(segment);
        for (unsigned byte = segment.first; byte <= segment.last; ++byte) targets[byte] = target;
      }
    }
    return row;
  }

  const pda::Machine& machine_;
  std::vector<std::uint32_t> row_of_state_;
  std::vector<TableRow> rows_;
};

}  // namespace pushmask::mask
