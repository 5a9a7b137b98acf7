// SPDX-License-Identifier: Apache-2.0
// TokenTrie: byte strings that name tokens, as a trie in preorder arrays. Node 0 is the root; the
// subtree of node v is [v, subtree_end[v]), and because preorder is sorted order, its tokens are
// one range too. A walk visits nodes by counting up and skips a subtree by one assignment.
#pragma once

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

  std::uint32_t num_nodes() const { return static_cast<std::uint32_t>(nodes_.size() - 1); }
  std::uint8_t byte(std::uint32_t node) const { return nodes_[node].byte; }
  std::uint32_t depth(std::uint32_t node) const { return nodes_[node].depth; }  // root: 0
  std::uint32_t subtree_end(std::uint32_t node) const { return nodes_[node].subtree_end; }
  std::uint32_t max_depth() const { return max_depth_; }
  // Printable ASCII but for the quote and the backslash: what most of a text is made of, and what
  // the inside of a string reads without noticing.
  static bool IsPlain(std::uint8_t byte) {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != 0x5C;
  }
  // Whether all bytes below the node are plain.
  bool is_plain_below(std::uint32_t node) const { return nodes_[node].is_plain_below != 0; }
  // The node's children: their bytes, ascending, and the children in the same order.
  std::span<const std::uint8_t> child_bytes(std::uint32_t node) const {
    return {child_bytes_.data() + child_begins_[node], num_children(node)};
  }
  std::span<const std::uint32_t> children(std::uint32_t node) const {
    return {children_.data() + child_begins_[node], num_children(node)};
  }
  std::uint32_t num_children(std::uint32_t node) const {
    return child_begins_[node + 1] - child_begins_[node];
  }
  // The child for a byte, or 0.
  std::uint32_t child(std::uint32_t node, std::uint8_t byte) const;

  // Tokens whose string ends at `node`; tokens that end there or below.
  std::span<const TokenId> tokens(std::uint32_t node) const { return Slice(node, node + 1); }
  std::span<const TokenId> subtree_tokens(std::uint32_t node) const {
    return Slice(node, nodes_[node].subtree_end);
  }
  // Where tokens(node) begins in the order of all tokens.
  std::uint32_t token_begin(std::uint32_t node) const { return nodes_[node].token_begin; }

  std::size_t memory_bytes() const;

 private:
  // What a walk reads of a node lies together: a skip lands on a new cache line anyway.
  struct Node {
    std::uint32_t subtree_end = 0;
    std::uint32_t token_begin = 0;
    std::uint32_t depth : 23 = 0;
    std::uint32_t is_plain_below : 1 = 0;
    std::uint32_t byte : 8 = 0;
  };

  std::span<const TokenId> Slice(std::uint32_t first, std::uint32_t last) const {
    const std::uint32_t begin = nodes_[first].token_begin;
    return {tokens_.data() + begin, nodes_[last].token_begin - begin};
  }

  void FindChildren();

  std::vector<Node> nodes_;  // one more than there are nodes: the last one ends the token ranges
  std::vector<TokenId> tokens_;
  std::uint32_t max_depth_ = 0;
  // A walk that knows its bytes goes from child to child without touching the others.
  std::vector<std::uint32_t> child_begins_;  // one more than nodes
  std::vector<std::uint8_t> child_bytes_;
  std::vector<std::uint32_t> children_;
};

}  // namespace pushmask::vocab
