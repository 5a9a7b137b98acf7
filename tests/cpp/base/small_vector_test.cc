// SPDX-License-Identifier: Apache-2.0
#include "base/small_vector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace pushmask::base {
namespace {

using Values = SmallVector<std::uint32_t, 2>;

bool Same(const Values& values, const std::vector<std::uint32_t>& expected) {
  return std::equal(values.begin(), values.end(), expected.begin(), expected.end());
}

TEST(SmallVector, HoldsWhatAVectorHolds) {
  std::mt19937 random(1);
  std::vector<Values> all(3);
  std::vector<std::vector<std::uint32_t>> expected(3);
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t i = random() % 3;
    const std::size_t j = random() % 3;
    switch (random() % 6) {
      case 0:
        all[i].push_back(step);
        expected[i].push_back(step);
        break;
      case 1:
        all[i] = all[j];
        expected[i] = expected[j];
        break;
      case 2:
        std::swap(all[i], all[j]);
        std::swap(expected[i], expected[j]);
        break;
      case 3: {
        const std::vector<std::uint32_t> more(random() % 5, static_cast<std::uint32_t>(step));
        all[i].append(more.begin(), more.end());
        expected[i].insert(expected[i].end(), more.begin(), more.end());
        break;
      }
      case 4:
        if (expected[i].size() > 20) {
          all[i].clear();
          expected[i].clear();
        }
        break;
      default: {
        Values moved = std::move(all[i]);
        EXPECT_TRUE(all[i].empty());
        all[i] = std::move(moved);
      }
    }
    ASSERT_TRUE(Same(all[i], expected[i])) << step;
    ASSERT_TRUE(Same(all[j], expected[j])) << step;
    ASSERT_EQ(all[i].size(), expected[i].size());
  }
}

TEST(SmallVector, MayBeGivenAnElementOfItsOwn) {
  Values values = {1, 2};
  values.push_back(values[0]);
  for (int i = 0; i < 100; ++i) values.push_back(values[1]);
  EXPECT_EQ(values[2], 1);
  EXPECT_EQ(values[102], 2);
}

}  // namespace
}  // namespace pushmask::base
