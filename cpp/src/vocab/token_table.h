// SPDX-License-Identifier: Apache-2.0
// TokenTable: what the engine knows of a tokenizer: the bytes of every token, which tokens stop the
// text, which are special, and a trie of the ordinary ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vocab/token_trie.h"

namespace pushmask::vocab {

class TokenTable {
 public:
  // `size` is the width of masks in tokens: at least the number of tokens; the ids past them
  // (padded models) are never allowed. Throws VocabularyError.
  TokenTable(std::vector<std::string> tokens, std::vector<TokenId> stop_tokens,
             std::vector<TokenId> special_tokens, std::size_t size);

  std::size_t size() const { return size_; }
  std::size_t num_tokens() const { return tokens_.size(); }
  std::string_view bytes(TokenId id) const { return tokens_[static_cast<std::size_t>(id)]; }
  const std::vector<TokenId>& stop_tokens() const { return stop_tokens_; }        // sorted
  const std::vector<TokenId>& special_tokens() const { return special_tokens_; }  // sorted
  bool IsStop(TokenId id) const;
  // Tokens that stand for text: not stop, not special, not empty, without bytes that no UTF-8 has
  // (machines read references to tokens by those).
  bool IsOrdinary(TokenId id) const {
    return id >= 0 && static_cast<std::size_t>(id) < tokens_.size() &&
           is_ordinary_[static_cast<std::size_t>(id)];
  }
  const TokenTrie& trie() const { return trie_; }

 private:
  std::vector<std::string> tokens_;
  std::vector<TokenId> stop_tokens_;
  std::vector<TokenId> special_tokens_;
  std::vector<bool> is_ordinary_;
  std::size_t size_;
  TokenTrie trie_;
};

}  // namespace pushmask::vocab
