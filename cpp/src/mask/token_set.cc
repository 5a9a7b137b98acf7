// SPDX-License-Identifier: Apache-2.0
#include "mask/token_set.h"

#include "base/bits.h"
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
  out->count = base::UniteBits(a.words, b.words, out->words);
  return out;
}

}  // namespace pushmask::mask
