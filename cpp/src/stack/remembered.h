// SPDX-License-Identifier: Apache-2.0
// What is remembered about a configuration: its mask row and where its tokens lead.
//
// Most configurations are left by one token only, so the first transition lies in the record
// itself, packed into one word with its token. Further ones lie in a small hash table of such words
// (open addressing, linear probing). A table that is full is copied into one of twice the size;
// readers may still be in the old one, so it stays, and is counted.
//
// Threads: reads take no lock; a word is published once. Changes need the owner's lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/chunked_vector.h"
#include "base/ids.h"

namespace pushmask::stack {

using ConfigurationId = base::Id<struct ConfigurationTag>;

struct Remembered {
  static constexpr std::uint32_t kNone = 0xffffffffU;

  std::atomic<std::uint64_t> first = 0;     // transition; 0: none; published once
  std::atomic<std::uint32_t> more = kNone;  // the table of the others, in TransitionTables
  std::atomic<std::uint32_t> row = kNone;   // published once
};

class TransitionTables {
 public:
  std::optional<ConfigurationId> Find(const Remembered& from, std::int32_t token) const {
    const std::uint64_t first = from.first.load(std::memory_order_acquire);
    if (IsOf(first, token)) return Target(first);
    return FindMore(from, token);
  }

  // The caller holds the owner's lock for all below.
  // Adds a transition that is not there.
  void Add(Remembered* from, std::int32_t token, ConfigurationId next);
  // At least what memory_bytes() grows by in Add.
  std::size_t GrowthForOneMore(const Remembered& from) const;
  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return words_.memory_bytes(); }

 private:
  using Word = std::atomic<std::uint64_t>;

  // A transition as one word, never 0: the token, and the target plus 1.
  static std::uint64_t Pack(std::int32_t token, ConfigurationId next) {
    return (std::uint64_t{static_cast<std::uint32_t>(token)} << 32) | (next.value + 1);
  }
  static bool IsOf(std::uint64_t word, std::int32_t token) {
    return word != 0 && static_cast<std::uint32_t>(word >> 32) == static_cast<std::uint32_t>(token);
  }
  static ConfigurationId Target(std::uint64_t word) {
    return ConfigurationId(static_cast<std::uint32_t>(word) - std::size_t{1});
  }

  // A table's first word: how many transitions are in it, and the logarithm of its capacity.
  static int LogCapacity(std::uint64_t header) { return static_cast<int>(header & 0xffU); }
  static std::size_t Count(std::uint64_t header) { return header >> 8; }

  std::optional<ConfigurationId> FindMore(const Remembered& from, std::int32_t token) const;
  // The index of a table with room for one more than `from` has now; a new one holds a copy.
  std::uint32_t TableWithRoom(const Remembered& from);
  static void Place(Word* table, std::uint64_t word);

  base::ChunkedVector<Word> words_;  // appended to under: the owner's lock
  std::size_t size_ = 0;             // guarded by: the owner's lock
};

}  // namespace pushmask::stack
