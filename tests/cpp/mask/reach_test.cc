// SPDX-License-Identifier: Apache-2.0
// Reaches against every token tried byte by byte: languages of expressions, whose masks are made of
// the reaches of their rules.
#include "mask/reach.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mask/partition_view.h"
#include "mask/reach_table.h"
#include "match/matcher_state.h"

namespace pushmask::mask {
namespace {

constexpr pda::LowerLimits kLower{1000, 10'000, 1'000'000, 200'000, 10'000'000};
constexpr std::size_t kRoom = std::size_t{1} << 24;
// Reaches have a part of it, which is used up on the way.
constexpr std::size_t kLittleRoom = std::size_t{1} << 19;

class ReachTest : public testing::TestWithParam<const char*> {
 protected:
  ReachTest() : texts_(AllStrings("an +(,", 5)) {
    for (const std::string& text : AllStrings("a1\")\n", 3)) {
      if (text.find_first_not_of('a') != std::string::npos) texts_.push_back(text);
    }
    for (std::size_t n = 6; n < 30; ++n) {
      for (const char* after : {"", "a", "+", ",", "\n", "(a"}) {
        texts_.push_back(std::string(n, ' ') + after);
      }
    }
    const auto stop = static_cast<vocab::TokenId>(texts_.size());
    std::vector<std::string> tokens = texts_;
    tokens.emplace_back("</s>");
    vocabulary_ = std::make_shared<vocab::TokenTable>(tokens, std::vector<vocab::TokenId>{stop},
                                                      std::vector<vocab::TokenId>{}, tokens.size());
  }

  std::shared_ptr<const compile::CompiledGrammar> Compile(
      std::shared_ptr<compile::SharedCaches> shared, std::size_t max_memory_bytes) const {
    const auto grammar = frontend::ParseEbnf(text::SourceText("test", GetParam()), "root");
    return compile::Compile(grammar, vocabulary_, std::move(shared), {kLower, max_memory_bytes});
  }
  std::vector<std::int32_t> BruteForce(const match::MatcherState& state) const {
    std::vector<std::int32_t> mask(NumMaskWords(vocabulary_->size()));
    if (state.can_stop()) AllowToken(mask, texts_.size());
    for (std::size_t token = 0; token < texts_.size(); ++token) {
      const auto id = static_cast<vocab::TokenId>(token);
      if (state.ValidateTokens({&id, 1}) == 1) AllowToken(mask, token);
    }
    return mask;
  }
  std::vector<std::int32_t> MaskOf(const match::MatcherState& state) const {
    std::vector<std::int32_t> mask(NumMaskWords(vocabulary_->size()), -1);
    state.FillMask(mask);
    return mask;
  }
  // The masks along a random walk, for as long as there are tokens. Short ones are likelier.
  template <typename Check>
  void Walk(unsigned seed, match::MatcherState state, Check check) const {
    std::mt19937 random(seed);
    for (int step = 0; step < 10; ++step) {
      const auto mask = MaskOf(state);
      check(state, mask);
      std::vector<vocab::TokenId> choices;
      for (std::size_t token = 0; token < texts_.size(); ++token) {
        const bool is_wanted = texts_[token].size() < 3 || random() % 64 == 0;
        if (is_wanted && IsTokenAllowed(mask, token)) {
          choices.push_back(static_cast<vocab::TokenId>(token));
        }
      }
      if (choices.empty() || !state.AcceptToken(choices[random() % choices.size()])) return;
    }
  }

  std::vector<std::string> texts_;
  std::shared_ptr<const vocab::TokenTable> vocabulary_;
};

TEST_P(ReachTest, MasksAreThoseOfBruteForceWithMuchRoomAndWithLittle) {
  const auto shared = std::make_shared<compile::SharedCaches>(kRoom, kRoom);
  const auto nothing = std::make_shared<compile::SharedCaches>(0, 0);
  const std::vector compiled = {Compile(shared, kRoom), Compile(shared, kRoom),
                                Compile(nothing, kLittleRoom)};
  for (const auto& grammar : compiled) {
    for (unsigned seed = 0; seed < 6; ++seed) {
      Walk(seed, match::MatcherState(grammar), [&](const auto& state, const auto& mask) {
        ASSERT_EQ(mask, BruteForce(state)) << seed << " " << state.Describe();
      });
    }
  }
  EXPECT_GT(compiled[0]->partitions().reaches().size(), 0);
}

TEST_P(ReachTest, ThreadsThatFindThemTogetherGetTheSameMasks) {
  const auto shared = std::make_shared<compile::SharedCaches>(kRoom, kRoom);
  const auto masks = [&](const std::shared_ptr<const compile::CompiledGrammar>& grammar) {
    std::vector<std::vector<std::int32_t>> found;
    for (unsigned seed = 0; seed < 6; ++seed) {
      Walk(seed, match::MatcherState(grammar),
           [&](const auto&, const auto& mask) { found.push_back(mask); });
    }
    return found;
  };
  const auto expected = masks(Compile(shared, kRoom));
  const auto compiled = Compile(shared, kRoom);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(masks(compiled), expected); });
  }
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(Grammars, ReachTest,
                         testing::Values(
                             // Levels of precedence, spaces anywhere, names that are no keywords.
                             R"(root ::= ws sum (ws "," ws sum)* ws "\n"?
           sum ::= product (ws "+" ws product)*
           product ::= unary (ws ("1+" | "1") ws unary)*
           unary ::= ("+" ws)* primary
           primary ::= atom ("(" ws arguments? ws [)])*
           arguments ::= sum (ws "," ws sum)*
           atom ::= name | "\"" [^"\n]* "\"" | "(" ws sum ws [)]
           name ::= /(?!(?:an|na|nan)$)[an]+/
           ws ::= " "*)",
                             // Spaces that what comes next takes as well, and needs.
                             R"(root ::= list+
           list ::= space? item (gap item)* "\n"
           item ::= "a" item* | " n" | "(" space list* space [)] | "+"
           gap ::= " "+ ","?
           space ::= [ \n]*)",
                             // Counted rules below and above plain ones.
                             R"(root ::= (pair ","){2,30} "\n"
           pair ::= side "+" side
           side ::= ws (word | "(" pair{1,40} [)]) ws
           word ::= [an]{1,9}
           ws ::= " "*)",
                             // Ambiguous, with left recursion.
                             R"(root ::= ws e ws
           e ::= e ws "+" ws e | e e | "(" ws e ("," ws e)* ws [)] | [an]+ | "1"? e "1"
           ws ::= " "*)"));

using DifferencesTest = ReachTest;

// The text in quotes may not be empty, so right after the quote what is left of some tokens is not
// meant: it must not count there, and count again one byte later.
TEST_P(DifferencesTest, WhatIsNotMeantInOnePlaceCountsInAnother) {
  const auto compiled = Compile(std::make_shared<compile::SharedCaches>(kRoom, kRoom), kRoom);
  for (const char* text : {"\"", "\"a", "(\"", "(\"a", "a(\"n", "(a+\"", "(a+\"an", "(a+(a,\""}) {
    match::MatcherState state(compiled);
    ASSERT_TRUE(state.AcceptBytes(text)) << text;
    EXPECT_EQ(MaskOf(state), BruteForce(state)) << text;
  }
  EXPECT_GT(compiled->partitions().reaches().size(), 0);
}

INSTANTIATE_TEST_SUITE_P(Grammars, DifferencesTest, testing::Values(R"(root ::= sum ("," sum)* "\n"?
           sum ::= product (" "* "+" product)*
           product ::= unary ("1" unary)*
           unary ::= "+"? call
           call ::= atom ("(" (sum ("," sum)*)? [)])*
           atom ::= [an]+ | "\"" [^"\n]+ "\"" | "(" sum ("," sum)* [)])"));

TEST(ReachTable, FindsWhatWasAddedUntilTheBudgetIsUsedUp) {
  constexpr std::size_t kBudget = 20'000;
  ReachTable table(kBudget);
  std::vector<const Reach*> added;
  for (std::uint32_t node = 0;; ++node) {
    auto reach = std::make_shared<Reach>();
    reach->indices = {node};
    const Reach* kept = table.Add({pda::StateId(1), node, nullptr}, reach, nullptr);
    if (kept == nullptr) break;
    EXPECT_EQ(kept, reach.get());
    added.push_back(kept);
  }
  EXPECT_GT(added.size(), 30);  // it grew
  EXPECT_EQ(table.size(), added.size());
  EXPECT_LE(table.memory_bytes(), kBudget);
  for (std::uint32_t node = 0; node < added.size(); ++node) {
    EXPECT_EQ(table.Find({pda::StateId(1), node, nullptr}), added[node]);
    EXPECT_EQ(table.Find({pda::StateId(2), node, nullptr}), nullptr);
    EXPECT_EQ(table.Find({pda::StateId(1), node, &table}), nullptr);
  }
  // The first one stays.
  EXPECT_EQ(table.Add({pda::StateId(1), 0, nullptr}, std::make_shared<Reach>(), nullptr), added[0]);
}

TEST(ReachTable, EqualExitsAreTheSameResiduals) {
  ReachTable table(kRoom);
  const std::vector<Exit> exits = {{"ab", 1, 0}, {"a", 2, 0}};
  const auto first = table.Intern(exits, ExitMark::kNode);
  EXPECT_EQ(first->trie.subtree_tokens(0).size(), 2);
  const std::vector<Exit> turned = {exits[1], exits[0]};
  EXPECT_EQ(table.Intern(turned, ExitMark::kNode), first);
  EXPECT_NE(table.Intern(turned, ExitMark::kRounds), first);
  const std::vector<std::vector<Exit>> others = {
      {{"ac", 1, 0}, {"a", 2, 0}}, {{"ab", 3, 0}, {"a", 2, 0}}, {{"ab", 1, 5}, {"a", 2, 0}}};
  for (const auto& other : others) EXPECT_NE(table.Intern(other, ExitMark::kNode), first);
}

}  // namespace
}  // namespace pushmask::mask
