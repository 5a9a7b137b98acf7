// SPDX-License-Identifier: Apache-2.0
// What tests of masks ask again and again: machines from EBNF, vocabularies of all short strings,
// and token partitions as plain sets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/ebnf/ebnf.h"
#include "mask/token_partition.h"
#include "pda/lower.h"
#include "pushmask/token_mask.h"
#include "text/source_text.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

inline pda::Machine LowerEbnf(const std::string& text) {
  constexpr pda::LowerLimits kLimits{1000, 10'000, 1'000'000, 200'000, 10'000'000};
  return pda::Lower(frontend::ParseEbnf(text::SourceText("test", text), "root"), kLimits, nullptr);
}

// All strings over the alphabet with 1 to `length` bytes.
inline std::vector<std::string> AllStrings(std::string_view alphabet, std::size_t length) {
  std::vector<std::string> out;
  std::vector<std::string> last{""};
  for (std::size_t i = 0; i < length; ++i) {
    std::vector<std::string> next;
    for (const std::string& text : last) {
      for (const char byte : alphabet) next.push_back(text + byte);
    }
    out.insert(out.end(), next.begin(), next.end());
    last = std::move(next);
  }
  return out;
}

// The texts as tokens 0, 1, ...
inline vocab::TokenTrie MakeTrie(const std::vector<std::string>& texts) {
  std::vector<vocab::TokenTrie::Entry> entries;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    entries.emplace_back(texts[i], static_cast<vocab::TokenId>(i));
  }
  return vocab::TokenTrie(std::move(entries));
}

// The root and every node with at least so many nodes below it.
inline std::vector<std::uint32_t> LargeNodes(const vocab::TokenTrie& trie, std::uint32_t at_least) {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < trie.num_nodes(); ++node) {
    if (trie.subtree_end(node) - node > at_least) nodes.push_back(node);
  }
  return nodes;
}

inline std::set<vocab::TokenId> TokensOf(const DenseTokens& dense) {
  std::set<vocab::TokenId> tokens;
  for (std::size_t token = 0; token < dense.words.size() * kTokensPerWord; ++token) {
    if (IsTokenAllowed(dense.words, token)) tokens.insert(static_cast<vocab::TokenId>(token));
  }
  return tokens;
}

inline std::set<vocab::TokenId> Accepted(const TokenPartition& partition) {
  std::set<vocab::TokenId> tokens;
  if (partition.dense != nullptr) tokens = TokensOf(*partition.dense);
  for (const vocab::TokenId token : partition.without) tokens.erase(token);
  tokens.insert(partition.sparse.begin(), partition.sparse.end());
  return tokens;
}

using ResidualSet = std::set<std::pair<std::string, vocab::TokenId>>;

// The residuals of context-dependent tokens: what an accepted token would leave does not matter.
inline ResidualSet ResidualsOf(const TokenPartition& partition) {
  const std::set<vocab::TokenId> accepted = Accepted(partition);
  ResidualSet found;
  const auto add = [&](const Residuals& residuals, auto is_meant) {
    std::string path;
    for (std::uint32_t node = 1; node < residuals.trie.num_nodes(); ++node) {
      path.resize(residuals.trie.depth(node) - 1);
      path.push_back(static_cast<char>(residuals.trie.byte(node)));
      std::uint32_t index = residuals.trie.token_begin(node);
      for (const vocab::TokenId token : residuals.trie.tokens(node)) {
        if (is_meant(index++) && !accepted.contains(token)) found.insert({path, token});
      }
    }
  };
  if (partition.residuals != nullptr) {
    add(*partition.residuals, [&](std::uint32_t index) {
      const auto& rounds = partition.residuals->rounds;
      const auto& exits = partition.residuals->exits;
      if (!rounds.empty()) {
        return partition.min_rounds <= rounds[index] && rounds[index] <= partition.max_rounds;
      }
      return !std::binary_search(partition.dropped.begin(), partition.dropped.end(), exits[index]);
    });
  }
  if (partition.more_residuals != nullptr) {
    add(*partition.more_residuals, [](std::uint32_t) { return true; });
  }
  return found;
}

}  // namespace pushmask::mask
