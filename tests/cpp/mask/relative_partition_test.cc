// SPDX-License-Identifier: Apache-2.0
#include "mask/relative_partition.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ir/builder.h"
#include "mask/partition_view.h"
#include "pda/lower.h"
#include "stack/register_table.h"

namespace pushmask::mask {
namespace {

constexpr pda::LowerLimits kLimits{1000, 10'000, 1'000'000, 200'000, 10'000'000};

struct Told {
  int differences = 0;  // partitions told as a difference
  int refused = 0;
};

// Compares every state that has a loop, below several nodes.
Told Compare(const pda::Machine& machine, const vocab::TokenTrie& trie, std::size_t size) {
  stack::RegisterTable registers;
  Told told;
  for (std::size_t s = 1; s < machine.num_states(); ++s) {
    const pda::StateId state(s);
    if (!machine.state(state).leaf) continue;
    const pda::StateId loop = FindLoop(machine, state);
    if (!loop.valid()) continue;
    EXPECT_NE(loop, state);
    EXPECT_FALSE(FindLoop(machine, loop).valid());
    for (const std::uint32_t top : LargeNodes(trie, 60)) {
      const TokenRange range{&trie, size, top};
      const TokenPartition plain = ClassifyTokens(machine, &registers, range, loop, 0);
      std::size_t steps = 0;
      const auto partition = ClassifyAgainst(machine, range, state, loop, plain, &steps);
      if (!partition) {
        ++told.refused;
        continue;
      }
      ++told.differences;
      const TokenPartition expected = ClassifyTokens(machine, &registers, range, state, 0);
      EXPECT_EQ(Accepted(*partition), Accepted(expected)) << s << " " << top;
      EXPECT_EQ(ResidualsOf(*partition), ResidualsOf(expected)) << s << " " << top;
    }
  }
  return told;
}

std::vector<std::string> Texts() {
  std::vector<std::string> texts = AllStrings("\"ab:, ", 4);
  for (const char* text :
       {"\xC3", "\xA9", "\xC3\xA9\"", "abba\":", "aaaaaa", "a\xC3\xA9", "\"\"\""}) {
    texts.emplace_back(text);
  }
  return texts;
}

class RelativePartitionTest : public testing::Test {
 protected:
  // Strings other than these names, as JSON Schema's additionalProperties has them.
  ir::ExprId OtherThan(const std::vector<std::string>& names) {
    std::vector<ir::ExprId> bytes;
    for (const std::string& name : names) bytes.push_back(builder_.Bytes(name));
    const auto any = builder_.Star(builder_.Class(text::CodepointSet{{'"', '"'}}.Complement()));
    return builder_.Seq({builder_.Difference(any, builder_.Choice(bytes)), builder_.Bytes("\"")});
  }
  pda::Machine Lower(ir::ExprId body) {
    const auto root = builder_.AddRule("root");
    const auto leaf = builder_.AddRule("leaf");
    builder_.Define(leaf, body);
    builder_.KeepApart(leaf);
    builder_.Define(
        root, builder_.Seq({builder_.Bytes("<"), builder_.RuleRef(leaf), builder_.Bytes(">")}));
    return pda::Lower(builder_.Finish(root, "test"), kLimits, nullptr);
  }

  ir::Builder builder_;
  const std::vector<std::string> texts_ = Texts();
  const vocab::TokenTrie trie_ = MakeTrie(texts_);
};

TEST_F(RelativePartitionTest, NamesOtherThanTheseDifferInAFewTokens) {
  const pda::Machine machine = Lower(OtherThan({"a", "ab", "abba", "b:", "\xC3\xA9"}));
  const Told told = Compare(machine, trie_, texts_.size());
  EXPECT_GT(told.differences, 20);
  EXPECT_EQ(told.refused, 0);
}

TEST_F(RelativePartitionTest, ALoopThatMayEndIsRefused) {
  const auto any = builder_.Star(builder_.Class(text::CodepointSet{{'"', '"'}}.Complement()));
  const pda::Machine machine =
      Lower(builder_.Difference(any, builder_.Choice({builder_.Bytes("a"), builder_.Bytes("ab")})));
  EXPECT_GT(Compare(machine, trie_, texts_.size()).refused, 0);
}

TEST_F(RelativePartitionTest, StatesThatLeadToEachOtherHaveNoLoop) {
  // Whether the number of bytes below 0x40 is even: two states, 64 bytes each way.
  const auto low = builder_.Class({{0, 0x3F}});
  const auto high = builder_.Star(builder_.Class({{0x40, 0x7F}}));
  const pda::Machine machine =
      Lower(builder_.Seq({high, builder_.Star(builder_.Seq({low, high, low, high}))}));
  EXPECT_EQ(Compare(machine, trie_, texts_.size()).differences, 0);
}

TEST_F(RelativePartitionTest, RandomLeavesHaveTheSamePartitions) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {"a", "b", ":", ", ", "ab", "\"", "\xC3\xA9", "ba"};
  const auto word = [&] {
    std::string text;
    for (std::size_t i = random() % 4 + 1; i > 0; --i) text += pieces[random() % pieces.size()];
    return text;
  };
  Told all;
  for (int round = 0; round < 60; ++round) {
    builder_ = ir::Builder();
    const auto without = [&](char32_t c) {
      return builder_.Class(text::CodepointSet{{c, c}}.Complement());
    };
    std::vector<ir::ExprId> choices;
    std::vector<ir::ExprId> forbidden;
    for (std::size_t i = random() % 3 + 1; i > 0; --i) {
      const auto body = builder_.Repeat(without(U"\"ab:"[random() % 4]), random() % 3,
                                        random() % 4 == 0 ? 3 : ir::kUnbounded);
      choices.push_back(builder_.Seq({random() % 2 == 0 ? builder_.Bytes(word()) : builder_.Empty(),
                                      body, builder_.Bytes(random() % 4 == 0 ? "" : word())}));
    }
    for (std::size_t i = random() % 3 + 1; i > 0; --i) forbidden.push_back(builder_.Bytes(word()));
    const pda::Machine machine =
        Lower(builder_.Difference(builder_.Choice(choices), builder_.Choice(forbidden)));
    const Told told = Compare(machine, trie_, texts_.size());
    all.differences += told.differences;
    all.refused += told.refused;
    ASSERT_FALSE(HasFailure()) << round;
  }
  EXPECT_GT(all.differences, 100);
  EXPECT_GT(all.refused, 10);
}

}  // namespace
}  // namespace pushmask::mask
