// SPDX-License-Identifier: Apache-2.0
#include "automaton/lengths.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "automaton/thompson.h"
#include "ir/builder.h"

namespace pushmask::automaton {
namespace {

using ir::Builder;
using ir::ExprId;

// The expression as a minimal automaton, and what owns it.
struct Compiled {
  Dfa language;
  Dfa unit;
};

Compiled Compile(const std::function<ExprId(Builder*)>& language,
                 const std::function<ExprId(Builder*)>& unit) {
  Builder builder;
  const ExprId whole = language(&builder);
  const ExprId part = unit(&builder);
  ExprCompiler compiler(builder.grammar(), Budget{10'000}, nullptr);
  return {compiler.ToDfa(whole), compiler.ToDfa(part)};
}

ExprId Character(Builder* b) { return b->Class(text::CodepointSet::All()); }

// The state after `text` and the units begun on the way.
struct Reached {
  std::uint32_t state;
  std::uint32_t units;
};

Reached Read(const Dfa& dfa, const std::vector<StateLengths>& lengths, const std::string& text) {
  std::uint32_t state = 0;
  std::uint32_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    for (const ByteEdge& edge : dfa.bytes(state)) {
      if (byte < edge.first || edge.last < byte) continue;
      units += BeginsUnit(lengths[state], lengths[edge.target]) ? 1 : 0;
      state = edge.target;
      break;
    }
  }
  return {state, units};
}

TEST(LengthsTest, CharactersAreCountedWhereTheyBegin) {
  const auto [language, unit] = Compile(
      [](Builder* b) {
        return b->Star(b->Choice({b->Bytes("a"), b->Bytes("é"), b->Bytes("😀b")}));
      },
      Character);
  const auto lengths = MeasureLengths(language, {"", &unit, ""});
  ASSERT_TRUE(lengths.has_value());
  EXPECT_EQ((*lengths)[0].least(), 0);
  EXPECT_EQ((*lengths)[0].on, 1);
  const auto [end, units] = Read(language, *lengths, "aé😀ba");
  EXPECT_EQ(units, 5);
  EXPECT_TRUE(language.accept(end));
  const auto [middle, begun] = Read(language, *lengths, std::string("aé😀b").substr(0, 5));
  EXPECT_EQ(begun, 3);
  EXPECT_EQ((*lengths)[middle].least(), 1);  // the b
}

TEST(LengthsTest, WhatStandsAroundIsNotCounted) {
  const auto [language, unit] = Compile(
      [](Builder* b) { return b->Seq({b->Bytes("<<"), b->Plus(b->Bytes("ab")), b->Bytes(">\n")}); },
      [](Builder* b) { return b->Choice({b->Bytes("a"), b->Bytes("b")}); });
  const auto lengths = MeasureLengths(language, {"<<", &unit, ">\n"});
  ASSERT_TRUE(lengths.has_value());
  EXPECT_EQ((*lengths)[0].least(), 2);
  EXPECT_EQ(Read(language, *lengths, "<<abab>\n").units, 4);
  const auto end = Read(language, *lengths, "<<ab>\n").state;
  EXPECT_EQ((*lengths)[end].least(), 0);
  EXPECT_EQ((*lengths)[end].on, kEndless);
}

TEST(LengthsTest, StatesInsideOfUnitsMayBeJoined) {
  // After the first byte of either character the same one follows.
  const auto [language, unit] =
      Compile([](Builder* b) { return b->Class({{0x840, 0x87F}, {0x1840, 0x187F}}); }, Character);
  ASSERT_TRUE(MeasureLengths(language, {"", &unit, ""}).has_value());
}

TEST(LengthsTest, WhatIsNotMadeOfUnitsIsNotMeasured) {
  const auto ab = [](Builder* b) { return b->Bytes("ab"); };
  const auto odd = Compile([](Builder* b) { return b->Bytes("aba"); }, ab);
  EXPECT_FALSE(MeasureLengths(odd.language, {"", &odd.unit, ""}).has_value());
  const auto bare = Compile(ab, ab);
  EXPECT_FALSE(MeasureLengths(bare.language, {"<", &bare.unit, ""}).has_value());
  // A unit that begins with another one, and an end that may be a unit.
  const auto longer =
      Compile([](Builder* b) { return b->Star(b->Bytes("a")); },
              [](Builder* b) { return b->Choice({b->Bytes("a"), b->Bytes("aa")}); });
  EXPECT_FALSE(MeasureLengths(longer.language, {"", &longer.unit, ""}).has_value());
  const auto unclear =
      Compile([](Builder* b) { return b->Bytes("aa"); }, [](Builder* b) { return b->Bytes("a"); });
  EXPECT_FALSE(MeasureLengths(unclear.language, {"", &unclear.unit, "a"}).has_value());
}

}  // namespace
}  // namespace pushmask::automaton
