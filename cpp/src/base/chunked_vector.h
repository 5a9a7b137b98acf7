// SPDX-License-Identifier: Apache-2.0
// ChunkedVector: an append-only array whose elements never move. Appending needs outside
// synchronisation; reading an element needs none once its index has been published to the reader
// through a lock or an atomic.
//
// Elements lie in chunks of about a kilobyte, so that many small arrays waste little and a large
// one grows without a jump. The directory of the chunks is replaced when it is full; readers may
// still be in earlier ones, so these stay (together they are smaller than the last).
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace pushmask::base {

template <typename T>
class ChunkedVector {
 public:
  ChunkedVector() = default;
  ChunkedVector(const ChunkedVector&) = delete;
  ChunkedVector& operator=(const ChunkedVector&) = delete;

  // One past the last index. Append may skip indices; push_back alone does not.
  std::size_t size() const { return size_.load(std::memory_order_acquire); }

  T& operator[](std::size_t index) const {
    return directory_.load(std::memory_order_acquire)[index / kChunk][index % kChunk];
  }
  // Elements that were appended together.
  std::span<T> Range(std::size_t begin, std::size_t count) const {
    return count == 0 ? std::span<T>() : std::span<T>(&(*this)[begin], count);
  }

  // Appends and returns the new element's index.
  std::size_t push_back(T value) {
    const std::size_t index = Append(1);
    (*this)[index] = std::move(value);
    return index;
  }

  // Appends `count` value-initialised elements side by side and returns the first one's index.
  std::size_t Append(std::size_t count) {
    std::size_t begin = size_.load(std::memory_order_relaxed);
    if (begin + count > num_chunks_ * kChunk || (count > 1 && begin % kChunk + count > kChunk)) {
      begin = num_chunks_ * kChunk;
      AddBlock(NumChunks(count));
    }
    size_.store(begin + count, std::memory_order_release);
    return begin;
  }

  std::size_t memory_bytes() const {
    return num_chunks_ * (kChunkBytes + sizeof(blocks_[0])) + directory_bytes_;
  }
  // At least what memory_bytes() grows by if `count` elements are appended. For pieces of several
  // elements, which may skip as many, count twice.
  std::size_t GrowthFor(std::size_t count) const {
    const std::size_t size = size_.load(std::memory_order_relaxed);
    if (size + count <= num_chunks_ * kChunk) return 0;
    const std::size_t more = NumChunks(count) + 1;
    std::size_t bytes = more * (kChunkBytes + sizeof(blocks_[0]));
    if (num_chunks_ + more > capacity_) bytes += 2 * (num_chunks_ + more) * sizeof(T*);
    return bytes;
  }

 private:
  static constexpr std::size_t kChunk = std::bit_floor(std::max<std::size_t>(1024 / sizeof(T), 1));
  static constexpr std::size_t kChunkBytes = kChunk * sizeof(T);

  static constexpr std::size_t NumChunks(std::size_t count) {
    return (count + kChunk - 1) / kChunk;
  }

  void AddBlock(std::size_t chunks) {
    if (num_chunks_ + chunks > capacity_) GrowDirectory(num_chunks_ + chunks);
    T* const block = blocks_.emplace_back(std::make_unique<T[]>(chunks * kChunk)).get();
    for (std::size_t i = 0; i < chunks; ++i) {
      directories_.back()[num_chunks_ + i] = block + i * kChunk;
    }
    num_chunks_ += chunks;
  }

  void GrowDirectory(std::size_t needed) {
    const std::size_t capacity = std::bit_ceil(needed);
    auto directory = std::make_unique<T*[]>(capacity);
    if (num_chunks_ > 0) std::copy_n(directories_.back().get(), num_chunks_, directory.get());
    directories_.push_back(std::move(directory));
    directory_.store(directories_.back().get(), std::memory_order_release);
    directory_bytes_ += capacity * sizeof(T*);
    capacity_ = capacity;
  }

  std::atomic<T**> directory_ = nullptr;  // published once, each; the last of directories_
  std::atomic<std::size_t> size_ = 0;
  std::size_t num_chunks_ = 0;
  std::size_t capacity_ = 0;  // of the directory
  std::size_t directory_bytes_ = 0;
  std::vector<std::unique_ptr<T*[]>> directories_;
  std::vector<std::unique_ptr<T[]>> blocks_;
};

}  // namespace pushmask::base
