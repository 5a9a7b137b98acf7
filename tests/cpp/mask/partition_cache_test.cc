// SPDX-License-Identifier: Apache-2.0
#include "mask/partition_cache.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "mask/partition_view.h"

namespace pushmask::mask {
namespace {

// A leaf, counted rules of every kind, and rules that call.
const char* const kGrammar = R"(
root   ::= "<" (field ",")* (word | names{2,50} | [a-b]{3,70}) ">" root?
field  ::= [^",\n]* | "\"" ([^"] | "\"\"")* "\""
word   ::= "a" [^>]* | "ab" [^a]*
names  ::= [ab]+ ":"
)";

// Fragments of more states than are written out for every partition.
const std::string kLargeGrammar = R"(
root   ::= "<" (":" root ">" | (word ","){2,50} root | ")" +
                                  std::string(80, 'a') + R"(") [a-b]*
word   ::= "a" word? | "b"
)";

class PartitionCacheTest : public testing::TestWithParam<std::string> {
 protected:
  // Asks about every state and large node, in this order of nodes, and compares with a plain walk.
  void CheckAll(SharedPartitions* shared, std::size_t max_bytes, bool root_first) {
    PartitionCache cache(machine_, &registers_, trie_, texts_.size(), shared, max_bytes);
    std::vector<std::uint32_t> nodes = LargeNodes(trie_, 30);
    if (!root_first) std::reverse(nodes.begin(), nodes.end());
    for (int again = 0; again < 2; ++again) {
      for (const std::uint32_t top : nodes) {
        for (std::size_t s = 1; s < machine_.num_states(); ++s) Check(&cache, pda::StateId(s), top);
      }
    }
  }
  void Check(PartitionCache* cache, pda::StateId state, std::uint32_t top) {
    const bool counts = machine_.spec(state).kind == pda::RegisterKind::kCount;
    for (const pda::Register reg : {0U, 1U, 2U, 48U, 49U}) {
      if (reg > 0 && !counts) continue;
      std::shared_ptr<const TokenPartition> keep;
      const TokenPartition& found = cache->Get(state, reg, top, &keep);
      const TokenRange range{&trie_, texts_.size(), top};
      const TokenPartition walked = ClassifyTokens(machine_, &registers_, range, state, reg);
      ASSERT_EQ(Accepted(found), Accepted(walked)) << state.value << " " << reg << " " << top;
      if (counts) continue;  // residuals that cannot follow are left out
      ASSERT_EQ(ResidualsOf(found), ResidualsOf(walked)) << state.value << " " << top;
    }
  }

  const pda::Machine machine_ = LowerEbnf(GetParam());
  const std::vector<std::string> texts_ = AllStrings("\"ab,:>", 3);
  const vocab::TokenTrie trie_ = MakeTrie(texts_);
  stack::RegisterTable registers_;
};

TEST_P(PartitionCacheTest, AnswersAreThoseOfAWalkWhateverWasAskedBefore) {
  constexpr std::size_t kRoom = std::size_t{1} << 24;
  SharedPartitions shared(kRoom);
  for (const bool root_first : {false, true}) {
    CheckAll(&shared, kRoom, root_first);  // the second time from warm shared partitions
    SharedPartitions fresh(kRoom);
    CheckAll(&fresh, kRoom, root_first);
  }
}

TEST_P(PartitionCacheTest, AnswersAreTheSameWithoutRoom) {
  SharedPartitions shared(0);
  CheckAll(&shared, 0, false);
  EXPECT_EQ(shared.memory_bytes(), 0);
}

INSTANTIATE_TEST_SUITE_P(Grammars, PartitionCacheTest, testing::Values(kGrammar, kLargeGrammar));

TEST(PartitionCache, PartitionsOfALargeFragmentAreMadeOnce) {
  const std::vector<std::string> texts = AllStrings("ab,:<>", 3);
  const vocab::TokenTrie trie = MakeTrie(texts);
  constexpr std::size_t kRoom = std::size_t{1} << 24;
  SharedPartitions shared(kRoom);
  stack::RegisterTable registers;
  std::vector<std::shared_ptr<const TokenPartition>> found(2);
  for (auto& keep : found) {  // two grammars that are alike
    const pda::Machine machine = LowerEbnf(kLargeGrammar);
    PartitionCache cache(machine, &registers, trie, texts.size(), &shared, kRoom);
    cache.Get(machine.root_entry(), 0, 0, &keep);
  }
  ASSERT_NE(found[0], nullptr);
  EXPECT_EQ(found[0], found[1]);
}

TEST(SharedPartitions, WhatARuleKeepsAliveCounts) {
  constexpr std::size_t kRoom = 10'000;
  SharedPartitions shared(kRoom);
  const SharedPartitions::LeafState small{std::make_shared<int>(1), 100, 0};
  const SharedPartitions::LeafState large{std::make_shared<int>(2), 2 * kRoom, 0};
  FragmentPartitions* entry = shared.Remember(small, nullptr);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(shared.Find(small), entry);
  EXPECT_GE(shared.memory_bytes(), small.shape_bytes);
  EXPECT_EQ(shared.Remember(large, nullptr), nullptr);
  EXPECT_EQ(large.shape.use_count(), 1);  // nobody else keeps it
}

}  // namespace
}  // namespace pushmask::mask
