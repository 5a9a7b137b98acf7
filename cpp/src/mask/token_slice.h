// SPDX-License-Identifier: Apache-2.0
// TokenSlice: below one node of the trie (the root: all tokens), the tokens made of the bytes of
// one class alone (whitespace, digits, word characters) and the ways out of them. A state that
// loops on a class accepts the class's tokens whole; only what comes after another byte is left to
// walk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_set.h"
#include "mask/token_partition.h"
#include "mask/token_set.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class TokenSlice {
 public:
  TokenSlice(const TokenRange& range, const base::ByteSet& bytes);

  const DensePtr& dense() const { return dense_; }  // null: the tokens are few
  const std::vector<vocab::TokenId>& sparse() const { return sparse_; }
  // The trie nodes whose bytes are at least one of the class's and then `byte`, which is not one.
  std::span<const std::uint32_t> exits(std::uint8_t byte) const {
    return {exits_.data() + begins_[byte], begins_[byte + 1U] - begins_[byte]};
  }
  std::size_t memory_bytes() const;

 private:
  DensePtr dense_;
  std::vector<vocab::TokenId> sparse_;
  std::vector<std::uint32_t> exits_;            // by byte
  std::array<std::uint32_t, 257> begins_ = {};  // in exits_
};

}  // namespace pushmask::mask
