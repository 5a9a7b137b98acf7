// SPDX-License-Identifier: Apache-2.0
// RowTable: interned mask rows. Equal masks are one row with one id; rows never change or move.
// Threads: safe; reads of a row whose id is known take no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/chunked_vector.h"

namespace pushmask::mask {

using RowId = std::uint32_t;

class RowTable {
 public:
  RowTable(std::size_t vocabulary_size, std::size_t max_bytes);

  // The row's id, or nullopt if it is new and the budget is used up.
  std::optional<RowId> Intern(std::span<const std::int32_t> words);
  std::span<const std::int32_t> row(RowId id) const { return rows_[id].words; }
  bool allows_all(RowId id) const { return rows_[id].allows_all; }
  // Whether a row has the bit of every token of the vocabulary.
  bool AllowsAll(std::span<const std::int32_t> words) const;

  std::size_t num_rows() const { return rows_.size(); }
  std::size_t memory_bytes() const;

 private:
  struct Row {
    std::vector<std::int32_t> words;
    bool allows_all = false;
  };
  const std::size_t vocabulary_size_;
  const std::size_t max_bytes_;
  std::mutex mu_;
  base::ChunkedVector<Row> rows_;                              // appended to under: mu_
  std::unordered_multimap<std::uint64_t, RowId> by_hash_;      // guarded by: mu_
};

}  // namespace pushmask::mask
