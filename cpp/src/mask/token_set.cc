// SPDX-License-Identifier: Apache-2.0
#include "mask/token_set.h"

#include <bit>

#include "pushmask/token_mask.h"

namespace pushmask::mask {

DensePtr MakeDense(std::span<const vocab::TokenId> tokens, std::size_t vocabulary_size) {
  auto dense = std::make_shared<DenseTokens>();
  dense->words.resize(NumMaskWords(vocabulary_size));
  dense->count = tokens.size();
  for (const vocab::TokenId token : tokens) {
    AllowToken(dense->words, static_cast<std::size_t>(token));
  }
  return dense;
}

DensePtr MakeUnion(const DenseTokens& a, const DenseTokens& b) {
  auto out = std::make_shared<DenseTokens>();
  out->words.resize(a.words.size());
  for (std::size_t i = 0; i < a.words.size(); ++i) {
    const auto word =
        static_cast<std::uint32_t>(a.words[i]) | static_cast<std::uint32_t>(b.words[i]);
    out->words[i] = static_cast<std::int32_t>(word);
    out->count += static_cast<std::size_t>(std::popcount(word));
  }
  return out;
}

}  // namespace pushmask::mask
