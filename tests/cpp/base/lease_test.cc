// SPDX-License-Identifier: Apache-2.0
#include "base/lease.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <thread>
#include <vector>

namespace pushmask::base {
namespace {

struct Buffer {
  std::vector<char> bytes;
  std::size_t memory_bytes() const { return bytes.capacity(); }
};

TEST(Lease, GivesTheSameObjectAgain) {
  const Buffer* first = nullptr;
  {
    const Lease<Buffer> lease;
    first = &*lease;
    lease->bytes.resize(100);
  }
  const Lease<Buffer> lease;
  EXPECT_EQ(&*lease, first);
  EXPECT_EQ(lease->bytes.size(), 100);  // who leases it says what it begins with
}

TEST(Lease, NestedLeasesAreDifferentObjects) {
  const Lease<Buffer> outer;
  const Lease<Buffer> inner;
  EXPECT_NE(&*outer, &*inner);
}

TEST(Lease, WhatHasGrownTooLargeIsNotKept) {
  struct Large : Buffer {};
  {
    Lease<Large>()->bytes.resize(std::size_t{2} << 20);
  }
  EXPECT_EQ(Lease<Large>()->bytes.capacity(), 0);
}

TEST(Lease, ThreadsShareNothing) {
  const Lease<Buffer> here;
  here->bytes.assign(1, 'a');
  std::thread([&] {
    const Lease<Buffer> there;
    EXPECT_NE(&*there, &*here);
    there->bytes.assign(1, 'b');
  }).join();
  EXPECT_EQ(here->bytes[0], 'a');
}

}  // namespace
}  // namespace pushmask::base
