// SPDX-License-Identifier: Apache-2.0
#include "mask/counted_tokens.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "mask/leaf_automaton.h"
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
  base::ByteSet rounds;
  for (const pda::Segment& segment : machine.segments(state)) {
    rounds.AddRange(segment.first, segment.last);
  }
  return rounds.Without(machine.spec(state).follow) != rounds;
}

// The tokens at and below `first`, the first node behind the rule's end.
void AppendExitsFrom(const TokenTrie& trie, std::uint32_t first, std::uint32_t rounds,
                     std::vector<Exit>* out) {
  std::string residual;
  for (std::uint32_t node = first; node < trie.subtree_end(first); ++node) {
    residual.resize(trie.depth(node) - trie.depth(first));
    residual.push_back(static_cast<char>(trie.byte(node)));
    for (const TokenId token : trie.tokens(node)) out->push_back({residual, token, rounds});
  }
}

// Puts the tokens in the order of their rounds, otherwise as they are.
void SortByRounds(std::vector<std::uint32_t>* rounds, std::vector<TokenId>* tokens) {
  const std::uint32_t most = rounds->empty() ? 0 : std::ranges::max(*rounds);
  std::vector<std::size_t> next(most + std::size_t{2}, 0);
  for (const std::uint32_t count : *rounds) ++next[count + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<TokenId> sorted(tokens->size());
  for (std::size_t i = 0; i < tokens->size(); ++i) sorted[next[(*rounds)[i]]++] = (*tokens)[i];
  *tokens = std::move(sorted);
  // By now next[count] is where the tokens of more rounds begin.
  auto from = rounds->begin();
  for (std::uint32_t count = 0; count <= most; ++count) {
    const auto to = rounds->begin() + static_cast<std::ptrdiff_t>(next[count]);
    std::fill(from, to, count);
    from = to;
  }
}

// What a walk finds out about a repetition.
struct Counts {
  std::vector<TokenId> accepted;
  std::vector<std::uint32_t> rounds;                             // of accepted
  std::vector<std::pair<std::uint32_t, std::uint32_t>> leaving;  // first node behind, rounds

  void Visit(const TokenTrie& trie, std::uint32_t node, std::uint32_t count) {
    for (const TokenId token : trie.tokens(node)) {
      accepted.push_back(token);
      rounds.push_back(count);
    }
  }
};

// Where a round begins, if it is a plain DFA that is over where it may be over. Characters are.
std::optional<pda::StateId> LeafRound(const pda::Machine& machine, pda::StateId state) {
  if (machine.num_slots(state) != 1) return std::nullopt;
  const pda::StateId entry = machine.slot_entry(state, 1);
  if (!machine.state(entry).leaf) return std::nullopt;
  for (const pda::Segment& segment : machine.segments(state)) {
    for (const pda::Action& action : machine.actions(segment)) {
      if (action.slot != 1) return std::nullopt;
    }
  }
  const pda::MachineRule& rule = machine.rule(entry);
  for (std::uint32_t i = 0; i < rule.num_states; ++i) {
    const pda::State& inside = machine.state(pda::StateId(rule.entry.index() + i));
    if (inside.accept && !inside.final) return std::nullopt;
  }
  return entry;
}

// nullopt if a token can need different numbers of rounds.
std::optional<Counts> CountRounds(const pda::Machine& machine, stack::RegisterTable* registers,
                                  const TokenRange& range, pda::StateId state) {
  const TokenTrie& trie = *range.trie;
  const base::ByteSet& follow = machine.spec(state).follow;
  Counts counts;
  if (const auto entry = LeafRound(machine, state)) {
    LeafAutomaton automaton(machine);
    automaton.WalkRounds(
        trie, range.top, *entry,
        [&](std::uint32_t node, std::uint32_t rounds) { counts.Visit(trie, node, rounds); },
        [&](std::uint32_t node, std::uint32_t rounds) {
          if (follow.Has(trie.byte(node))) counts.leaving.emplace_back(node, rounds);
        });
    return counts;
  }
  const std::uint32_t spec = machine.state(state).spec;
  const stack::SpecOverride unbounded{
      spec, {.kind = pda::RegisterKind::kCount, .min = 1, .max = kManyRounds}};
  const stack::WorkspaceLease workspace;
  const stack::OperationRegisters operation(machine, registers);
  stack::Stepper stepper = workspace->MakeStepper(machine, operation.get(), nullptr, &unbounded);
  stack::LazyAutomaton automaton(&stepper);
  const Link start{state, 0, stack::kBottom};
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
             counts.Visit(trie, node, *rounds_of[id]);
             if (!automaton.can_end(id)) return;
             ForEachChild(trie, node, follow, [&](std::uint32_t child) {
               counts.leaving.emplace_back(child, *rounds_of[id]);
             });
           });
  return unique ? std::optional(std::move(counts)) : std::nullopt;
}

}  // namespace

std::shared_ptr<const CountedTokens> CountedTokens::Count(const pda::Machine& machine,
                                                          stack::RegisterTable* registers,
                                                          const TokenRange& range,
                                                          pda::StateId state) {
  if (BoundaryIsUnclear(machine, state)) return nullptr;
  auto counts = CountRounds(machine, registers, range, state);
  if (!counts) return nullptr;
  std::vector<Exit> exits;
  for (const auto& [node, rounds] : counts->leaving) {
    AppendExitsFrom(*range.trie, node, rounds, &exits);
  }
  return Make(range, std::move(counts->accepted), std::move(counts->rounds), std::move(exits));
}

std::shared_ptr<const CountedTokens> CountedTokens::CountUnits(const pda::Machine& machine,
                                                               const TokenRange& range,
                                                               pda::StateId state) {
  const TokenTrie& trie = *range.trie;
  Counts counts;
  std::vector<Exit> exits;
  LeafAutomaton automaton(machine);
  automaton.WalkUnits(trie, range.top, state,
                      [&](std::uint32_t node, pda::StateId at, std::uint32_t units) {
                        const pda::State& end = machine.state(at);
                        counts.Visit(trie, node, units + (end.accept ? 0 : end.units_on));
                        if (!end.accept) return;
                        for (const std::uint32_t child : trie.children(node)) {
                          AppendExitsFrom(trie, child, units, &exits);
                        }
                      });
  return Make(range, std::move(counts.accepted), std::move(counts.rounds), std::move(exits));
}

std::shared_ptr<CountedTokens> CountedTokens::Make(const TokenRange& range,
                                                   std::vector<TokenId> accepted,
                                                   std::vector<std::uint32_t> rounds,
                                                   std::vector<Exit> exits) {
  std::shared_ptr<CountedTokens> out(new CountedTokens());
  out->vocabulary_size_ = range.vocabulary_size;
  SortByRounds(&rounds, &accepted);
  out->accepted_ = std::move(accepted);
  out->rounds_ = std::move(rounds);
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
