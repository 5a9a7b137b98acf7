// SPDX-License-Identifier: Apache-2.0
#include "vocab/token_table.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/token_bytes.h"
#include "pushmask/error.h"

namespace pushmask::vocab {
namespace {

std::vector<TokenId> SortedIds(std::vector<TokenId> ids, std::size_t size, const char* kind) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const TokenId id : ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= size) {
      throw VocabularyError(std::string(kind) + " token id " + std::to_string(id) +
                            " is outside the vocabulary of " + std::to_string(size) + " tokens");
    }
  }
  return ids;
}

}  // namespace

TokenTable::TokenTable(std::vector<std::string> tokens, std::vector<TokenId> stop_tokens,
                       std::vector<TokenId> special_tokens, std::size_t size)
    : tokens_(std::move(tokens)), size_(size) {
  if (tokens_.empty()) throw VocabularyError("the vocabulary has no tokens");
  if (size_ < tokens_.size()) {
    throw VocabularyError("size " + std::to_string(size_) + " is smaller than the " +
                          std::to_string(tokens_.size()) + " tokens given");
  }
  constexpr std::size_t kMaxSize = std::numeric_limits<TokenId>::max() / 2;
  if (size_ > kMaxSize) {
    throw VocabularyError("size " + std::to_string(size_) + " is larger than " +
                          std::to_string(kMaxSize));
  }
  constexpr std::size_t kMaxTokenBytes = std::size_t{1} << 20;  // the trie's depths have 23 bits
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].size() <= kMaxTokenBytes) continue;
    throw VocabularyError("token " + std::to_string(i) + " has " +
                          std::to_string(tokens_[i].size()) + " bytes, more than " +
                          std::to_string(kMaxTokenBytes));
  }
  if (stop_tokens.empty()) {
    throw VocabularyError("no stop token was given: a text could never end");
  }
  stop_tokens_ = SortedIds(std::move(stop_tokens), size_, "stop");
  special_tokens_ = SortedIds(std::move(special_tokens), size_, "special");
  is_ordinary_.resize(tokens_.size());
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    is_ordinary_[i] = !tokens_[i].empty() && !base::HasTokenByte(tokens_[i]);
  }
  for (const auto* const ids : {&stop_tokens_, &special_tokens_}) {
    for (const TokenId id : *ids) {
      if (static_cast<std::size_t>(id) < tokens_.size()) {
        is_ordinary_[static_cast<std::size_t>(id)] = false;
      }
    }
  }
  std::vector<TokenTrie::Entry> entries;
  entries.reserve(tokens_.size());
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if (IsOrdinary(id)) entries.emplace_back(tokens_[i], id);
  }
  trie_ = TokenTrie(std::move(entries));
}

bool TokenTable::IsStop(TokenId id) const {
  return std::binary_search(stop_tokens_.begin(), stop_tokens_.end(), id);
}

}  // namespace pushmask::vocab
