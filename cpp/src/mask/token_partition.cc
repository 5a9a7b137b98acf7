// SPDX-License-Identifier: Apache-2.0
#include "mask/token_partition.h"

#include <algorithm>
#include <span>
#include <utility>

#include "mask/leaf_automaton.h"
#include "mask/trie_walk.h"
#include "pushmask/token_mask.h"
#include "stack/lazy_automaton.h"
#include "stack/workspace.h"

namespace pushmask::mask {
namespace {

using vocab::TokenId;
using vocab::TokenTrie;

// More tokens than this are a mask: setting bit after bit would take longer than copying it.
constexpr std::size_t kMaxSparse = 256;

// Of a leaf rule of so many states a walk meets most but once.
constexpr std::uint32_t kManyStates = 512;

// What a walk reaches: tokens, as a mask and, while they are few, as a list; and the nodes after
// whose bytes the rule may have ended.
struct Reached {
  explicit Reached(std::size_t vocabulary_size) : words(NumMaskWords(vocabulary_size)) {}

  std::vector<std::int32_t> words;
  std::size_t count = 0;
  std::vector<TokenId> first;
  std::vector<std::uint32_t> exits;

  void Add(std::span<const TokenId> tokens) {
    for (const TokenId token : tokens) {
      AllowToken(words, static_cast<std::size_t>(token));
      if (count++ < kMaxSparse) first.push_back(token);
    }
  }
  void Visit(const TokenTrie& trie, std::uint32_t node, bool can_end) {
    Add(trie.tokens(node));
    if (can_end && trie.num_children(node) > 0) exits.push_back(node);
  }
};

Reached Walk(const pda::Machine& machine, stack::RegisterTable* registers, const TokenRange& range,
             pda::StateId state, pda::Register reg) {
  Reached reached(range.vocabulary_size);
  const TokenTrie& trie = *range.trie;
  const auto walk_leaf = [&](auto automaton) {
    automaton.Walk(
        trie, range.top, state,
        [&](std::uint32_t node, bool can_end) { reached.Visit(trie, node, can_end); },
        [&](std::uint32_t node) {
          reached.Add(trie.subtree_tokens(node).subspan(trie.tokens(node).size()));
        });
  };
  if (machine.state(state).leaf) {
    if (machine.rule(state).num_states < kManyStates) {
      walk_leaf(LeafAutomaton(machine));
    } else {
      walk_leaf(LargeLeafAutomaton(machine));
    }
    return reached;
  }
  // kBottom stands for the unknown stack: "can end" means that the walk leaves the rule.
  const stack::WorkspaceLease workspace;
  const stack::OperationRegisters operation(machine, registers);
  stack::Stepper stepper = workspace->MakeStepper(machine, operation.get(), nullptr);
  stack::LazyAutomaton automaton(&stepper);
  const stack::Link start{state, reg, stack::kBottom};
  WalkTrie(
      trie, range.top, automaton.Start({&start, 1}), &automaton,
      [&](std::uint32_t node, stack::LazyAutomaton::Id id) {
        reached.Visit(trie, node, automaton.can_end(id));
      },
      [&](std::uint32_t node) { reached.Add(trie.tokens(node)); });
  return reached;
}

}  // namespace

bool TokenPartition::MeansAll() const {
  if (residuals == nullptr) return true;
  return dropped.empty() && min_rounds <= residuals->least_rounds &&
         residuals->most_rounds <= max_rounds;
}

bool TokenPartition::Means(const Residuals& marked, std::uint32_t index) const {
  if (!marked.rounds.empty()) {
    return min_rounds <= marked.rounds[index] && marked.rounds[index] <= max_rounds;
  }
  return !std::binary_search(dropped.begin(), dropped.end(), marked.exits[index]);
}

std::size_t TokenPartition::memory_bytes() const {
  std::size_t bytes =
      sizeof(*this) +
      (without.capacity() + sparse.capacity() + dropped.capacity()) * sizeof(std::uint32_t);
  if (dense != nullptr && dense.use_count() == 1) {
    bytes += dense->words.capacity() * sizeof(std::int32_t);
  }
  for (const auto& own : {residuals, more_residuals}) {
    if (own != nullptr && own.use_count() <= 2) bytes += own->memory_bytes();  // with the copy here
  }
  return bytes;
}

TokenPartition ClassifyTokens(const pda::Machine& machine, stack::RegisterTable* registers,
                              const TokenRange& range, pda::StateId state, pda::Register reg) {
  Reached reached = Walk(machine, registers, range, state, reg);
  TokenPartition partition;
  std::vector<Exit> exits;
  for (const std::uint32_t node : reached.exits) {
    AppendExits(*range.trie, node, &exits, [&](TokenId token) {
      return !IsTokenAllowed(reached.words, static_cast<std::size_t>(token));
    });
  }
  partition.residuals = MakeResiduals(std::move(exits), ExitMark::kNode);
  if (reached.count <= kMaxSparse) {
    partition.sparse = std::move(reached.first);
    return partition;
  }
  auto dense = std::make_shared<DenseTokens>();
  dense->words = std::move(reached.words);
  dense->count = reached.count;
  partition.dense = std::move(dense);
  return partition;
}

void SetAccepted(std::vector<TokenId> accepted, std::size_t vocabulary_size,
                 TokenPartition* partition) {
  if (accepted.size() <= kMaxSparse) {
    partition->sparse.assign(accepted.begin(), accepted.end());
  } else {
    partition->dense = MakeDense(accepted, vocabulary_size);
  }
}

std::shared_ptr<const Residuals> MakeResiduals(std::vector<Exit> exits, ExitMark mark) {
  if (exits.empty()) return nullptr;
  std::sort(exits.begin(), exits.end());  // the order of the trie's tokens
  auto out = std::make_shared<Residuals>();
  auto& marks = mark == ExitMark::kRounds ? out->rounds : out->exits;
  std::vector<TokenTrie::Entry> entries;
  entries.reserve(exits.size());
  marks.reserve(exits.size());
  for (const Exit& exit : exits) {
    entries.emplace_back(exit.residual, exit.token);
    marks.push_back(exit.mark);
  }
  out->trie = TokenTrie(std::move(entries));
  if (!out->rounds.empty()) {
    const auto [least, most] = std::ranges::minmax(out->rounds);
    out->least_rounds = least;
    out->most_rounds = most;
  }
  return out;
}

}  // namespace pushmask::mask
