// SPDX-License-Identifier: Apache-2.0
#include "mask/row_table.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {

RowTable::RowTable(std::size_t vocabulary_size, std::size_t max_bytes)
    : vocabulary_size_(vocabulary_size), max_bytes_(max_bytes) {}

bool RowTable::AllowsAll(std::span<const std::int32_t> words) const {
  const std::size_t full = vocabulary_size_ / kTokensPerWord;
  if (!std::all_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(full),
                   [](std::int32_t word) { return word == -1; })) {
    return false;
  }
  for (std::size_t token = full * kTokensPerWord; token < vocabulary_size_; ++token) {
    if (!IsTokenAllowed(words, token)) return false;
  }
  return true;
}

std::optional<RowId> RowTable::Intern(std::span<const std::int32_t> words) {
  std::uint64_t hash = words.size();
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const std::uint64_t pair = (std::uint64_t{static_cast<std::uint32_t>(words[i])} << 32) |
                               static_cast<std::uint32_t>(words[i + 1]);
    hash = base::Combine(hash, pair);
  }
  if (words.size() % 2 == 1) hash = base::Combine(hash, static_cast<std::uint32_t>(words.back()));
  const std::lock_guard lock(mu_);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    const auto& known = rows_[it->second].words;
    if (std::equal(known.begin(), known.end(), words.begin(), words.end())) return it->second;
  }
  if (memory_bytes() > max_bytes_) return std::nullopt;
  Row row{{words.begin(), words.end()}, AllowsAll(words)};
  const auto id = static_cast<RowId>(rows_.push_back(std::move(row)));
  by_hash_.emplace(hash, id);
  return id;
}

std::size_t RowTable::memory_bytes() const {
  return rows_.size() * (NumMaskWords(vocabulary_size_) * sizeof(std::int32_t) + 64);
}

}  // namespace pushmask::mask
