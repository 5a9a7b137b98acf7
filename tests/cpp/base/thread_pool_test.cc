// SPDX-License-Identifier: Apache-2.0
#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace pushmask::base {
namespace {

TEST(ThreadPool, ParallelForCallsEachNumberOnce) {
  ThreadPool pool(3);
  for (const std::size_t count : {0, 1, 2, 1000}) {
    std::vector<std::atomic<int>> calls(count);
    pool.ParallelFor(count, [&](std::size_t i) { ++calls[i]; });
    for (const auto& each : calls) EXPECT_EQ(each, 1);
  }
}

TEST(ThreadPool, ParallelForIsSharedWithTheCaller) {
  ThreadPool pool(1);
  std::latch both(2);  // ends only if two threads are inside at once
  pool.ParallelFor(2, [&](std::size_t) { both.arrive_and_wait(); });
}

TEST(ThreadPool, AnExceptionReachesTheCallerAndThePoolLivesOn) {
  ThreadPool pool(3);
  std::atomic<int> calls = 0;
  const auto work = [&](std::size_t i) {
    ++calls;
    if (i == 5) throw std::runtime_error("five");
  };
  EXPECT_THROW(pool.ParallelFor(100, work), std::runtime_error);
  EXPECT_LE(calls, 100);
  calls = 0;
  pool.ParallelFor(5, work);
  EXPECT_EQ(calls, 5);
}

TEST(ThreadPool, WorkersMayUseThePoolThemselves) {
  ThreadPool pool(2);
  std::atomic<int> calls = 0;
  pool.ParallelFor(8, [&](std::size_t) { pool.ParallelFor(8, [&](std::size_t) { ++calls; }); });
  EXPECT_EQ(calls, 64);
}

TEST(ThreadPool, ManyThreadsMayCallAtOnce) {
  ThreadPool pool(2);
  std::atomic<int> calls = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) pool.ParallelFor(10, [&](std::size_t) { ++calls; });
    });
  }
  threads.clear();
  EXPECT_EQ(calls, 8 * 50 * 10);
}

#if !defined(__SANITIZE_THREAD__)  // which does not follow a fork with threads
TEST(ThreadPool, AForkOfTheProcessHasWorkersOfItsOwn) {
  ThreadPool pool(2);
  std::atomic<int> calls = 0;
  pool.ParallelFor(10, [&](std::size_t) { ++calls; });
  const pid_t child = fork();
  if (child == 0) {
    {
      ThreadPool local(1);
      std::latch both(2);
      pool.ParallelFor(2, [&](std::size_t) { both.arrive_and_wait(); });
      local.ParallelFor(10, [&](std::size_t) { ++calls; });
    }
    _exit(calls == 20 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  pool.ParallelFor(10, [&](std::size_t) { ++calls; });
  EXPECT_EQ(calls, 20);
}
#endif

}  // namespace
}  // namespace pushmask::base
