// SPDX-License-Identifier: Apache-2.0
#include "stack/key_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

namespace pushmask::stack {
namespace {

using Id = KeyTable::Id;

Id TextOf(KeyTable* table, const std::string& text) {
  Id id = KeyTable::kNone;
  for (const char c : text) id = table->Append(id, static_cast<std::uint8_t>(c));
  return id;
}

std::string RandomText(std::mt19937* random) {
  std::string text;
  for (auto n = 1 + (*random)() % 4; n > 0; --n) {
    text.push_back(static_cast<char>('a' + (*random)() % 3));
  }
  return text;
}

// Compares a set with what it should hold, along every text that begins one of them.
void CheckSet(const KeyTable& table, Id set, const std::set<std::string>& expected) {
  EXPECT_EQ(table.Count(set), expected.size());
  EXPECT_EQ(table.HasEmpty(set), expected.contains(""));
  std::map<char, std::set<std::string>> after;
  for (const std::string& text : expected) {
    if (!text.empty()) after[text[0]].insert(text.substr(1));
  }
  EXPECT_EQ(table.branches(set).size(), after.size());
  for (const auto& [first, texts] : after) {
    CheckSet(table, table.After(set, static_cast<std::uint8_t>(first)), texts);
  }
}

TEST(KeyTable, ASetKnowsWhatFollowsEachText) {
  std::mt19937 random(2);
  KeyTable table;
  for (int round = 0; round < 50; ++round) {
    Id set = KeyTable::kNone;
    std::set<std::string> expected;
    for (int i = 0; i < 12; ++i) {
      const std::string text = RandomText(&random);
      expected.insert(text);
      set = table.Insert(set, TextOf(&table, text));
      CheckSet(table, set, expected);
    }
    EXPECT_EQ(table.After(set, 'x'), KeyTable::kNone);
  }
}

TEST(KeyTable, EqualSetsAreOne) {
  KeyTable table;
  const auto set_of = [&table](std::initializer_list<const char*> texts) {
    Id set = KeyTable::kNone;
    for (const char* text : texts) set = table.Insert(set, TextOf(&table, text));
    return set;
  };
  EXPECT_EQ(set_of({"a", "ab", "b"}), set_of({"b", "a", "ab"}));
  EXPECT_EQ(set_of({"a", "a"}), set_of({"a"}));
  EXPECT_NE(set_of({"a", "ab"}), set_of({"a", "b"}));
  const std::size_t bytes = table.memory_bytes();
  set_of({"ab", "b", "a"});
  EXPECT_EQ(table.memory_bytes(), bytes);
}

TEST(KeyTable, ATableOnTopKnowsWhatLiesBelow) {
  std::mt19937 random(4);
  KeyTable below;
  const Id one = below.Insert(KeyTable::kNone, TextOf(&below, "abc"));
  const std::size_t bytes = below.memory_bytes();
  KeyTable top(&below);
  EXPECT_EQ(TextOf(&top, "abc"), TextOf(&below, "abc"));
  EXPECT_EQ(top.Insert(KeyTable::kNone, TextOf(&top, "abc")), one);
  Id set = one;
  std::set<std::string> expected{"abc"};
  for (int i = 0; i < 20; ++i) {
    const std::string text = RandomText(&random);
    expected.insert(text);
    set = top.Insert(set, TextOf(&top, text));
    CheckSet(top, set, expected);
  }
  EXPECT_EQ(below.memory_bytes(), bytes);
  CheckSet(below, one, {"abc"});
}

}  // namespace
}  // namespace pushmask::stack
