// SPDX-License-Identifier: Apache-2.0
#include "mask/counted_tokens.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "pda/lower.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {
namespace {

constexpr pda::LowerLimits kLimits{1000, 10'000, 1'000'000};

using Residuals = std::set<std::pair<std::string, vocab::TokenId>>;

// root ::= "<" item{min,max} after
pda::Machine Between(ir::Builder builder, ir::ExprId item, const std::string& after,
                     std::uint32_t min, std::uint32_t max) {
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Seq({builder.Bytes("<"), builder.Repeat(item, min, max),
                                    builder.Bytes(after)}));
  return pda::Lower(builder.Finish(root, "test"), kLimits);
}

pda::StateId CountingState(const pda::Machine& machine) {
  for (std::size_t i = 1; i < machine.num_states(); ++i) {
    if (machine.spec(pda::StateId(i)).kind == pda::RegisterKind::kCount) return pda::StateId(i);
  }
  return {};
}

std::set<vocab::TokenId> Accepted(const TokenPartition& partition, std::size_t size) {
  std::set<vocab::TokenId> tokens(partition.sparse.begin(), partition.sparse.end());
  for (std::size_t token = 0; partition.dense != nullptr && token < size; ++token) {
    if (IsTokenAllowed(partition.dense->words, token)) {
      tokens.insert(static_cast<vocab::TokenId>(token));
    }
  }
  return tokens;
}

Residuals ResidualsOf(const TokenPartition& partition) {
  Residuals found;
  std::string path;
  for (std::uint32_t node = 1; node < partition.residuals.num_nodes(); ++node) {
    path.resize(partition.residuals.depth(node) - 1);
    path.push_back(static_cast<char>(partition.residuals.byte(node)));
    for (const auto token : partition.residuals.tokens(node)) found.insert({path, token});
  }
  return found;
}

const std::vector<std::string> kTexts = {
    "a",         "b",        "ab", "abab",      "\xC3",  "\xC3\xA9", "a>",   "ab>x",
    "\xC3\xA9>", "aaaaaaaa", ">",  "abababab>", "a\xC3", "ba",       "aa>>", "aaaaa"};

vocab::TokenTrie Trie() {
  std::vector<vocab::TokenTrie::Entry> entries;
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    entries.emplace_back(kTexts[i], static_cast<vocab::TokenId>(i));
  }
  return vocab::TokenTrie(std::move(entries));
}

TEST(CountedTokens, SelectsWhatAWalkFindsAtEveryDistanceToTheBounds) {
  ir::Builder builder;
  const auto item =
      builder.Choice({builder.Bytes("ab"), builder.Bytes("a"), builder.Class({{0xE0, 0xFF}})});
  const std::uint32_t min = 40;
  const std::uint32_t max = 60;
  const pda::Machine machine = Between(std::move(builder), item, ">", min, max);
  const vocab::TokenTrie trie = Trie();
  stack::RegisterTable registers;
  const pda::StateId state = CountingState(machine);
  ASSERT_TRUE(state.valid());
  const auto counted = CountedTokens::Count(machine, &registers, trie, kTexts.size(), state);
  ASSERT_TRUE(counted.has_value());
  for (pda::Register reg = 0; reg < max; ++reg) {
    const TokenPartition walked =
        ClassifyTokens(machine, &registers, trie, kTexts.size(), state, reg);
    const TokenPartition selected = counted->Select(reg < min ? min - reg : 0, max - reg);
    EXPECT_EQ(Accepted(selected, kTexts.size()), Accepted(walked, kTexts.size())) << reg;
    // A walk cannot know that only ">" follows; of its residuals those are what matters.
    Residuals expected;
    for (const auto& residual : ResidualsOf(walked)) {
      if (residual.first[0] == '>') expected.insert(residual);
    }
    EXPECT_EQ(ResidualsOf(selected), expected) << reg;
  }
}

TEST(CountedTokens, RefusesWhatCountsDoNotTell) {
  const vocab::TokenTrie trie = Trie();
  stack::RegisterTable registers;
  {  // "aa" is one round or two
    ir::Builder builder;
    const auto item = builder.Choice({builder.Bytes("aa"), builder.Bytes("a")});
    const pda::Machine machine = Between(std::move(builder), item, ">", 40, 60);
    EXPECT_FALSE(
        CountedTokens::Count(machine, &registers, trie, kTexts.size(), CountingState(machine)));
  }
  {  // "a" begins a round and follows the rule
    ir::Builder builder;
    const auto item = builder.Class({{'a', 'z'}});
    const pda::Machine machine = Between(std::move(builder), item, "a>", 40, 60);
    EXPECT_FALSE(
        CountedTokens::Count(machine, &registers, trie, kTexts.size(), CountingState(machine)));
  }
}

}  // namespace
}  // namespace pushmask::mask
