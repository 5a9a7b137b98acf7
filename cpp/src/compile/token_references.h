// SPDX-License-Identifier: Apache-2.0
// The token sets of a grammar, as tokens of one vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ir/grammar.h"
#include "mask/token_set.h"
#include "vocab/token_table.h"

namespace pushmask::compile {

class TokenReferences {
 public:
  // Throws GrammarError, with the place, if a token is not in the vocabulary or is a stop token.
  // Cost: linear in the vocabulary if there are any sets.
  TokenReferences(const ir::Grammar& grammar, const vocab::TokenTable& vocabulary);

  bool empty() const { return sets_.empty(); }
  std::size_t size() const { return sets_.size(); }
  bool Has(std::size_t set, vocab::TokenId token) const;
  const mask::DensePtr& tokens(std::size_t set) const { return sets_[set].tokens; }
  // What the machine reads for each token of the set.
  std::string_view spelling(std::size_t set) const { return sets_[set].spelling; }
  // As EBNF writes it.
  const std::string& name(std::size_t set) const { return sets_[set].name; }

 private:
  struct Set {
    std::string spelling;
    std::string name;
    mask::DensePtr tokens;
  };
  std::vector<Set> sets_;
};

}  // namespace pushmask::compile
