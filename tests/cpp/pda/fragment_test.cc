// SPDX-License-Identifier: Apache-2.0
#include "pda/fragment.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "ir/builder.h"
#include "pda/lower.h"

namespace pushmask::pda {
namespace {

constexpr LowerLimits kLimits{1000, 10'000, 1'000'000, 200'000, 10'000'000};
constexpr std::uint32_t kHorizon = 16;
constexpr std::size_t kMaxStates = 64;

// word ::= [a-z]+, called from a rule around it.
Machine WordBetween(const std::string& before, const std::string& after) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  const auto word = builder.AddRule("word");
  builder.Define(word, builder.Plus(builder.Class({{'a', 'z'}})));
  builder.KeepApart(word);
  builder.Define(root,
                 builder.Seq({builder.Bytes(before), builder.RuleRef(word), builder.Bytes(after)}));
  return Lower(builder.Finish(root, "test"), kLimits, nullptr);
}

// The state after `text` has been read into the called rule.
StateId Inside(const Machine& machine, const std::string& text) {
  StateId state = machine.root_entry();
  for (const char c : text) {
    const Segment* segment = machine.FindSegment(state, static_cast<std::uint8_t>(c));
    EXPECT_NE(segment, nullptr);
    state = machine.actions(*segment)[0].target;
  }
  return state;
}

TEST(FragmentKey, IsTheSameWhateverCallsTheRule) {
  const Machine one = WordBetween("<", ">");
  const Machine other = WordBetween("<<", "}");
  const auto key = FragmentKey(one, Inside(one, "<a"), kHorizon, kMaxStates);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key, FragmentKey(other, Inside(other, "<<a"), kHorizon, kMaxStates));
  EXPECT_NE(key, FragmentKey(one, one.root_entry(), kHorizon, kMaxStates));
}

TEST(FragmentKey, TellsLanguagesApart) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Plus(builder.Class({{'a', 'y'}})));
  const Machine letters = Lower(builder.Finish(root, "test"), kLimits, nullptr);
  const Machine word = WordBetween("<", ">");
  EXPECT_NE(FragmentKey(letters, Inside(letters, "a"), kHorizon, kMaxStates),
            FragmentKey(word, Inside(word, "<a"), kHorizon, kMaxStates));
}

TEST(FragmentKey, TellsAllConditionsOfGroupsApart) {
  using Group = ir::MemberGroup;
  const std::vector<Group> groups{
      {},
      {.num_ordered = 1},
      {.num_ordered = 3},
      {.min_members = 2},
      {.max_members = 2},
      {.clauses = {{{0}, 1}}},
      {.clauses = {{{0}, 2}}},
      {.clauses = {{{1}, 2}}},
      {.clauses = {{{0, 1}, 2}}},
      {.clauses = {{{0}, {}}}},
      {.clauses = {{{0}, 1}, {{1}, 0}}},
  };
  std::set<std::string> keys;
  std::size_t num_keys = 0;
  for (const Group& conditions : groups) {
    for (const bool required : {false, true}) {
      ir::Builder builder;
      Group group = conditions;
      group.items = {{builder.Bytes("a")}, {builder.Bytes("b"), required}, {builder.Bytes("c")}};
      group.separator = builder.Bytes(",");
      const auto root = builder.AddRule("root");
      builder.Define(root,
                     builder.Seq({builder.Bytes("<"), builder.Members(group), builder.Bytes(">")}));
      const Machine machine = Lower(builder.Finish(root, "test"), kLimits, nullptr);
      const auto key = FragmentKey(machine, machine.root_entry(), kHorizon, kMaxStates);
      ASSERT_TRUE(key.has_value());
      keys.insert(*key);
      ++num_keys;
    }
  }
  EXPECT_EQ(keys.size(), num_keys);
}

TEST(FragmentKey, RefusesLargeFragments) {
  const Machine machine = WordBetween("<", ">");
  EXPECT_FALSE(FragmentKey(machine, machine.root_entry(), kHorizon, 1).has_value());
}

}  // namespace
}  // namespace pushmask::pda
