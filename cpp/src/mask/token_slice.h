// SPDX-License-Identifier: Apache-2.0
// TokenSlice: below one node of the trie (the root: all tokens), the tokens made of the bytes of
// one class alone (whitespace, digits, word characters) and the ways out of them. A state that
// loops on a class accepts the class's tokens whole; only what comes after another byte is left to
// walk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/byte_set.h"
#include "mask/token_partition.h"
#include "mask/token_set.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class TokenSlice : public std::enable_shared_from_this<TokenSlice> {
 public:
  TokenSlice(const TokenRange& range, const base::ByteSet& bytes);

  const DensePtr& dense() const { return dense_; }  // null: the tokens are few
  const std::vector<vocab::TokenId>& sparse() const { return sparse_; }
  // The trie nodes whose bytes are at least one of the class's and then `byte`, which is not one.
  std::span<const std::uint32_t> exits(std::uint8_t byte) const {
    return {exits_.data() + begins_[byte], begins_[byte + 1U] - begins_[byte]};
  }
  // Nodes made of the class's bytes below which a large part of the vocabulary goes on with others
  // (a space, before words); and the exits that are not right below one of them.
  const std::vector<std::uint32_t>& large_nodes() const { return large_nodes_; }
  std::span<const std::uint32_t> small_exits(std::uint8_t byte) const {
    return {small_exits_.data() + small_begins_[byte],
            small_begins_[byte + 1U] - small_begins_[byte]};
  }
  // Whether there are such for bytes from `first` to `last`.
  bool HasSmallExits(std::uint8_t first, std::uint8_t last) const {
    return small_begins_[first] != small_begins_[last + 1U];
  }
  const base::ByteSet& bytes() const { return bytes_; }  // the class
  std::uint32_t top() const { return top_; }
  std::size_t memory_bytes() const;

 private:
  base::ByteSet bytes_;
  std::uint32_t top_;
  DensePtr dense_;
  std::vector<vocab::TokenId> sparse_;
  std::vector<std::uint32_t> exits_;            // by byte
  std::array<std::uint32_t, 257> begins_ = {};  // in exits_
  std::vector<std::uint32_t> large_nodes_;
  std::vector<std::uint32_t> small_exits_;            // by byte
  std::array<std::uint32_t, 257> small_begins_ = {};  // in small_exits_
};

}  // namespace pushmask::mask
