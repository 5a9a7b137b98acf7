// SPDX-License-Identifier: Apache-2.0
#include "mask/row_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/hash.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {
namespace {

// Longer lists of single tokens become a mask of the row's own: setting bit after bit would take
// longer than copying it.
constexpr std::size_t kMaxSingles = 160;

void Forbid(std::span<std::int32_t> mask, vocab::TokenId token) {
  const auto index = static_cast<std::size_t>(token);
  auto& word = mask[index / kTokensPerWord];
  word = static_cast<std::int32_t>(static_cast<std::uint32_t>(word) &
                                   ~(std::uint32_t{1} << (index % kTokensPerWord)));
}

bool Has(const DensePtr& tokens, vocab::TokenId token) {
  return tokens != nullptr && IsTokenAllowed(tokens->words, static_cast<std::size_t>(token));
}

void SortUnique(std::vector<vocab::TokenId>* tokens) {
  std::sort(tokens->begin(), tokens->end());
  tokens->erase(std::unique(tokens->begin(), tokens->end()), tokens->end());
}

bool Equal(const Row& a, const Row& b) {
  return a.base == b.base && a.without == b.without && a.also == b.also;
}

std::uint64_t Hash(const Row& row) {
  std::uint64_t hash = base::Mix(reinterpret_cast<std::uintptr_t>(row.base.get()));
  for (const auto& tokens : {std::span(row.without), std::span(row.also)}) {
    for (const vocab::TokenId token : tokens) {
      hash = base::Combine(hash, static_cast<std::uint32_t>(token));
    }
  }
  return hash;
}

}  // namespace

void Row::WriteTo(std::span<std::int32_t> mask) const {
  if (base != nullptr) {
    std::memcpy(mask.data(), base->words.data(), mask.size_bytes());
  } else {
    std::memset(mask.data(), 0, mask.size_bytes());
  }
  for (const vocab::TokenId token : without) Forbid(mask, token);
  for (const vocab::TokenId token : also) AllowToken(mask, static_cast<std::size_t>(token));
}

void RowBuilder::Add(const DensePtr& tokens, std::span<const vocab::TokenId> without) {
  if (base_ == nullptr) {
    base_ = tokens;
    without_.assign(without.begin(), without.end());
    return;
  }
  const auto is_missing = [&](vocab::TokenId token) {
    return std::find(without.begin(), without.end(), token) != without.end();
  };
  // What one part misses and the other has is not missing.
  std::erase_if(without_, [&](vocab::TokenId t) { return Has(tokens, t) && !is_missing(t); });
  if (base_ == tokens) return;
  // Neither has the other's `without`, so the union does not either.
  for (const vocab::TokenId token : without) {
    if (!Has(base_, token)) without_.push_back(token);
  }
  base_ = shared_->Union(base_, tokens);
  made_base_ = !base_->is_shared.load(std::memory_order_relaxed);
}

Row RowBuilder::Finish() {
  SortUnique(&without_);
  std::erase_if(also_, [&](vocab::TokenId token) {
    if (!Has(base_, token)) return false;
    const auto missing = std::lower_bound(without_.begin(), without_.end(), token);
    if (missing != without_.end() && *missing == token) without_.erase(missing);
    return true;
  });
  if (also_.size() <= kMaxSingles) SortUnique(&also_);
  if (without_.size() + also_.size() > kMaxSingles || made_base_) return FinishDense();
  Row row{std::move(base_), std::move(without_), std::move(also_)};
  row.count = (row.base != nullptr ? row.base->count : 0) - row.without.size() + row.also.size();
  row.allows_all = row.count == vocabulary_size_;
  return row;
}

Row RowBuilder::FinishDense() {
  std::vector<std::int32_t> words(NumMaskWords(vocabulary_size_));
  Row row;
  std::uint64_t hash = 0;  // of what is changed, in any order
  if (base_ != nullptr) {
    words = base_->words;
    row.count = base_->count;
    hash = reinterpret_cast<std::uintptr_t>(base_.get());
  }
  for (const vocab::TokenId token : without_) {
    Forbid(words, token);
    hash += base::Mix(~std::uint64_t{static_cast<std::uint32_t>(token)});
  }
  row.count -= without_.size();
  for (const vocab::TokenId token : also_) {
    if (IsTokenAllowed(words, static_cast<std::size_t>(token))) continue;  // a repetition
    AllowToken(words, static_cast<std::size_t>(token));
    hash += base::Mix(static_cast<std::uint32_t>(token));
    ++row.count;
  }
  row.base = shared_->Intern(std::move(words), row.count, base::Mix(hash));
  row.allows_all = row.count == vocabulary_size_;
  return row;
}

std::optional<RowId> RowTable::Intern(const Row& row) {
  const std::uint64_t hash = Hash(row);
  const std::lock_guard lock(mu_);
  const std::uint32_t known =
      index_.Find(hash, [&](std::uint32_t number) { return Equal(rows_[number], row); });
  if (known != base::HashIndex::kNone) return known;
  constexpr std::size_t kIndexBytes = 16;  // a slot, at most half of them used
  std::size_t bytes =
      sizeof(Row) + kIndexBytes + (row.without.size() + row.also.size()) * sizeof(vocab::TokenId);
  // A set that no vocabulary keeps lives as long as its rows.
  if (row.base != nullptr && !row.base->is_shared.load(std::memory_order_relaxed)) {
    bytes += row.base->words.size() * sizeof(std::int32_t);
  }
  if (bytes_ + bytes > max_bytes_) return std::nullopt;
  bytes_ += bytes;
  const auto id = static_cast<RowId>(rows_.push_back(row));
  index_.Insert(hash, id);
  return id;
}

std::size_t RowTable::memory_bytes() const {
  const std::lock_guard lock(mu_);
  return bytes_;
}

}  // namespace pushmask::mask
