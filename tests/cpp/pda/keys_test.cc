// SPDX-License-Identifier: Apache-2.0
#include "pda/keys.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "automaton/thompson.h"
#include "ir/builder.h"

namespace pushmask::pda {
namespace {

using Counts = std::vector<std::uint32_t>;

Counts CountsOf(ir::Builder* builder, ir::ExprId expr) {
  const ir::RuleId root = builder->AddRule("root");
  builder->Define(root, expr);
  const ir::Grammar grammar = builder->Finish(root, "test");
  automaton::ExprCompiler compiler(grammar, {10'000}, nullptr);
  return NumKeys(compiler.ToDfa(expr));
}

TEST(Keys, AreCountedFromEachState) {
  ir::Builder b;
  const auto ab = b.Class(text::CodepointSet({{'a', 'b'}}));
  // States: nothing read; one letter; two; three.
  EXPECT_EQ(CountsOf(&b, b.Repeat(ab, 1, 3)), (Counts{14, 7, 3, 1}));
}

TEST(Keys, ACircleMeansInfinitelyMany) {
  ir::Builder b;
  const auto more = b.Seq({b.Bytes("a"), b.Star(b.Bytes("b"))});
  // After "c" there is one; after "a" no end.
  EXPECT_EQ(CountsOf(&b, b.Choice({more, b.Bytes("cd")})), (Counts{kUnbounded, kUnbounded, 1, 1}));
}

TEST(Keys, TooManyToCountAreAsGoodAsInfinitelyMany) {
  ir::Builder b;
  const auto letter = b.Class(text::CodepointSet({{'a', 'z'}}));
  const Counts counts = CountsOf(&b, b.Repeat(letter, 8, 8));
  ASSERT_EQ(counts.size(), 9U);
  EXPECT_EQ(counts[0], kUnbounded);
  EXPECT_EQ(counts[1], kUnbounded);
  EXPECT_EQ(counts[2], 26U * 26 * 26 * 26 * 26 * 26);
}

}  // namespace
}  // namespace pushmask::pda
