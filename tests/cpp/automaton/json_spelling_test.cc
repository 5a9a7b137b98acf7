// SPDX-License-Identifier: Apache-2.0
#include "automaton/json_spelling.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "automaton/characters.h"
#include "automaton/thompson.h"
#include "ir/builder.h"
#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

using ir::Builder;
using ir::ExprId;

Dfa Minimal(ExprId (*build)(Builder*)) {
  Builder builder;
  const ir::RuleId root = builder.AddRule("root");
  builder.Define(root, build(&builder));
  const ir::Grammar grammar = builder.Finish(root, "test");
  return ExprCompiler(grammar, {200'000}, nullptr).ToDfa(grammar.rule(root).body);
}

ExprId Class(Builder* b, std::vector<text::CodepointRange> ranges) {
  return b->Class(text::CodepointSet(std::move(ranges)));
}

constexpr ExprId (*kLanguages[])(Builder*) = {
    [](Builder* b) { return b->Bytes(""); },
    [](Builder* b) { return b->Bytes("a/\"\\\n\x01\x7F"); },
    [](Builder* b) { return b->Star(b->Class(text::CodepointSet::All())); },
    [](Builder* b) { return b->Choice({b->Bytes("red"), b->Bytes("green"), b->Bytes("")}); },
    [](Builder* b) {  // leads to different ends within one first half of a pair
      return b->Choice({b->Seq({Class(b, {{0x10000, 0x10123}, {0x10125, 0x103FF}}), b->Bytes("a")}),
                        b->Seq({Class(b, {{0x10124, 0x10124}, {0x10400, 0x20000}}), b->Bytes("b")}),
                        Class(b, {{0xD7FF, 0x10000}, {0xFFFFF, 0x10FFFF}})});
    },
    [](Builder* b) {
      const ExprId any = b->Star(b->Class(text::CodepointSet::All()));
      return b->Difference(any, b->Seq({any, b->Bytes("\xC3\xA9\n"), any}));
    },
    [](Builder* b) {
      return b->Star(b->Seq({Class(b, {{0, 0x1F}, {'a', 'f'}}), Class(b, {{0x7F, 0x900}})}));
    },
};

std::vector<std::vector<std::uint32_t>> Listing(const Dfa& dfa) {
  std::vector<std::vector<std::uint32_t>> states;
  for (std::uint32_t s = 0; s < dfa.size(); ++s) {
    std::vector<std::uint32_t>& state = states.emplace_back();
    state.push_back(dfa.accept(s) ? 1 : 0);
    for (const ByteEdge& edge : dfa.bytes(s)) {
      state.insert(state.end(), {edge.first, edge.last, edge.target});
    }
  }
  return states;
}

TEST(JsonSpelling, IsMinimalAndNumberedBreadthFirst) {
  for (const auto language : kLanguages) {
    const Dfa strings = Minimal(language);
    for (const ir::Spelling spelling : {ir::Spelling::kCanonical, ir::Spelling::kAny}) {
      const Dfa spelled = SpellJson(strings, spelling, {10'000});
      EXPECT_EQ(Listing(spelled), Listing(Minimize(spelled)));
      EXPECT_EQ(spelled.accept(0), strings.accept(0));
    }
  }
}

TEST(JsonSpelling, OfNothingIsNothingAndALargeOneIsRefused) {
  EXPECT_TRUE(SpellJson(Dfa(), ir::Spelling::kAny, {10}).empty());
  const Dfa strings = Minimal(kLanguages[1]);
  EXPECT_THROW(SpellJson(strings, ir::Spelling::kAny, {20}), LimitError);
}

TEST(Characters, AnAutomatonOverThemIsTheSameLanguage) {
  for (const auto language : kLanguages) {
    const Dfa strings = Minimal(language);
    Builder builder;
    const ir::RuleId root = builder.AddRule("root");
    builder.Define(root, builder.Accepted(ToCharacters(strings)));
    const ir::Grammar grammar = builder.Finish(root, "test");
    ExprCompiler compiler(grammar, {200'000}, nullptr);
    EXPECT_EQ(Listing(compiler.ToDfa(grammar.rule(root).body)), Listing(strings));
  }
  EXPECT_TRUE(ToCharacters(Dfa()).empty());
}

}  // namespace
}  // namespace pushmask::automaton
