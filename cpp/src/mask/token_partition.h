// SPDX-License-Identifier: Apache-2.0
// TokenPartition: what one position (state and register) says about every token, whatever the stack
// below it. Accepted tokens stay in the position's rule, or end exactly with it; context-dependent
// tokens run past the rule's end and leave a residual: the bytes that what lies below must take.
// (XGrammar, arXiv 2411.15100, section 3.1, calls these the context-independent and -dependent.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pda/machine.h"
#include "stack/register_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

// A set of tokens: a list if few, else a bit per token.
class TokenSet {
 public:
  TokenSet() = default;
  TokenSet(std::vector<vocab::TokenId> tokens, std::size_t vocabulary_size);

  // Sets the set's bits in `mask`.
  void AddTo(std::span<std::int32_t> mask) const;
  std::size_t memory_bytes() const;

 private:
  std::vector<vocab::TokenId> tokens_;
  std::vector<std::int32_t> words_;  // used instead if not empty
};

struct TokenPartition {
  TokenSet accepted;
  vocab::TokenTrie residuals;  // residual byte strings, with the tokens that leave them

  std::size_t memory_bytes() const { return accepted.memory_bytes() + residuals.memory_bytes(); }
};

// Walks the trie from a position over an unknown stack. Cost: one step per trie node whose bytes
// the position can follow.
TokenPartition ClassifyTokens(const pda::Machine& machine, stack::RegisterTable* registers,
                              const vocab::TokenTrie& trie, std::size_t vocabulary_size,
                              pda::StateId state, pda::Register reg);

}  // namespace pushmask::mask
