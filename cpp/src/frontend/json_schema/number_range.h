// SPDX-License-Identifier: Apache-2.0
// Numbers between two bounds, as expressions over their digits. Bounds are exact decimals of any
// size. Sizes are linear in the digits of the bounds.
#pragma once

#include "frontend/json_schema/conjunction.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

// False if no number (if `integers`: no integer) lies within the bounds.
bool HasNumbers(const Bounds& bounds, bool integers);

// Integers within the bounds, spelled -?(0|[1-9][0-9]*)(\.0+)?: 1.0 is an integer. Requires
// HasNumbers(bounds, true). Throws LimitError ("max_digits") for a bound of too many digits.
ir::ExprId IntegerRange(const Bounds& bounds, ir::Builder* builder);

// Numbers within the bounds, in RFC 8259's spelling. A half line that ends at zero or nowhere keeps
// the exponent; elsewhere numbers are spelled without one. Requires HasNumbers(bounds, false).
ir::ExprId NumberRange(const Bounds& bounds, ir::Builder* builder);

// The spellings of one number that differ only in trailing zeros after the point.
ir::ExprId NumberLiteral(std::string_view number, ir::Builder* builder);

}  // namespace pushmask::frontend::json_schema
