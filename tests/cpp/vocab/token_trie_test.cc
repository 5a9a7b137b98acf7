// SPDX-License-Identifier: Apache-2.0
#include "vocab/token_trie.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace pushmask::vocab {
namespace {

TEST(TokenTrie, HoldsEveryStringOnceInPreorder) {
  const std::vector<TokenTrie::Entry> entries = {{"b", 0},
                                                 {"ab", 1},
                                                 {"a", 2},
                                                 {"abc", 3},
                                                 {"ab", 4},
                                                 {"\xFF", 5},
                                                 {"a\0"
                                                  "x",
                                                  6}};
  const TokenTrie trie(entries);
  std::map<std::string, std::set<TokenId>> found;
  std::string path;
  for (std::uint32_t node = 1; node < trie.num_nodes(); ++node) {
    path.resize(trie.depth(node) - 1);
    path.push_back(static_cast<char>(trie.byte(node)));
    for (const TokenId token : trie.tokens(node)) found[path].insert(token);
    EXPECT_GT(trie.subtree_end(node), node);
    EXPECT_LE(trie.subtree_end(node), trie.num_nodes());
  }
  std::map<std::string, std::set<TokenId>> expected;
  for (const auto& [text, token] : entries) expected[std::string(text)].insert(token);
  EXPECT_EQ(found, expected);
  EXPECT_EQ(trie.subtree_tokens(0).size(), entries.size());
}

TEST(TokenTrie, MayBeEmpty) {
  const TokenTrie trie;
  EXPECT_EQ(trie.num_nodes(), 1);
  EXPECT_TRUE(trie.subtree_tokens(0).empty());
}

}  // namespace
}  // namespace pushmask::vocab
