// SPDX-License-Identifier: Apache-2.0
// DenseTokens: a large set of tokens as a mask. Shared and never changed, so a pointer to one says
// which set it is.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "vocab/token_trie.h"

namespace pushmask::mask {

struct DenseTokens {
  std::vector<std::int32_t> words;  // one bit per token, see pushmask/token_mask.h
  std::size_t count = 0;            // tokens in the set
  // Whether the set belongs to the vocabulary rather than to one grammar: only then it pays to
  // remember its unions.
  mutable std::atomic<bool> is_shared = false;
};

using DensePtr = std::shared_ptr<const DenseTokens>;

// `tokens` must not repeat.
DensePtr MakeDense(std::span<const vocab::TokenId> tokens, std::size_t vocabulary_size);
DensePtr MakeUnion(const DenseTokens& a, const DenseTokens& b);

}  // namespace pushmask::mask
