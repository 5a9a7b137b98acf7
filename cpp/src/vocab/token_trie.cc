// SPDX-License-Identifier: Apache-2.0
#include "vocab/token_trie.h"

#include <algorithm>

namespace pushmask::vocab {

TokenTrie::TokenTrie(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  const auto add_node = [this](std::uint8_t byte, std::uint32_t depth) {
    Node node;
    node.token_begin = static_cast<std::uint32_t>(tokens_.size());
    node.depth = depth & 0x7fffffU;
    node.byte = byte;
    nodes_.push_back(node);
    max_depth_ = std::max(max_depth_, depth);
  };
  const auto next_node = [this] { return static_cast<std::uint32_t>(nodes_.size()); };
  std::vector<std::uint32_t> path{0};  // nodes from the root to the last one added
  add_node(0, 0);
  const auto close_to = [&](std::size_t depth) {
    while (path.size() > depth + 1) {
      nodes_[path.back()].subtree_end = next_node();
      path.pop_back();
    }
  };
  std::string_view previous;
  for (const auto& [text, token] : entries) {
    const auto differ = std::mismatch(previous.begin(), previous.end(), text.begin(), text.end());
    const auto shared = static_cast<std::size_t>(differ.first - previous.begin());
    close_to(shared);
    for (std::size_t i = shared; i < text.size(); ++i) {
      path.push_back(next_node());
      add_node(static_cast<std::uint8_t>(text[i]), static_cast<std::uint32_t>(i + 1));
    }
    tokens_.push_back(token);
    previous = text;
  }
  close_to(0);
  nodes_[0].subtree_end = next_node();
  add_node(0, 0);
  nodes_.shrink_to_fit();
  FindChildren();
}

void TokenTrie::FindChildren() {
  child_begins_.assign(num_nodes() + std::size_t{1}, 0);
  child_bytes_.reserve(num_nodes() - std::size_t{1});
  children_.reserve(num_nodes() - std::size_t{1});
  for (std::uint32_t node = 0; node < num_nodes(); ++node) {
    child_begins_[node] = static_cast<std::uint32_t>(children_.size());
    for (std::uint32_t child = node + 1; child < subtree_end(node); child = subtree_end(child)) {
      child_bytes_.push_back(byte(child));
      children_.push_back(child);
    }
  }
  child_begins_.back() = static_cast<std::uint32_t>(children_.size());
  for (std::uint32_t node = num_nodes(); node-- > 0;) {  // children before their parents
    const auto below = children(node);
    nodes_[node].is_plain_below = std::all_of(below.begin(), below.end(), [this](std::uint32_t c) {
      return IsPlain(byte(c)) && is_plain_below(c);
    });
  }
}

std::uint32_t TokenTrie::child(std::uint32_t node, std::uint8_t byte) const {
  const auto bytes = child_bytes(node);
  const auto found = std::lower_bound(bytes.begin(), bytes.end(), byte);
  if (found == bytes.end() || *found != byte) return 0;
  return children(node)[static_cast<std::size_t>(found - bytes.begin())];
}

std::size_t TokenTrie::memory_bytes() const {
  return nodes_.capacity() * sizeof(Node) + tokens_.capacity() * sizeof(TokenId) +
         (child_begins_.capacity() + children_.capacity()) * sizeof(std::uint32_t) +
         child_bytes_.capacity();
}

}  // namespace pushmask::vocab
