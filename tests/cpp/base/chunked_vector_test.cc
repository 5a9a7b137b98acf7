// SPDX-License-Identifier: Apache-2.0
#include "base/chunked_vector.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/hash_index.h"

namespace pushmask::base {
namespace {

TEST(ChunkedVector, ElementsKeepTheirPlace) {
  ChunkedVector<std::string> values;
  values.push_back("first");
  const std::string* first = &values[0];
  for (int i = 1; i < 1000; ++i) EXPECT_EQ(values.push_back(std::to_string(i)), i);
  EXPECT_EQ(&values[0], first);
  for (std::size_t i = 1; i < 1000; ++i) EXPECT_EQ(values[i], std::to_string(i));
  EXPECT_EQ(values.size(), 1000);
}

TEST(ChunkedVector, WhatWasAppendedTogetherLiesTogether) {
  ChunkedVector<std::uint32_t> values;
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  for (std::size_t i = 0; i < 3000; ++i) {
    const std::size_t count = i % 100 == 99 ? 40 * i : i % 9;  // also many chunks at once
    const std::size_t growth = values.GrowthFor(2 * count);
    const std::size_t before = values.memory_bytes();
    const std::size_t begin = values.Append(count);
    EXPECT_LE(values.memory_bytes(), before + growth);
    for (std::uint32_t& value : values.Range(begin, count)) {
      ASSERT_EQ(value, 0);
      value = static_cast<std::uint32_t>(i);
    }
    pieces.emplace_back(begin, count);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto [begin, count] = pieces[i];
    for (const std::uint32_t value : values.Range(begin, count)) ASSERT_EQ(value, i);
    if (count > 0) {
      EXPECT_EQ(&values[begin], values.Range(begin, count).data());
    }
  }
}

TEST(HashIndex, GrowsNoMoreThanItSays) {
  HashIndex index;
  for (std::uint32_t number = 0; number < 5000; ++number) {
    const std::size_t bound = index.memory_bytes() + index.GrowthFor(1);
    index.Insert(Mix(number), number);
    EXPECT_LE(index.memory_bytes(), bound);
  }
}

TEST(HashIndex, FindsWhatWasInsertedAndNothingElse) {
  HashIndex index;
  const auto find = [&](std::uint32_t number) {
    // Few distinct hashes, so that most entries collide.
    return index.Find(Mix(number % 7), [&](std::uint32_t known) { return known == number; });
  };
  EXPECT_EQ(find(3), HashIndex::kNone);
  for (std::uint32_t number = 0; number < 500; number += 2) index.Insert(Mix(number % 7), number);
  for (std::uint32_t number = 0; number < 500; ++number) {
    EXPECT_EQ(find(number), number % 2 == 0 ? number : HashIndex::kNone);
  }
  index.Clear();
  EXPECT_EQ(find(2), HashIndex::kNone);
}

}  // namespace
}  // namespace pushmask::base
