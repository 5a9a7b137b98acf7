// SPDX-License-Identifier: Apache-2.0
// Formulas about numbers as languages of their spellings, and single numbers, looked at directly.
#pragma once

#include <optional>
#include <vector>

#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/site.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

class NumberLanguages {
 public:
  // `fractional_integers`: a value that may be an integer only may be written 1.0.
  NumberLanguages(const FormulaStore& store, ir::Builder* builder, bool fractional_integers)
      : store_(store), builder_(*builder), fractional_integers_(fractional_integers) {}

  // The numbers that match: `integers` and `fractions` are the projections of one formula. Spelled
  // without exponents, unless nothing but the sign is asked of the number.
  ir::ExprId Language(FormulaId integers, FormulaId fractions);

  // The spellings of one number that say it shortly.
  ir::ExprId Literal(const json::Decimal& number);

  // As Language(), each number in one spelling: no exponent, no zeros at the end of a fraction, no
  // negative zero.
  ir::ExprId OneSpelling(FormulaId integers, FormulaId fractions);

  bool Holds(FormulaId id, const json::Decimal& number) const;
  // The numbers themselves, if the formula is plainly about a finite list.
  std::optional<std::vector<json::Decimal>> Listed(FormulaId id) const;
  // True only if no number matches. `type` is kIntegerType or kFractionType.
  bool IsSurelyEmpty(FormulaId id, TypeSet type) const;

  // The tightest bounds, if the formula is a conjunction of kRange atoms.
  std::optional<Bounds> RangeOnly(FormulaId id) const;

 private:
  ir::ExprId Plain(FormulaId id);
  ir::ExprId Atom(const Formula& atom);
  bool AtomHolds(const Formula& atom, const json::Decimal& number) const;

  const FormulaStore& store_;
  ir::Builder& builder_;
  bool fractional_integers_;
};

}  // namespace pushmask::frontend::json_schema
