// SPDX-License-Identifier: Apache-2.0
// Mask rows, and the table that interns them.
//
// A row is a large shared set (the inside of a string, say) but for some words. So a row costs
// about a kilobyte instead of 16, rows share what is in the caches, and writing one is a copy and a
// few stores. Threads: the table is safe; reads of a row whose id is known take no lock.
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
#include "base/lease.h"
#include "mask/shared_partitions.h"
#include "mask/token_set.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {

using RowId = std::uint32_t;

struct Row {
  struct Patch {
    std::uint32_t word;  // its index
    std::uint32_t bits;  // of it
    friend bool operator==(const Patch&, const Patch&) = default;
  };

  DensePtr base;               // null: no tokens
  std::vector<Patch> patches;  // the words that are not as in base; ascending
  std::size_t count = 0;       // tokens allowed
  bool allows_all = false;

  // Overwrites `mask`. Cost: the mask's bytes, and a store for each patch.
  void WriteTo(std::span<std::int32_t> mask) const;
};

// Tokens as a RowBuilder collects them: a large set but for some tokens, and others in addition.
struct TokenUnion {
  DensePtr dense;                       // may be null
  std::vector<vocab::TokenId> without;  // of `dense`
  std::vector<Row::Patch> added;        // bits of words; they are not in `dense`, or in `without`

  std::size_t memory_bytes() const {  // without what others hold as well
    return without.capacity() * sizeof(vocab::TokenId) + added.capacity() * sizeof(Row::Patch) +
           (dense != nullptr && dense.use_count() == 1
                ? dense->words.capacity() * sizeof(std::int32_t)
                : 0);
  }
};

// What a RowBuilder needs while it runs.
struct RowBuffers {
  struct Word {  // tokens to add to the base's, and to take from them; addition wins
    std::uint32_t add = 0;
    std::uint32_t remove = 0;
  };
  std::vector<Word> words;             // of the mask; only touched ones mean anything
  std::vector<std::uint64_t> touched;  // a bit for each word
  std::vector<vocab::TokenId> without;
  std::vector<Row::Patch> patches;

  std::size_t memory_bytes() const { return words.capacity() * sizeof(Word); }
};

// Collects the tokens of one row.
class RowBuilder {
 public:
  RowBuilder(std::size_t vocabulary_size, SharedPartitions* shared);

  // Adds `tokens` but for `without` (tokens of it).
  void Add(const DensePtr& tokens, std::span<const vocab::TokenId> without = {});
  void Add(std::span<const vocab::TokenId> tokens) {
    for (const vocab::TokenId token : tokens) Touch(WordOf(token)).add |= Bit(token);
  }
  void Add(const TokenUnion& tokens) {
    if (tokens.dense != nullptr) Add(tokens.dense, tokens.without);
    for (const auto& [word, bits] : tokens.added) Touch(word).add |= bits;
  }
  Row Finish();
  // What was added, as it is, to be added to others.
  TokenUnion FinishUnion();

 private:
  static std::uint32_t Bit(vocab::TokenId token) {
    return std::uint32_t{1} << (static_cast<std::size_t>(token) % kTokensPerWord);
  }
  static std::size_t WordOf(vocab::TokenId token) {
    return static_cast<std::size_t>(token) / kTokensPerWord;
  }
  RowBuffers::Word& Touch(std::size_t index) {
    std::uint64_t& touched = buffers_->touched[index / 64];
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    RowBuffers::Word& word = buffers_->words[index];
    if ((touched & bit) == 0) word = {};
    touched |= bit;
    return word;
  }
  // Calls visit(index, word) for the touched words, ascending.
  template <typename Visit>
  void ForEachTouched(Visit visit) const;
  // The words that differ from the base's go to buffers_->patches. Returns the number of tokens.
  std::size_t FindPatches();
  DensePtr MakeDense(std::size_t count) const;

  const std::size_t vocabulary_size_;
  SharedPartitions* shared_;
  base::Lease<RowBuffers> buffers_;
  DensePtr base_;
  std::uint64_t base_hash_ = 0;  // of the sets that base_ is the union of
  bool made_base_ = false;       // base_ is a union that nobody keeps
};

class RowTable {
 public:
  explicit RowTable(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // The id of `*row`, which is moved from; or nullopt, and `*row` as it was, if it is new and the
  // budget is used up.
  std::optional<RowId> Intern(Row* row);
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
