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
// Once reaches are known, others are sooner found than such a walk ends.
constexpr std::size_t kMaxStepsLater = 192;
constexpr std::size_t kNoBound = ~std::size_t{0};
// Below subtrees of fewer nodes a walk is as fast as looking up.
constexpr std::uint32_t kLargeSubtree = 32;
// Large nodes on the way down to a node; a chain of more (long runs of one byte) is walked plainly.
constexpr std::size_t kMaxDepth = 64;
// Larger residual tries meet the same configurations again and again.
constexpr std::uint32_t kLargeResiduals = 2048;
// Walks from one state that took so many steps together are worth a reach, which takes as long as
// some of them.
constexpr std::size_t kStepsBeforeReach = 256;
// Shorter ones do not count: a single mask would pay for many.
constexpr std::size_t kLongWalk = 96;
constexpr std::uint32_t kMaxSlotsToAsk = 64;
// On the way down of a relative walk, subtrees of more nodes have a reach of their own.
constexpr std::uint32_t kReachedSubtree = 256;

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
  PrepareBuffers();
}

void TokenWalk::PrepareBuffers() {
  buffers_->pending.clear();
  buffers_->pending_keys.clear();
  buffers_->keep.clear();
  buffers_->continued.clear();
  buffers_->continued_index.Reset();
  buffers_->exit_nodes.clear();
  buffers_->exits.clear();
  buffers_->indices.clear();
}

void TokenWalk::Run(std::span<const Link> links, RowBuilder* row) {
  row_ = row;
  can_end_ = is_unclear_ = false;
  AllowReaches();
  stepper_.WithReturns(links, &buffers_->positions);
  for (const Link& position : buffers_->positions) {
    if (position.state == pda::kEnd) {
      can_end_ = true;
    } else {
      AddPosition(position);
    }
  }
  num_extensions_ = 0;
  ContinuePending();
  for (const auto& pending : buffers_->pending_keys) WalkAfterKeys(pending);
  buffers_->pending_keys.clear();
  buffers_->keep.clear();
  NoteUnclear();
}

void TokenWalk::AddPosition(const Link& position) {
  if (IsWideKey(position.state)) {
    steps_left_ = kNoBound;
    AddKeys(0, position, 0);
    return;
  }
  if (IsPartitionKnown(position)) {
    AddPartition(PartitionOf(position, 0), position.below);
    return;
  }
  const bool may_reach = MayReach(position);
  if (may_reach && IsReachWorthwhile(position.state)) {
    const Reach* reach = ReachOf(position.state, {});
    if (reach != nullptr) return AddReach(*reach, {}, position.below);
  }
  start_ = position.state;
  num_extensions_ = may_reach ? 0 : kMaxExtensions;
  // With keys around partitions say too little, for they are those of few texts.
  const std::size_t max_steps =
      may_reach && partitions_.reaches().size() > 0 ? kMaxStepsLater : kMaxSteps;
  steps_left_ = machine_.rule(position.state).meets_keys ? kNoBound : max_steps;
  const bool finished = WalkPosition(0, position, 0);
  const std::size_t steps = max_steps - steps_left_;
  if (may_reach && steps >= kLongWalk) partitions_.AddSteps(position.state, steps);
  if (finished) return;
  const Reach* reach = nullptr;
  if (may_reach && (LeavesMuch(position.state) || !partitions_.IsShared(position.state))) {
    reach = ReachOf(position.state, {});
  }
  if (reach != nullptr) {
    AddReach(*reach, {}, position.below);
  } else {
    AddPartition(PartitionOf(position, 0), position.below);
  }
}

bool TokenWalk::IsReachWorthwhile(StateId state) const {
  const ReachTable& reaches = partitions_.reaches();
  if (partitions_.NumSteps(state) >= kStepsBeforeReach) return true;
  if (reaches.size() == 0) return false;
  if (reaches.Find({state, 0, nullptr}) != nullptr) return true;
  // Or of a rule that it calls: then most of it is known.
  const std::uint32_t num_slots = std::min(machine_.num_slots(state), kMaxSlotsToAsk);
  for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
    if (reaches.Find({machine_.slot_entry(state, slot), 0, nullptr}) != nullptr) return true;
  }
  return false;
}

bool TokenWalk::LeavesMuch(StateId state) const {
  const pda::State& start = machine_.state(state);
  return start.leaf && start.accept && !start.wide;
}

bool TokenWalk::WalkChild(Node child, std::span<const Link> links, std::size_t depth) {
  if (links.empty()) return true;
  row_->Add(trie_.tokens(child));
  MarkExit(child, links);
  if (trie_.subtree_end(child) - child > kLargeSubtree && depth < kMaxDepth) {
    return WalkLinks(child, links, depth);
  }
  return Descend(trie_, child, links, [this](Node node) {
    row_->Add(trie_.tokens(node));
    if (!IsLast(trie_, node)) MarkExit(node, buffers_->next);
  });
}

bool TokenWalk::WalkLinks(Node node, std::span<const Link> links, std::size_t depth) {
  auto& frames = buffers_->frames;
  while (frames.size() <= depth) frames.emplace_back();  // a deque: others stay where they are
  auto& positions = frames[depth].positions;
  stepper_.WithReturns(links, &positions);
  for (const Link& position : positions) {
    if (position.state != pda::kEnd && !WalkOrLookUp(node, position, depth)) return false;
  }
  return true;
}

bool TokenWalk::WalkOrLookUp(Node node, const Link& position, std::size_t depth) {
  if (machine_.state(position.state).wide) {
    AddPartition(PartitionOf(position, node), position.below);
    return true;
  }
  if (IsWideKey(position.state)) return AddKeys(node, position, depth);
  const bool is_large = trie_.subtree_end(node) - node > kReachedSubtree;
  if (is_relative() && is_large && MayReach(position)) {
    const Reach* reach = ReachOf(position.state, {.node = node});
    is_endless_ |= reach == nullptr;
    if (reach == nullptr) return false;
    AddReach(*reach, {}, position.below);
    return true;
  }
  return WalkPosition(node, position, depth);
}

bool TokenWalk::WalkPosition(Node node, const Link& position, std::size_t depth) {
  auto& frames = buffers_->frames;
  while (frames.size() <= depth) frames.emplace_back();
  auto& frame = frames[depth];
  LookUpCalls({.node = node}, position, &frame.looked_up);
  base::ByteSet first = BytesOf(position, frame.looked_up);
  bool finished = true;
  if (const auto loop = FindLoop(node, position)) {
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
    if (num_extensions_ == 0) return false;
    if (!LeavesMuch(start_) && partitions_.IsShared(start_)) return false;
    --num_extensions_;
    steps_left_ = partitions_.TakeSteps(start_, kMaxSteps);
    if (steps_left_ == 0) return false;
  }
  --steps_left_;
  if (is_relative()) {
    if (HasGivenUp()) return false;
    --*reach_steps_left_;
  }
  return true;
}

base::ByteSet TokenWalk::BytesOf(const Link& position,
                                 std::span<const std::uint8_t> looked_up) const {
  base::ByteSet bytes;
  // After a key only calls are left.
  const bool calls_only =
      machine_.state(position.state).num_keys != 0 && registers_->IsKeyOver(position.reg);
  for (const pda::Segment& segment : machine_.segments(position.state)) {
    const auto actions = machine_.actions(segment);
    if (calls_only && actions.size() == 1 && actions[0].slot == 0) continue;
    const auto is_looked_up = [&](const pda::Action& action) {
      return action.slot != 0 && looked_up[action.slot - 1] != 0;
    };
    if (!looked_up.empty() && std::ranges::all_of(actions, is_looked_up)) continue;
    bytes.AddRange(segment.first, segment.last);
  }
  return bytes;
}

void TokenWalk::LookUpCalls(const OpenTokens& tokens, const Link& position,
                            std::vector<std::uint8_t>* looked_up) {
  looked_up->clear();
  // The frames of a late state do not begin here.
  const bool reaches = position == start_link_ && tokens.node == start_node_ &&
                       MayReach(position) && !machine_.state(position.state).is_late;
  if (!reaches && !machine_.state(position.state).calls_wide) return;
  const std::uint32_t num_slots = machine_.num_slots(position.state);
  for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
    const StateId entry = machine_.slot_entry(position.state, slot);
    const auto callers = machine_.slot_links(position.state, slot);
    const bool is_wide = machine_.state(entry).wide && tokens.source() == nullptr;
    const bool is_reached = reaches && !is_wide && MayReach({entry, 0, stack::kBottom});
    // A frame inside one that was looked up needs no look of its own. (A caller with a higher slot
    // is not known yet; looking once too often is no harm.)
    const bool inside = std::all_of(callers.begin(), callers.end(), [&](const auto& call) {
      return call.parent != 0 && call.parent < slot && (*looked_up)[call.parent - 1] != 0;
    });
    const Reach* reach = is_reached && !inside ? ReachOf(entry, tokens) : nullptr;
    is_endless_ |= is_reached && !inside && reach == nullptr;
    looked_up->push_back(is_wide || reach != nullptr || inside ? 1 : 0);
    if (!(is_wide || reach != nullptr) || inside) continue;
    const stack::NodeId below = stepper_.OpenFrame(position, slot);
    if (!below.valid()) continue;
    if (is_wide) {
      AddPartition(PartitionOf({entry, 0, below}, tokens.node), below);
    } else {
      AddReach(*reach, tokens, below);
    }
  }
}

std::optional<TokenWalk::Loop> TokenWalk::FindLoop(Node top, const Link& position) {
  const auto only_target = [this](const pda::Segment& segment) {
    const auto actions = machine_.actions(segment);
    return actions.size() == 1 && actions[0].slot == 0 ? actions[0].target : StateId();
  };
  for (const pda::Segment& segment : machine_.segments(position.state)) {
    Loop loop{only_target(segment), {}, false};
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
    if (machine_.state(loop.state).accept) {
      const bool is_large = trie_.subtree_end(top) - top > kReachedSubtree;
      loop.opens = is_large && ReachesBelow(position.below);
      if (loop.opens) return loop;
      if (is_relative()) return std::nullopt;  // what lies below is not known
    }
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
  auto& links = buffers_->frames[depth].links;
  bool finished = true;
  if (loop.opens) {
    OpenSlice(slice, position.below);
    for (const Node large : slice->large_nodes()) {
      if (!WalkLoopExits(large, inside, loop, depth)) return false;
    }
    return WalkSliceExits(*slice, inside, {}, depth);
  }
  base::ByteSet after;
  stepper_.FirstBytes({&inside, 1}, &after);
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

bool TokenWalk::WalkLoopExits(Node node, const Link& inside, const Loop& loop, std::size_t depth) {
  auto& links = buffers_->frames[depth].links;
  bool finished = true;
  ForEachChild(trie_, node, BytesOf(inside).Without(loop.bytes), [&](Node child) {
    finished = finished && TakeStep();
    if (!finished) return;
    stepper_.StepPosition(inside, trie_.byte(child), {}, &links);
    finished = WalkChild(child, links, depth + 1);
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
    const TokenPartition& partition = *keep;
    buffers_->keep.push_back(std::move(keep));
    return partition;
  }
  const TokenPartition& partition = partitions_.Get(position.state, position.reg, top, &keep);
  if (keep != nullptr) buffers_->keep.push_back(std::move(keep));
  return partition;
}

void TokenWalk::AddPartition(const TokenPartition& partition, stack::NodeId below) {
  if (partition.dense != nullptr) row_->Add(partition.dense, partition.without);
  row_->Add(partition.sparse);
  if (partition.residuals != nullptr) {
    const TokenPartition* meant = partition.MeansAll() ? nullptr : &partition;
    buffers_->pending.push_back({{.residuals = partition.residuals.get(), .meant = meant}, below});
  }
  if (partition.more_residuals != nullptr) {
    buffers_->pending.push_back({{.residuals = partition.more_residuals.get()}, below});
  }
}

void TokenWalk::WalkResiduals(const OpenTokens& open, std::span<const Link> below) {
  const TokenTrie& trie = open.residuals->trie;
  const auto tokens = trie.subtree_tokens(0);
  const Take take = [&](std::span<const std::uint32_t> indices) {
    for (const std::uint32_t index : indices) {
      if (open.meant == nullptr || open.meant->Means(*open.residuals, index)) {
        row_->Add({&tokens[index], 1});
      }
    }
  };
  if (trie.num_nodes() > kLargeResiduals) {
    WalkResidualsLazily(trie, below, take);
  } else {
    WalkResidualTrie(open.residuals->shared_from_this(), below, take);
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
