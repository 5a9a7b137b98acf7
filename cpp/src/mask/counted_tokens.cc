// SPDX-License-Identifier: Apache-2.0
#include "mask/counted_tokens.h"

#include <algorithm>
#include <bitset>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "mask/trie_walk.h"
#include "stack/lazy_automaton.h"
#include "stack/workspace.h"

namespace pushmask::mask {
namespace {

using stack::Link;
using vocab::TokenId;
using vocab::TokenTrie;

constexpr std::uint32_t kManyRounds = pda::kUnbounded - 1;  // a bound, so that rounds are counted

// The number of rounds in the links of a configuration; nullopt if they differ. A link in the
// middle of a round has the count, with that round, in the stack below.
std::optional<std::uint32_t> Rounds(const pda::Machine& machine, std::uint32_t spec,
                                    const stack::ScratchStacks& stacks,
                                    const std::vector<Link>& links) {
  std::optional<std::uint32_t> rounds;
  std::vector<Link> work = links;
  std::unordered_set<stack::NodeId> seen;
  while (!work.empty()) {
    const Link link = work.back();
    work.pop_back();
    if (link.state == pda::kEnd) continue;
    if (machine.state(link.state).spec != spec) {
      if (!seen.insert(link.below).second) continue;
      const auto below = stacks.links(link.below);
      work.insert(work.end(), below.begin(), below.end());
      continue;
    }
    if (rounds && *rounds != link.reg) return std::nullopt;
    rounds = link.reg;
  }
  return rounds;
}

// Whether a byte both begins a round and can follow the rule.
bool BoundaryIsUnclear(const pda::Machine& machine, pda::StateId state) {
  const auto& follow = machine.spec(state).follow;
  for (const pda::Segment& segment : machine.segments(state)) {
    for (unsigned byte = segment.first; byte <= segment.last; ++byte) {
      if (follow[byte]) return true;
    }
  }
  return false;
}

// The tokens below `top`, which leave the rule there; bytes that cannot follow the rule are
// skipped.
void AppendExitsThatFollow(const TokenTrie& trie, std::uint32_t top, std::uint32_t rounds,
                           const std::bitset<256>& follow, std::vector<Exit>* out) {
  std::string residual;
  for (std::uint32_t node = top + 1; node < trie.subtree_end(top);) {
    const std::uint32_t depth = trie.depth(node) - trie.depth(top);
    if (depth == 1 && !follow[trie.byte(node)]) {
      node = trie.subtree_end(node);
      continue;
    }
    residual.resize(depth - 1);
    residual.push_back(static_cast<char>(trie.byte(node)));
    for (const TokenId token : trie.tokens(node)) out->push_back({residual, token, rounds});
    ++node;
  }
}

}  // namespace

std::shared_ptr<const CountedTokens> CountedTokens::Count(const pda::Machine& machine,
                                                          stack::RegisterTable* registers,
                                                          const TokenRange& range,
                                                          pda::StateId state) {
  if (BoundaryIsUnclear(machine, state)) return nullptr;
  const TokenTrie& trie = *range.trie;
  const std::uint32_t spec = machine.state(state).spec;
  const stack::SpecOverride unbounded{
      spec, {.kind = pda::RegisterKind::kCount, .min = 1, .max = kManyRounds}};
  const stack::WorkspaceLease workspace;
  stack::Stepper stepper = workspace->MakeStepper(machine, registers, nullptr, &unbounded);
  stack::LazyAutomaton automaton(&stepper);
  const Link start{state, 0, stack::kBottom};
  std::vector<std::pair<std::uint32_t, TokenId>> accepted;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> leaving;  // node, rounds
  bool unique = true;
  std::vector<std::optional<std::uint32_t>> rounds_of;  // by configuration; 0: not yet known
  WalkTrie(trie, range.top, automaton.Start({&start, 1}), &automaton,
           [&](std::uint32_t node, stack::LazyAutomaton::Id id) {
             if (!unique) return;
             if (rounds_of.size() <= id) rounds_of.resize(id + 1, 0);
             if (rounds_of[id] == 0U) {
               rounds_of[id] = Rounds(machine, spec, workspace->scratch, automaton.links(id));
             }
             unique = rounds_of[id].has_value();
             if (!unique) return;
             for (const TokenId token : trie.tokens(node)) {
               accepted.emplace_back(*rounds_of[id], token);
             }
             if (automaton.can_end(id) && trie.subtree_end(node) > node + 1) {
               leaving.emplace_back(node, *rounds_of[id]);
             }
           });
  if (!unique) return nullptr;
  std::vector<Exit> exits;
  for (const auto& [node, rounds] : leaving) {
    AppendExitsThatFollow(trie, node, rounds, machine.spec(state).follow, &exits);
  }
  const std::shared_ptr<CountedTokens> out(new CountedTokens());
  out->vocabulary_size_ = range.vocabulary_size;
  std::stable_sort(accepted.begin(), accepted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [rounds, token] : accepted) {
    out->accepted_.push_back(token);
    out->rounds_.push_back(rounds);
  }
  out->exits_ = MakeResiduals(std::move(exits), ExitMark::kRounds);
  return out;
}

TokenPartition CountedTokens::Select(std::uint32_t to_min, std::uint32_t to_max) const {
  constexpr std::size_t kFewTokens = 96;
  const auto count = static_cast<std::size_t>(
      std::upper_bound(rounds_.begin(), rounds_.end(), to_max) - rounds_.begin());
  const auto tokens = [this](std::size_t first, std::size_t last) {
    return std::vector<TokenId>(accepted_.begin() + static_cast<std::ptrdiff_t>(first),
                                accepted_.begin() + static_cast<std::ptrdiff_t>(last));
  };
  TokenPartition partition;
  if (count <= kFewTokens) {
    partition.sparse = tokens(0, count);
  } else {
    // Near the bound a mask of its own; further away all tokens but the few that are too long.
    const bool few_missing = accepted_.size() - count <= kFewTokens;
    const std::size_t prefix = few_missing ? accepted_.size() : count;
    partition.without = tokens(count, prefix);
    const std::lock_guard lock(mu_);
    DensePtr& dense = dense_[prefix];
    if (dense == nullptr) dense = MakeDense({accepted_.data(), prefix}, vocabulary_size_);
    partition.dense = dense;
  }
  partition.residuals = exits_;
  partition.min_rounds = to_min;
  partition.max_rounds = to_max;
  return partition;
}

std::size_t CountedTokens::memory_bytes() const {
  // The masks are made later; there are as many as a token can need rounds, about.
  constexpr std::size_t kMasks = 16;
  return accepted_.capacity() * (sizeof(TokenId) + sizeof(std::uint32_t)) +
         (exits_ != nullptr ? exits_->memory_bytes() : 0) + kMasks * vocabulary_size_ / 8;
}

}  // namespace pushmask::mask
