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
      stepper_(workspace_->MakeStepper(machine, registers, below)) {
  buffers_->pending.clear();
  buffers_->keep.clear();
}

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
  for (const auto& [partition, node] : buffers_->pending) {
    const auto below = workspace_->scratch.links(node);
    buffers_->below.assign(below.begin(), below.end());  // steps may move the scratch
    WalkResiduals(*partition, buffers_->below);
  }
  buffers_->pending.clear();
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
  buffers_->looked_up.clear();
  bool any = false;
  for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
    const StateId entry = machine_.slot_entry(position.state, slot);
    const auto callers = machine_.slot_links(position.state, slot);
    const bool is_wide = machine_.state(entry).wide;
    // A frame inside one that was looked up needs no look of its own.
    const bool inside = std::all_of(callers.begin(), callers.end(), [this](const auto& call) {
      return call.parent != 0 && buffers_->looked_up[call.parent - 1] != 0;
    });
    buffers_->looked_up.push_back(is_wide || inside ? 1 : 0);
    any |= is_wide;
    if (!is_wide || inside) continue;
    const stack::NodeId below = stepper_.OpenFrame(position, slot);
    if (below.valid()) AddPartition(PartitionOf({entry, 0, below}, 0), below);
  }
  if (!any) buffers_->looked_up.clear();
}

std::optional<TokenWalk::Loop> TokenWalk::FindLoop(const Link& position) {
  const auto only_target = [this](const pda::Segment& segment) {
    const auto actions = machine_.actions(segment);
    return actions.size() == 1 && actions[0].slot == 0 ? actions[0].target : StateId();
  };
  for (const pda::Segment& segment : machine_.segments(position.state)) {
    Loop loop{only_target(segment), {}};
    if (!loop.state.valid()) continue;
    loop.bytes = LoopBytes(machine_, loop.state);
    if (!loop.bytes.Has(segment.first)) continue;
    base::ByteSet into;  // the bytes from the position to the loop
    for (const pda::Segment& other : machine_.segments(position.state)) {
      if (only_target(other) == loop.state) into.AddRange(other.first, other.last);
    }
    if (!loop.bytes.Without(into).empty()) continue;
    // Where the loop may end, what lies below must not take the loop's bytes as well.
    const Link inside{loop.state, position.reg, position.below};
    Links& links = buffers_->start;
    stepper_.StepPosition(position, segment.first, {}, &links);
    if (links.size() != 1 || links[0] != inside) continue;
    base::ByteSet below;
    for (const Link& link : stepper_.Returns({&inside, 1})) {
      for (const pda::Segment& next : machine_.segments(link.state)) {
        below.AddRange(next.first, next.last);
      }
    }
    if (loop.bytes.Without(below) == loop.bytes) return loop;
  }
  return std::nullopt;
}

bool TokenWalk::WalkFromRoot(const Link& position) {
  LookUpCalls(position);
  base::ByteSet first;
  for (const pda::Segment& segment : machine_.segments(position.state)) {
    first.AddRange(segment.first, segment.last);
  }
  bool finished = true;
  if (const auto loop = FindLoop(position)) {
    finished = WalkLoop(position, *loop);
    first = first.Without(loop->bytes);
  }
  ForEachChild(trie_, 0, first, [&](Node child) {
    if (!finished) return;
    stepper_.StepPosition(position, trie_.byte(child), buffers_->looked_up, &buffers_->start);
    finished = WalkBelow(child, buffers_->start);
  });
  return finished;
}

bool TokenWalk::WalkLoop(const Link& position, const Loop& loop) {
  const auto slice = partitions_.shared()->Slice(trie_, partitions_.vocabulary_size(), loop.bytes);
  if (slice->dense() != nullptr) row_->Add(slice->dense());
  row_->Add(slice->sparse());
  const Link inside{loop.state, position.reg, position.below};
  base::ByteSet after;
  stepper_.FirstBytes({&inside, 1}, &after);
  bool finished = true;
  after.Without(loop.bytes).ForEach([&](std::uint8_t byte) {
    bool stepped = false;
    for (const Node node : slice->exits(byte)) {
      if (!finished || trie_.depth(node) == 1) continue;  // without a byte of the loop
      if (!stepped) stepper_.Step({&inside, 1}, byte, &buffers_->start);
      stepped = true;
      finished = WalkBelow(node, buffers_->start);
    }
  });
  return finished;
}

bool TokenWalk::WalkBelow(Node node, std::span<const Link> links) {
  if (links.empty()) return true;
  row_->Add(trie_.tokens(node));
  const auto look_up = [this](Node at, Links* here) {
    if (trie_.subtree_end(at) - at > kLargeSubtree) LookUpWide(at, here);
  };
  buffers_->next.assign(links.begin(), links.end());
  look_up(node, &buffers_->next);
  return Descend(trie_, node, buffers_->next, [&](Node at, Links* here) {
    row_->Add(trie_.tokens(at));
    look_up(at, here);
  });
}

const TokenPartition& TokenWalk::PartitionOf(const Link& position, Node top) {
  std::shared_ptr<const TokenPartition> keep;
  const TokenPartition& partition = partitions_.Get(position.state, position.reg, top, &keep);
  if (keep != nullptr) buffers_->keep.push_back(std::move(keep));
  return partition;
}

void TokenWalk::AddPartition(const TokenPartition& partition, stack::NodeId below) {
  if (partition.dense != nullptr) row_->Add(partition.dense, partition.without);
  row_->Add(partition.sparse);
  if (partition.residuals != nullptr || partition.more_residuals != nullptr) {
    buffers_->pending.push_back({&partition, below});
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
bool TokenWalk::Descend(const TokenTrie& trie, Node top, std::span<const Link> start, Visit visit) {
  Links& path = buffers_->path;
  Links& next = buffers_->next;
  auto& levels = buffers_->levels;
  path.clear();
  levels.clear();
  const auto enter = [&](Node node, std::span<const Link> links) {
    if (links.empty() || trie.num_children(node) == 0) return;
    auto& level = levels.emplace_back(
        WalkBuffers::Level{node, 0, path.size(), path.size() + links.size(), {}});
    path.insert(path.end(), links.begin(), links.end());
    stepper_.FirstBytes(links, &level.filter);
  };
  enter(top, start);
  while (!levels.empty()) {
    auto& level = levels.back();
    const auto bytes = trie.child_bytes(level.node);
    std::uint32_t i = level.next_child;
    while (i < bytes.size() && !level.filter.Has(bytes[i])) ++i;
    level.next_child = i + 1;
    path.resize(level.end);
    if (i >= bytes.size()) {
      levels.pop_back();
      continue;
    }
    if (steps_left_ == 0) return false;
    --steps_left_;
    stepper_.Step(std::span(path).subspan(level.begin), bytes[i], &next);
    if (next.empty()) continue;
    const Node child = trie.children(level.node)[i];
    visit(child, &next);
    enter(child, next);
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
    Descend(trie, 0, below, [&](Node node, Links*) { add(node); });
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
