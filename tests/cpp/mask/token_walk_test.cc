// SPDX-License-Identifier: Apache-2.0
#include "mask/token_walk.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "mask/partition_view.h"
#include "match/compute_row.h"
#include "match/matcher_state.h"

namespace pushmask::mask {
namespace {

constexpr pda::LowerLimits kLower{1000, 10'000, 1'000'000, 200'000, 10'000'000};
constexpr std::size_t kRoom = std::size_t{1} << 24;

class TokenWalkTest : public testing::TestWithParam<const char*> {
 protected:
  TokenWalkTest() {
    texts_ = AllStrings("\"a,} 1", 4);
    for (const std::string& text : AllStrings(":b\n", 3)) texts_.push_back(text);
    for (std::size_t n = 5; n < 40; ++n) {
      for (const char* after : {"", "a", "\"", ",", "}", "1,"}) {
        texts_.push_back(std::string(n, ' ') + after);
        texts_.push_back(std::string(n, '1') + after);
        texts_.push_back("\n" + std::string(n, ' ') + after);
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
  // The tokens whose bytes can be read one after the other.
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
  // Along random walks, the masks of all of these against brute force.
  void WalkAndCompare(
      const std::vector<std::shared_ptr<const compile::CompiledGrammar>>& compiled) {
    std::mt19937 random(3);
    for (int walk = 0; walk < 3; ++walk) {
      std::vector<match::MatcherState> states(compiled.begin(), compiled.end());
      std::string prefix;
      for (int step = 0; step < 8; ++step) {
        const auto expected = BruteForce(states[0]);
        for (std::size_t i = 0; i < states.size(); ++i) {
          ASSERT_EQ(MaskOf(states[i]), expected) << i << " " << prefix;
        }
        std::vector<vocab::TokenId> choices;
        for (std::size_t token = 0; token < texts_.size(); ++token) {
          if (IsTokenAllowed(expected, token)) {
            choices.push_back(static_cast<vocab::TokenId>(token));
          }
        }
        if (choices.empty()) break;
        const vocab::TokenId token = choices[random() % choices.size()];
        for (match::MatcherState& state : states) ASSERT_TRUE(state.AcceptToken(token));
        prefix += texts_[static_cast<std::size_t>(token)];
      }
    }
  }

  std::vector<std::string> texts_;
  std::shared_ptr<const vocab::TokenTable> vocabulary_;
};

TEST_P(TokenWalkTest, RowsAreThoseOfBruteForceFromColdAndWarmCachesAndWithoutAny) {
  const auto shared = std::make_shared<compile::SharedCaches>(kRoom, kRoom);
  const auto nothing = std::make_shared<compile::SharedCaches>(0, 0);
  WalkAndCompare({Compile(shared, kRoom), Compile(shared, kRoom), Compile(nothing, 0)});
}

TEST_P(TokenWalkTest, ThreadsThatAskForTheFirstTimeGetTheSameRows) {
  const auto shared = std::make_shared<compile::SharedCaches>(kRoom, kRoom);
  const auto compiled = Compile(shared, kRoom);
  const auto other = Compile(shared, kRoom);  // meets the other only in `shared`
  // Texts of a few tokens, and their masks from caches of their own.
  const auto masks = [&](const std::shared_ptr<const compile::CompiledGrammar>& grammar) {
    std::vector<std::vector<std::int32_t>> found;
    for (const std::string& text : texts_) {
      match::MatcherState state(grammar);
      if (text.size() < 3 && state.AcceptBytes(text)) found.push_back(MaskOf(state));
    }
    return found;
  };
  const auto expected =
      masks(Compile(std::make_shared<compile::SharedCaches>(kRoom, kRoom), kRoom));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] { EXPECT_EQ(masks(i % 2 == 0 ? compiled : other), expected); });
  }
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(
    Grammars, TokenWalkTest,
    testing::Values(
        // A loop on whitespace that may end, in front of everything.
        R"(root ::= ws value ws
           value ::= "{" ws (string ws ":" ws value (ws "," ws string ws ":" ws value)*)? ws "}"
                   | string | number
           string ::= "\"" [^"\n]* "\""
           number ::= "1"+ ("," "1"+)?
           ws ::= [ \n]*)",
        // The same, where what follows the loop takes its bytes as well.
        R"(root ::= (ws tail)+
           ws ::= "\n" " "*
           tail ::= " a" | " "* "1" | "  " "\"")",
        // Fields of any bytes, which may be empty and end in the middle of tokens.
        R"(root ::= field ("," field)* "\n"?
           field ::= [^",\n]* | "\"" ([^"] | "\"\"")* "\"")",
        // Wide rules called from many places, and from inside each other.
        R"(root ::= (word | count | other ",") root | "}"
           word ::= [a-z]+ | [a-z]+ " "
           count ::= word{2,60} "1"
           other ::= "1" word? other | word)",
        // A repetition that is looked up, and a rule that a later slot calls as well.
        R"(root ::= counted | late
           counted ::= string{2,60}
           late ::= later "1"
           later ::= string ","
           string ::= "\"" [^"]* "\"")",
        // Overlapping neighbours of a counted class.
        R"(root ::= [a-z ]{3,50} "a"{0,40} ",")",
        // Exits in the middle, and what follows begins like the rule.
        R"(root ::= (item ("," " "*)?)+ "}"
           item ::= "a" ("a" | " ")* | "\"" "a"{0,40} "\""?)",
        // Nearly any text, in groups.
        R"(root ::= "{" part* "}" | ","
           part ::= [a1 ,\n] | root | "\"" [^"]* "\"" | ":" part)",
        // Ambiguous and recursive.
        R"(root ::= root root | "{" root "}" | [a1]+ | " "* "}" | "")"));

}  // namespace
}  // namespace pushmask::mask
