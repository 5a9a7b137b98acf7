// SPDX-License-Identifier: Apache-2.0
// ThreadPool: a fixed number of workers over a queue, started by the first work. Work that is still
// queued when the pool is destroyed is dropped; what runs is waited for.
//
// A fork of the process has none of the workers: the pool notices and starts new ones there. What
// was queued before belongs to the parent alone.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace pushmask::base {

class ThreadPool {
 public:
  explicit ThreadPool(std::size_t num_threads) : num_threads_(num_threads) {}
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // `work` must not throw. It may submit more work.
  void Submit(std::function<void()> work);

  // Calls work(i) for every i < `count`, on the workers and on the calling thread, which does all
  // of it where no worker is free. Returns when all calls have; an exception of one of them is
  // thrown then, and calls that had not begun are left out. Any thread, workers too.
  void ParallelFor(std::size_t count, const std::function<void(std::size_t)>& work);

 private:
  struct Workers;

  // This process's workers.
  Workers& workers();

  const std::size_t num_threads_;
  std::atomic<Workers*> workers_ = nullptr;  // owned, unless it is another process's
};

}  // namespace pushmask::base
