// SPDX-License-Identifier: Apache-2.0
#include "mask/counted_tokens.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "mask/partition_view.h"
#include "pda/lower.h"

namespace pushmask::mask {
namespace {

constexpr pda::LowerLimits kLimits{1000, 10'000, 1'000'000, 200'000, 10'000'000};

// root ::= "<" item{min,max} after
pda::Machine Between(ir::Builder builder, ir::ExprId item, const std::string& after,
                     std::uint32_t min, std::uint32_t max) {
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Seq({builder.Bytes("<"), builder.Repeat(item, min, max),
                                    builder.Bytes(after)}));
  return pda::Lower(builder.Finish(root, "test"), kLimits, nullptr);
}

pda::StateId CountingState(const pda::Machine& machine) {
  for (std::size_t i = 1; i < machine.num_states(); ++i) {
    if (machine.spec(pda::StateId(i)).kind == pda::RegisterKind::kCount) return pda::StateId(i);
  }
  return {};
}

const std::vector<std::string> kTexts = {
    "a",         "b",        "ab", "abab",      "\xC3",  "\xC3\xA9", "a>",   "ab>x",
    "\xC3\xA9>", "aaaaaaaa", ">",  "abababab>", "a\xC3", "ba",       "aa>>", "aaaaa"};

TEST(CountedTokens, SelectsWhatAWalkFindsAtEveryDistanceToTheBounds) {
  ir::Builder builder;
  const auto item =
      builder.Choice({builder.Bytes("ab"), builder.Bytes("a"), builder.Class({{0xE0, 0xFF}})});
  const std::uint32_t min = 40;
  const std::uint32_t max = 60;
  const pda::Machine machine = Between(std::move(builder), item, ">", min, max);
  std::vector<std::string> texts = AllStrings("ab>\xC3\xA9", 4);
  texts.insert(texts.end(), kTexts.begin(), kTexts.end());
  const vocab::TokenTrie trie = MakeTrie(texts);
  stack::RegisterTable registers;
  const pda::StateId state = CountingState(machine);
  ASSERT_TRUE(state.valid());
  for (const std::uint32_t top : LargeNodes(trie, 20)) {
    const TokenRange range{&trie, texts.size(), top};
    const auto counted = CountedTokens::Count(machine, &registers, range, state);
    ASSERT_NE(counted, nullptr);
    for (pda::Register reg = 0; reg < max; ++reg) {
      const TokenPartition walked = ClassifyTokens(machine, &registers, range, state, reg);
      const TokenPartition selected = counted->Select(reg < min ? min - reg : 0, max - reg);
      ASSERT_EQ(Accepted(selected), Accepted(walked)) << top << " " << reg;
      // A walk cannot know that only ">" follows; of its residuals those are what matters.
      ResidualSet expected;
      for (const auto& residual : ResidualsOf(walked)) {
        if (residual.first[0] == '>') expected.insert(residual);
      }
      ASSERT_EQ(ResidualsOf(selected), expected) << top << " " << reg;
    }
  }
}

TEST(CountedTokens, RefusesWhatCountsDoNotTell) {
  const vocab::TokenTrie trie = MakeTrie(kTexts);
  const TokenRange range{&trie, kTexts.size(), 0};
  stack::RegisterTable registers;
  {  // "aa" is one round or two
    ir::Builder builder;
    const auto item = builder.Choice({builder.Bytes("aa"), builder.Bytes("a")});
    const pda::Machine machine = Between(std::move(builder), item, ">", 40, 60);
    EXPECT_EQ(CountedTokens::Count(machine, &registers, range, CountingState(machine)), nullptr);
  }
  {  // "a" begins a round and follows the rule
    ir::Builder builder;
    const auto item = builder.Class({{'a', 'z'}});
    const pda::Machine machine = Between(std::move(builder), item, "a>", 40, 60);
    EXPECT_EQ(CountedTokens::Count(machine, &registers, range, CountingState(machine)), nullptr);
  }
}

}  // namespace
}  // namespace pushmask::mask
