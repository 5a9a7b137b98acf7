// SPDX-License-Identifier: Apache-2.0
// Mask rows, and the table that interns them.
//
// A row is a large shared set (the inside of a string, say) give or take a few tokens. So a row
// costs some hundred bytes instead of 16 KiB, and writing one is a copy and a few bit operations.
// Threads: the table is safe; reads of a row whose id is known take no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/chunked_vector.h"
#include "base/hash_index.h"
#include "mask/shared_partitions.h"
#include "mask/token_set.h"

namespace pushmask::mask {

using RowId = std::uint32_t;

struct Row {
  DensePtr base;                        // null: no tokens
  std::vector<vocab::TokenId> without;  // of base; sorted
  std::vector<vocab::TokenId> also;     // not in base; sorted
  std::size_t count = 0;                // tokens allowed
  bool allows_all = false;

  // Overwrites `mask`. Cost: the mask's bytes, and one bit per token of `without` and `also`.
  void WriteTo(std::span<std::int32_t> mask) const;
};

// Collects the tokens of one row.
class RowBuilder {
 public:
  explicit RowBuilder(std::size_t vocabulary_size, SharedPartitions* shared)
      : vocabulary_size_(vocabulary_size), shared_(shared) {}

  // Adds `tokens` but for `without` (tokens of it).
  void Add(const DensePtr& tokens, std::span<const vocab::TokenId> without = {});
  void Add(std::span<const vocab::TokenId> tokens) {
    also_.insert(also_.end(), tokens.begin(), tokens.end());
  }
  Row Finish();

 private:
  Row FinishDense();

  const std::size_t vocabulary_size_;
  SharedPartitions* shared_;
  DensePtr base_;
  std::vector<vocab::TokenId> without_;
  std::vector<vocab::TokenId> also_;
};

class RowTable {
 public:
  explicit RowTable(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // The row's id, or nullopt if it is new and the budget is used up.
  std::optional<RowId> Intern(const Row& row);
  const Row& row(RowId id) const { return rows_[id]; }

  std::size_t num_rows() const { return rows_.size(); }
  std::size_t memory_bytes() const;

 private:
  const std::size_t max_bytes_;
  mutable std::mutex mu_;
  base::ChunkedVector<Row> rows_;  // appended to under: mu_
  base::HashIndex index_;          // guarded by: mu_
  std::size_t bytes_ = 0;          // guarded by: mu_
};

}  // namespace pushmask::mask
