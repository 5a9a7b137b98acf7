// SPDX-License-Identifier: Apache-2.0
#include "pda/member_spec.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

#include "pda/member_reference.h"

namespace pushmask::pda {
namespace {

using Came = MemberReference::Came;

// A state that owns its sets.
struct OwnState {
  std::vector<MemberSpec::Word> seen;
  std::vector<MemberSpec::Word> needed;
  std::uint32_t next = 0;
  std::uint32_t count = 0;

  explicit OwnState(const MemberSpec& spec) : seen(spec.num_words()), needed(spec.num_words()) {}
  MemberSpec::State Read(const MemberSpec& spec) { return spec.Read(next, count, seen, needed); }
};

// Compares everything that can be asked about every state that members lead to.
void CheckStates(const MemberSpec& spec, MemberReference* reference, const Came& came,
                 OwnState* own, int depth) {
  const MemberSpec::State state = own->Read(spec);
  EXPECT_EQ(spec.MayEnd(state.count, state.num_missing), reference->IsGroup(came));
  bool any = false;
  reference->ForEachMember([&](std::uint32_t member) {
    const bool expected = reference->CanTake(came, member);
    any = any || expected;
    const auto step = spec.Take(state, member);
    ASSERT_EQ(step.has_value(), expected) << "member " << member << " at " << came.count;
    if (!step || depth == 0) return;
    OwnState after(spec);
    spec.Advance(state, member, after.seen, after.needed);
    const MemberSpec::State made = spec.Complete(step->next, step->count, after.seen, after.needed);
    EXPECT_EQ(made.num_missing, step->num_missing);
    std::vector<MemberSpec::Word> needed(after.needed);
    after.next = step->next;
    after.count = step->count;
    EXPECT_EQ(after.Read(spec).first_missing, made.first_missing);
    EXPECT_EQ(after.needed, needed);  // the closure is the same, made at once or step by step
    Came next = came;
    reference->Add(member, &next);
    CheckStates(spec, reference, next, &after, depth - 1);
  });
  EXPECT_EQ(spec.MayContinue(state), any);
}

TEST(MemberSpec, KnowsExactlyWhatCanBeCompleted) {
  std::mt19937 random(5);
  for (int round = 0; round < 5000 && !testing::Test::HasFailure(); ++round) {
    MemberReference reference(RandomShape(&random, 6));
    const MemberSpec spec(reference.shape());
    ASSERT_TRUE(spec.is_decidable());
    const Came start;
    bool any = false;
    reference.ForEachMember([&](std::uint32_t m) { any = any || reference.CanTake(start, m); });
    ASSERT_EQ(spec.MatchesMembers(), any) << round;
    OwnState own(spec);
    // An empty group is the business of whoever calls it: count 0 is asked about here alone.
    if (!any) continue;
    reference.ForEachMember([&](std::uint32_t member) {
      const auto step = spec.Take(spec.initial(), member);
      ASSERT_EQ(step.has_value(), reference.CanTake(start, member)) << round << " " << member;
      if (!step) return;
      OwnState after(spec);
      spec.Advance(spec.initial(), member, after.seen, after.needed);
      after.next = step->next;
      after.count = step->count;
      Came next = start;
      reference.Add(member, &next);
      CheckStates(spec, &reference, next, &after, 4);
    });
  }
}

MemberShape Items(std::uint32_t num_items) {
  MemberShape shape;
  shape.required.resize(num_items);
  return shape;
}

TEST(MemberSpec, FindsOutWhetherExcludingItemsCanBeEnough) {
  // A cycle of 11 items, of which neighbours exclude each other: 5 fit, 6 do not.
  MemberShape shape = Items(11);
  for (std::uint32_t i = 0; i < 11; ++i) shape.clauses.push_back({{i, (i + 1) % 11}, {}});
  shape.min = 5;
  const MemberSpec five(shape);
  EXPECT_TRUE(five.is_decidable());
  EXPECT_TRUE(five.MatchesMembers());
  shape.min = 6;
  EXPECT_FALSE(MemberSpec(shape).MatchesMembers());
  shape.has_rest = true;  // makes up for what is missing
  EXPECT_TRUE(MemberSpec(shape).MatchesMembers());
}

TEST(MemberSpec, TheFirstChoiceOfItemsIsNotTheOnlyOne) {
  // Item 0 excludes the three others.
  MemberShape shape = Items(4);
  shape.clauses = {{{0, 1}, {}}, {{0, 2}, {}}, {{0, 3}, {}}};
  shape.min = 3;
  const MemberSpec spec(shape);
  EXPECT_TRUE(spec.MatchesMembers());
  EXPECT_FALSE(spec.Take(spec.initial(), 0));
  EXPECT_TRUE(spec.Take(spec.initial(), 1));
  shape.min = 4;
  EXPECT_FALSE(MemberSpec(shape).MatchesMembers());
}

TEST(MemberSpec, ItemsThatComeTogetherOrNotAtAllLeaveGaps) {
  // Pairs of items that imply each other: never 3 members.
  MemberShape shape = Items(4);
  shape.clauses = {{{0}, 1}, {{1}, 0}, {{2}, 3}, {{3}, 2}};
  shape.min = 3;
  EXPECT_TRUE(MemberSpec(shape).MatchesMembers());
  shape.max = 3;
  EXPECT_FALSE(MemberSpec(shape).MatchesMembers());
}

TEST(MemberSpec, RequiredItemsTakeTheirPartOfTheRoom) {
  // One required item and a pair: 1 or 3 members.
  MemberShape shape = Items(3);
  shape.required[0] = true;
  shape.clauses = {{{1}, 2}, {{2}, 1}};
  shape.min = 2;
  shape.max = 2;
  EXPECT_FALSE(MemberSpec(shape).MatchesMembers());
  shape.max = 3;
  EXPECT_TRUE(MemberSpec(shape).MatchesMembers());
}

TEST(MemberSpec, SaysSoIfItWouldHaveToTryTooMuch) {
  MemberShape shape = Items(30);
  for (std::uint32_t i = 0; i < 30; ++i) shape.clauses.push_back({{i, (i + 1) % 30}, {}});
  EXPECT_TRUE(MemberSpec(shape).is_decidable());  // nothing to find out
  shape.min = 6;
  EXPECT_FALSE(MemberSpec(shape).is_decidable());
  // One premise each cannot exclude: what can be added is found at once.
  for (auto& clause : shape.clauses) clause = {{clause.present[0]}, clause.present[1]};
  const MemberSpec ring(shape);
  EXPECT_TRUE(ring.is_decidable());
  EXPECT_TRUE(ring.MatchesMembers());
}

TEST(MemberSpec, OrderedItemsNeedNoBits) {
  MemberShape shape = Items(1000);
  shape.num_ordered = 1000;
  EXPECT_EQ(MemberSpec(shape).num_bits(), 0U);
  shape.clauses = {{{7}, 900}};
  EXPECT_EQ(MemberSpec(shape).num_bits(), 2U);
  shape.num_ordered = 990;
  EXPECT_EQ(MemberSpec(shape).num_bits(), 12U);
}

TEST(MemberSpec, BoundsThatSayNothingAreNotCounted) {
  MemberShape shape = Items(3);
  shape.required[0] = true;
  shape.min = 1;
  shape.max = 7;
  EXPECT_EQ(MemberSpec(shape).max_count(), 0U);
  shape.has_rest = true;
  EXPECT_EQ(MemberSpec(shape).max_count(), 7U);
  shape.max = ir::kUnbounded;
  EXPECT_EQ(MemberSpec(shape).max_count(), 0U);
  shape.min = 4;
  EXPECT_EQ(MemberSpec(shape).max_count(), 4U);
}

}  // namespace
}  // namespace pushmask::pda
