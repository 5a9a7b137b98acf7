// SPDX-License-Identifier: Apache-2.0
// Languages of numbers. What a schema says of a number is a formula over its value; here is a
// language for each atom of such a formula, so that the formula's operators are those of languages.
//
// For that to be exact every language but the last few is within one universe, the numbers without
// an exponent, -?(0|[1-9][0-9]*)(\.[0-9]+)?, and holds *all* the spellings there of the values it
// speaks of: 1, 1.0 and 1.00; -0 and 0. "Not" is then the difference from PlainNumbers(), and what
// is empty says that no value is left. Values are exact decimals, as the text spells them: 0.3 is a
// multiple of 0.1, which a validator that computes in binary floating point may deny.
//
// All are rule-free. Sizes are linear in the digits of the numbers given, but for MultipleOf().
// Those with more than 1000 digits, written out, throw LimitError ("max_digits").
#pragma once

#include <string_view>

#include "frontend/json/decimal.h"
#include "frontend/json_schema/formula.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

// --- Within the universe, every spelling of a value.

// The universe.
ir::ExprId PlainNumbers(ir::Builder* builder);

// Numbers that are an integer, whose fraction is zeros, that is; and the others.
ir::ExprId Integers(ir::Builder* builder);
ir::ExprId Fractions(ir::Builder* builder);

// Numbers within the bounds.
ir::ExprId NumberRange(const Bounds& bounds, ir::Builder* builder);

// Multiples of `divisor`, which is positive: zero, and the others of either sign. There are as many
// states at most as the divisor's digits say, read as an integer without the zeros at its end, and
// that again for each digit behind its point; far fewer if that integer has factors of two or five:
// 9 for 1000, 79 for 365, 67 for 0.00390625.
// Throws LimitError ("max_multiple_states") above 10,000: for 65537, not for 65536.
ir::ExprId MultipleOf(const json::Decimal& divisor, ir::Builder* builder);

ir::ExprId NumberValue(const json::Decimal& value, ir::Builder* builder);

// --- Parts of the universe that hold some spellings of a value only.

// Integers without a point.
ir::ExprId IntegerSpellings(ir::Builder* builder);

// What may stand behind the digits of an integer.
enum class IntegerTail : std::uint8_t {
  kNothing,    // 1
  kPointZero,  // 1, 1.0: one zero says it, and a model that may write more of them does not stop
  kZeros,      // 1, 1.0, 1.00 and so on; then this is Integers() within NumberRange()
};

// Integers within the bounds.
ir::ExprId IntegerRange(const Bounds& bounds, IntegerTail tail, ir::Builder* builder);

// One number without more zeros at its end than one behind the point of an integer. If it takes too
// many digits: as `number` spells it.
ir::ExprId NumberLiteral(std::string_view number, ir::Builder* builder);

// --- With exponents.

// All numbers of RFC 8259, section 6.
ir::ExprId AnyNumber(ir::Builder* builder);

// Numbers with an exponent that are within the bounds for their sign alone: if the bounds are a
// half line from zero or beyond, all numbers of its sign, and zero if it is within; else nothing.
// Beside NumberRange() they are the spellings that can be had without looking at exponents.
ir::ExprId ExponentNumbers(const Bounds& bounds, ir::Builder* builder);

// False if no number (if `integers`: no integer) lies within the bounds.
bool HasNumbers(const Bounds& bounds, bool integers);

}  // namespace pushmask::frontend::json_schema
