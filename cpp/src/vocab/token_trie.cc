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
    node.depth = depth & 0xffffffU;
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
      if (i == 0) root_children_[static_cast<std::uint8_t>(text[0])] = next_node();
      add_node(static_cast<std::uint8_t>(text[i]), static_cast<std::uint32_t>(i + 1));
    }
    tokens_.push_back(token);
    previous = text;
  }
  close_to(0);
  nodes_[0].subtree_end = next_node();
  add_node(0, 0);
  nodes_.shrink_to_fit();
}

std::size_t TokenTrie::memory_bytes() const {
  return nodes_.capacity() * sizeof(Node) + tokens_.capacity() * sizeof(TokenId);
}

}  // namespace pushmask::vocab
