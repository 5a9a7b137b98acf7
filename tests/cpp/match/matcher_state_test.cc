// SPDX-License-Identifier: Apache-2.0
#include "match/matcher_state.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ir/builder.h"
#include "pushmask/token_mask.h"

namespace pushmask::match {
namespace {

constexpr pda::LowerLimits kLower{1000, 10'000, 1'000'000, 200'000, 10'000'000};
constexpr TokenId kStop = 256;

std::shared_ptr<const vocab::TokenTable> ByteVocabulary() {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  for (const char* text : {"</s>", "ab", "a+a", "aaaa", "),"}) tokens.emplace_back(text);
  const std::size_t size = tokens.size();
  return std::make_shared<vocab::TokenTable>(std::move(tokens), std::vector<TokenId>{kStop},
                                             std::vector<TokenId>{}, size);
}

std::shared_ptr<const compile::CompiledGrammar> CompileIr(ir::Grammar grammar,
                                                          std::size_t max_memory_bytes) {
  auto shared = std::make_shared<compile::SharedCaches>(std::size_t{1} << 20, std::size_t{1} << 20);
  return compile::Compile(grammar, ByteVocabulary(), std::move(shared), {kLower, max_memory_bytes});
}

// E ::= E "+" T | T;  T ::= "(" E ")" | "a"
ir::Grammar Expressions() {
  ir::Builder builder;
  const auto e = builder.AddRule("E");
  const auto t = builder.AddRule("T");
  builder.Define(
      e, builder.Choice({builder.Seq({builder.RuleRef(e), builder.Bytes("+"), builder.RuleRef(t)}),
                         builder.RuleRef(t)}));
  builder.Define(
      t, builder.Choice({builder.Seq({builder.Bytes("("), builder.RuleRef(e), builder.Bytes(")")}),
                         builder.Bytes("a")}));
  return builder.Finish(e, "test");
}

// Every token byte by byte on a fork, against the mask.
void CheckMask(const MatcherState& state) {
  const auto& vocabulary = state.compiled().vocabulary();
  std::vector<std::int32_t> mask(NumMaskWords(vocabulary.size()), -1);
  state.FillMask(mask);
  for (std::size_t token = 0; token < vocabulary.size(); ++token) {
    MatcherState fork = state;
    const auto id = static_cast<TokenId>(token);
    const bool expected = id == kStop ? state.can_stop() : fork.AcceptBytes(vocabulary.bytes(id));
    ASSERT_EQ(IsTokenAllowed(mask, token), expected) << token;
    MatcherState other = state;
    ASSERT_EQ(other.AcceptToken(id), expected) << token;
  }
}

TEST(MatcherState, MasksOfAnExpressionGrammarAreExact) {
  const auto compiled = CompileIr(Expressions(), std::size_t{1} << 20);
  MatcherState state(compiled);
  for (const char byte : std::string("((a+a)+(a))+a")) {
    CheckMask(state);
    ASSERT_TRUE(state.AcceptBytes(std::string_view(&byte, 1)));
  }
  CheckMask(state);
}

TEST(MatcherState, AmbiguityCostsLinearlyManyNodes) {
  ir::Builder builder;
  const auto s = builder.AddRule("S");
  builder.Define(s, builder.Choice({builder.Seq({builder.RuleRef(s), builder.RuleRef(s)}),
                                    builder.Bytes("a")}));
  const auto grammar = builder.Finish(s, "test");
  const auto nodes_after = [&](std::size_t length) {
    const auto compiled = CompileIr(grammar, std::size_t{1} << 30);
    MatcherState state(compiled);
    EXPECT_TRUE(state.AcceptBytes(std::string(length, 'a')));
    EXPECT_TRUE(state.can_stop());
    const auto stats = compiled->configurations()->stats();
    return stats.stack_nodes + stats.stack_links;
  };
  EXPECT_LE(nodes_after(2000), 2 * nodes_after(1000) + 100);
}

TEST(MatcherState, StaysExactWhenTheBudgetIsUsedUp) {
  const auto compiled = CompileIr(Expressions(), 4096);
  MatcherState state(compiled);
  std::string text;
  for (int i = 0; i < 200; ++i) text += "(a+";
  for (const char byte : text) ASSERT_TRUE(state.AcceptBytes(std::string_view(&byte, 1)));
  CheckMask(state);
  MatcherState fork = state;
  state.Rollback(300);
  CheckMask(state);
  EXPECT_TRUE(fork.AcceptBytes("a" + std::string(200, ')')));
  EXPECT_TRUE(fork.can_stop());
  EXPECT_FALSE(state.can_stop());
}

TEST(MatcherState, DeepStacksAreReleasedWithoutRecursion) {
  const auto compiled = CompileIr(Expressions(), std::size_t{1} << 30);
  MatcherState state(compiled);
  EXPECT_TRUE(state.AcceptBytes(std::string(200'000, '(')));
  EXPECT_TRUE(state.AcceptBytes("a" + std::string(200'000, ')')));
  EXPECT_TRUE(state.can_stop());
}

TEST(MatcherState, LongForcedTextCostsLinearTime) {
  // Quadratic work would not end here: every round leaves a stack node behind.
  constexpr std::uint32_t kRounds = 200'000;
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Repeat(builder.Bytes("ab"), kRounds, kRounds));
  MatcherState state(CompileIr(builder.Finish(root, "test"), std::size_t{1} << 30));
  const std::string forced = state.JumpForward();
  EXPECT_EQ(forced.size(), 2 * kRounds);
  EXPECT_TRUE(state.AcceptBytes(forced));
  EXPECT_TRUE(state.can_stop());
}

TEST(MatcherState, CountersAreExactAtTheirBounds) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  const auto item = builder.Choice({builder.Bytes("ab"), builder.Bytes("a")});
  builder.Define(root, builder.Seq({builder.Repeat(item, 20, 40), builder.Bytes(")")}));
  const auto compiled = CompileIr(builder.Finish(root, "test"), std::size_t{1} << 20);
  MatcherState state(compiled);
  for (int i = 0; i < 45; ++i) {
    CheckMask(state);
    ASSERT_EQ(state.AcceptBytes(i % 3 == 0 ? "ab" : "a"), i < 40) << i;
  }
}

TEST(MatcherState, GroupsTakeEachItemOnce) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  ir::MemberGroup group;
  for (int i = 0; i < 40; ++i) {  // more than a register holds
    group.items.push_back({builder.Bytes("a" + std::to_string(i) + ";"), i % 2 == 0});
  }
  group.separator = builder.Bytes(",");
  builder.Define(root, builder.Members(group));
  const auto compiled = CompileIr(builder.Finish(root, "test"), std::size_t{1} << 20);
  MatcherState state(compiled);
  for (int i = 39; i >= 0; --i) {
    ASSERT_FALSE(state.can_stop());
    ASSERT_TRUE(state.AcceptBytes("a" + std::to_string(i) + ";"));
    CheckMask(state);
    MatcherState fork = state;
    EXPECT_FALSE(fork.AcceptBytes(",a" + std::to_string(i) + ";"));
    ASSERT_EQ(state.AcceptBytes(","), i > 0);
  }
  EXPECT_TRUE(state.can_stop());
}

}  // namespace
}  // namespace pushmask::match
