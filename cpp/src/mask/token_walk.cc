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

// A walk of more steps than this is given up for the position's partition, which is kept and, where
// it is that of a fragment, found by the next grammar.
constexpr std::size_t kMaxSteps = 512;
// Where the partition is this grammar's own it takes ten times as long as most walks: it is worth
// it after some of them. Until then a walk may have so many times as many steps.
constexpr std::size_t kMaxExtensions = 7;
constexpr std::size_t kNoBound = ~std::size_t{0};
// Below subtrees of fewer nodes a walk is as fast as looking up.
constexpr std::uint32_t kLargeSubtree = 32;
// Large nodes on the way down to a node; a chain of more (long runs of one byte) is walked plainly.
constexpr std::size_t kMaxDepth = 64;
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
      registers_(registers),
      partitions_(*partitions),
      trie_(partitions->trie()),
      stepper_(workspace_->MakeStepper(machine, registers, below)) {
  buffers_->pending.clear();
  buffers_->pending_keys.clear();
  buffers_->keep.clear();
}

void TokenWalk::Run(std::span<const Link> links, RowBuilder* row) {
  row_ = row;
  can_end_ = is_unclear_ = false;
  stepper_.WithReturns(links, &buffers_->positions);
  for (const Link& position : buffers_->positions) {
    if (position.state == pda::kEnd) {
      can_end_ = true;
      continue;
    }
    // With keys around partitions say too little, for they are those of few texts.
    steps_left_ = machine_.rule(position.state).meets_keys ? kNoBound : kMaxSteps;
    start_ = position.state;
    num_extensions_ = kMaxExtensions;
    if (IsWideKey(position.state)) {
      AddKeys(0, position, 0);
    } else if (IsPartitionKnown(position) || !WalkPosition(0, position, 0)) {
      AddPartition(PartitionOf(position, 0), position.below);
    }
  }
  num_extensions_ = 0;
  for (const auto& [partition, node] : buffers_->pending) {
    const auto below = workspace_->scratch.links(node);
    buffers_->below.assign(below.begin(), below.end());  // steps may move the scratch
    WalkResiduals(*partition, buffers_->below);
  }
  buffers_->pending.clear();
  for (const auto& pending : buffers_->pending_keys) WalkAfterKeys(pending);
  buffers_->pending_keys.clear();
  NoteUnclear();
}

bool TokenWalk::WalkChild(Node child, std::span<const Link> links, std::size_t depth) {
  if (links.empty()) return true;
  row_->Add(trie_.tokens(child));
  if (trie_.subtree_end(child) - child > kLargeSubtree && depth < kMaxDepth) {
    return WalkLinks(child, links, depth);
  }
  return Descend(trie_, child, links, [this](Node node) { row_->Add(trie_.tokens(node)); });
}

bool TokenWalk::WalkLinks(Node node, std::span<const Link> links, std::size_t depth) {
  auto& frames = buffers_->frames;
  while (frames.size() <= depth) frames.emplace_back();  // a deque: others stay where they are
  auto& positions = frames[depth].positions;
  stepper_.WithReturns(links, &positions);
  for (const Link& position : positions) {
    if (position.state == pda::kEnd) continue;
    if (machine_.state(position.state).wide) {
      AddPartition(PartitionOf(position, node), position.below);
    } else if (IsWideKey(position.state)) {
      if (!AddKeys(node, position, depth)) return false;
    } else if (!WalkPosition(node, position, depth)) {
      return false;
    }
  }
  return true;
}

bool TokenWalk::WalkPosition(Node node, const Link& position, std::size_t depth) {
  auto& frames = buffers_->frames;
  while (frames.size() <= depth) frames.emplace_back();
  auto& frame = frames[depth];
  LookUpCalls(node, position, &frame.looked_up);
  base::ByteSet first = BytesOf(position);
  bool finished = true;
  if (const auto loop = FindLoop(position)) {
    finished = WalkLoop(node, position, *loop, depth);
    first = first.Without(loop->bytes);
  }
  ForEachChild(trie_, node, first, [&](Node child) {
    finished = finished && TakeStep();
    if (!finished) return;
    if (IsLast(trie_, child) && stepper_.SurelyTakes({&position, 1}, trie_.byte(child))) {
      row_->Add(trie_.tokens(child));
      return;
    }
    stepper_.StepPosition(position, trie_.byte(child), frame.looked_up, &frame.links);
    finished = WalkChild(child, frame.links, depth + 1);
  });
  return finished;
}

bool TokenWalk::TakeStep() {
  if (steps_left_ == 0) {
    const pda::State& start = machine_.state(start_);
    // After a space the residuals would be half of the vocabulary.
    const bool leaves_much = start.leaf && start.accept && !start.wide;
    if (num_extensions_ == 0) return false;
    if (!leaves_much && partitions_.IsShared(start_)) return false;
    --num_extensions_;
    steps_left_ = partitions_.TakeSteps(start_, kMaxSteps);
    if (steps_left_ == 0) return false;
  }
  --steps_left_;
  return true;
}

base::ByteSet TokenWalk::BytesOf(const Link& position) const {
  base::ByteSet bytes;
  // After a key only calls are left.
  const bool calls_only =
      machine_.state(position.state).num_keys != 0 && registers_->IsKeyOver(position.reg);
  for (const pda::Segment& segment : machine_.segments(position.state)) {
    const auto actions = machine_.actions(segment);
    if (calls_only && actions.size() == 1 && actions[0].slot == 0) continue;
    bytes.AddRange(segment.first, segment.last);
  }
  return bytes;
}

void TokenWalk::LookUpCalls(Node node, const Link& position, std::vector<std::uint8_t>* looked_up) {
  looked_up->clear();
  if (!machine_.state(position.state).calls_wide) return;
  const std::uint32_t num_slots = machine_.num_slots(position.state);
  for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
    const StateId entry = machine_.slot_entry(position.state, slot);
    const auto callers = machine_.slot_links(position.state, slot);
    const bool is_wide = machine_.state(entry).wide;
    // A frame inside one that was looked up needs no look of its own. (A caller with a higher slot
    // is not known yet; looking once too often is no harm.)
    const bool inside = std::all_of(callers.begin(), callers.end(), [&](const auto& call) {
      return call.parent != 0 && call.parent < slot && (*looked_up)[call.parent - 1] != 0;
    });
    looked_up->push_back(is_wide || inside ? 1 : 0);
    if (!is_wide || inside) continue;
    const stack::NodeId below = stepper_.OpenFrame(position, slot);
    if (below.valid()) AddPartition(PartitionOf({entry, 0, below}, node), below);
  }
}

std::optional<TokenWalk::Loop> TokenWalk::FindLoop(const Link& position) {
  const auto only_target = [this](const pda::Segment& segment) {
    const auto actions = machine_.actions(segment);
    return actions.size() == 1 && actions[0].slot == 0 ? actions[0].target : StateId();
  };
  for (const pda::Segment& segment : machine_.segments(position.state)) {
    Loop loop{only_target(segment), {}};
    if (!loop.state.valid() || machine_.state(loop.state).num_keys != 0) continue;
    if (machine_.spec(loop.state).kind == pda::RegisterKind::kLength) continue;
    loop.bytes = LoopBytes(machine_, loop.state);
    if (!loop.bytes.Has(segment.first)) continue;
    base::ByteSet into;  // the bytes from the position to the loop
    for (const pda::Segment& other : machine_.segments(position.state)) {
      if (only_target(other) == loop.state) into.AddRange(other.first, other.last);
    }
    if (!loop.bytes.Without(into).empty()) continue;
    const Link inside{loop.state, position.reg, position.below};
    stepper_.StepPosition(position, segment.first, {}, &buffers_->next);
    if (buffers_->next.size() != 1 || buffers_->next[0] != inside) continue;
    // Where the loop may end, what lies below must not take the loop's bytes as well.
    base::ByteSet below;
    stepper_.Returns({&inside, 1}, &buffers_->next);
    for (const Link& link : buffers_->next) {
      for (const pda::Segment& next : machine_.segments(link.state)) {
        below.AddRange(next.first, next.last);
      }
    }
    if (loop.bytes.Without(below) == loop.bytes) return loop;
  }
  return std::nullopt;
}

bool TokenWalk::WalkLoop(Node top, const Link& position, const Loop& loop, std::size_t depth) {
  const auto slice =
      partitions_.shared()->Slice({&trie_, partitions_.vocabulary_size(), top}, loop.bytes);
  if (slice->dense() != nullptr) row_->Add(slice->dense());
  row_->Add(slice->sparse());
  const Link inside{loop.state, position.reg, position.below};
  base::ByteSet after;
  stepper_.FirstBytes({&inside, 1}, &after);
  auto& links = buffers_->frames[depth].links;
  bool finished = true;
  after.Without(loop.bytes).ForEach([&](std::uint8_t byte) {
    const auto exits = slice->exits(byte);
    if (exits.empty()) return;
    finished = finished && TakeStep();
    if (!finished) return;
    stepper_.Step({&inside, 1}, byte, &links);
    for (const Node node : exits) {
      if (finished) finished = WalkChild(node, links, depth + 1);
    }
  });
  return finished;
}

const TokenPartition& TokenWalk::PartitionOf(const Link& position, Node top) {
  std::shared_ptr<const TokenPartition> keep;
  if (stack::RegisterTable::IsOfTopTable(machine_.spec(position.state), position.reg)) {
    // Its register means nothing to others, so neither does its partition.
    const TokenRange range{&trie_, partitions_.vocabulary_size(), top};
    keep = std::make_shared<const TokenPartition>(
        ClassifyTokens(machine_, registers_, range, position.state, position.reg));
    return *buffers_->keep.emplace_back(std::move(keep));
  }
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

template <typename Visit>
bool TokenWalk::Descend(const TokenTrie& trie, Node top, std::span<const Link> start, Visit visit) {
  // `start` may lie in the scratch, which steps move: it is copied before the first.
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
    if (!TakeStep()) return false;
    const Node child = trie.children(level.node)[i];
    const auto links = std::span(path).subspan(level.begin);
    if (IsLast(trie, child) && stepper_.SurelyTakes(links, bytes[i])) {
      visit(child);
      continue;
    }
    stepper_.Step(links, bytes[i], &next);
    if (stepper_.TakeUnclear()) buffers_->unclear.push_back(child);
    if (next.empty()) continue;
    visit(child);
    enter(child, next);
  }
  return true;
}

void TokenWalk::WalkResiduals(const TokenPartition& partition, std::span<const Link> below) {
  const auto walk = [&](const std::shared_ptr<const Residuals>& residuals, const Take& take) {
    if (residuals->trie.num_nodes() > kLargeResiduals) {
      WalkResidualsLazily(residuals->trie, below, take);
    } else {
      WalkResidualTrie(residuals, below, take);
    }
  };
  if (partition.residuals != nullptr) {
    const auto tokens = partition.residuals->trie.subtree_tokens(0);
    const auto& rounds = partition.residuals->rounds;
    const auto& exits = partition.residuals->exits;
    const auto is_meant = [&](std::uint32_t index) {
      if (!rounds.empty()) {
        return partition.min_rounds <= rounds[index] && rounds[index] <= partition.max_rounds;
      }
      return !std::binary_search(partition.dropped.begin(), partition.dropped.end(), exits[index]);
    };
    const bool all = partition.dropped.empty() &&
                     partition.min_rounds <= partition.residuals->least_rounds &&
                     partition.residuals->most_rounds <= partition.max_rounds;
    walk(partition.residuals, [&](std::span<const std::uint32_t> indices) {
      for (const std::uint32_t index : indices) {
        if (all || is_meant(index)) row_->Add({&tokens[index], 1});
      }
    });
  }
  if (partition.more_residuals != nullptr) {
    const auto tokens = partition.more_residuals->trie.subtree_tokens(0);
    walk(partition.more_residuals, [&](std::span<const std::uint32_t> indices) {
      for (const std::uint32_t index : indices) row_->Add({&tokens[index], 1});
    });
  }
}

void TokenWalk::TakeNode(const TokenTrie& trie, Node node, const Take& take) {
  const std::uint32_t first = trie.token_begin(node);
  const auto count = static_cast<std::uint32_t>(trie.tokens(node).size());
  for (std::uint32_t index = first; index < first + count; ++index) take({&index, 1});
}

void TokenWalk::WalkResidualsLazily(const TokenTrie& trie, std::span<const Link> below,
                                    const Take& take) {
  stack::LazyAutomaton automaton(&stepper_);
  const auto take_node = [&](Node node) { TakeNode(trie, node, take); };
  WalkTrie(
      trie, 0, automaton.Start(below), &automaton,
      [&](Node node, stack::LazyAutomaton::Id) { take_node(node); }, take_node);
}

void TokenWalk::WalkResidualTrie(const std::shared_ptr<const Residuals>& residuals,
                                 std::span<const Link> below, const Take& take) {
  const TokenTrie& trie = residuals->trie;
  const auto take_all = [&](Node node) { TakeNode(trie, node, take); };
  // Plain states take the same wherever they are.
  Links& rest = buffers_->rest;
  rest.clear();
  for (const Link& link : below) {
    if (link.state == pda::kEnd || machine_.state(link.state).spec != 0) {
      rest.push_back(link);
      continue;
    }
    const auto continuation = ContinuationOf(residuals, link.state);
    take(continuation->tokens);
    for (const Node exit : continuation->exits) {
      steps_left_ = trie.num_nodes();
      Descend(trie, exit, workspace_->scratch.links(link.below), take_all);
    }
  }
  steps_left_ = trie.num_nodes();
  Descend(trie, 0, rest, take_all);
}

std::shared_ptr<const PartitionCache::Continuation> TokenWalk::ContinuationOf(
    const std::shared_ptr<const Residuals>& residuals, StateId state) {
  if (auto known = partitions_.FindContinuation(residuals.get(), state)) return known;
  const TokenTrie& trie = residuals->trie;
  auto made = std::make_shared<PartitionCache::Continuation>();
  // kBottom stands for the unknown stack, so kEnd for leaving the state's rule.
  const Link start{state, 0, stack::kBottom};
  steps_left_ = trie.num_nodes();
  Descend(trie, 0, {&start, 1}, [&](Node node) {
    const std::uint32_t first = trie.token_begin(node);
    for (std::uint32_t i = 0; i < trie.tokens(node).size(); ++i) made->tokens.push_back(first + i);
    if (trie.num_children(node) > 0 && stepper_.CanEnd(buffers_->next)) made->exits.push_back(node);
  });
  partitions_.AddContinuation(residuals, state, made);
  return made;
}

}  // namespace pushmask::mask
