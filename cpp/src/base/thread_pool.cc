// SPDX-License-Identifier: Apache-2.0
#include "base/thread_pool.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace pushmask::base {
namespace {

// One ParallelFor. Workers that come to it late find nothing left to claim and do not touch `work`,
// which may be gone by then.
class Job {
 public:
  Job(std::size_t count, const std::function<void(std::size_t)>* work)
      : count_(count), work_(work) {}

  // Claims calls until there are none left.
  void Run() {
    std::size_t num_done = 0;
    for (std::size_t i = next_.fetch_add(1); i < count_; i = next_.fetch_add(1)) {
      Call(i);
      ++num_done;
    }
    if (num_done == 0) return;
    const std::lock_guard lock(mu_);
    num_done_ += num_done;
    if (num_done_ == count_) all_done_.notify_all();
  }

  void Wait() {
    std::unique_lock lock(mu_);
    all_done_.wait(lock, [this] { return num_done_ == count_; });
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

 private:
  void Call(std::size_t i) {
    if (failed_.load(std::memory_order_relaxed)) return;
    try {
      (*work_)(i);
    } catch (...) {
      failed_.store(true, std::memory_order_relaxed);
      const std::lock_guard lock(mu_);
      if (error_ == nullptr) error_ = std::current_exception();
    }
  }

  const std::size_t count_;
  const std::function<void(std::size_t)>* const work_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mu_;
  std::condition_variable all_done_;
  std::size_t num_done_ = 0;  // guarded by: mu_
  std::exception_ptr error_;  // guarded by: mu_
};

}  // namespace

struct ThreadPool::Workers {
  explicit Workers(std::size_t num_threads) : process(getpid()) {
    try {
      for (std::size_t i = 0; i < num_threads; ++i) threads.emplace_back([this] { Run(); });
    } catch (const std::system_error&) {
      // As many as the system gives; a caller of ParallelFor is one more.
    }
  }
  ~Workers() {
    {
      const std::lock_guard lock(mu);
      stopping = true;
      queue.clear();
    }
    wake.notify_all();
    for (std::thread& thread : threads) thread.join();
  }

  void Run() {
    for (;;) {
      std::function<void()> work;
      {
        std::unique_lock lock(mu);
        wake.wait(lock, [this] { return stopping || !queue.empty(); });
        if (stopping) return;
        work = std::move(queue.front());
        queue.pop_front();
      }
      work();
    }
  }

  const pid_t process;
  std::mutex mu;
  std::condition_variable wake;
  std::deque<std::function<void()>> queue;  // guarded by: mu
  bool stopping = false;                    // guarded by: mu
  std::vector<std::thread> threads;
};

ThreadPool::~ThreadPool() {
  const Workers* workers = workers_.load();
  // Threads of another process cannot be joined; their memory is left as it is.
  if (workers != nullptr && workers->process == getpid()) delete workers;
}

ThreadPool::Workers& ThreadPool::workers() {
  Workers* known = workers_.load();
  while (known == nullptr || known->process != getpid()) {
    auto made = std::make_unique<Workers>(num_threads_);
    if (workers_.compare_exchange_strong(known, made.get())) return *made.release();
  }
  return *known;
}

void ThreadPool::Submit(std::function<void()> work) {
  Workers& to = workers();
  {
    const std::lock_guard lock(to.mu);
    if (to.stopping) return;
    to.queue.push_back(std::move(work));
  }
  to.wake.notify_one();
}

void ThreadPool::ParallelFor(std::size_t count, const std::function<void(std::size_t)>& work) {
  if (count == 0) return;
  const auto job = std::make_shared<Job>(count, &work);
  for (std::size_t i = 0; i < std::min(num_threads_, count - 1); ++i) {
    Submit([job] { job->Run(); });
  }
  job->Run();
  job->Wait();
}

}  // namespace pushmask::base
