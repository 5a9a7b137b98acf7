// SPDX-License-Identifier: Apache-2.0
#include "mask/token_slice.h"

#include <algorithm>
#include <utility>

#include "mask/token_partition.h"

namespace pushmask::mask {

using vocab::TokenTrie;

TokenSlice::TokenSlice(const TokenTrie& trie, std::size_t vocabulary_size,
                       const base::ByteSet& bytes) {
  std::vector<vocab::TokenId> tokens;
  std::vector<std::pair<std::uint8_t, std::uint32_t>> exits;
  for (std::uint32_t node = 1; node < trie.num_nodes();) {
    if (!bytes.Has(trie.byte(node))) {
      exits.emplace_back(trie.byte(node), node);
      node = trie.subtree_end(node);
      continue;
    }
    const auto here = trie.tokens(node);
    tokens.insert(tokens.end(), here.begin(), here.end());
    ++node;
  }
  TokenPartition accepted;
  SetAccepted(std::move(tokens), vocabulary_size, &accepted);
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
