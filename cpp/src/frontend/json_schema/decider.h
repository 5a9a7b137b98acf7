// SPDX-License-Identifier: Apache-2.0
// What can be said about formulas without lowering them. Answers are one-sided: "yes" is certain,
// "no" may mean that finding out costs too much. They keep cases from multiplying (solver.h); what
// is missed here costs work, never exactness.
#pragma once

#include <string_view>
#include <unordered_map>

#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/number_languages.h"
#include "frontend/json_schema/projection.h"
#include "frontend/json_schema/string_languages.h"

namespace pushmask::frontend::json_schema {

class Decider {
 public:
  Decider(FormulaStore* store, Projection* projection, StringLanguages* strings,
          NumberLanguages* numbers)
      : store_(*store), projection_(*projection), strings_(*strings), numbers_(*numbers) {}

  bool IsSurelyEmpty(FormulaId id);
  bool SurelyImplies(FormulaId a, FormulaId b) { return IsSurelyEmpty(store_.All({a, ~b})); }
  // For one type; `projected` is the projection on it.
  bool IsSurelyEmpty(FormulaId projected, TypeSet type);

  // Exact: whether the string `name` matches.
  bool NameMatches(FormulaId id, std::string_view name);
  // What `properties` (kProperties) asks of the value of a member called `name`.
  FormulaId ValueIn(FormulaId properties, std::string_view name);

  FormulaStore& store() { return store_; }

 private:
  using Names = std::unordered_map<std::string_view, std::size_t>;
  // The child for a declared name, or npos.
  std::size_t FindDeclared(FormulaId properties, std::string_view name);

  FormulaStore& store_;
  Projection& projection_;
  StringLanguages& strings_;
  NumberLanguages& numbers_;
  std::unordered_map<FormulaId, bool> empty_;
  std::unordered_map<FormulaId, Names> declared_;  // of large kProperties
  int depth_ = 0;
  std::size_t effort_ = 0;
  std::size_t total_effort_ = 0;
};

}  // namespace pushmask::frontend::json_schema
