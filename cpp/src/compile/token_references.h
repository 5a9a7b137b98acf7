// SPDX-License-Identifier: Apache-2.0
// The token sets of a grammar, and the special tokens in its marks, as tokens of one vocabulary.
//
// A stop token ends the text, so a mark can be one only where the text may end behind it; then it
// is allowed there, though the text before it may not be a whole one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ir/grammar.h"
#include "ir/special_texts.h"
#include "mask/token_set.h"
#include "vocab/token_table.h"

namespace pushmask::compile {

class TokenReferences {
 public:
  // `special_texts` are those of the vocabulary. Throws GrammarError, with the place, if a token of
  // a set is not in the vocabulary or is a stop token. Cost: linear in the special tokens if there
  // are any sets or marks, in all tokens if a set names one that is not special.
  TokenReferences(const ir::Grammar& grammar, const vocab::TokenTable& vocabulary,
                  const ir::SpecialTexts& special_texts);

  bool empty() const { return sets_.empty(); }
  std::size_t size() const { return sets_.size(); }
  bool Has(std::size_t set, vocab::TokenId token) const;
  const mask::DensePtr& tokens(std::size_t set) const { return sets_[set].tokens; }
  // Those of them that are stop tokens, which `tokens` leaves out.
  const std::vector<vocab::TokenId>& stop_tokens(std::size_t set) const {
    return sets_[set].stop_tokens;
  }
  // What the machine reads for each token of the set.
  std::string_view spelling(std::size_t set) const { return sets_[set].spelling; }
  // As EBNF writes it.
  const std::string& name(std::size_t set) const { return sets_[set].name; }

 private:
  struct Set {
    std::string spelling;
    std::string name;
    mask::DensePtr tokens;
    std::vector<vocab::TokenId> stop_tokens = {};
  };
  std::vector<Set> sets_;
};

}  // namespace pushmask::compile
