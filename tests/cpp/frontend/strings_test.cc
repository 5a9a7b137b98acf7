// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace
}  // namespace pushmask::frontend
