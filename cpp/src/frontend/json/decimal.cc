// SPDX-License-Identifier: Apache-2.0
#include "frontend/json/decimal.h"

#include <algorithm>

namespace pushmask::frontend::json {
namespace {

constexpr std::int64_t kMaxExponent = 1'000'000'000'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads "e+12"; the result is clamped so that sums with lengths cannot overflow.
std::int64_t ParseExponent(std::string_view text) {
  std::size_t i = 1;
  const bool negative = text[i] == '-';
  if (text[i] == '-' || text[i] == '+') ++i;
  std::int64_t value = 0;
  for (; i < text.size() && value < kMaxExponent; ++i) value = value * 10 + (text[i] - '0');
  value = std::min(value, kMaxExponent);
  return negative ? -value : value;
}

std::strong_ordering CompareMagnitudes(const Decimal& a, const Decimal& b) {
  if (a.is_zero() || b.is_zero()) return !a.is_zero() <=> !b.is_zero();
  if (a.exponent != b.exponent) return a.exponent <=> b.exponent;
  return a.digits.compare(b.digits) <=> 0;  // a proper prefix is smaller: no trailing zeros
}

}  // namespace

Decimal Decimal::Parse(std::string_view number) {
  Decimal out;
  std::size_t i = 0;
  if (number[i] == '-') {
    out.negative = true;
    ++i;
  }
  for (; i < number.size() && IsDigit(number[i]); ++i) {
    out.digits.push_back(number[i]);
    ++out.exponent;
  }
  if (i < number.size() && number[i] == '.') {
    for (++i; i < number.size() && IsDigit(number[i]); ++i) out.digits.push_back(number[i]);
  }
  if (i < number.size()) out.exponent += ParseExponent(number.substr(i));
  const std::size_t first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  out.digits.erase(0, first);
  out.exponent -= static_cast<std::int64_t>(first);
  return out;
}

Decimal Decimal::Negated() const {
  Decimal out = *this;
  out.negative = !negative && !is_zero();
  return out;
}

std::uint64_t Decimal::PlainLength() const {
  const auto size = static_cast<std::int64_t>(digits.size());
  if (exponent <= 0) return static_cast<std::uint64_t>(1 - exponent + size);
  return static_cast<std::uint64_t>(std::max(exponent, size));
}

std::string Decimal::IntegerDigits() const {
  if (exponent <= 0) return "0";
  const auto length = static_cast<std::size_t>(exponent);
  std::string out = digits.substr(0, length);
  out.resize(length, '0');
  return out;
}

std::string Decimal::FractionDigits() const {
  if (is_integer()) return {};
  if (exponent >= 0) return digits.substr(static_cast<std::size_t>(exponent));
  return std::string(static_cast<std::size_t>(-exponent), '0') + digits;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative != other.negative) return other.negative <=> negative;
  return negative ? CompareMagnitudes(other, *this) : CompareMagnitudes(*this, other);
}

}  // namespace pushmask::frontend::json
