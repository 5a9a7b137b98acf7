// SPDX-License-Identifier: Apache-2.0
// The expressions of a grammar that are a regular language with a bound on its length: they become
// rules that count units (characters, say) in their register while they read bytes.
//
//     "[a-z]+(-[a-z]+)*" of at most 255 characters: the automaton of the pattern, and a number
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "automaton/lengths.h"
#include "automaton/thompson.h"
#include "ir/grammar.h"

namespace pushmask::pda {

struct BoundedLanguage {
  // Of the non-empty strings, of any length: the very automaton that a rule without the bound has.
  std::shared_ptr<const automaton::MeasuredDfa> measured = {};
  ir::ExprId language = {};
  std::uint32_t max = 0;  // units
  bool is_nullable = false;
};

class LengthBounds {
 public:
  // All must outlive it; `cache` may be null.
  LengthBounds(const ir::Grammar& grammar, automaton::ExprCompiler* compiler,
               automaton::DfaCache* cache)
      : grammar_(grammar), compiler_(*compiler), cache_(cache) {}

  // Null if `expr` is none of these, or better lowered as what it is. Remembered. Throws LimitError
  // if the language itself takes too many states.
  const BoundedLanguage* Find(ir::ExprId expr);

 private:
  // `language` & (`before` unit{0,max} `after`)
  struct Form {
    ir::ExprId language = {};
    std::string before = {};
    ir::ExprId unit = {};
    std::uint32_t max = 0;
    std::string after = {};
  };
  std::optional<Form> FindForm(const ir::Expr& intersection) const;
  std::optional<BoundedLanguage> Measure(const Form& form);
  bool AppendKey(const Form& form, std::string* key) const;

  const ir::Grammar& grammar_;
  automaton::ExprCompiler& compiler_;
  automaton::DfaCache* cache_;
  std::unordered_map<ir::ExprId, std::optional<BoundedLanguage>> known_;
};

}  // namespace pushmask::pda
