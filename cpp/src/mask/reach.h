// SPDX-License-Identifier: Apache-2.0
// Reach: what a plain position (of a rule without register) takes of open tokens, whatever the
// stack below it. Open tokens are those whose bytes are read up to some place: all tokens below a
// node of the vocabulary's trie, the residuals of a partition, what comes after a run of spaces.
//
// A reach is what a token partition is, but told in pieces: what its rule calls is looked up in the
// reaches of the called rules, and tokens that leave the rule are open again, in as many groups as
// they came from. So grammars whose rules are chains of calls (expressions) share nearly all of it
// between their positions, and nothing in it is as large as the vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "mask/row_table.h"
#include "mask/token_partition.h"
#include "mask/token_slice.h"

namespace pushmask::mask {

// Exactly one of: tokens below a node of the vocabulary's trie; residuals; what a slice leaves open
// after at least one byte of its class. Whoever makes one keeps alive what it points to.
struct OpenTokens {
  const Residuals* residuals = nullptr;
  // Which of `residuals` are meant, or of those that they were made from. Null: all.
  const TokenPartition* meant = nullptr;
  const TokenSlice* slice = nullptr;
  std::uint32_t node = 0;

  // What tells them apart, but for `meant`.
  const void* source() const {
    return residuals != nullptr ? static_cast<const void*>(residuals) : slice;
  }
};

struct Reach {
  TokenUnion accepted;
  // Of residuals: the accepted ones, in the order of the trie's tokens.
  std::vector<std::uint32_t> indices;
  // Tokens that leave the position's rule, with the bytes that are left then.
  std::vector<OpenTokens> exits;
  std::vector<std::shared_ptr<const void>> keep;  // what `exits` point to, unless a cache does

  std::size_t memory_bytes() const {
    return sizeof(*this) + accepted.memory_bytes() + indices.capacity() * sizeof(std::uint32_t) +
           exits.capacity() * sizeof(OpenTokens) + keep_bytes;
  }
  std::size_t keep_bytes = 0;  // of `keep`
  bool is_given_up = false;    // nothing of the above is known: it would take too long
};

}  // namespace pushmask::mask
