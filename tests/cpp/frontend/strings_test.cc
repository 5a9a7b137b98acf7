// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/may_occur.h"
#include "frontend/strings/one_of.h"
#include "frontend/strings/substrings.h"
#include "ir/automaton.h"
#include "text/utf8.h"

namespace pushmask::frontend {
namespace {

bool Accepts(const ir::Automaton& automaton, const std::string& text) {
  std::uint32_t state = 0;
  for (const char32_t c : text::Decoded(text)) {
    const auto& transitions = automaton.states()[state].transitions;
    const ir::Automaton::Transition* next = nullptr;
    for (const auto& transition : transitions) {
      if (transition.on.first <= c && c <= transition.on.last) next = &transition;
    }
    if (next == nullptr) return false;
    state = next->target;
  }
  return automaton.states()[state].accept;
}

TEST(OneOf, SharesBeginningsAndEnds) {
  const ir::Automaton automaton = OneOf({"taps", "tops", "tap", "top", "tops"});
  EXPECT_EQ(automaton.size(), 5U);  // t, a or o, p, s
  for (const char* text : {"tap", "top", "taps", "tops"}) EXPECT_TRUE(Accepts(automaton, text));
  for (const char* text : {"", "t", "tas", "tapss"}) EXPECT_FALSE(Accepts(automaton, text));
}

TEST(OneOf, OfNothingIsNothing) {
  EXPECT_TRUE(OneOf({}).empty());
  EXPECT_EQ(OneOf({""}).size(), 1U);
}

TEST(Substrings, AreLinearInTheText) {
  std::vector<std::string> chunks;
  for (int i = 0; i < 400; ++i) chunks.emplace_back(1, static_cast<char>('a' + i * i % 7 % 3));
  EXPECT_LE(Substrings(chunks).size(), 2 * chunks.size());
}

TEST(Substrings, BeginAndEndBetweenChunks) {
  const ir::Automaton automaton = Substrings({"a", "ab", "", "é", "a"});
  for (const char* text : {"", "a", "ab", "aab", "abé", "aabéa", "éa"}) {
    EXPECT_TRUE(Accepts(automaton, text)) << text;
  }
  for (const char* text : {"b", "aa", "bé", "aéa"}) EXPECT_FALSE(Accepts(automaton, text)) << text;
}

TEST(MayOccur, IsFalseOnlyWhereNoStringHasTheCharacter) {
  ir::Builder b;
  const ir::ExprId letters = b.Class({{U'a', U'c'}});
  const ir::ExprId quoted = b.Seq({b.Bytes("<"), b.Repeat(letters, 0, 9), b.Bytes("é")});
  EXPECT_TRUE(MayOccur(b, U'<', quoted));
  EXPECT_TRUE(MayOccur(b, U'b', quoted));
  EXPECT_TRUE(MayOccur(b, U'é', quoted));
  EXPECT_FALSE(MayOccur(b, U'd', quoted));
  EXPECT_FALSE(MayOccur(b, U'\n', b.Choice({quoted, b.Bytes("x")})));
  const ir::ExprId both = b.Intersect(b.Star(b.Class({{U'a', U'z'}})), b.Star(letters));
  EXPECT_TRUE(MayOccur(b, U'c', both));
  EXPECT_FALSE(MayOccur(b, U'd', both));
  EXPECT_TRUE(MayOccur(b, U'd', b.Complement(letters)));
  const ir::ExprId words = b.Accepted(OneOf({"ab", "a<"}));
  EXPECT_TRUE(MayOccur(b, U'<', words));
  EXPECT_FALSE(MayOccur(b, U'>', words));
}

}  // namespace
}  // namespace pushmask::frontend
