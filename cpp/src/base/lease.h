// SPDX-License-Identifier: Apache-2.0
// Lease<T>: a buffer object that the thread keeps from use to use, so that short operations
// allocate nothing. While all of the thread's are taken (nested use), a new one is made.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace pushmask::base {

// T is default-constructible and has memory_bytes(), the capacity it holds.
template <typename T>
class Lease {
 public:
  Lease() {
    auto& free = Free();
    if (free.empty()) {
      object_ = std::make_unique<T>();
    } else {
      object_ = std::move(free.back());
      free.pop_back();
    }
  }
  ~Lease() {
    // One that a hard grammar has blown up is not worth keeping.
    constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
    if (object_->memory_bytes() <= kMaxBytes) Free().push_back(std::move(object_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  T* operator->() const { return object_.get(); }
  T& operator*() const { return *object_; }

 private:
  static std::vector<std::unique_ptr<T>>& Free() {
    thread_local std::vector<std::unique_ptr<T>> free;
    return free;
  }
  std::unique_ptr<T> object_;
};

}  // namespace pushmask::base
