// SPDX-License-Identifier: Apache-2.0
#include "base/byte_set.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

namespace pushmask::base {
namespace {

std::set<int> Members(const ByteSet& bytes) {
  std::set<int> found;
  int last = -1;
  bytes.ForEach([&](std::uint8_t byte) {
    EXPECT_GT(byte, last);
    last = byte;
    found.insert(byte);
  });
  return found;
}

TEST(ByteSet, HoldsEveryRange) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned last = first; last < 256; ++last) {
      ByteSet bytes;
      bytes.AddRange(static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last));
      ASSERT_EQ(bytes.size(), last - first + 1);
      ASSERT_FALSE(bytes.empty());
      ASSERT_TRUE(bytes.Has(static_cast<std::uint8_t>(first)));
      ASSERT_TRUE(bytes.Has(static_cast<std::uint8_t>(last)));
      ASSERT_FALSE(first > 0 && bytes.Has(static_cast<std::uint8_t>(first - 1)));
      ASSERT_FALSE(last < 255 && bytes.Has(static_cast<std::uint8_t>(last + 1)));
    }
  }
}

TEST(ByteSet, IsASet) {
  ByteSet bytes;
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(bytes.size(), 0);
  bytes.AddRange(60, 70);
  bytes.AddRange(65, 66);
  bytes.AddRange(255, 255);
  EXPECT_EQ(Members(bytes), (std::set<int>{60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 255}));
  ByteSet others;
  others.AddRange(0, 63);
  others.AddRange(66, 254);
  EXPECT_EQ(Members(bytes.Without(others)), (std::set<int>{64, 65, 255}));
  EXPECT_TRUE(bytes.Without(bytes).empty());
  EXPECT_EQ(bytes.Without(ByteSet()), bytes);
}

TEST(ByteSet, EqualSetsHashAlike) {
  ByteSet one;
  one.AddRange(10, 20);
  ByteSet other;
  other.AddRange(16, 20);
  EXPECT_NE(one, other);
  other.AddRange(10, 15);
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.Hash(), other.Hash());
  EXPECT_NE(one.Hash(), ByteSet().Hash());
}

}  // namespace
}  // namespace pushmask::base
