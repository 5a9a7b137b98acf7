// SPDX-License-Identifier: Apache-2.0
#include "mask/row_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/hash.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {

void Row::WriteTo(std::span<std::int32_t> mask) const {
  if (base != nullptr) {
    std::memcpy(mask.data(), base->words.data(), mask.size_bytes());
  } else {
    std::memset(mask.data(), 0, mask.size_bytes());
  }
  for (const vocab::TokenId token : also) AllowToken(mask, static_cast<std::size_t>(token));
}

void RowBuilder::Add(const std::shared_ptr<const DenseTokens>& tokens) {
  if (base_ == nullptr) {
    base_ = tokens;
  } else if (base_ != tokens) {
    Merge(tokens->words);
  }
}

void RowBuilder::Merge(std::span<const std::int32_t> words) {
  if (own_ == nullptr) {
    own_ = std::make_shared<DenseTokens>();
    own_->words.resize(NumMaskWords(vocabulary_size_));
    if (base_ != nullptr) own_->words = base_->words;
    base_ = own_;
  }
  for (std::size_t i = 0; i < words.size(); ++i) own_->words[i] |= words[i];
}

Row RowBuilder::Finish() {
  // A long list would cost more to write than to copy.
  if (also_.size() > NumMaskWords(vocabulary_size_)) {
    std::vector<std::int32_t> words(NumMaskWords(vocabulary_size_));
    for (const vocab::TokenId token : also_) AllowToken(words, static_cast<std::size_t>(token));
    Merge(words);
    also_.clear();
  }
  if (own_ != nullptr) {
    own_->count = 0;
    for (const std::int32_t word : own_->words) {
      own_->count += static_cast<std::size_t>(std::popcount(static_cast<std::uint32_t>(word)));
    }
  }
  Row row{std::move(base_), std::move(also_)};
  const std::size_t at_most = (row.base != nullptr ? row.base->count : 0) + row.also.size();
  if (at_most >= vocabulary_size_) {
    std::vector<std::int32_t> words(NumMaskWords(vocabulary_size_));
    row.WriteTo(words);
    std::size_t count = 0;
    for (const std::int32_t word : words) {
      count += static_cast<std::size_t>(std::popcount(static_cast<std::uint32_t>(word)));
    }
    row.allows_all = count == vocabulary_size_;
  }
  return row;
}

std::optional<RowId> RowTable::Intern(const Row& row) {
  std::uint64_t hash = base::Mix(reinterpret_cast<std::uintptr_t>(row.base.get()));
  for (const vocab::TokenId token : row.also) {
    hash = base::Combine(hash, static_cast<std::uint32_t>(token));
  }
  const std::lock_guard lock(mu_);
  const std::uint32_t known = index_.Find(hash, [&](std::uint32_t number) {
    return rows_[number].base == row.base && rows_[number].also == row.also;
  });
  if (known != base::HashIndex::kNone) return known;
  if (bytes_ > max_bytes_) return std::nullopt;
  constexpr std::size_t kIndexBytes = 16;  // a slot, at most half of them used
  bytes_ += sizeof(Row) + row.also.size() * sizeof(vocab::TokenId) + kIndexBytes;
  // A base that nobody shared yet was made for this row.
  if (row.base != nullptr && row.base.use_count() == 1) {
    bytes_ += row.base->words.size() * sizeof(std::int32_t);
  }
  const auto id = static_cast<RowId>(rows_.push_back(row));
  index_.Insert(hash, id);
  return id;
}

std::size_t RowTable::memory_bytes() const {
  const std::lock_guard lock(mu_);
  return bytes_;
}

}  // namespace pushmask::mask
