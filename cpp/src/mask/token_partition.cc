// SPDX-License-Identifier: Apache-2.0
#include "mask/token_partition.h"

#include <string>
#include <utility>

#include "mask/trie_walk.h"
#include "pushmask/token_mask.h"
#include "stack/lazy_automaton.h"

namespace pushmask::mask {
namespace {

using vocab::TokenId;
using vocab::TokenTrie;

// The bytes of every node from `top` (exclusive) down, for the tokens that `keep` accepts.
template <typename Keep>
void AddResiduals(const TokenTrie& trie, std::uint32_t top, Keep keep,
                  std::vector<std::pair<std::string, TokenId>>* out) {
  std::string residual;
  for (std::uint32_t node = top + 1; node < trie.subtree_end(top); ++node) {
    residual.resize(trie.depth(node) - trie.depth(top) - 1);
    residual.push_back(static_cast<char>(trie.byte(node)));
    for (const TokenId token : trie.tokens(node)) {
      if (keep(token)) out->emplace_back(residual, token);
    }
  }
}

}  // namespace

std::size_t TokenPartition::memory_bytes() const {
  std::size_t bytes = sparse.capacity() * sizeof(TokenId) + residuals.memory_bytes();
  if (dense != nullptr) bytes += dense->words.capacity() * sizeof(std::int32_t);
  return bytes;
}

TokenPartition ClassifyTokens(const pda::Machine& machine, stack::RegisterTable* registers,
                              const TokenTrie& trie, std::size_t vocabulary_size,
                              pda::StateId state, pda::Register reg) {
  // kBottom stands for the unknown stack: "can end" means that the walk leaves the rule.
  stack::LazyAutomaton automaton(machine, registers, nullptr);
  const stack::Link start{state, reg, stack::kBottom};
  std::vector<TokenId> accepted;
  std::vector<std::uint32_t> exits;  // nodes after whose bytes the rule may have ended
  WalkTrie(trie, automaton.Start({&start, 1}), &automaton,
           [&](std::uint32_t node, stack::LazyAutomaton::Id id) {
             const auto tokens = trie.tokens(node);
             accepted.insert(accepted.end(), tokens.begin(), tokens.end());
             if (automaton.can_end(id) && trie.subtree_end(node) > node + 1) exits.push_back(node);
           });

  TokenPartition partition;
  if (!exits.empty()) {
    std::vector<bool> is_accepted(vocabulary_size);
    for (const TokenId token : accepted) is_accepted[static_cast<std::size_t>(token)] = true;
    const auto keep = [&](TokenId token) { return !is_accepted[static_cast<std::size_t>(token)]; };
    std::vector<std::pair<std::string, TokenId>> residuals;
    for (const std::uint32_t node : exits) AddResiduals(trie, node, keep, &residuals);
    std::vector<TokenTrie::Entry> entries(residuals.begin(), residuals.end());
    partition.residuals = TokenTrie(std::move(entries));
  }
  SetAccepted(std::move(accepted), vocabulary_size, &partition);
  return partition;
}

void SetAccepted(std::vector<TokenId> accepted, std::size_t vocabulary_size,
                 TokenPartition* partition) {
  if (accepted.size() <= NumMaskWords(vocabulary_size)) {
    partition->sparse = std::move(accepted);
    return;
  }
  auto dense = std::make_shared<DenseTokens>();
  dense->words.resize(NumMaskWords(vocabulary_size));
  dense->count = accepted.size();
  for (const TokenId token : accepted) AllowToken(dense->words, static_cast<std::size_t>(token));
  partition->dense = std::move(dense);
}

}  // namespace pushmask::mask
