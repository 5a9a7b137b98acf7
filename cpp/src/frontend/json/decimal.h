// SPDX-License-Identifier: Apache-2.0
// Decimal: the exact value of a JSON number, whatever its spelling. Bounds of a schema may have
// more digits than a double holds, so they are compared and taken apart as digits.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace pushmask::frontend::json {

// ± 0.digits × 10^exponent. Normal form: no leading and no trailing zero in `digits`; zero has no
// digits, exponent 0 and no sign.
struct Decimal {
  bool negative = false;
  std::string digits = {};
  std::int64_t exponent = 0;

  // `number` is well-formed by RFC 8259. Exponents beyond ±10^15 are clamped.
  static Decimal Parse(std::string_view number);

  bool is_zero() const { return digits.empty(); }
  bool is_integer() const { return static_cast<std::int64_t>(digits.size()) <= exponent; }
  Decimal Negated() const;

  // Digits that the number takes when it is written without an exponent, both sides of the point.
  std::uint64_t PlainLength() const;
  // Of the magnitude; for numbers of reasonable PlainLength(). "0" if there is no integer part.
  std::string IntegerDigits() const;
  // Digits after the point, without trailing zeros.
  std::string FractionDigits() const;

  friend bool operator==(const Decimal&, const Decimal&) = default;
  std::strong_ordering operator<=>(const Decimal& other) const;
};

}  // namespace pushmask::frontend::json
