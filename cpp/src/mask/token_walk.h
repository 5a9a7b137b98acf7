// SPDX-License-Identifier: Apache-2.0
// TokenWalk: the tokens that a configuration can take, as a row.
//
// The walk goes down the vocabulary's trie from every position of the configuration, over the real
// stack. Wherever many tokens hang together it does not walk but looks up:
//   * a wide position (the inside of a string, a number) below a large subtree: its partition
//   there,
//     and then only the partition's residuals are walked, over what lies below;
//   * the inside of a key that must differ from others (pda/keys.h): the partition of the key's
//   leaf
//     rule, less what keys seen take away (token_walk_keys.cc);
//   * a state that loops on a class of bytes (whitespace): the class's slice, and the ways out of
//   it.
// What is left is a handful of nodes. A walk that turns out long all the same is given up for the
// position's reach (mask/reach.h; token_walk_reach.cc), which is kept, or, where its rule has a
// register, for its own partition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_set.h"
#include "base/hash_index.h"
#include "mask/key_limits.h"
#include "mask/partition_cache.h"
#include "mask/reach.h"
#include "mask/row_table.h"
#include "mask/trie_walk.h"
#include "stack/stack_node.h"
#include "stack/stepper.h"
#include "stack/workspace.h"

namespace pushmask::mask {

// What a walk needs while it runs.
struct WalkBuffers {
  struct Level {  // of a descent: a node whose children are being visited
    std::uint32_t node;
    std::uint32_t next_child;
    std::size_t begin;  // of its links in `path`
    std::size_t end;
    base::ByteSet filter;  // bytes that the links can take
  };
  struct Pending {  // tokens that go on with what lies below
    OpenTokens tokens;
    stack::NodeId below;
  };
  struct PendingKey {  // the same, after keys
    const TokenPartition* partition;
    stack::Link position;
    std::uint32_t top;
    KeyLimits limits;
  };

  std::vector<Level> levels;
  std::vector<stack::Link> path;
  std::vector<stack::Link> next;
  std::vector<stack::Link> positions;  // of the configuration
  std::vector<stack::Link> rest;
  std::vector<stack::Link> below;
  std::vector<Pending> pending;
  std::vector<PendingKey> pending_keys;
  std::vector<std::uint32_t> unclear;  // nodes of a residual trie, after a key that is not known
  std::vector<std::shared_ptr<const void>> keep;  // what was computed past budgets
  // What open tokens went on with: a link, or all of a node's (then it has no state).
  std::vector<std::pair<OpenTokens, stack::Link>> continued;
  base::HashIndex continued_index;
  std::vector<stack::Link> others;  // of a node's links
  // Where a relative walk leaves its rule: nodes of the trie it walks, and open tokens.
  std::vector<std::uint32_t> exit_nodes;
  std::vector<OpenTokens> exits;
  std::vector<std::uint32_t> indices;  // of residuals that it takes
  struct Frame {                       // of a large node on the way down
    std::vector<stack::Link> positions;
    std::vector<stack::Link> links;
    // By slot of the position at hand: whether all its frames were looked up.
    std::vector<std::uint8_t> looked_up;
  };
  std::deque<Frame> frames;

  std::size_t memory_bytes() const {  // of what can grow large
    return levels.capacity() * sizeof(Level) +
           (path.capacity() + next.capacity()) * sizeof(stack::Link);
  }
};

class TokenWalk {
 public:
  // `below` holds the nodes that positions refer to.
  TokenWalk(const pda::Machine& machine, stack::RegisterTable* registers,
            PartitionCache* partitions, const stack::SharedStacks* below);

  TokenWalk(const TokenWalk&) = delete;
  TokenWalk& operator=(const TokenWalk&) = delete;

  // Adds the ordinary tokens that the configuration `links` can take. Stop tokens are not its
  // business.
  void Run(std::span<const stack::Link> links, RowBuilder* row);
  // Whether the text may end in the last run's configuration.
  bool can_end() const { return can_end_; }
  // Whether tokens were left out that depend on a key that is not known (stack/forget_keys.h).
  bool is_unclear() const { return is_unclear_; }

 private:
  using Links = std::vector<stack::Link>;
  using Node = std::uint32_t;  // of a trie

  void PrepareBuffers();
  void AddPosition(const stack::Link& position);
  // Of a state for which MayReach: whether its reach is known, or soon found, or walks are long.
  bool IsReachWorthwhile(pda::StateId state) const;
  // After a space the residuals would be half of the vocabulary.
  bool LeavesMuch(pda::StateId state) const;

  // The tokens below `node` that a position takes, whose bytes up to there are read. All of these
  // are false if the walk was given up; what was added is right.
  bool WalkLinks(Node node, std::span<const stack::Link> links, std::size_t depth);
  bool WalkPosition(Node node, const stack::Link& position, std::size_t depth);
  // The same by its partition or keys, if it is to be looked up.
  bool WalkOrLookUp(Node node, const stack::Link& position, std::size_t depth);
  // The bytes that it can go on with, and perhaps more; without frames that were looked up.
  base::ByteSet BytesOf(const stack::Link& position,
                        std::span<const std::uint8_t> looked_up = {}) const;
  // The node's own tokens too.
  bool WalkChild(Node child, std::span<const stack::Link> links, std::size_t depth);

  // Looks up the rules that the position can call: those whose first state is wide and, at the
  // start of a relative walk, those with a reach.
  void LookUpCalls(const OpenTokens& tokens, const stack::Link& position,
                   std::vector<std::uint8_t>* looked_up);
  // A class of bytes that leads from `position` to `state` and stays there.
  struct Loop {
    pda::StateId state;
    base::ByteSet bytes;
    bool opens;  // where it may end its tokens are open: what lies below is looked up
  };
  std::optional<Loop> FindLoop(Node top, const stack::Link& position);
  // The tokens that go on with bytes of the loop.
  bool WalkLoop(Node node, const stack::Link& position, const Loop& loop, std::size_t depth);
  // Those right below `node` that leave it by a byte of the rule.
  bool WalkLoopExits(Node node, const stack::Link& inside, const Loop& loop, std::size_t depth);

  // Inside keys that must differ (token_walk_keys.cc). Whether tokens are looked up there; adds
  // them; and, later, those that leave the key.
  bool IsWideKey(pda::StateId state) const {
    return machine_.state(state).num_keys != 0 && machine_.state(machine_.KeyLeafOf(state)).wide;
  }
  // Whether to ask for the position's partition at once. One with keys has its own.
  bool IsPartitionKnown(const stack::Link& position) const {
    return partitions_.IsWorthwhile(position.state) &&
           !stack::RegisterTable::SaysKeys(machine_.spec(position.state), position.reg);
  }
  bool AddKeys(Node node, const stack::Link& position, std::size_t depth);
  void AddKeyTokens(const TokenPartition& partition, const KeyLimits& limits);
  void WalkAfterKeys(const WalkBuffers::PendingKey& pending);
  std::vector<std::uint32_t> EndsOn(pda::StateId state) const;
  std::uint32_t EndAt(pda::StateId state, Node top, Node node) const;
  Links AfterKeys(const stack::Link& position, std::uint32_t key_end);
  void WalkResidualsAfterKeys(const WalkBuffers::PendingKey& pending,
                              const std::shared_ptr<const Residuals>& residuals,
                              std::span<const std::uint32_t> dropped);
  // What was unclear since the last call, beside those steps whose tokens are tried one by one.
  void NoteUnclear();
  // Adds tokens that the position takes, found byte by byte: those at `node` and below, which is
  // below `top`; a token by its bytes.
  void TryTokens(Node top, Node node, const stack::Link& position);
  void TryToken(std::string_view bytes, vocab::TokenId token, const stack::Link& position);

  const TokenPartition& PartitionOf(const stack::Link& position, Node top);
  // Adds the accepted tokens; the residuals are walked later, over the links of `below`.
  void AddPartition(const TokenPartition& partition, stack::NodeId below);
  void WalkResiduals(const OpenTokens& tokens, std::span<const stack::Link> below);

  // Reaches (token_walk_reach.cc). A walk inside of another, for a reach.
  TokenWalk(const TokenWalk& outer, int nesting);
  bool is_relative() const { return nesting_ > 0; }
  // Whether what this walk finds will not be used.
  bool HasGivenUp() const { return is_relative() && (is_endless_ || *reach_steps_left_ == 0); }
  void AllowReaches();
  void Spend(std::size_t steps);
  // Whether the link's reach may be asked for.
  bool MayReach(const stack::Link& link) const;
  // Whether it is to be, as the node has so many links that walking over them takes long.
  bool ReachesBelow(stack::NodeId node) const;
  // False only if no token goes on with a byte of the state's.
  bool MayTake(pda::StateId state, const OpenTokens& tokens) const;
  // Of a state for which MayReach: known, or computed and kept.
  // Null: it takes too long, now or ever.
  const Reach* ReachOf(pda::StateId state, const OpenTokens& tokens);
  // The tokens that go on after the slice's class.
  void OpenSlice(const std::shared_ptr<const TokenSlice>& slice, stack::NodeId below);
  // Of `tokens`, of which those meant count; what it leaves open goes on with `below`, later.
  void AddReach(const Reach& reach, const OpenTokens& tokens, stack::NodeId below);
  // The walk of a reach, over kBottom as the unknown stack.
  // Null if the steps are used up; given up if it would take too long whenever it is asked for.
  std::shared_ptr<const Reach> FindReach(pda::StateId state, const OpenTokens& tokens);
  void WalkFrom(const stack::Link& start, const OpenTokens& tokens);
  // The tokens that go on with `position` after the slice's class. False if it was given up.
  bool WalkSlice(const TokenSlice& slice, const stack::Link& position);
  // The same, for bytes that are not of the class.
  bool WalkSliceExits(const TokenSlice& slice, const stack::Link& position,
                      std::span<const std::uint8_t> looked_up, std::size_t depth);
  // The residuals that the links take. With `taken` they are those of the reach to be found, which
  // go there.
  void WalkOpenResiduals(const OpenTokens& open, std::span<const stack::Link> links,
                         std::vector<std::uint32_t>* taken);
  // The tokens below the exit nodes found, of the trie that `tokens` are in: as residuals, but for
  // those below large nodes, which are added to `exits`. Null: none.
  std::shared_ptr<const Residuals> CloseExits(const OpenTokens& tokens,
                                              std::vector<OpenTokens>* exits);
  void MarkExit(Node node, std::span<const stack::Link> links) {
    if (is_relative() && stepper_.CanEnd(links)) buffers_->exit_nodes.push_back(node);
  }
  // What is pending, and what comes of it.
  void ContinuePending();
  void Continue(const OpenTokens& tokens, stack::NodeId below);
  void ContinueOver(const OpenTokens& tokens, std::span<const stack::Link> links);
  // Whether it was not asked before in this walk.
  bool IsNew(const OpenTokens& tokens, const stack::Link& link);

  // Calls take(indices) for the tokens of the residual trie, by their order, that `below` can take.
  using Take = std::function<void(std::span<const std::uint32_t>)>;
  void WalkResidualTrie(const std::shared_ptr<const Residuals>& residuals,
                        std::span<const stack::Link> below, const Take& take);
  // The same, with steps that are remembered while it runs: for large ones.
  static void TakeNode(const vocab::TokenTrie& trie, Node node, const Take& take);
  void WalkResidualsLazily(const vocab::TokenTrie& trie, std::span<const stack::Link> below,
                           const Take& take);
  std::shared_ptr<const PartitionCache::Continuation> ContinuationOf(
      const std::shared_ptr<const Residuals>& residuals, pda::StateId state);

  // False if the walk is to be given up.
  bool TakeStep();
  // Plainly: visit(node) for each node below `top` that `start` leads to, depth first. False if it
  // took more steps than are left.
  template <typename Visit>
  bool Descend(const vocab::TokenTrie& trie, Node top, std::span<const stack::Link> start,
               Visit visit);

  const pda::Machine& machine_;
  stack::RegisterTable* registers_;
  PartitionCache& partitions_;
  const vocab::TokenTrie& trie_;
  stack::WorkspaceLease workspace_;
  base::Lease<WalkBuffers> buffers_;
  stack::Stepper stepper_;
  RowBuilder* row_ = nullptr;
  std::size_t steps_left_ = 0;
  pda::StateId start_;              // of the walk at hand
  std::size_t num_extensions_ = 0;  // of its steps, that may be asked for
  bool can_end_ = false;
  bool is_unclear_ = false;
  const int nesting_ = 0;   // of walks for reaches
  stack::Link start_link_;  // of a relative walk
  Node start_node_ = 0;
  bool is_endless_ = false;      // so much is left open that its reach is not worth finding
  std::size_t reach_steps_ = 0;  // that these may still take
  std::size_t* const reach_steps_left_ = &reach_steps_;  // of the outermost walk
};

template <typename Visit>
bool TokenWalk::Descend(const vocab::TokenTrie& trie, Node top, std::span<const stack::Link> start,
                        Visit visit) {
  // `start` may lie in the scratch, which steps move: it is copied before the first.
  Links& path = buffers_->path;
  Links& next = buffers_->next;
  auto& levels = buffers_->levels;
  path.clear();
  levels.clear();
  const auto enter = [&](Node node, std::span<const stack::Link> links) {
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

}  // namespace pushmask::mask
