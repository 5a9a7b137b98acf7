// SPDX-License-Identifier: Apache-2.0
// ChunkedVector: an append-only array whose elements never move. Appending needs outside
// synchronisation; reading an element needs none once its index has been published to the reader
// through a lock or an atomic.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

namespace pushmask::base {

template <typename T>
class ChunkedVector {
 public:
  ChunkedVector() = default;
  ChunkedVector(const ChunkedVector&) = delete;
  ChunkedVector& operator=(const ChunkedVector&) = delete;
  ~ChunkedVector() {
    for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
  }

  std::size_t size() const { return size_.load(std::memory_order_acquire); }

  T& operator[](std::size_t index) const {
    const auto [chunk, offset] = Locate(index);
    return chunks_[chunk].load(std::memory_order_acquire)[offset];
  }

  // Appends and returns the new element's index.
  std::size_t push_back(T value) {
    const std::size_t index = size_.load(std::memory_order_relaxed);
    const auto [chunk, offset] = Locate(index);
    if (offset == 0) {
      chunks_[chunk].store(new T[kFirst << chunk](), std::memory_order_release);
    }
    chunks_[chunk].load(std::memory_order_relaxed)[offset] = std::move(value);
    size_.store(index + 1, std::memory_order_release);
    return index;
  }

 private:
  static constexpr std::size_t kFirst =
      64;  // elements in chunk 0; each next chunk is twice as long

  static std::pair<std::size_t, std::size_t> Locate(std::size_t index) {
    const std::size_t shifted = index + kFirst;
    const auto chunk = static_cast<std::size_t>(std::bit_width(shifted) - std::bit_width(kFirst));
    return {chunk, shifted - (kFirst << chunk)};
  }

  std::array<std::atomic<T*>, 40> chunks_ = {};  // published once, each
  std::atomic<std::size_t> size_ = 0;
};

}  // namespace pushmask::base
