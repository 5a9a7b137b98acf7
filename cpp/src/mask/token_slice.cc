// SPDX-License-Identifier: Apache-2.0
#include "mask/token_slice.h"

#include <algorithm>
#include <utility>

namespace pushmask::mask {
namespace {

using vocab::TokenTrie;

// Nodes below which more nodes than this go on with other bytes are large: what a state takes below
// one is worth remembering by itself.
constexpr std::uint32_t kLargeRest = 1024;

using ExitList = std::vector<std::pair<std::uint8_t, std::uint32_t>>;  // byte, node

void SortByByte(ExitList exits, std::vector<std::uint32_t>* nodes,
                std::array<std::uint32_t, 257>* begins) {
  std::stable_sort(exits.begin(), exits.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  nodes->reserve(exits.size());
  for (const auto& [byte, node] : exits) {
    nodes->push_back(node);
    ++(*begins)[byte + 1U];
  }
  for (std::size_t byte = 0; byte < 256; ++byte) (*begins)[byte + 1] += (*begins)[byte];
}

}  // namespace

TokenSlice::TokenSlice(const TokenRange& range, const base::ByteSet& bytes)
    : bytes_(bytes), top_(range.top) {
  const TokenTrie& trie = *range.trie;
  std::vector<vocab::TokenId> tokens;
  ExitList exits;
  ExitList small;
  const std::uint32_t depth = trie.depth(range.top);
  for (std::uint32_t node = range.top + 1; node < trie.subtree_end(range.top);) {
    if (!bytes.Has(trie.byte(node))) {
      if (trie.depth(node) > depth + 1) exits.emplace_back(trie.byte(node), node);
      node = trie.subtree_end(node);
      continue;
    }
    const auto here = trie.tokens(node);
    tokens.insert(tokens.end(), here.begin(), here.end());
    std::uint32_t rest = 0;
    ExitList below;
    for (const std::uint32_t child : trie.children(node)) {
      if (bytes.Has(trie.byte(child))) continue;
      rest += trie.subtree_end(child) - child;
      below.emplace_back(trie.byte(child), child);
    }
    if (rest > kLargeRest) {
      large_nodes_.push_back(node);
    } else {
      small.insert(small.end(), below.begin(), below.end());
    }
    ++node;
  }
  TokenPartition accepted;
  SetAccepted(std::move(tokens), range.vocabulary_size, &accepted);
  dense_ = std::move(accepted.dense);
  sparse_ = std::move(accepted.sparse);
  SortByByte(std::move(exits), &exits_, &begins_);
  SortByByte(std::move(small), &small_exits_, &small_begins_);
}

std::size_t TokenSlice::memory_bytes() const {
  return sizeof(*this) +
         (sparse_.capacity() + exits_.capacity() + large_nodes_.capacity() +
          small_exits_.capacity()) *
             sizeof(std::uint32_t) +
         (dense_ != nullptr ? dense_->words.capacity() * sizeof(std::int32_t) : 0);
}

}  // namespace pushmask::mask
