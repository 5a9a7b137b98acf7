// SPDX-License-Identifier: Apache-2.0
#include "stack/register_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <set>

namespace pushmask::stack {
namespace {

TEST(RegisterTable, LargeSetsAreOneNumberEach) {
  pda::RegisterSpec spec;
  spec.kind = pda::RegisterKind::kSet;
  spec.num_items = 300;
  RegisterTable table;
  std::mt19937 chooser(1);
  std::map<std::set<std::uint32_t>, pda::Register> known{{{}, 0}};
  for (int round = 0; round < 300; ++round) {
    std::set<std::uint32_t> members;
    pda::Register reg = 0;
    for (int i = 0; i < 20; ++i) {
      pda::CallLink call{};
      call.op = pda::CallOp::kInsert;
      call.item = chooser() % (round % 2 == 0 ? 5 : spec.num_items);
      EXPECT_EQ(table.Apply(spec, call, &reg), members.insert(call.item).second);
      EXPECT_EQ(known.try_emplace(members, reg).first->second, reg);
      EXPECT_TRUE(table.MayContinue(spec, reg));
    }
  }
  std::set<pda::Register> distinct;
  for (const auto& [members, reg] : known) distinct.insert(reg);
  EXPECT_EQ(distinct.size(), known.size());
}

}  // namespace
}  // namespace pushmask::stack
