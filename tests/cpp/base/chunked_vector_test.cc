// SPDX-License-Identifier: Apache-2.0
#include "base/chunked_vector.h"

#include <gtest/gtest.h>

#include <string>

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
