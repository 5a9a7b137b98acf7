// SPDX-License-Identifier: Apache-2.0
// History: the steps of one sequence, shared by its forks. Steps lie in chunks of a linked list;
// a copy holds the same last chunk, so a fork costs one reference whatever its length. A chunk is
// written only by a history that is its one owner; a history that shares its last chunk begins a
// chunk of its own, which says how many of the steps before it belong to it.
//
// Threads: one at a time for each history; histories that share chunks may be used at once.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "stack/configuration_table.h"
#include "vocab/token_table.h"

namespace pushmask::match {

// Where a sequence is after one step. Configurations never change, so this is all there is to it.
struct Step {
  stack::ConfigurationId configuration = {};
  bool stopped = false;    // a stop token was accepted
  bool own_table = false;  // the configuration is in the matcher's own table (matcher_state.h)
};

// What one step took.
struct Piece {
  vocab::TokenId token = -1;                           // or else
  std::shared_ptr<const std::string> bytes = nullptr;  // these
};

template <typename Item>
class HistoryOf {
 public:
  explicit HistoryOf(Item start) : start_(start), last_(std::move(start)) {}
  HistoryOf(const HistoryOf& other)
      : start_(other.start_), last_(other.last_), size_(other.size_), tail_(other.tail_) {
    if (tail_ != nullptr) tail_->refs.fetch_add(1, std::memory_order_relaxed);
  }
  HistoryOf& operator=(const HistoryOf&) = delete;
  ~HistoryOf() { Release(tail_); }

  const Item& last() const { return last_; }
  std::size_t size() const { return size_; }  // steps after the start

  // O(1).
  void Append(Item step) {
    if (tail_ == nullptr || size_ - tail_->begin == kChunkSteps ||
        tail_->refs.load(std::memory_order_acquire) != 1) {
      tail_ = new Chunk{1, size_, tail_, {}};
    }
    tail_->steps[size_ - tail_->begin] = step;
    last_ = std::move(step);
    ++size_;
  }

  // All steps after the start, in order. O(size()).
  std::vector<Item> All() const {
    std::vector<Item> items(size_);
    std::size_t end = size_;
    for (const Chunk* chunk = tail_; end > 0; chunk = chunk->before) {
      for (; end > chunk->begin; --end) items[end - 1] = chunk->steps[end - 1 - chunk->begin];
    }
    return items;
  }

  // Drops the last `num_steps`, at most size(). O(1) for a few; a long way back costs one hop per
  // chunk.
  void Drop(std::size_t num_steps) {
    size_ -= num_steps;
    while (tail_ != nullptr && tail_->begin >= size_) {
      Chunk* const before = tail_->before;
      if (before != nullptr) before->refs.fetch_add(1, std::memory_order_relaxed);
      Release(std::exchange(tail_, before));
    }
    last_ = tail_ == nullptr ? start_ : tail_->steps[size_ - 1 - tail_->begin];
  }

 private:
  // With 30 steps a chunk is 264 bytes: small for a fork that takes a few steps, and a rollback of
  // a few tokens stays inside.
  static constexpr std::size_t kChunkSteps = 30;
  struct Chunk {
    std::atomic<std::uint32_t> refs;  // histories and later chunks that hold it
    std::size_t begin;                // steps before steps[0]
    Chunk* before;                    // holds at least those; null if there are none
    std::array<Item, kChunkSteps> steps;
  };

  // A loop: a long history must not take the call stack with it.
  static void Release(Chunk* chunk) {
    while (chunk != nullptr && chunk->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete std::exchange(chunk, chunk->before);
    }
  }

  Item start_;
  Item last_;
  std::size_t size_ = 0;
  Chunk* tail_ = nullptr;  // has the last step; null if there is none
};

using History = HistoryOf<Step>;

}  // namespace pushmask::match
