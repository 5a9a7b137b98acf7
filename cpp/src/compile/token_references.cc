// SPDX-License-Identifier: Apache-2.0
#include "compile/token_references.h"

#include <algorithm>
#include <set>
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
  Names(const ir::Grammar& grammar, const TokenTable& vocabulary) {
    for (const auto* const ids : {&vocabulary.special_tokens(), &vocabulary.stop_tokens()}) {
      for (const TokenId id : *ids) {
        if (static_cast<std::size_t>(id) >= vocabulary.num_tokens()) continue;
        std::vector<TokenId>& found = special_[vocabulary.bytes(id)];
        if (std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
      }
    }
    for (const TokenSet& set : grammar.token_sets()) {
      for (const TokenSet::Item& item : set.items) {
        if (!item.text.empty() && !special_.contains(item.text)) others_[item.text];
      }
    }
    if (others_.empty()) return;
    for (std::size_t i = 0; i < vocabulary.num_tokens(); ++i) {
      const auto id = static_cast<TokenId>(i);
      const auto named = others_.find(vocabulary.bytes(id));
      if (named != others_.end()) named->second.push_back(id);
    }
  }

  // Special tokens with the text or, if there is none, all tokens with it.
  const std::vector<TokenId>& Find(const std::string& text) const {
    const auto found = special_.find(text);
    return found != special_.end() ? found->second : others_.at(text);
  }

 private:
  std::unordered_map<std::string_view, std::vector<TokenId>> special_;
  std::unordered_map<std::string_view, std::vector<TokenId>> others_;  // that the grammar names
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

TokenReferences::TokenReferences(const ir::Grammar& grammar, const TokenTable& vocabulary,
                                 const ir::SpecialTexts& special_texts) {
  if (grammar.token_sets().empty() && grammar.marks().empty()) return;
  const Names names(grammar, vocabulary);
  std::uint32_t number = 0;
  for (const TokenSet& set : grammar.token_sets()) {
    sets_.push_back({ir::SpellingOfTokenSet(number++), ir::TokenSetText(set),
                     mask::MakeDense(Resolve(set, names, vocabulary), vocabulary.size())});
  }
  std::set<std::uint32_t> in_marks;
  for (const ir::ExprId mark : grammar.marks()) {
    for (const auto& place : special_texts.FindIn(grammar.expr(mark).bytes)) {
      in_marks.insert(place.number);
    }
  }
  for (const std::uint32_t text : in_marks) {
    std::vector<TokenId> tokens = names.Find(special_texts.text(text));
    const auto stops = std::partition(tokens.begin(), tokens.end(),
                                      [&](TokenId id) { return !vocabulary.IsStop(id); });
    std::vector<TokenId> stop_tokens(stops, tokens.end());
    tokens.erase(stops, tokens.end());
    sets_.push_back({ir::SpellingOfSpecialText(text),
                     ir::TokenSetText({.items = {{.text = special_texts.text(text)}}}),
                     mask::MakeDense(tokens, vocabulary.size()), std::move(stop_tokens)});
  }
}

bool TokenReferences::Has(std::size_t set, TokenId token) const {
  const auto index = static_cast<std::size_t>(token);
  const auto word = static_cast<std::uint32_t>(sets_[set].tokens->words[index / kTokensPerWord]);
  return (word >> (index % kTokensPerWord) & 1U) != 0;
}

}  // namespace pushmask::compile
