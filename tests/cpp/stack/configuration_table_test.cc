// SPDX-License-Identifier: Apache-2.0
#include "stack/configuration_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace pushmask::stack {
namespace {

constexpr std::size_t kNoBudget = std::size_t{1} << 40;

Link LinkTo(std::size_t state, NodeId below) { return {StateId(state), 0, below}; }

// A configuration over a stack `depth` nodes high.
std::optional<ConfigurationId> CommitStack(ConfigurationTable* table, std::size_t state,
                                           std::size_t depth) {
  ScratchStacks scratch(&table->stacks());
  NodeId below = kBottom;
  for (std::size_t i = 0; i < depth; ++i) {
    const Link link = LinkTo(100 + i, below);
    below = scratch.Intern({&link, 1}, NodeId());
  }
  const Link unused = LinkTo(7, below);
  scratch.Intern({&unused, 1}, NodeId());
  const std::vector<Link> links{LinkTo(state, below), LinkTo(state + 1, kBottom)};
  return table->Commit(scratch, links);
}

// The states from the top of the first link's stack to its bottom.
std::vector<std::size_t> StatesBelow(const ConfigurationTable& table, ConfigurationId id) {
  std::vector<std::size_t> states;
  for (NodeId node = table.links(id)[0].below; node != kBottom;) {
    const Link link = table.stacks().links(node)[0];
    states.push_back(link.state.value);
    node = link.below;
  }
  return states;
}

TEST(ConfigurationTable, EqualConfigurationsAreOne) {
  ConfigurationTable table(kNoBudget);
  const auto first = CommitStack(&table, 1, 3);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(CommitStack(&table, 1, 3), first);
  EXPECT_NE(CommitStack(&table, 2, 3), first);
  EXPECT_NE(CommitStack(&table, 1, 4), first);
  EXPECT_EQ(table.stats().configurations, 3U);
  EXPECT_EQ(table.stats().stack_nodes, 5U);  // the bottom, and none that no link reaches
  EXPECT_EQ(StatesBelow(table, *first), (std::vector<std::size_t>{102, 101, 100}));
}

TEST(ConfigurationTable, ImportCopiesAllThatLiesBelow) {
  ConfigurationTable from(kNoBudget);
  CommitStack(&from, 5, 9);  // so that node ids differ
  const ConfigurationId id = CommitStack(&from, 1, 3).value();
  ScratchStacks scratch(&from.stacks());
  const Link pushed = LinkTo(200, from.links(id)[0].below);
  const Link top = LinkTo(9, scratch.Intern({&pushed, 1}, NodeId()));
  ConfigurationTable to(0);
  const ConfigurationId imported = to.Import(scratch, {&top, 1});
  EXPECT_EQ(StatesBelow(to, imported), (std::vector<std::size_t>{200, 102, 101, 100}));
  EXPECT_EQ(to.Import(scratch, {&top, 1}), imported);
}

TEST(ConfigurationTable, RemembersEveryTransitionOfEveryConfiguration) {
  ConfigurationTable table(kNoBudget);
  std::mt19937 chooser(3);
  std::map<std::pair<std::uint32_t, std::int32_t>, ConfigurationId> expected;
  constexpr std::size_t kConfigurations = 20;
  for (std::size_t i = 0; i < kConfigurations; ++i) CommitStack(&table, i, 0);
  for (int i = 0; i < 20'000; ++i) {
    // Some configurations have very many transitions, some few; tokens of all sizes.
    const ConfigurationId from(chooser() % (1 + chooser() % kConfigurations));
    const auto token = static_cast<std::int32_t>(chooser() >> (1 + chooser() % 28));
    const ConfigurationId next(std::size_t{chooser() % kConfigurations});
    const bool is_new = expected.emplace(std::pair(from.value, token), next).second;
    EXPECT_EQ(table.transition(from, token).has_value(), !is_new);
    table.RememberTransition(from, token, next);  // the first one stays
  }
  for (const auto& [key, next] : expected) {
    EXPECT_EQ(table.transition(ConfigurationId(std::size_t{key.first}), key.second), next);
  }
  EXPECT_EQ(table.stats().transitions, expected.size());
}

TEST(ConfigurationTable, KeepsItsBudgetAndWhatItHas) {
  constexpr std::size_t kBudget = 20'000;
  ConfigurationTable table(kBudget);
  std::size_t known = 0;
  while (CommitStack(&table, 1000 + known, known % 40)) ++known;
  EXPECT_GT(known, 100U);
  for (std::size_t i = 0; i < 10 * known; ++i) {
    const auto id = CommitStack(&table, 1000 + i, i % 40);
    ASSERT_EQ(id.has_value(), i < known) << i;
    if (!id) continue;
    for (std::int32_t token = 0; token < 100; ++token) table.RememberTransition(*id, token, *id);
    table.RememberRow(*id, static_cast<std::uint32_t>(i));
  }
  EXPECT_LE(table.stats().bytes, kBudget);
  EXPECT_EQ(table.row(CommitStack(&table, 1000, 0).value()), 0U);
}

TEST(ConfigurationTable, WithoutABudgetHoldsNothing) {
  ConfigurationTable table(0);
  EXPECT_FALSE(CommitStack(&table, 1, 0).has_value());
}

// For ThreadSanitizer: readers take no lock.
TEST(ConfigurationTable, ThreadsSeeWhatOthersCommitted) {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kStates = 200;
  constexpr int kRounds = 3000;
  for (const std::size_t budget : {kNoBudget, std::size_t{12'000}}) {
    ConfigurationTable table(budget);
    const ConfigurationId start = CommitStack(&table, 0, 0).value();
    std::atomic<std::size_t> wrong = 0;
    const auto work = [&](unsigned seed) {
      std::mt19937 chooser(seed);
      ConfigurationId at = start;
      for (int round = 0; round < kRounds; ++round) {
        // Token t leads to the configuration of state t over t % 5 nodes, with row t.
        const std::size_t state = chooser() % kStates;
        const auto token = static_cast<std::int32_t>(state);
        auto next = table.transition(at, token);
        if (!next) {
          next = CommitStack(&table, state, state % 5);
          if (!next) continue;
          table.RememberTransition(at, token, *next);
          table.RememberRow(*next, static_cast<std::uint32_t>(state));
        }
        const std::uint32_t row = table.row(*next);
        wrong += table.links(*next)[0].state.value != state;
        wrong += StatesBelow(table, *next).size() != state % 5;
        wrong += row != state && row != ConfigurationTable::kNoRow;
        at = chooser() % 4 == 0 ? start : *next;
      }
    };
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < kThreads; ++seed) threads.emplace_back(work, seed);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_LE(table.stats().bytes, budget);
  }
}

}  // namespace
}  // namespace pushmask::stack
