// SPDX-License-Identifier: Apache-2.0
// The layout of a token mask: int32 words, bit i % 32 of word i / 32 (least significant first),
// 1 = allowed. vLLM, SGLang and XGrammar share it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pushmask {

inline constexpr std::size_t kTokensPerWord = 32;

constexpr std::size_t NumMaskWords(std::size_t vocabulary_size) {
  return (vocabulary_size + kTokensPerWord - 1) / kTokensPerWord;
}

inline void AllowToken(std::span<std::int32_t> mask, std::size_t token) {
  auto& word = mask[token / kTokensPerWord];
  word = static_cast<std::int32_t>(static_cast<std::uint32_t>(word) |
                                   (std::uint32_t{1} << (token % kTokensPerWord)));
}

inline bool IsTokenAllowed(std::span<const std::int32_t> mask, std::size_t token) {
  const auto word = static_cast<std::uint32_t>(mask[token / kTokensPerWord]);
  return ((word >> (token % kTokensPerWord)) & 1U) != 0;
}

// Mask rows one after another.
struct MaskRows {
  std::span<std::int32_t> words;
  std::size_t num_rows = 0;

  std::size_t words_per_row() const { return num_rows == 0 ? 0 : words.size() / num_rows; }
  std::span<std::int32_t> row(std::size_t i) const {
    return words.subspan(i * words_per_row(), words_per_row());
  }
};

}  // namespace pushmask
