// SPDX-License-Identifier: Apache-2.0
#include "stack/remembered.h"

namespace pushmask::stack {
namespace {

constexpr int kMinLogCapacity = 2;

// Where the search for a token begins (Knuth's multiplicative hashing).
std::size_t Slot(std::uint32_t token, int log_capacity) {
  return (token * 0x9e3779b1U) >> (32 - log_capacity);
}

// At most three quarters of a table are used, so that a search ends soon.
bool IsFull(std::size_t count, int log_capacity) {
  return 4 * (count + 1) > 3 * (std::size_t{1} << log_capacity);
}

}  // namespace

std::optional<ConfigurationId> TransitionTables::FindMore(const Remembered& from,
                                                          std::int32_t token) const {
  const std::uint32_t more = from.more.load(std::memory_order_acquire);
  if (more == Remembered::kNone) return std::nullopt;
  const Word* const table = &words_[more];
  const int log_capacity = LogCapacity(table[0].load(std::memory_order_relaxed));
  const std::size_t mask = (std::size_t{1} << log_capacity) - 1;
  for (std::size_t i = Slot(static_cast<std::uint32_t>(token), log_capacity);; i = (i + 1) & mask) {
    const std::uint64_t word = table[1 + i].load(std::memory_order_acquire);
    if (word == 0) return std::nullopt;
    if (IsOf(word, token)) return Target(word);
  }
}

void TransitionTables::Add(Remembered* from, std::int32_t token, ConfigurationId next) {
  const std::uint64_t word = Pack(token, next);
  if (from->first.load(std::memory_order_relaxed) == 0) {
    from->first.store(word, std::memory_order_release);
  } else {
    const std::uint32_t index = TableWithRoom(*from);
    Place(&words_[index], word);
    from->more.store(index, std::memory_order_release);
  }
  ++size_;
}

std::size_t TransitionTables::GrowthForOneMore(const Remembered& from) const {
  if (from.first.load(std::memory_order_relaxed) == 0) return 0;
  const std::uint32_t more = from.more.load(std::memory_order_relaxed);
  int log_capacity = kMinLogCapacity;
  if (more != Remembered::kNone) {
    const std::uint64_t header = words_[more].load(std::memory_order_relaxed);
    if (!IsFull(Count(header), LogCapacity(header))) return 0;
    log_capacity = LogCapacity(header) + 1;
  }
  return words_.GrowthFor(2 * ((std::size_t{1} << log_capacity) + 1));
}

std::uint32_t TransitionTables::TableWithRoom(const Remembered& from) {
  const std::uint32_t old = from.more.load(std::memory_order_relaxed);
  const bool any = old != Remembered::kNone;
  const std::uint64_t header = any ? words_[old].load(std::memory_order_relaxed) : 0;
  if (any && !IsFull(Count(header), LogCapacity(header))) return old;
  const int log_capacity = any ? LogCapacity(header) + 1 : kMinLogCapacity;
  const std::size_t index = words_.Append((std::size_t{1} << log_capacity) + 1);
  Word* const table = &words_[index];
  table[0].store(static_cast<std::uint64_t>(log_capacity), std::memory_order_relaxed);
  for (std::size_t i = 0; any && i < std::size_t{1} << LogCapacity(header); ++i) {
    const std::uint64_t word = words_[old + 1 + i].load(std::memory_order_relaxed);
    if (word != 0) Place(table, word);
  }
  return static_cast<std::uint32_t>(index);
}

void TransitionTables::Place(Word* table, std::uint64_t word) {
  const std::uint64_t header = table[0].load(std::memory_order_relaxed);
  const int log_capacity = LogCapacity(header);
  const std::size_t mask = (std::size_t{1} << log_capacity) - 1;
  std::size_t i = Slot(static_cast<std::uint32_t>(word >> 32), log_capacity);
  while (table[1 + i].load(std::memory_order_relaxed) != 0) i = (i + 1) & mask;
  table[1 + i].store(word, std::memory_order_release);
  table[0].store(header + (std::uint64_t{1} << 8), std::memory_order_relaxed);
}

}  // namespace pushmask::stack
