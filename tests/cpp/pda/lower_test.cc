// SPDX-License-Identifier: Apache-2.0
#include "pda/lower.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ir/builder.h"
#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

constexpr LowerLimits kLimits{1000, 10'000, 1'000'000, 200'000, 10'000'000};

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

// 1,000 items "0;", "1;", ... in the given order or in any.
Machine LowerGroup(std::uint32_t num_ordered, std::uint32_t max_members, std::size_t max_edges) {
  constexpr std::uint32_t kItems = 1000;
  ir::Builder builder;
  ir::MemberGroup group{.num_ordered = num_ordered,
                        .rest = builder.Bytes("x"),
                        .separator = builder.Bytes(","),
                        .min_members = 1,
                        .max_members = max_members};
  for (std::uint32_t i = 0; i < kItems; ++i) {
    group.items.push_back({builder.Bytes(std::to_string(i) + ";"), i % 2 == 0});
    if (i > 0) group.clauses.push_back({{i}, i - 1});
  }
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Members(group));
  const LowerLimits limits{2000, 10'000, max_edges, 200'000, 10'000'000};
  return Lower(builder.Finish(root, "test"), limits, nullptr);
}

TEST(Lower, GroupsCostOneCallPerItem) {
  constexpr std::size_t kFewEdges = 30'000;
  for (const std::uint32_t num_ordered : {0U, 500U, 1000U}) {
    EXPECT_NO_THROW(LowerGroup(num_ordered, ir::kUnbounded, kFewEdges));
  }
}

TEST(Lower, LargeGroupBoundsCostNothing) {
  constexpr std::size_t kEdges = 1'000'000;
  EXPECT_EQ(LowerGroup(1000, 1001, kEdges).memory_bytes(),
            LowerGroup(1000, 4'000'000'000U, kEdges).memory_bytes());
}

TEST(Lower, LeftRecursionThroughAGroupIsRefused) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  const ir::MemberGroup group{.items = {{builder.RuleRef(root)}, {builder.Bytes("a")}},
                              .separator = builder.Bytes(",")};
  builder.Define(root, builder.Seq({builder.Members(group), builder.Bytes(")")}));
  const auto grammar = builder.Finish(root, "test");
  EXPECT_THROW(Lower(grammar, kLimits, nullptr), UnsupportedError);
}

TEST(Lower, GroupsThatCanNeverBeCompletedAreRefused) {
  const auto lower = [](const std::vector<ir::MemberGroup::Clause>& clauses) {
    ir::Builder builder;
    const auto root = builder.AddRule("root");
    const auto never = builder.AddRule("never");
    builder.Define(never, builder.Seq({builder.Bytes("x"), builder.RuleRef(never)}));
    const ir::MemberGroup group{
        .items = {{builder.Bytes("a"), true}, {builder.Bytes("b")}, {builder.RuleRef(never)}},
        .separator = builder.Bytes(","),
        .clauses = clauses};
    builder.Define(root, builder.Members(group));
    return Lower(builder.Finish(root, "test"), kLimits, nullptr);
  };
  EXPECT_NO_THROW(lower({{{0}, 1}}));
  EXPECT_NO_THROW(lower({{{2}, {}}}));
  EXPECT_THROW(lower({{{0}, 2}}), EmptyLanguageError);
  EXPECT_THROW(lower({{{0}, 1}, {{0, 1}, {}}}), EmptyLanguageError);
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

// A text of quoted characters: three rules, of which the machine needs one.
Machine LowerText(bool is_kept_apart) {
  ir::Builder builder;
  const auto character = builder.AddRule("character");
  builder.Define(character, builder.Choice({builder.Class({{'a', 'z'}}), builder.Bytes("\\\"")}));
  const auto word = builder.AddRule("word");
  builder.Define(word, builder.Star(builder.RuleRef(character)));
  const auto root = builder.AddRule("root");
  builder.Define(root,
                 builder.Seq({builder.Bytes("\""), builder.RuleRef(word), builder.Bytes("\"")}));
  for (const auto rule : {character, word}) {
    if (is_kept_apart) builder.KeepApart(rule);
  }
  return Lower(builder.Finish(root, "test"), kLimits, nullptr);
}

TEST(Lower, RulesThatNoRecursionReachesAreOneAutomaton) {
  const Machine machine = LowerText(false);
  const StateId inside = machine.LeafTarget(machine.root_entry(), '"');
  EXPECT_TRUE(machine.state(inside).leaf);
  EXPECT_TRUE(machine.state(inside).wide);
  EXPECT_EQ(machine.LeafTarget(inside, 'a'), inside);
}

TEST(Lower, RulesThatAreKeptApartAreCalled) {
  const Machine machine = LowerText(true);
  const StateId inside = machine.LeafTarget(machine.root_entry(), '"');
  EXPECT_FALSE(machine.state(inside).leaf);
  EXPECT_GT(machine.num_slots(inside), 0U);
}

// After a space most tokens are those of what follows the spaces; inside the comment they are its.
TEST(Lower, SpacesAreNotWideWhereCommentsAre) {
  ir::Builder builder;
  const auto spaces = builder.AddRule("spaces");
  builder.KeepApart(spaces);
  const auto comment = builder.Seq(
      {builder.Bytes("#"), builder.Star(builder.Class({{' ', 'z'}})), builder.Bytes("\n")});
  builder.Define(spaces, builder.Plus(builder.Choice({builder.Bytes(" "), comment})));
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Seq({builder.RuleRef(spaces), builder.Bytes("x")}));
  const Machine machine = Lower(builder.Finish(root, "test"), kLimits, nullptr);
  const StateId entry = machine.slot_entry(machine.root_entry(), 1);
  const StateId inside = machine.LeafTarget(entry, '#');
  EXPECT_FALSE(machine.state(entry).wide);
  EXPECT_FALSE(machine.state(machine.LeafTarget(entry, ' ')).wide);
  EXPECT_TRUE(machine.state(inside).wide);
  EXPECT_EQ(machine.LeafTarget(inside, 'a'), inside);
}

// A character is part of the rules that use it, where recursion keeps these apart as well.
TEST(Lower, ShortRulesArePartOfTheirCallers) {
  ir::Builder builder;
  const auto character = builder.AddRule("character");
  builder.Define(character, builder.Class({{'a', 'z'}}));
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Choice({builder.RuleRef(character),
                                       builder.Seq({builder.Bytes("("), builder.RuleRef(root),
                                                    builder.Bytes(")")})}));
  const Machine machine = Lower(builder.Finish(root, "test"), kLimits, nullptr);
  EXPECT_EQ(machine.num_slots(machine.root_entry()), 0U);
}

// Across the border of rules [ab]* "a" [ab]{20} is exponential; a rule for [ab] keeps it small.
TEST(Lower, RulesThatWouldBecomeLargeAreCalled) {
  ir::Builder builder;
  const auto letter = builder.AddRule("letter");
  builder.Define(letter, builder.Class({{'a', 'b'}}));
  const auto root = builder.AddRule("root");
  const auto any = builder.RuleRef(letter);
  builder.Define(root,
                 builder.Seq({builder.Star(any), builder.Bytes("a"), builder.Repeat(any, 20, 20)}));
  const Machine machine = Lower(builder.Finish(root, "test"), kLimits, nullptr);
  EXPECT_LT(machine.num_states(), 100U);
  EXPECT_GT(machine.num_slots(machine.root_entry()), 0U);
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
    builder.KeepApart(rule);
    next = rule;
  }
  const auto grammar = builder.Finish(next, "test");
  EXPECT_THROW(Lower(grammar, LowerLimits{10, 10'000, 1'000'000, 200'000, 10'000'000}, nullptr),
               LimitError);
  EXPECT_THROW(Lower(grammar, LowerLimits{1000, 10, 1'000'000, 200'000, 10'000'000}, nullptr),
               LimitError);
  EXPECT_THROW(Lower(grammar, LowerLimits{1000, 10'000, 10, 200'000, 10'000'000}, nullptr),
               LimitError);
  EXPECT_NO_THROW(Lower(grammar, kLimits, nullptr));
}

// Each of the intersections is small; what bounds their number is the steps of all.
TEST(Lower, BoundsProductsOneByOneAndAllStepsTogether) {
  ir::Builder builder;
  std::vector<ir::ExprId> parts;
  for (std::uint32_t i = 0; i < 20; ++i) {
    const ir::ExprId first = builder.Repeat(builder.Bytes("a"), 2 * i, ir::kUnbounded);
    parts.push_back(
        builder.Intersect(first, builder.Repeat(builder.Bytes("aa"), 0, ir::kUnbounded)));
  }
  const ir::RuleId root = builder.AddRule("root");
  builder.Define(root, builder.Seq(parts));
  const auto grammar = builder.Finish(root, "test");
  const auto limit_of = [&](const LowerLimits& limits) -> std::string {
    try {
      Lower(grammar, limits, nullptr);
    } catch (const LimitError& error) {
      return error.limit();
    }
    return "";
  };
  EXPECT_EQ(limit_of(kLimits), "");
  EXPECT_EQ(limit_of({1000, 10'000, 1'000'000, 30, 10'000'000}), "max_product_states");
  EXPECT_EQ(limit_of({1000, 10'000, 1'000'000, 200'000, 4'000}), "max_steps");
}

}  // namespace
}  // namespace pushmask::pda
