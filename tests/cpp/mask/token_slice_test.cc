// SPDX-License-Identifier: Apache-2.0
#include "mask/token_slice.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "mask/partition_view.h"
#include "mask/shared_partitions.h"

namespace pushmask::mask {
namespace {

using vocab::TokenId;

std::string TextOf(const vocab::TokenTrie& trie, std::uint32_t node) {
  std::string text(trie.depth(node), '\0');
  for (std::uint32_t n = 1; n <= node; ++n) {  // its ancestors, and itself
    if (trie.subtree_end(n) > node) text[trie.depth(n) - 1] = static_cast<char>(trie.byte(n));
  }
  return text;
}

TEST(TokenSlice, HasTheTokensOfAClassAndTheWaysOut) {
  std::vector<std::string> texts = AllStrings(" \nab", 4);
  for (std::size_t n = 5; n < 20; ++n) {
    texts.push_back(std::string(n, ' '));
    texts.push_back(std::string(n, ' ') + "a");
  }
  const vocab::TokenTrie trie = MakeTrie(texts);
  base::ByteSet space;
  space.AddRange(' ', ' ');
  space.AddRange('\n', '\n');
  for (const std::uint32_t top : LargeNodes(trie, 8)) {
    const std::string prefix = TextOf(trie, top);
    const TokenSlice slice({&trie, texts.size(), top}, space);
    std::set<TokenId> expected;
    std::set<std::string> expected_exits;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (!texts[i].starts_with(prefix) || texts[i].size() == prefix.size()) continue;
      const std::size_t end = texts[i].find_first_not_of(" \n", prefix.size());
      if (end == std::string::npos) expected.insert(static_cast<TokenId>(i));
      if (end != std::string::npos && end > prefix.size()) {
        expected_exits.insert(texts[i].substr(0, end + 1));
      }
    }
    std::set<TokenId> found(slice.sparse().begin(), slice.sparse().end());
    if (slice.dense() != nullptr) found = TokensOf(*slice.dense());
    EXPECT_EQ(found, expected) << prefix;
    std::set<std::string> exits;
    for (unsigned byte = 0; byte < 256; ++byte) {
      for (const std::uint32_t node : slice.exits(static_cast<std::uint8_t>(byte))) {
        EXPECT_EQ(trie.byte(node), byte);
        EXPECT_TRUE(exits.insert(TextOf(trie, node)).second);
      }
    }
    EXPECT_EQ(exits, expected_exits) << prefix;
  }
}

TEST(SharedPartitions, RemembersSlicesUntilTheBudgetIsUsedUp) {
  const std::vector<std::string> texts = AllStrings("ab", 3);
  const vocab::TokenTrie trie = MakeTrie(texts);
  const TokenRange range{&trie, texts.size(), 0};
  base::ByteSet bytes;
  bytes.AddRange('a', 'a');
  SharedPartitions roomy(std::size_t{1} << 20);
  EXPECT_EQ(roomy.Slice(range, bytes), roomy.Slice(range, bytes));
  EXPECT_GT(roomy.memory_bytes(), 0);
  SharedPartitions full(0);
  EXPECT_NE(full.Slice(range, bytes), nullptr);
  EXPECT_EQ(full.Slice(range, bytes)->sparse(), roomy.Slice(range, bytes)->sparse());
  EXPECT_EQ(full.Fragment("key"), nullptr);
  EXPECT_EQ(full.memory_bytes(), 0);
}

TEST(TokenSlice, ExitsAreBelowALargeNodeOrSmall) {
  std::vector<std::string> texts = AllStrings(" abcdefghij", 4);
  const vocab::TokenTrie trie = MakeTrie(texts);
  base::ByteSet space;
  space.AddRange(' ', ' ');
  const TokenSlice slice({&trie, texts.size()}, space);
  const std::uint32_t one_space = trie.child(0, ' ');
  EXPECT_EQ(slice.large_nodes(), std::vector<std::uint32_t>{one_space});
  std::set<std::uint32_t> all;
  std::set<std::uint32_t> told;
  for (unsigned b = 0; b < 256; ++b) {
    const auto byte = static_cast<std::uint8_t>(b);
    all.insert(slice.exits(byte).begin(), slice.exits(byte).end());
    const auto small = slice.small_exits(byte);
    told.insert(small.begin(), small.end());
    EXPECT_EQ(slice.HasSmallExits(byte, byte), !small.empty());
    if (byte == ' ') continue;
    if (const std::uint32_t child = trie.child(one_space, byte); child != 0) {
      EXPECT_TRUE(told.insert(child).second) << b;
    }
  }
  EXPECT_EQ(told, all);
}

}  // namespace
}  // namespace pushmask::mask
