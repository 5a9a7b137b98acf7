// SPDX-License-Identifier: Apache-2.0
// Automata over the spellings of numbers, from a judge that reads a number digit by digit. The
// judge knows the arithmetic; how JSON spells a number without an exponent (RFC 8259, section 6) is
// said here once: no superfluous zero in front, a digit at least on either side of the point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "frontend/json/decimal.h"
#include "ir/automaton.h"

namespace pushmask::frontend::json_schema {

// Digits that a number of a schema may have when it is written out. Doubles need at most 309 + 324.
inline constexpr std::uint64_t kMaxDigits = 1000;

// Throws LimitError ("max_digits") if writing `number` out takes more than kMaxDigits.
void CheckDigits(const json::Decimal& number);

// What a judge remembers of the digits so far. Equal states must judge the rest alike; the fewer
// there are, the smaller the automaton.
struct DigitState {
  std::uint64_t value = 0;
  std::uint32_t position = 0;
  friend bool operator==(const DigitState&, const DigitState&) = default;
};

class DigitJudge {
 public:
  virtual ~DigitJudge() = default;
  // Before the first digit.
  virtual DigitState Start(bool negative) const = 0;
  // After one more digit (0 to 9) of the integer part.
  virtual DigitState Integer(DigitState state, std::uint32_t digit) const = 0;
  // After the whole integer part, whether or not a point follows. Absent: no number goes on so.
  virtual std::optional<DigitState> Point(DigitState state) const = 0;
  // After one more digit of the fraction.
  virtual std::optional<DigitState> Fraction(DigitState state, std::uint32_t digit) const = 0;
  // Whether the number may end here, after Point() or Fraction().
  virtual bool Accepts(DigitState state) const = 0;
};

enum class PointUse : std::uint8_t { kAllowed, kNever };

// The spellings -?(0|[1-9][0-9]*)(\.[0-9]+)? that `judge` accepts. Absent if that takes a look at
// more than `max_states` states.
std::optional<ir::Automaton> JudgedNumbers(const DigitJudge& judge, PointUse point,
                                           std::size_t max_states);

}  // namespace pushmask::frontend::json_schema
