// SPDX-License-Identifier: Apache-2.0
// ThreadPool: a fixed number of workers over a queue. Work that is still queued when the pool is
// destroyed is dropped; what runs is waited for.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pushmask::base {

class ThreadPool {
 public:
  explicit ThreadPool(std::size_t num_threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // `work` must not throw. It may submit more work.
  void Submit(std::function<void()> work);

 private:
  void Run();

  std::mutex mu_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;  // guarded by: mu_
  bool stopping_ = false;                    // guarded by: mu_
  std::vector<std::thread> threads_;
};

}  // namespace pushmask::base
