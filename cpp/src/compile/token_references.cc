// SPDX-License-Identifier: Apache-2.0
#include "compile/token_references.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "ir/ebnf_text.h"
#include "pushmask/error.h"
#include "pushmask/token_mask.h"

namespace pushmask::compile {
namespace {

using ir::TokenSet;
using vocab::TokenId;
using vocab::TokenTable;

// Finds tokens by their texts.
class Names {
 public:
  Names(const ir::Grammar& grammar, const TokenTable& vocabulary) : vocabulary_(vocabulary) {
    for (const TokenSet& set : grammar.token_sets()) {
      for (const TokenSet::Item& item : set.items) tokens_[item.text];
    }
    for (std::size_t i = 0; i < vocabulary.num_tokens(); ++i) {
      const auto id = static_cast<TokenId>(i);
      const auto named = tokens_.find(vocabulary.bytes(id));
      if (named != tokens_.end()) named->second.push_back(id);
    }
  }

  // Special tokens with the text or, if there is none, all tokens with it.
  std::vector<TokenId> Find(const std::string& text) const {
    const std::vector<TokenId>& found = tokens_.at(text);
    std::vector<TokenId> special;
    std::copy_if(found.begin(), found.end(), std::back_inserter(special),
                 [this](TokenId id) { return !vocabulary_.IsOrdinary(id); });
    return special.empty() ? found : special;
  }

 private:
  const TokenTable& vocabulary_;
  std::unordered_map<std::string_view, std::vector<TokenId>> tokens_;
};

std::vector<TokenId> TokensOf(const TokenSet::Item& item, const Names& names,
                              const TokenTable& vocabulary) {
  std::vector<TokenId> ids;
  if (!item.text.empty()) {
    ids = names.Find(item.text);
  } else if (item.ids.second < vocabulary.num_tokens()) {
    for (std::uint32_t id = item.ids.first; id <= item.ids.second; ++id) {
      ids.push_back(static_cast<TokenId>(id));
    }
  }
  const auto fail = [&item](const std::string& message, const std::string& hint) {
    Diagnostic diagnostic = item.place;
    diagnostic.message = message;
    diagnostic.hint = hint;
    throw GrammarError(std::move(diagnostic));
  };
  if (ids.empty() && !item.text.empty()) {
    fail("the vocabulary has no token '" + item.text + "'",
         "a token is named by its whole text, brackets included");
  }
  if (ids.empty()) {
    fail("the vocabulary has no token " + std::to_string(item.ids.second),
         "its tokens are 0 to " + std::to_string(vocabulary.num_tokens() - 1));
  }
  return ids;
}

// The tokens of a set, ascending.
std::vector<TokenId> Resolve(const TokenSet& set, const Names& names,
                             const TokenTable& vocabulary) {
  std::vector<bool> is_named(vocabulary.num_tokens());
  for (const TokenSet::Item& item : set.items) {
    for (const TokenId id : TokensOf(item, names, vocabulary)) {
      is_named[static_cast<std::size_t>(id)] = true;
      if (set.is_negated || !vocabulary.IsStop(id)) continue;
      Diagnostic diagnostic = item.place;
      diagnostic.message = "the token " + std::to_string(id) + " is a stop token";
      diagnostic.hint = "stop tokens are allowed where the whole text may end";
      throw GrammarError(std::move(diagnostic));
    }
  }
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < is_named.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    const bool may_be = !vocabulary.bytes(id).empty() && !vocabulary.IsStop(id);
    if (set.is_negated ? may_be && !is_named[i] : is_named[i]) tokens.push_back(id);
  }
  return tokens;
}

}  // namespace

TokenReferences::TokenReferences(const ir::Grammar& grammar, const TokenTable& vocabulary) {
  if (grammar.token_sets().empty()) return;
  const Names names(grammar, vocabulary);
  std::uint32_t number = 0;
  for (const TokenSet& set : grammar.token_sets()) {
    sets_.push_back({ir::SpellingOfTokenSet(number++), ir::TokenSetText(set),
                     mask::MakeDense(Resolve(set, names, vocabulary), vocabulary.size())});
  }
}

bool TokenReferences::Has(std::size_t set, TokenId token) const {
  const auto index = static_cast<std::size_t>(token);
  const auto word = static_cast<std::uint32_t>(sets_[set].tokens->words[index / kTokensPerWord]);
  return (word >> (index % kTokensPerWord) & 1U) != 0;
}

}  // namespace pushmask::compile
