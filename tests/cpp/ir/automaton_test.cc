// SPDX-License-Identifier: Apache-2.0
#include "ir/automaton.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "frontend/language.h"
#include "ir/printer.h"
#include "pushmask/error.h"

namespace pushmask::ir {
namespace {

using State = Automaton::State;

// An even number of characters from a to c or beyond ASCII, with a dead end and a lost state.
Automaton EvenLetters() {
  const auto letters = [](std::uint32_t target) {
    return std::vector<Automaton::Transition>{
        {{'a', 'b'}, target}, {{'c', 'c'}, target}, {{'z', 'z'}, 2}, {{0xE9, 0x20AC}, target}};
  };
  return Automaton(
      {State{true, letters(3)}, State{true, {}}, State{false, {}}, State{false, letters(0)}});
}

std::string Printed(const Automaton& automaton) {
  Builder builder;
  const RuleId root = builder.AddRule("root");
  builder.Define(root, builder.Accepted(automaton));
  return Print(builder.Finish(root, "test"));
}

TEST(Automaton, KeepsWhatLiesOnAPathToAnAcceptingState) {
  const Automaton automaton = EvenLetters();
  EXPECT_EQ(automaton.size(), 2U);
  EXPECT_EQ(Printed(automaton),
            "root ::= <automaton 0! [a-c\\u{E9}-\\u{20AC}] 1; 1 [a-c\\u{E9}-\\u{20AC}] 0>\n");
  EXPECT_TRUE(Automaton({State{false, {{{'a', 'a'}, 0}}}}).empty());
  EXPECT_TRUE(Automaton(std::vector<State>{}).empty());
  EXPECT_EQ(Printed(Automaton()), "root ::= <nothing>\n");
}

TEST(Automaton, EqualStatesAreOneExpression) {
  EXPECT_EQ(EvenLetters(), EvenLetters());
  EXPECT_EQ(EvenLetters().hash(), EvenLetters().hash());
  Builder builder;
  const ExprId id = builder.Accepted(EvenLetters());
  EXPECT_EQ(builder.Accepted(EvenLetters()), id);
  EXPECT_NE(builder.Accepted(Automaton({State{true, {}}})), id);
  EXPECT_EQ(builder.Accepted(Automaton()), builder.Nothing());
}

TEST(Automaton, EqualTailsAreFolded) {
  // a, aac*, bbc*: the two loops over c are one.
  const Automaton automaton({State{false, {{{'a', 'a'}, 1}, {{'b', 'b'}, 2}}},
                             State{true, {{{'a', 'a'}, 3}}}, State{false, {{{'b', 'b'}, 4}}},
                             State{true, {{{'c', 'c'}, 3}}}, State{true, {{{'c', 'c'}, 4}}}});
  EXPECT_EQ(Printed(automaton),
            "root ::= <automaton 0 [a] 1 [b] 2; 1! [a] 3; 2 [b] 3; 3! [c] 3>\n");
}

TEST(Automaton, AllOfAGrammarTogetherHaveALimit) {
  Builder builder;
  const auto letters = [&](std::uint32_t length) {
    std::vector<State> states;
    for (std::uint32_t i = 0; i < length; ++i) states.push_back({false, {{{'a', 'a'}, i + 1}}});
    states.push_back({true, {}});
    return builder.Accepted(Automaton(std::move(states)));
  };
  for (int round = 0; round < 10; ++round) letters(100'000);  // one expression
  EXPECT_THROW(
      {
        for (std::uint32_t round = 0; round < 10; ++round) letters(300'000 + round);
      },
      LimitError);
}

TEST(Automaton, RefusesOverlappingTransitions) {
  EXPECT_THROW(Automaton({State{true, {{{'a', 'c'}, 0}, {{'c', 'd'}, 0}}}}), InternalError);
  EXPECT_THROW(Automaton({State{true, {{{'a', 'c'}, 1}}}}), InternalError);
}

TEST(Automaton, IsAnExpressionLikeAnyOther) {
  const auto even = [](Builder* b) { return b->Accepted(EvenLetters()); };
  const frontend::Language alone(even);
  const frontend::Language in_quotes(
      [&](Builder* b) { return b->Seq({b->Bytes("<"), even(b), b->Bytes(">")}); });
  const frontend::Language twice([&](Builder* b) { return b->Repeat(even(b), 2, 2); });
  const frontend::Language odd([&](Builder* b) {
    const ExprId letter = b->Class({{'a', 'c'}, {0xE9, 0x20AC}});
    return b->Difference(b->Star(letter), even(b));
  });
  const frontend::Language both(
      [&](Builder* b) { return b->Intersect(b->Star(b->Bytes("ab")), even(b)); });
  std::string text;
  for (int length = 0; length < 6; ++length) {
    const bool is_even = length % 2 == 0;
    EXPECT_EQ(alone.Has(text), is_even) << text;
    EXPECT_EQ(in_quotes.Has("<" + text + ">"), is_even) << text;
    EXPECT_EQ(twice.Has(text), is_even) << text;
    EXPECT_EQ(odd.Has(text), !is_even) << text;
    EXPECT_FALSE(alone.Has(text + "d") || odd.Has(text + "\xC3"));
    text += length == 2 ? "\xE2\x82\xAC" : length == 3 ? "\xC3\xA9" : "b";
  }
  EXPECT_TRUE(both.Has("abab"));
  EXPECT_FALSE(both.Has("ba"));
}

}  // namespace
}  // namespace pushmask::ir
