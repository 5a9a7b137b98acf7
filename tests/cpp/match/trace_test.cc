// SPDX-License-Identifier: Apache-2.0
#include "match/trace.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "ir/builder.h"
#include "match/matcher_state.h"
#include "match/words.h"

namespace pushmask::match {
namespace {

MatcherState Compiled(ir::Grammar grammar) {
  constexpr pda::LowerLimits kLower{1000,    10'000,     1'000'000,
                                    200'000, 10'000'000, /*keep_rules=*/true};
  auto shared = std::make_shared<compile::SharedCaches>(std::size_t{1} << 20, std::size_t{1} << 20);
  auto vocabulary = std::make_shared<vocab::TokenTable>(
      std::vector<std::string>{"a", "</s>"}, std::vector<TokenId>{1}, std::vector<TokenId>{}, 2);
  return MatcherState(
      compile::Compile(grammar, vocabulary, std::move(shared), {kLower, std::size_t{1} << 20}));
}

std::vector<std::string> Names(const TracePath& path) {
  std::vector<std::string> names;
  for (const TraceFrame& frame : path.frames) {
    names.push_back(frame.names.empty() ? "?" : frame.names[0]->name);
  }
  return names;
}

TEST(Trace, RulesThatCallEachOtherLastAreNamed) {
  ir::Builder builder;
  const auto a = builder.AddRule("a");
  const auto b = builder.AddRule("b");
  const auto c = builder.AddRule("c");
  builder.Define(a, builder.Seq({builder.Bytes("1"), builder.RuleRef(b)}));
  builder.Define(b, builder.Seq({builder.Bytes("2"), builder.RuleRef(c)}));
  builder.Define(c, builder.Bytes("34"));
  MatcherState state = Compiled(builder.Finish(a, "test"));
  ASSERT_TRUE(state.AcceptBytes("123"));
  const Trace trace = state.Explain("").now;
  ASSERT_EQ(trace.paths.size(), 1U);
  EXPECT_EQ(Names(trace.paths[0]), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(trace.expected, std::vector<std::string>{"'4'"});
}

// What lies below a rule that may end stands beside it on the stack; it is no other way to read.
TEST(Trace, ARuleThatMayEndIsOnePath) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  const auto list = builder.AddRule("list");
  const auto item = builder.AddRule("item");
  builder.Define(root, builder.Seq({builder.RuleRef(list), builder.Bytes(".")}));
  builder.Define(list, builder.Plus(builder.RuleRef(item)));
  builder.Define(item, builder.Bytes("xy"));
  MatcherState state = Compiled(builder.Finish(root, "test"));
  ASSERT_TRUE(state.AcceptBytes("xyx"));
  const Trace trace = state.Explain("").now;
  ASSERT_EQ(trace.paths.size(), 1U);
  EXPECT_EQ(Names(trace.paths[0]), (std::vector<std::string>{"root", "list", "item"}));
}

TEST(Trace, ARefusalNamesTheFirstByteThatNoPathTakes) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Bytes(std::string(200, 'a') + "b"));
  const MatcherState state = Compiled(builder.Finish(root, "test"));
  EXPECT_EQ(state.Explain(std::string(201, 'a')).offset, 200U);
  EXPECT_EQ(state.Explain("aac").offset, 2U);
  EXPECT_FALSE(state.Explain("aa").offset.has_value());
}

TEST(Words, TextsAreQuotedAndCutAtCharacters) {
  EXPECT_EQ(QuotedText("a\"b\n"), "'a\"b\\n'");
  EXPECT_EQ(QuotedText("\xC3\xA9\xC3"), "\"\xC3\xA9\\xC3\"");
  EXPECT_EQ(CharacterLength("\xED\xA0\x80"), 0U);  // a surrogate
  EXPECT_EQ(CharacterLength("\xE2\x82"), 0U);
  EXPECT_EQ(CharacterLength("\xF0\x9F\x98\x80!"), 4U);
}

}  // namespace
}  // namespace pushmask::match
