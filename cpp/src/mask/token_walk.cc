// SPDX-License-Identifier: Apache-2.0
#include "mask/token_walk.h"

#include <algorithm>
#include <utility>

#include "mask/trie_walk.h"
#include "stack/lazy_automaton.h"

namespace pushmask::mask {
namespace {

using pda::StateId;
using stack::Link;
using vocab::TokenId;
using vocab::TokenTrie;

// A walk of more steps than this is given up for the position's partition, which is kept.
constexpr std::size_t kMaxSteps = 512;
// Below subtrees of fewer nodes a walk is as fast as looking up.
constexpr std::uint32_t kLargeSubtree = 32;
// Larger residual tries meet the same configurations again and again.
constexpr std::uint32_t kLargeResiduals = 2048;

// The bytes on which the state only loops.
base::ByteSet LoopBytes(const pda::Machine& machine, StateId state) {
  base::ByteSet bytes;
  for (const pda::Segment& segment : machine.segments(state)) {
    const auto actions = machine.actions(segment);
    if (actions.size() == 1 && actions[0].slot == 0 && actions[0].target == state) {
      bytes.AddRange(segment.first, segment.last);
    }
  }
  return bytes;
}

}  // namespace

TokenWalk::TokenWalk(const pda::Machine& machine, stack::RegisterTable* registers,
                     PartitionCache* partitions, const stack::SharedStacks* below)
    : machine_(machine),
      partitions_(*partitions),
      trie_(partitions->trie()),
      workspace_(below),
      stepper_(workspace_.MakeStepper(machine, registers)) {}

void TokenWalk::Run(std::span<const Link> links, RowBuilder* row) {
  row_ = row;
  can_end_ = false;
  for (const Link& position : stepper_.WithReturns(links)) {
    if (position.state == pda::kEnd) {
      can_end_ = true;
    } else {
      AddPosition(position);
    }
  }
  Links below;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const auto links_below = workspace_->scratch.links(pending_[i].below);
    below.assign(links_below.begin(), links_below.end());  // steps may move the scratch
    WalkResiduals(*pending_[i].partition, below);
  }
  pending_.clear();
}

void TokenWalk::AddPosition(const Link& position) {
  steps_left_ = kMaxSteps;
  if (partitions_.IsWorthwhile(position.state) || !WalkFromRoot(position)) {
    AddPartition(PartitionOf(position, 0), position.below);
  }
}

// Looks up the rules that the position can call and whose first state is wide.
void TokenWalk::LookUpCalls(const Link& position) {
  const std::uint32_t num_slots = machine_.num_slots(position.state);
  looked_up_.clear();
  bool any = false;
  for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
    const StateId entry = machine_.slot_entry(position.state, slot);
    const auto callers = machine_.slot_links(position.state, slot);
    const bool is_wide = machine_.state(entry).wide;
    // A frame inside one that was looked up needs no look of its own.
    const bool inside = std::all_of(callers.begin(), callers.end(), [this](const auto& call) {
      return call.parent != 0 && looked_up_[call.parent - 1] != 0;
    });
    looked_up_.push_back(is_wide || inside ? 1 : 0);
    any |= is_wide;
    if (!is_wide || inside) continue;
    const stack::NodeId below = stepper_.OpenFrame(position, slot);
    if (below.valid()) AddPartition(PartitionOf({entry, 0, below}, 0), below);
  }
  if (!any) looked_up_.clear();
}

bool TokenWalk::WalkFromRoot(const Link& position) {
  LookUpCalls(position);
  const base::ByteSet loop = LoopBytes(machine_, position.state);
  std::shared_ptr<const TokenSlice> slice;
  if (!loop.empty()) {
    slice = partitions_.shared()->Slice(trie_, partitions_.vocabulary_size(), loop);
    if (slice->dense() != nullptr) row_->Add(slice->dense());
    row_->Add(slice->sparse());
  }
  base::ByteSet first;
  for (const pda::Segment& segment : machine_.segments(position.state)) {
    first.AddRange(segment.first, segment.last);
  }
  Links links;
  bool finished = true;
  first.Without(loop).ForEach([&](std::uint8_t byte) {
    if (!finished) return;
    const Node child = trie_.root_child(byte);
    if (child != 0) {
      stepper_.StepPosition(position, byte, looked_up_, &links);
      finished = WalkBelow(child, links);
    }
    if (slice == nullptr) return;
    // What was looked up begins at the root; behind the class's bytes it has to be walked.
    const auto exits = slice->exits(byte);
    if (exits.size() <= (child != 0 ? 1U : 0U)) return;
    stepper_.StepPosition(position, byte, {}, &links);
    for (const Node node : exits) {
      if (node != child && finished) finished = WalkBelow(node, links);
    }
  });
  return finished;
}

bool TokenWalk::WalkBelow(Node node, const Links& links) {
  if (links.empty()) return true;
  row_->Add(trie_.tokens(node));
  Links rest = links;
  if (trie_.subtree_end(node) - node > kLargeSubtree) LookUpWide(node, &rest);
  return Descend(trie_, node, rest, [this](Node at, Links* here) {
    row_->Add(trie_.tokens(at));
    if (trie_.subtree_end(at) - at > kLargeSubtree) LookUpWide(at, here);
  });
}

const TokenPartition& TokenWalk::PartitionOf(const Link& position, Node top) {
  std::shared_ptr<const TokenPartition> keep;
  const TokenPartition& partition = partitions_.Get(position.state, position.reg, top, &keep);
  if (keep != nullptr) keep_.push_back(std::move(keep));
  return partition;
}

void TokenWalk::AddPartition(const TokenPartition& partition, stack::NodeId below) {
  if (partition.dense != nullptr) row_->Add(partition.dense, partition.without);
  row_->Add(partition.sparse);
  if (partition.residuals != nullptr || partition.more_residuals != nullptr) {
    pending_.push_back({&partition, below});
  }
}

void TokenWalk::LookUpWide(Node node, Links* links) {
  const auto is_wide = [this](const Link& link) { return machine_.state(link.state).wide; };
  if (std::none_of(links->begin(), links->end(), is_wide)) return;
  // What lies below a wide position that may end here goes on by itself.
  Links rest;
  for (const Link& position : stepper_.WithReturns(*links)) {
    if (is_wide(position)) {
      AddPartition(PartitionOf(position, node), position.below);
    } else {
      rest.push_back(position);
    }
  }
  *links = std::move(rest);
}

template <typename Visit>
bool TokenWalk::Descend(const TokenTrie& trie, Node top, const Links& start, Visit visit) {
  if (start.empty() || trie.subtree_end(top) == top + 1) return true;
  struct Level {
    std::size_t end;  // of its links in `path`; they begin where the last level's end
    bool has_filter;
    base::ByteSet filter;
  };
  Links path(start);
  std::vector<Level> levels;
  // A filter pays where there are more children than links.
  const auto enter = [&](Node node, const Links& links) {
    Level& level = levels.emplace_back(Level{path.size(), trie.subtree_end(node) - node > 16, {}});
    if (level.has_filter) stepper_.FirstBytes(links, &level.filter);
  };
  enter(top, start);
  Links next;
  const std::uint32_t top_depth = trie.depth(top);
  const Node end = trie.subtree_end(top);
  for (Node node = top + 1; node < end;) {
    levels.resize(trie.depth(node) - top_depth);
    const Level& level = levels.back();
    path.resize(level.end);
    const std::uint8_t byte = trie.byte(node);
    const Node after = trie.subtree_end(node);
    if (level.has_filter && !level.filter.Has(byte)) {
      node = after;
      continue;
    }
    if (steps_left_ == 0) return false;
    --steps_left_;
    const std::size_t begin = levels.size() > 1 ? levels[levels.size() - 2].end : 0;
    stepper_.Step(std::span(path).subspan(begin), byte, &next);
    if (!next.empty()) visit(node, &next);
    if (next.empty() || after == node + 1) {
      node = after;
      continue;
    }
    path.insert(path.end(), next.begin(), next.end());
    enter(node, next);
    ++node;
  }
  return true;
}

void TokenWalk::WalkResiduals(const TokenPartition& partition, std::span<const Link> below) {
  const auto walk = [&](const Residuals& residuals, auto keep) {
    const TokenTrie& trie = residuals.trie;
    const auto add = [&](Node node) {
      std::uint32_t index = trie.token_begin(node);
      for (const TokenId token : trie.tokens(node)) {
        if (keep(index++, token)) row_->Add({&token, 1});
      }
    };
    if (trie.num_nodes() > kLargeResiduals) {
      stack::LazyAutomaton automaton(&stepper_);
      WalkTrie(trie, 0, automaton.Start(below), &automaton,
               [&](Node node, stack::LazyAutomaton::Id) { add(node); });
      return;
    }
    steps_left_ = trie.num_nodes();
    const Links start(below.begin(), below.end());
    Descend(trie, 0, start, [&](Node node, Links*) { add(node); });
  };
  if (partition.residuals != nullptr) {
    const auto& rounds = partition.residuals->rounds;
    walk(*partition.residuals, [&](std::uint32_t index, TokenId token) {
      if (!rounds.empty() &&
          (rounds[index] < partition.min_rounds || rounds[index] > partition.max_rounds)) {
        return false;
      }
      return !std::binary_search(partition.dropped.begin(), partition.dropped.end(), token);
    });
  }
  if (partition.more_residuals != nullptr) {
    walk(*partition.more_residuals, [](std::uint32_t, TokenId) { return true; });
  }
}

}  // namespace pushmask::mask
