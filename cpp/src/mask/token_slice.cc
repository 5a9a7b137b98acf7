// SPDX-License-Identifier: Apache-2.0
#include "mask/token_slice.h"

#include <algorithm>
#include <utility>

namespace pushmask::mask {

using vocab::TokenTrie;

TokenSlice::TokenSlice(const TokenRange& range, const base::ByteSet& bytes) {
  const TokenTrie& trie = *range.trie;
  std::vector<vocab::TokenId> tokens;
  std::vector<std::pair<std::uint8_t, std::uint32_t>> exits;
  const std::uint32_t depth = trie.depth(range.top);
  for (std::uint32_t node = range.top + 1; node < trie.subtree_end(range.top);) {
    if (!bytes.Has(trie.byte(node))) {
      if (trie.depth(node) > depth + 1) exits.emplace_back(trie.byte(node), node);
      node = trie.subtree_end(node);
      continue;
    }
    const auto here = trie.tokens(node);
    tokens.insert(tokens.end(), here.begin(), here.end());
    ++node;
  }
  TokenPartition accepted;
  SetAccepted(std::move(tokens), range.vocabulary_size, &accepted);
  dense_ = std::move(accepted.dense);
  sparse_ = std::move(accepted.sparse);
  std::stable_sort(exits.begin(), exits.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  exits_.reserve(exits.size());
  for (const auto& [byte, node] : exits) {
    exits_.push_back(node);
    ++begins_[byte + 1U];
  }
  for (std::size_t byte = 0; byte < 256; ++byte) begins_[byte + 1] += begins_[byte];
}

std::size_t TokenSlice::memory_bytes() const {
  return sizeof(*this) + (sparse_.capacity() + exits_.capacity()) * sizeof(std::uint32_t) +
         (dense_ != nullptr ? dense_->words.capacity() * sizeof(std::int32_t) : 0);
}

}  // namespace pushmask::mask
