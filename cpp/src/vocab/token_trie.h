// SPDX-License-Identifier: Apache-2.0
// TokenTrie: byte strings that name tokens, as a trie in preorder arrays. Node 0 is the root; the
// subtree of node v is [v, subtree_end[v]), and because preorder is sorted order, its tokens are
// one range too. A walk visits nodes by counting up and skips a subtree by one assignment.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace pushmask::vocab {

using TokenId = std::int32_t;

class TokenTrie {
 public:
  using Entry = std::pair<std::string_view, TokenId>;

  TokenTrie() : TokenTrie(std::vector<Entry>()) {}
  // Entries in any order; strings may repeat, also with different tokens, and may not be empty.
  explicit TokenTrie(std::vector<Entry> entries);

  std::uint32_t num_nodes() const { return static_cast<std::uint32_t>(bytes_.size()); }
  std::uint8_t byte(std::uint32_t node) const { return bytes_[node]; }
  std::uint32_t depth(std::uint32_t node) const { return depths_[node]; }  // root: 0
  std::uint32_t subtree_end(std::uint32_t node) const { return subtree_ends_[node]; }
  std::uint32_t max_depth() const { return max_depth_; }
  // The root's child for a byte, or 0.
  std::uint32_t root_child(std::uint8_t byte) const { return root_children_[byte]; }

  // Tokens whose string ends at `node`; tokens that end there or below.
  std::span<const TokenId> tokens(std::uint32_t node) const { return Slice(node, node + 1); }
  std::span<const TokenId> subtree_tokens(std::uint32_t node) const {
    return Slice(node, subtree_ends_[node]);
  }

  std::size_t memory_bytes() const;

 private:
  std::span<const TokenId> Slice(std::uint32_t first, std::uint32_t last) const {
    return {tokens_.data() + token_begins_[first], token_begins_[last] - token_begins_[first]};
  }

  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint32_t> depths_;
  std::vector<std::uint32_t> subtree_ends_;
  std::vector<std::uint32_t> token_begins_;  // one more than nodes
  std::vector<TokenId> tokens_;
  std::uint32_t max_depth_ = 0;
  std::array<std::uint32_t, 256> root_children_ = {};
};

}  // namespace pushmask::vocab
