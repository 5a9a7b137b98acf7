// SPDX-License-Identifier: Apache-2.0
#include "mask/row_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/hash.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {
namespace {

// Rows that differ in more words from the shared set have a mask of their own: it costs as much as
// copying half a mask to store them.
constexpr std::size_t kMaxPatches = 320;

std::uint64_t HashPointer(const void* pointer) {
  return base::Mix(reinterpret_cast<std::uintptr_t>(pointer));
}

// A sum, so that the processor works on several patches at once.
std::uint64_t Hash(std::uint64_t base_hash, std::span<const Row::Patch> patches) {
  std::uint64_t hash = base_hash;
  for (const auto& [word, bits] : patches) {
    hash += base::Mix((std::uint64_t{word} << 32) | bits);
  }
  return base::Mix(hash);
}

bool Has(const DensePtr& tokens, vocab::TokenId token) {
  return tokens != nullptr && IsTokenAllowed(tokens->words, static_cast<std::size_t>(token));
}

bool Equal(const Row& a, const Row& b) { return a.base == b.base && a.patches == b.patches; }

// Begins to load the patches, which are wanted after a long copy.
void Prefetch([[maybe_unused]] std::span<const Row::Patch> patches) {
#if defined(__GNUC__)
  constexpr std::size_t kPerCacheLine = 64 / sizeof(Row::Patch);
  for (std::size_t i = 0; i < patches.size(); i += kPerCacheLine) __builtin_prefetch(&patches[i]);
#endif
}

void Write(std::span<const Row::Patch> patches, std::span<std::int32_t> mask) {
  for (const auto& [word, bits] : patches) mask[word] = static_cast<std::int32_t>(bits);
}

}  // namespace

void Row::WriteTo(std::span<std::int32_t> mask) const {
  Prefetch(patches);
  if (base != nullptr) {
    std::memcpy(mask.data(), base->words.data(), mask.size_bytes());
  } else {
    std::memset(mask.data(), 0, mask.size_bytes());
  }
  Write(patches, mask);
}

RowBuilder::RowBuilder(std::size_t vocabulary_size, SharedPartitions* shared)
    : vocabulary_size_(vocabulary_size), shared_(shared) {
  const std::size_t num_words = NumMaskWords(vocabulary_size);
  if (buffers_->words.size() < num_words) buffers_->words.resize(num_words);
  buffers_->touched.assign((num_words + 63) / 64, 0);
  buffers_->without.clear();
  buffers_->patches.clear();
}

void RowBuilder::Add(const DensePtr& tokens, std::span<const vocab::TokenId> without) {
  auto& missing = buffers_->without;
  if (base_ == nullptr) {
    base_ = tokens;
    base_hash_ = HashPointer(tokens.get());
    missing.assign(without.begin(), without.end());
    return;
  }
  const auto is_missing = [&](vocab::TokenId token) {
    return std::find(without.begin(), without.end(), token) != without.end();
  };
  // What one part misses and the other has is not missing.
  std::erase_if(missing, [&](vocab::TokenId t) { return Has(tokens, t) && !is_missing(t); });
  if (base_ == tokens) return;
  // Neither has the other's `without`, so the union does not either.
  for (const vocab::TokenId token : without) {
    if (!Has(base_, token)) missing.push_back(token);
  }
  base_ = shared_->Union(base_, tokens);
  base_hash_ += HashPointer(tokens.get());
  made_base_ = !base_->is_shared.load(std::memory_order_relaxed);
}

Row RowBuilder::Finish() {
  Row row;
  row.count = FindPatches();
  row.allows_all = row.count == vocabulary_size_;
  const auto& patches = buffers_->patches;
  if (patches.size() > kMaxPatches || made_base_) {
    row.base = MakeDense(row.count);
  } else {
    row.base = std::move(base_);
    row.patches.assign(patches.begin(), patches.end());
  }
  return row;
}

template <typename Visit>
void RowBuilder::ForEachTouched(Visit visit) const {
  for (std::size_t i = 0; i < buffers_->touched.size(); ++i) {
    for (std::uint64_t left = buffers_->touched[i]; left != 0; left &= left - 1) {
      const std::size_t index = i * 64 + static_cast<std::size_t>(std::countr_zero(left));
      visit(static_cast<std::uint32_t>(index), buffers_->words[index]);
    }
  }
}

std::size_t RowBuilder::FindPatches() {
  for (const vocab::TokenId token : buffers_->without) Touch(WordOf(token)).remove |= Bit(token);
  buffers_->patches.clear();
  std::size_t count = base_ != nullptr ? base_->count : 0;
  ForEachTouched([&](std::uint32_t index, RowBuffers::Word word) {
    const auto old = base_ != nullptr ? static_cast<std::uint32_t>(base_->words[index]) : 0U;
    const std::uint32_t bits = (old & ~word.remove) | word.add;
    if (bits == old) return;
    buffers_->patches.push_back({index, bits});
    // Mostly one bit or two: cheaper than counting without an instruction for it.
    for (std::uint32_t changed = bits ^ old; changed != 0; changed &= changed - 1) {
      (bits & changed & (~changed + 1)) != 0 ? ++count : --count;
    }
  });
  return count;
}

TokenUnion RowBuilder::FinishUnion() {
  TokenUnion out;
  for (const vocab::TokenId token : buffers_->without) Touch(WordOf(token)).remove |= Bit(token);
  ForEachTouched([&](std::uint32_t index, RowBuffers::Word word) {
    const auto old = base_ != nullptr ? static_cast<std::uint32_t>(base_->words[index]) : 0U;
    const std::uint32_t bits = word.add & (~old | word.remove);
    if (bits != 0) buffers_->patches.push_back({index, bits});
  });
  out.without = buffers_->without;
  out.added.assign(buffers_->patches.begin(), buffers_->patches.end());
  out.dense = std::move(base_);
  return out;
}

DensePtr RowBuilder::MakeDense(std::size_t count) const {
  std::vector<std::int32_t> words;
  if (base_ != nullptr) {
    words = base_->words;
  } else {
    words.resize(NumMaskWords(vocabulary_size_));
  }
  Write(buffers_->patches, words);
  return shared_->Intern(std::move(words), count, Hash(base_hash_, buffers_->patches));
}

std::optional<RowId> RowTable::Intern(Row* row) {
  const std::uint64_t hash = Hash(HashPointer(row->base.get()), row->patches);
  const std::lock_guard lock(mu_);
  const std::uint32_t known =
      index_.Find(hash, [&](std::uint32_t number) { return Equal(rows_[number], *row); });
  if (known != base::HashIndex::kNone) return known;
  constexpr std::size_t kIndexBytes = 16;  // a slot, at most half of them used
  std::size_t bytes = sizeof(Row) + kIndexBytes + row->patches.size() * sizeof(Row::Patch);
  // A set that no vocabulary keeps lives as long as its rows.
  if (row->base != nullptr && !row->base->is_shared.load(std::memory_order_relaxed)) {
    bytes += row->base->words.size() * sizeof(std::int32_t);
  }
  if (bytes_ + bytes > max_bytes_) return std::nullopt;
  bytes_ += bytes;
  const auto id = static_cast<RowId>(rows_.push_back(std::move(*row)));
  index_.Insert(hash, id);
  return id;
}

std::size_t RowTable::memory_bytes() const {
  const std::lock_guard lock(mu_);
  return bytes_;
}

}  // namespace pushmask::mask
