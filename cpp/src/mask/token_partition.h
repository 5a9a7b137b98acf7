// SPDX-License-Identifier: Apache-2.0
// TokenPartition: what one position (state and register) says about every token, whatever the stack
// below it. Accepted tokens stay in the position's rule, or end exactly with it; context-dependent
// tokens run past the rule's end and leave a residual: the bytes that what lies below must take.
// (XGrammar, arXiv 2411.15100, section 3.1, calls these the context-independent and -dependent.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "pda/machine.h"
#include "stack/register_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

// A large set of tokens as a mask, shared by the rows that start from it.
struct DenseTokens {
  std::vector<std::int32_t> words;
  std::size_t count = 0;  // tokens in the set
};

struct TokenPartition {
  // Accepted tokens: a mask if they are many, else a list.
  std::shared_ptr<const DenseTokens> dense;
  std::vector<vocab::TokenId> sparse;
  // Residual byte strings, with the tokens that leave them.
  vocab::TokenTrie residuals;

  std::size_t memory_bytes() const;
};

// Puts `accepted` into the form that costs less.
void SetAccepted(std::vector<vocab::TokenId> accepted, std::size_t vocabulary_size,
                 TokenPartition* partition);

// Walks the trie from a position over an unknown stack. Cost: one step per trie node whose bytes
// the position can follow.
TokenPartition ClassifyTokens(const pda::Machine& machine, stack::RegisterTable* registers,
                              const vocab::TokenTrie& trie, std::size_t vocabulary_size,
                              pda::StateId state, pda::Register reg);

}  // namespace pushmask::mask
