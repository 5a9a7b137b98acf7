// SPDX-License-Identifier: Apache-2.0
#include "match/history.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace pushmask::match {
namespace {

Step StepTo(std::size_t configuration) {
  return {.configuration = stack::ConfigurationId(configuration)};
}

TEST(History, BehavesLikeAVectorForEveryFork) {
  // Each history beside the plain list that it should equal; all ways through the chunks.
  std::mt19937 chooser(5);
  std::vector<std::pair<History, std::vector<std::size_t>>> forks;
  forks.emplace_back(History(StepTo(0)), std::vector<std::size_t>{0});
  for (std::size_t number = 1; number < 30'000; ++number) {
    const std::size_t which = chooser() % forks.size();
    auto& [history, expected] = forks[which];
    const auto action = chooser() % 20;
    if (action == 0 && forks.size() < 20) {
      forks.push_back(forks[which]);
    } else if (action == 1 && forks.size() > 1) {
      forks.pop_back();
    } else if (action < 5) {
      const std::size_t drop = chooser() % expected.size() % (action == 2 ? 100 : 3);
      history.Drop(drop);
      expected.resize(expected.size() - drop);
    } else {
      history.Append(StepTo(number));
      expected.push_back(number);
    }
    for (const auto& [each, list] : forks) {
      ASSERT_EQ(each.size() + 1, list.size());
      ASSERT_EQ(each.last().configuration, StepTo(list.back()).configuration);
    }
  }
  for (auto& [history, expected] : forks) {
    for (; expected.size() > 1; history.Drop(1), expected.pop_back()) {
      ASSERT_EQ(history.last().configuration, StepTo(expected.back()).configuration);
    }
    EXPECT_EQ(history.last().configuration, StepTo(0).configuration);
  }
}

TEST(History, ALongOneIsReleasedWithoutRecursion) {
  History history(StepTo(0));
  for (std::size_t i = 1; i <= 1'000'000; ++i) history.Append(StepTo(i));
  const History fork(history);
  history.Drop(history.size());
  EXPECT_EQ(history.size(), 0U);
  EXPECT_EQ(fork.last().configuration, StepTo(1'000'000).configuration);
}

}  // namespace
}  // namespace pushmask::match
