// SPDX-License-Identifier: Apache-2.0
// Multiples of a decimal: a judge that takes remainders digit by digit.
//
// Write the divisor as d * 10^zeros / 10^places with an integer d that is no multiple of ten, and
// zeros or places 0. A multiple, read without its point up to the last of `places` digits of
// fraction, is an integer N, a multiple of d, then `zeros` zeros; more fraction than that is zeros.
//
// With t digits still to come, all that counts of the digits read is their value modulo
// d / gcd(d, 10^t): the twos and fives that are missing are those of the power of ten. In a
// fraction t is known. In the integer part the judge keeps the smallest t that can lead to a
// multiple, and the remainder that belongs to it: smaller t do not tell numbers apart, larger ones
// tell less. So its states are those of the minimal automaton, d at most, 79 for 365 and 417 for
// 4096.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "frontend/json_schema/digit_automaton.h"
#include "frontend/json_schema/numbers.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;
using json::Decimal;

// Minimising so many, with ten transitions each, takes 60 ms.
constexpr std::size_t kMaxMultipleStates = 10'000;
// Ten times a remainder must fit into 64 bits. A longer divisor has more states than allowed.
constexpr std::uint32_t kMaxDivisorDigits = 18;

class MultipleJudge : public DigitJudge {
 public:
  MultipleJudge(std::uint64_t divisor, std::uint32_t zeros, std::uint32_t places)
      : divisor_(divisor), zeros_(zeros), places_(places) {
    // Beyond as many digits as the divisor has, any remainder can lead to a multiple.
    std::uint64_t two = 1;
    std::uint64_t five = 1;
    for (std::uint32_t i = 0; i <= places + kMaxDivisorDigits; ++i) {
      moduli_.push_back(divisor / two / five);
      if (divisor % (two * 2) == 0) two *= 2;
      if (divisor % (five * 5) == 0) five *= 5;
    }
  }

  // In the integer part `position` is the smallest number of digits of it that may make a multiple
  // after those read. Up to `zeros_` of them are the zeros at the end.
  DigitState Start(bool) const override { return {}; }

  DigitState Integer(DigitState state, std::uint32_t digit) const override {
    const std::uint32_t next = state.position == 0 ? 0 : state.position - 1;
    if (zeros_ > 0 && state.position <= zeros_ && digit == 0) return {0, next};
    const std::uint64_t value = state.value * 10 + digit;
    Completion completion(*this, value, std::max(next, zeros_) - zeros_ + places_);
    while (!completion.IsPossible()) completion.AddDigit();
    return {value % moduli_[completion.digits()], completion.digits() + zeros_ - places_};
  }

  // Behind the point `position` is the number of digits to come.
  std::optional<DigitState> Point(DigitState state) const override {
    if (state.position > 0) return std::nullopt;
    return DigitState{state.value, places_};
  }

  std::optional<DigitState> Fraction(DigitState state, std::uint32_t digit) const override {
    if (state.position == 0) return digit == 0 ? std::optional(state) : std::nullopt;
    const std::uint32_t to_come = state.position - 1;
    const std::uint64_t value = state.value * 10 + digit;
    if (!Completion(*this, value, to_come).IsPossible()) return std::nullopt;
    return DigitState{value % moduli_[to_come], to_come};
  }

  bool Accepts(DigitState state) const override { return state.value == 0; }

 private:
  // Whether a multiple of the divisor begins with `value` and has `digits` digits more.
  class Completion {
   public:
    Completion(const MultipleJudge& judge, std::uint64_t value, std::uint32_t digits)
        : divisor_(judge.divisor_), remainder_(value % divisor_), digits_(digits) {
      for (std::uint32_t i = 0; i < digits; ++i) Shift();
    }

    std::uint32_t digits() const { return digits_; }
    void AddDigit() {
      ++digits_;
      Shift();
    }
    bool IsPossible() const {
      return power_ >= divisor_ || (divisor_ - remainder_) % divisor_ < power_;
    }

   private:
    void Shift() {
      if (power_ >= divisor_) return;
      power_ *= 10;
      remainder_ = remainder_ * 10 % divisor_;
    }

    const std::uint64_t divisor_;
    std::uint64_t remainder_;
    std::uint64_t power_ = 1;  // of ten; no further than the divisor
    std::uint32_t digits_;
  };

  const std::uint64_t divisor_;
  const std::uint32_t zeros_;
  const std::uint32_t places_;
  std::vector<std::uint64_t> moduli_;  // by digits to come
};

[[noreturn]] void ThrowTooLarge(const Decimal& divisor) {
  const auto exponent = divisor.exponent - static_cast<std::int64_t>(divisor.digits.size());
  throw LimitError("the multiples of " + divisor.digits +
                       (exponent == 0 ? "" : "e" + std::to_string(exponent)) + " take more than " +
                       std::to_string(kMaxMultipleStates) +
                       " states to tell (limit max_multiple_states)",
                   "max_multiple_states", kMaxMultipleStates, kMaxMultipleStates + 1);
}

}  // namespace

ExprId MultipleOf(const Decimal& divisor, ir::Builder* builder) {
  PUSHMASK_CHECK(!divisor.negative && !divisor.is_zero());
  CheckDigits(divisor);
  if (divisor.digits.size() > kMaxDivisorDigits) ThrowTooLarge(divisor);
  const std::uint64_t digits = std::stoull(divisor.digits);
  const auto exponent = divisor.exponent - static_cast<std::int64_t>(divisor.digits.size());
  const auto zeros = static_cast<std::uint32_t>(std::max<std::int64_t>(exponent, 0));
  const auto places = static_cast<std::uint32_t>(std::max<std::int64_t>(-exponent, 0));
  auto multiples =
      JudgedNumbers(MultipleJudge(digits, zeros, places), PointUse::kAllowed, kMaxMultipleStates);
  if (!multiples) ThrowTooLarge(divisor);
  return builder->Accepted(*std::move(multiples));
}

}  // namespace pushmask::frontend::json_schema
