// SPDX-License-Identifier: Apache-2.0
#include "vocab/token_trie.h"

#include <algorithm>

namespace pushmask::vocab {

TokenTrie::TokenTrie(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  const auto add_node = [this](std::uint8_t byte, std::uint32_t depth) {
    bytes_.push_back(byte);
    depths_.push_back(depth);
    subtree_ends_.push_back(0);
    token_begins_.push_back(static_cast<std::uint32_t>(tokens_.size()));
    max_depth_ = std::max(max_depth_, depth);
  };
  std::vector<std::uint32_t> path{0};  // nodes from the root to the last one added
  add_node(0, 0);
  const auto close_to = [&](std::size_t depth) {
    while (path.size() > depth + 1) {
      subtree_ends_[path.back()] = num_nodes();
      path.pop_back();
    }
  };
  std::string_view previous;
  for (const auto& [text, token] : entries) {
    const auto differ = std::mismatch(previous.begin(), previous.end(), text.begin(), text.end());
    const auto shared = static_cast<std::size_t>(differ.first - previous.begin());
    close_to(shared);
    for (std::size_t i = shared; i < text.size(); ++i) {
      path.push_back(num_nodes());
      if (i == 0) root_children_[static_cast<std::uint8_t>(text[0])] = num_nodes();
      add_node(static_cast<std::uint8_t>(text[i]), static_cast<std::uint32_t>(i + 1));
    }
    tokens_.push_back(token);
    previous = text;
  }
  close_to(0);
  subtree_ends_[0] = num_nodes();
  token_begins_.push_back(static_cast<std::uint32_t>(tokens_.size()));
}

std::size_t TokenTrie::memory_bytes() const {
  return bytes_.capacity() +
         sizeof(std::uint32_t) * (depths_.capacity() + subtree_ends_.capacity() +
                                  token_begins_.capacity() + tokens_.capacity());
}

}  // namespace pushmask::vocab
