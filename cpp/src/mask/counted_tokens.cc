// SPDX-License-Identifier: Apache-2.0
#include "mask/counted_tokens.h"

#include <algorithm>
#include <bitset>
#include <unordered_set>
#include <utility>

#include "mask/trie_walk.h"
#include "stack/lazy_automaton.h"

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

}  // namespace

std::optional<CountedTokens> CountedTokens::Count(const pda::Machine& machine,
                                                  stack::RegisterTable* registers,
                                                  const TokenTrie& trie,
                                                  std::size_t vocabulary_size, pda::StateId state) {
  if (BoundaryIsUnclear(machine, state)) return std::nullopt;
  const std::uint32_t spec = machine.state(state).spec;
  const stack::SpecOverride unbounded{
      spec, {.kind = pda::RegisterKind::kCount, .min = 1, .max = kManyRounds}};
  stack::LazyAutomaton automaton(machine, registers, nullptr, &unbounded);
  const Link start{state, 0, stack::kBottom};
  CountedTokens out;
  out.vocabulary_size_ = vocabulary_size;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> leaving;  // node, rounds
  bool unique = true;
  std::vector<std::optional<std::uint32_t>> rounds_of;  // by configuration; 0: not yet known
  WalkTrie(trie, automaton.Start({&start, 1}), &automaton,
           [&](std::uint32_t node, stack::LazyAutomaton::Id id) {
             if (!unique) return;
             if (rounds_of.size() <= id) rounds_of.resize(id + 1, 0);
             if (rounds_of[id] == 0U) {
               rounds_of[id] = Rounds(machine, spec, automaton.scratch(), automaton.links(id));
             }
             unique = rounds_of[id].has_value();
             if (!unique) return;
             for (const TokenId token : trie.tokens(node)) {
               out.accepted_.push_back({*rounds_of[id], token});
             }
             if (automaton.can_end(id) && trie.subtree_end(node) > node + 1) {
               leaving.emplace_back(node, *rounds_of[id]);
             }
           });
  if (!unique) return std::nullopt;
  const auto& follow = machine.spec(state).follow;
  for (const auto& [top, rounds] : leaving) {
    std::string residual;
    for (std::uint32_t node = top + 1; node < trie.subtree_end(top);) {
      const std::uint32_t depth = trie.depth(node) - trie.depth(top);
      if (depth == 1 && !follow[trie.byte(node)]) {
        node = trie.subtree_end(node);
        continue;
      }
      residual.resize(depth - 1);
      residual.push_back(static_cast<char>(trie.byte(node)));
      for (const TokenId token : trie.tokens(node)) out.exits_.push_back({rounds, residual, token});
      ++node;
    }
  }
  std::stable_sort(out.accepted_.begin(), out.accepted_.end(),
                   [](const Accepted& a, const Accepted& b) { return a.rounds < b.rounds; });
  return out;
}

TokenPartition CountedTokens::Select(std::uint32_t to_min, std::uint32_t to_max) const {
  TokenPartition partition;
  std::vector<TokenId> accepted;
  for (const Accepted& one : accepted_) {
    if (one.rounds > to_max) break;
    accepted.push_back(one.token);
  }
  SetAccepted(std::move(accepted), vocabulary_size_, &partition);
  std::vector<TokenTrie::Entry> entries;
  for (const Exit& exit : exits_) {
    if (to_min <= exit.rounds && exit.rounds <= to_max) {
      entries.emplace_back(exit.residual, exit.token);
    }
  }
  partition.residuals = TokenTrie(std::move(entries));
  return partition;
}

std::size_t CountedTokens::memory_bytes() const {
  std::size_t bytes = accepted_.capacity() * sizeof(Accepted) + exits_.capacity() * sizeof(Exit);
  for (const Exit& exit : exits_) bytes += exit.residual.capacity();
  return bytes;
}

}  // namespace pushmask::mask
