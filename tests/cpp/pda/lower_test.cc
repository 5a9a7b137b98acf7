// SPDX-License-Identifier: Apache-2.0
#include "pda/lower.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "ir/builder.h"
#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

constexpr LowerLimits kLimits{1000, 10'000, 1'000'000};

Machine LowerRepeat(std::uint32_t min, std::uint32_t max) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Repeat(builder.Class({{'a', 'z'}}), min, max));
  return Lower(builder.Finish(root, "test"), kLimits, nullptr);
}

TEST(Lower, LargeBoundsCostNoStates) {
  const Machine small = LowerRepeat(50, 100);
  const Machine large = LowerRepeat(5, 100'000'000);
  EXPECT_EQ(small.num_states(), large.num_states());
  EXPECT_EQ(small.memory_bytes(), large.memory_bytes());
}

TEST(Lower, ExponentialRepetitionsCountInstead) {
  // [ab]* "a" [ab]{16}: 2^16 states if unrolled.
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  const auto either = builder.Class({{'a', 'b'}});
  builder.Define(root, builder.Seq({builder.Star(either), builder.Bytes("a"),
                                    builder.Repeat(either, 16, 16)}));
  EXPECT_LT(Lower(builder.Finish(root, "test"), kLimits, nullptr).num_states(), 20);
}

TEST(Lower, TailCallsAndFinalStates) {
  // list ::= "a" | "a" list: after "a" the rule may end, or be called as a tail.
  ir::Builder builder;
  const auto list = builder.AddRule("list");
  builder.Define(list, builder.Choice({builder.Bytes("a"),
                                       builder.Seq({builder.Bytes("a"), builder.RuleRef(list)})}));
  const Machine machine = Lower(builder.Finish(list, "test"), kLimits, nullptr);
  bool has_final_return = false;
  for (std::size_t i = 0; i < machine.num_states(); ++i) {
    const State& state = machine.state(StateId(i));
    if (state.slots.begin == state.slots.end) continue;
    for (const CallLink& link : machine.slot_links(StateId(i), 1)) {
      has_final_return = has_final_return || machine.state(link.target).final;
    }
  }
  EXPECT_TRUE(has_final_return);
}

TEST(Lower, GrammarsThatMatchNothingAreRefused) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Seq({builder.Bytes("a"), builder.RuleRef(root)}));
  const auto grammar = builder.Finish(root, "test");
  EXPECT_THROW(Lower(grammar, kLimits, nullptr), EmptyLanguageError);
}

TEST(Lower, ContradictingPatternsAreRefused) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Intersect(builder.Bytes("a"), builder.Bytes("b")));
  const auto grammar = builder.Finish(root, "test");
  EXPECT_THROW(Lower(grammar, kLimits, nullptr), EmptyLanguageError);
}

TEST(Lower, RuleLimitThrows) {
  ir::Builder builder;
  ir::RuleId next = builder.AddRule("last");
  builder.Define(next, builder.Bytes("x"));
  for (int i = 0; i < 20; ++i) {
    const ir::RuleId rule = builder.AddRule("rule");
    builder.Define(rule, builder.Seq({builder.Bytes(std::string(1, static_cast<char>('a' + i))),
                                      builder.RuleRef(next)}));
    next = rule;
  }
  const auto grammar = builder.Finish(next, "test");
  EXPECT_THROW(Lower(grammar, LowerLimits{10, 10'000, 1'000'000}, nullptr), LimitError);
  EXPECT_THROW(Lower(grammar, LowerLimits{1000, 10, 1'000'000}, nullptr), LimitError);
  EXPECT_THROW(Lower(grammar, LowerLimits{1000, 10'000, 10}, nullptr), LimitError);
  EXPECT_NO_THROW(Lower(grammar, kLimits, nullptr));
}

}  // namespace
}  // namespace pushmask::pda
