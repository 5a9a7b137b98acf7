// SPDX-License-Identifier: Apache-2.0
#include "stack/register_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace pushmask::stack {
namespace {

pda::RegisterSpec SpecOf(pda::MemberShape shape) {
  return {.kind = pda::RegisterKind::kMembers,
          .members = std::make_shared<const pda::MemberSpec>(std::move(shape))};
}

bool Apply(RegisterTable* table, const pda::RegisterSpec& spec, std::uint32_t member,
           pda::Register* reg) {
  const pda::CallLink call{.target = {}, .op = pda::CallOp::kMember, .item = member};
  return table->Apply(spec, call, reg);
}

bool ApplyMore(RegisterTable* table, const pda::RegisterSpec& spec, pda::Register* reg) {
  const pda::CallLink call{.target = {}, .op = pda::CallOp::kMore};
  return table->Apply(spec, call, reg);
}

TEST(RegisterTable, SetsAreOneNumberEachWhenAMemberBegins) {
  for (const std::uint32_t num_items : {20U, 300U}) {
    pda::MemberShape shape;
    shape.required.resize(num_items);
    shape.has_rest = true;
    const pda::RegisterSpec spec = SpecOf(shape);
    RegisterTable table;
    std::mt19937 chooser(1);
    std::map<std::set<std::uint32_t>, pda::Register> known{{{}, 0}};
    for (int round = 0; round < 300; ++round) {
      std::set<std::uint32_t> members;
      pda::Register reg = 0;
      for (int i = 0; i < 20; ++i) {
        const std::uint32_t item = chooser() % (round % 2 == 0 ? 5 : num_items);
        const bool is_new = members.insert(item).second;
        EXPECT_EQ(Apply(&table, spec, item, &reg), is_new);
        if (!is_new) continue;
        EXPECT_TRUE(table.MayEnd(spec, reg));
        EXPECT_FALSE(table.MustEnd(spec, reg));
        EXPECT_TRUE(ApplyMore(&table, spec, &reg));
        EXPECT_EQ(known.try_emplace(members, reg).first->second, reg);
      }
    }
    std::set<pda::Register> distinct;
    for (const auto& [members, reg] : known) distinct.insert(reg);
    EXPECT_EQ(distinct.size(), known.size());
  }
}

TEST(RegisterTable, MembersThatCouldComeLeaveNothingBehind) {
  pda::MemberShape shape;
  shape.required.resize(300);
  const pda::RegisterSpec spec = SpecOf(shape);
  RegisterTable table;
  for (std::uint32_t item = 0; item < 300; ++item) {
    pda::Register reg = 0;
    EXPECT_TRUE(Apply(&table, spec, item, &reg));
    EXPECT_TRUE(table.MayEnd(spec, reg));
  }
  EXPECT_EQ(table.memory_bytes(), 0U);
}

TEST(RegisterTable, ATableOnTopMakesWhatTheFullOneDoesNotHave) {
  pda::MemberShape shape;
  shape.required.resize(100);
  const pda::RegisterSpec spec = SpecOf(shape);
  constexpr std::size_t kBudget = 4000;
  RegisterTable below(kBudget);
  const auto begin_second = [&spec](RegisterTable* table, std::uint32_t item) {
    pda::Register reg = 0;
    EXPECT_TRUE(Apply(table, spec, item, &reg));
    EXPECT_TRUE(ApplyMore(table, spec, &reg));
    return reg;
  };
  std::uint32_t known = 0;
  for (; !below.IsFull(); ++known) begin_second(&below, known);
  ASSERT_GT(known, 1U);
  ASSERT_LT(known, 99U);
  RegisterTable top(&below);
  EXPECT_EQ(begin_second(&top, 0), begin_second(&below, 0));
  EXPECT_TRUE(top.IsEmpty());
  const pda::Register own = begin_second(&top, known);
  EXPECT_FALSE(top.IsEmpty());
  EXPECT_TRUE(RegisterTable::IsOfTopTable(spec, own));
  EXPECT_FALSE(RegisterTable::IsOfTopTable(spec, begin_second(&top, 0)));
  for (const pda::Register base : {own, begin_second(&top, 0)}) {
    const std::uint32_t first = base == own ? known : 0;
    pda::Register reg = base;
    EXPECT_FALSE(Apply(&top, spec, first, &reg));
    EXPECT_TRUE(Apply(&top, spec, 99, &reg));
    EXPECT_TRUE(ApplyMore(&top, spec, &reg));
    EXPECT_FALSE(Apply(&top, spec, 99, &reg));
    EXPECT_FALSE(Apply(&top, spec, first, &reg));
  }
}

TEST(RegisterTable, CountsAreExactBeyondWhatARegisterHolds) {
  // 19 bits of items leave 12 for the count.
  pda::MemberShape shape;
  shape.required.resize(19);
  shape.has_rest = true;
  shape.min = 4090;
  shape.max = 5000;
  const pda::RegisterSpec spec = SpecOf(shape);
  RegisterTable table;
  pda::Register reg = 0;
  for (std::uint32_t count = 1; count <= shape.max; ++count) {
    ASSERT_TRUE(Apply(&table, spec, count == 4000 ? 3 : pda::MemberSpec::kRest, &reg)) << count;
    ASSERT_EQ(table.MayEnd(spec, reg), count >= shape.min) << count;
    ASSERT_EQ(table.MustEnd(spec, reg), count == shape.max) << count;
    if (count == 4500) {
      pda::Register other = reg;
      EXPECT_FALSE(Apply(&table, spec, 3, &other));
      EXPECT_TRUE(Apply(&table, spec, 4, &other));
    }
    ASSERT_EQ(ApplyMore(&table, spec, &reg), count < shape.max) << count;
  }
}

TEST(RegisterTable, CountsFarFromTheBoundsAreOneClass) {
  pda::MemberShape shape;
  shape.required.resize(2);
  shape.has_rest = true;
  shape.min = 1000;
  shape.max = 4'000'000'000U;
  const pda::RegisterSpec spec = SpecOf(shape);
  RegisterTable table;
  constexpr std::uint32_t kHorizon = 10;
  pda::Register reg = 0;
  std::set<std::uint64_t> classes;
  for (std::uint32_t count = 0; count < 3000; ++count) {
    const std::uint64_t here = table.Class(spec, reg, kHorizon);
    if (count < 900 || count > 1000) classes.insert(here);
    ASSERT_TRUE(Apply(&table, spec, pda::MemberSpec::kRest, &reg));
  }
  EXPECT_EQ(classes.size(), 2U);
}

TEST(RegisterTable, AClassTellsWhenTheRestMustMakeRoom) {
  // The last 5 of the 8 members are the required items.
  pda::MemberShape shape;
  shape.required.assign(5, true);
  shape.has_rest = true;
  shape.max = 8;
  const pda::RegisterSpec spec = SpecOf(shape);
  RegisterTable table;
  constexpr std::uint32_t kHorizon = 1;
  std::map<std::uint64_t, bool> takes_rest;  // by class
  pda::Register reg = 0;
  for (std::uint32_t count = 0; count <= 3; ++count) {
    const std::uint64_t here = table.Class(spec, reg, kHorizon);
    const bool takes = Apply(&table, spec, pda::MemberSpec::kRest, &reg);
    EXPECT_EQ(takes, count < 3);
    EXPECT_EQ(takes_rest.try_emplace(here, takes).first->second, takes);
  }
}

}  // namespace
}  // namespace pushmask::stack
