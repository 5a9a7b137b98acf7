// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/number_range.h"

#include <string>
#include <utility>

#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;
using json::Decimal;

// Digits that a bound may have when written out; doubles need at most 309 + 324 of them.
constexpr std::uint64_t kMaxDigits = 1000;

void CheckDigits(const Decimal& number) {
  const std::uint64_t length = number.PlainLength();
  if (length <= kMaxDigits) return;
  throw LimitError("a numeric bound takes more than " + std::to_string(kMaxDigits) +
                       " digits to write out (limit max_digits)",
                   "max_digits", kMaxDigits, length);
}

// Magnitudes as digit strings without leading zeros.
std::string Incremented(std::string digits) {
  std::size_t i = digits.size();
  while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
  if (i == 0) return "1" + digits;
  ++digits[i - 1];
  return digits;
}

std::string Decremented(std::string digits) {  // not of "0"
  std::size_t i = digits.size();
  while (digits[i - 1] == '0') digits[--i] = '9';
  --digits[i - 1];
  if (digits[0] == '0' && digits.size() > 1) digits.erase(0, 1);
  return digits;
}

bool Less(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

struct Integer {
  bool negative = false;
  std::string digits = "0";
};

// The smallest integer that satisfies a lower bound.
Integer SmallestAbove(const Bound& bound) {
  const Decimal& value = bound.value;
  std::string digits = value.IntegerDigits();
  const bool exact = value.is_integer();
  if (value.negative) {
    if (exact && bound.exclusive) digits = Decremented(std::move(digits));
    return {digits != "0", digits};
  }
  return {false, !exact || bound.exclusive ? Incremented(std::move(digits)) : digits};
}

// x <= v is -x >= -v, so upper bounds are lower bounds of the negated number.
Bound Mirrored(const Bound& bound) { return {bound.value.Negated(), bound.exclusive, bound.at}; }

std::optional<Bound> Mirrored(const std::optional<Bound>& bound) {
  return bound ? std::optional<Bound>(Mirrored(*bound)) : std::nullopt;
}

Integer LargestBelow(const Bound& bound) {
  Integer integer = SmallestAbove(Mirrored(bound));
  integer.negative = !integer.negative && integer.digits != "0";
  return integer;
}

bool LessEqual(const Integer& a, const Integer& b) {
  if (a.negative != b.negative) return a.negative;
  return a.negative ? !Less(a.digits, b.digits) : !Less(b.digits, a.digits);
}

class Digits {
 public:
  explicit Digits(ir::Builder* builder) : b_(*builder) {}

  ExprId Between(char first, char last) {
    if (first > last) return b_.Nothing();
    return b_.Class({{static_cast<char32_t>(first), static_cast<char32_t>(last)}});
  }
  ExprId Any() { return Between('0', '9'); }
  ExprId Exactly(std::size_t count) {
    return b_.Repeat(Any(), static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(count));
  }

  // Digit strings of the same length that are at least / at most `bound`, from its position `i` on.
  ExprId AtLeast(std::string_view bound) {
    if (bound.empty()) return b_.Empty();
    return b_.Choice({b_.Seq({b_.Bytes(bound.substr(0, 1)), AtLeast(bound.substr(1))}),
                      b_.Seq({Above(bound[0]), Exactly(bound.size() - 1)})});
  }
  ExprId AtMost(std::string_view bound) {
    if (bound.empty()) return b_.Empty();
    return b_.Choice({b_.Seq({b_.Bytes(bound.substr(0, 1)), AtMost(bound.substr(1))}),
                      b_.Seq({Below(bound[0]), Exactly(bound.size() - 1)})});
  }
  ExprId SameLength(std::string_view low, std::string_view high) {
    std::size_t same = 0;
    while (same < low.size() && low[same] == high[same]) ++same;
    const ExprId prefix = b_.Bytes(low.substr(0, same));
    if (same == low.size()) return prefix;
    const std::string_view low_rest = low.substr(same + 1);
    const std::string_view high_rest = high.substr(same + 1);
    const ExprId middle =
        Between(static_cast<char>(low[same] + 1), static_cast<char>(high[same] - 1));
    return b_.Seq(
        {prefix, b_.Choice({b_.Seq({b_.Bytes(low.substr(same, 1)), AtLeast(low_rest)}),
                            b_.Seq({middle, Exactly(low_rest.size())}),
                            b_.Seq({b_.Bytes(high.substr(same, 1)), AtMost(high_rest)})})});
  }

  // Integers from `low` to `high` (absent: no bound) without leading zeros.
  ExprId Range(const std::string& low, const std::optional<std::string>& high) {
    if (high && Less(*high, low)) return b_.Nothing();
    if (low == "0") {
      const ExprId zero = b_.Bytes("0");
      if (!high) return b_.Choice({zero, b_.Seq({Between('1', '9'), b_.Star(Any())})});
      return *high == "0" ? zero : b_.Choice({zero, Range("1", high)});
    }
    if (high && high->size() == low.size()) return SameLength(low, *high);
    const auto longer = static_cast<std::uint32_t>(low.size());  // digits after the first
    if (!high) {
      return b_.Choice(
          {AtLeast(low), b_.Seq({Between('1', '9'), b_.Repeat(Any(), longer, ir::kUnbounded)})});
    }
    const auto longest = static_cast<std::uint32_t>(high->size()) - 2;
    std::vector<ExprId> parts{AtLeast(low),
                              SameLength("1" + std::string(high->size() - 1, '0'), *high)};
    if (longest >= longer) {
      parts.push_back(b_.Seq({Between('1', '9'), b_.Repeat(Any(), longer, longest)}));
    }
    return b_.Choice(parts);
  }

 private:
  ExprId Above(char digit) { return Between(static_cast<char>(digit + 1), '9'); }
  ExprId Below(char digit) { return Between('0', static_cast<char>(digit - 1)); }

  ir::Builder& b_;
};

// Non-negative numbers, written with or without a fraction.
class Magnitudes {
 public:
  explicit Magnitudes(ir::Builder* builder) : b_(*builder), digits_(builder) {}

  // Bounds that are negative or absent do not bound from below; a negative upper bound leaves none.
  ExprId Range(const std::optional<Bound>& lower, const std::optional<Bound>& upper) {
    if (upper && (upper->value.negative || (upper->value.is_zero() && upper->exclusive))) {
      return b_.Nothing();
    }
    Bound low = lower && !lower->value.negative ? *lower : Bound{};
    if (upper) {
      const auto order = low.value <=> upper->value;
      if (order > 0 || (order == 0 && (low.exclusive || upper->exclusive))) return b_.Nothing();
    }
    if (low.value.is_zero() && !upper) {
      const ExprId all = Plain();
      return WithExponent(low.exclusive ? b_.Difference(all, Zero()) : all);
    }
    if (upper && upper->value.is_zero()) return WithExponent(Zero());
    CheckDigits(low.value);
    if (upper) CheckDigits(upper->value);
    return Bounded(low, upper);
  }

 private:
  ExprId Zero() { return b_.Seq({b_.Bytes("0"), OnlyZeros()}); }
  ExprId Plain() { return b_.Seq({digits_.Range("0", std::nullopt), AnyFraction()}); }
  ExprId AnyFraction() { return b_.Optional(b_.Seq({b_.Bytes("."), b_.Plus(digits_.Any())})); }
  ExprId OnlyZeros() { return b_.Optional(b_.Seq({b_.Bytes("."), b_.Plus(b_.Bytes("0"))})); }
  ExprId WithExponent(ExprId number) {
    const ExprId sign = b_.Optional(b_.Class({{'+', '+'}, {'-', '-'}}));
    const ExprId e = b_.Class({{'E', 'E'}, {'e', 'e'}});
    return b_.Seq({number, b_.Optional(b_.Seq({e, sign, b_.Plus(digits_.Any())}))});
  }

  // Numbers with the integer part of a bound, numbers with a whole integer part in between.
  ExprId Bounded(const Bound& low, const std::optional<Bound>& high) {
    const std::string low_int = low.value.IntegerDigits();
    const std::string low_fraction = low.value.FractionDigits();
    const bool at_integer = low_fraction.empty() && !low.exclusive;
    const ExprId above = at_integer ? AnyFraction() : FractionAbove(low_fraction, low.exclusive);
    const std::string first_whole = at_integer ? low_int : Incremented(low_int);
    const ExprId from_low = at_integer ? b_.Nothing() : b_.Seq({b_.Bytes(low_int), above});
    if (!high) {
      return b_.Choice(
          {from_low, b_.Seq({digits_.Range(first_whole, std::nullopt), AnyFraction()})});
    }
    const std::string high_int = high->value.IntegerDigits();
    const ExprId below = FractionBelow(high->value.FractionDigits(), high->exclusive);
    if (low_int == high_int) {
      const ExprId fraction = at_integer ? below : b_.Intersect(above, below);
      return b_.Seq({b_.Bytes(low_int), fraction});
    }
    const ExprId whole = high_int == "0" || Less(Decremented(high_int), first_whole)
                             ? b_.Nothing()
                             : digits_.Range(first_whole, Decremented(high_int));
    return b_.Choice(
        {from_low, b_.Seq({whole, AnyFraction()}), b_.Seq({b_.Bytes(high_int), below})});
  }

  // Fractions, the point included, worth at least (more than) 0.`bound`.
  ExprId FractionAbove(const std::string& bound, bool exclusive) {
    return b_.Seq({b_.Bytes("."), TailAbove(bound, exclusive)});
  }
  // What may follow digits that equal those of the bound so far.
  ExprId TailAbove(std::string_view bound, bool exclusive) {
    const ExprId any = b_.Star(digits_.Any());
    if (bound.empty()) {
      if (!exclusive) return any;
      return b_.Seq({b_.Star(b_.Bytes("0")), digits_.Between('1', '9'), any});
    }
    const ExprId greater = digits_.Between(static_cast<char>(bound[0] + 1), '9');
    return b_.Choice({b_.Seq({b_.Bytes(bound.substr(0, 1)), TailAbove(bound.substr(1), exclusive)}),
                      b_.Seq({greater, any})});
  }

  ExprId FractionBelow(const std::string& bound, bool exclusive) {
    if (bound.empty()) return exclusive ? b_.Nothing() : OnlyZeros();
    return b_.Choice({b_.Empty(), b_.Seq({b_.Bytes("."), DigitBelow(bound, exclusive)})});
  }
  ExprId DigitBelow(std::string_view bound, bool exclusive) {
    const ExprId less = digits_.Between('0', static_cast<char>(bound[0] - 1));
    const ExprId equal =
        b_.Seq({b_.Bytes(bound.substr(0, 1)), TailBelow(bound.substr(1), exclusive)});
    return b_.Choice({b_.Seq({less, b_.Star(digits_.Any())}), equal});
  }
  ExprId TailBelow(std::string_view bound, bool exclusive) {
    if (bound.empty()) return exclusive ? b_.Nothing() : b_.Star(b_.Bytes("0"));
    return b_.Choice({b_.Empty(), DigitBelow(bound, exclusive)});
  }

  ir::Builder& b_;
  Digits digits_;
};

ExprId Minus(ExprId magnitude, ir::Builder* builder) {
  return builder->Seq({builder->Bytes("-"), magnitude});
}

// 1.0 is an integer; one zero says it, and a model that may write more of them does not stop.
ExprId ZeroFraction(ir::Builder* builder) { return builder->Optional(builder->Bytes(".0")); }

}  // namespace

bool HasNumbers(const Bounds& bounds, bool integers) {
  if (!bounds.lower || !bounds.upper) return true;
  const auto order = bounds.lower->value <=> bounds.upper->value;
  if (order > 0) return false;
  if (order == 0 && (bounds.lower->exclusive || bounds.upper->exclusive)) return false;
  if (!integers) return true;
  CheckDigits(bounds.lower->value);
  CheckDigits(bounds.upper->value);
  return LessEqual(SmallestAbove(*bounds.lower), LargestBelow(*bounds.upper));
}

ExprId IntegerRange(const Bounds& bounds, ir::Builder* builder) {
  const Integer zero;
  std::optional<Integer> low;
  std::optional<Integer> high;
  if (bounds.lower) {
    CheckDigits(bounds.lower->value);
    low = SmallestAbove(*bounds.lower);
  }
  if (bounds.upper) {
    CheckDigits(bounds.upper->value);
    high = LargestBelow(*bounds.upper);
  }
  Digits digits(builder);
  std::vector<ExprId> signs;
  if (!high || LessEqual(zero, *high)) {
    const bool bounded = low && LessEqual(zero, *low);
    const auto last = high ? std::optional<std::string>(high->digits) : std::nullopt;
    signs.push_back(digits.Range(bounded ? low->digits : "0", last));
  }
  if (!low || LessEqual(*low, zero)) {  // "-0" is a spelling of zero
    const bool bounded = high && LessEqual(*high, zero);
    const auto last = low ? std::optional<std::string>(low->digits) : std::nullopt;
    signs.push_back(Minus(digits.Range(bounded ? high->digits : "0", last), builder));
  }
  return builder->Seq({builder->Choice(signs), ZeroFraction(builder)});
}

ExprId NumberRange(const Bounds& bounds, ir::Builder* builder) {
  Magnitudes magnitudes(builder);
  const ExprId positive = magnitudes.Range(bounds.lower, bounds.upper);
  const ExprId negative = magnitudes.Range(Mirrored(bounds.upper), Mirrored(bounds.lower));
  if (positive == negative) {
    return builder->Seq({builder->Optional(builder->Bytes("-")), positive});
  }
  return builder->Choice({positive, Minus(negative, builder)});
}

ExprId NumberLiteral(std::string_view number, ir::Builder* builder) {
  const Decimal value = Decimal::Parse(number);
  if (value.PlainLength() > kMaxDigits) return builder->Bytes(number);
  const std::string fraction = value.FractionDigits();
  const ExprId integer = builder->Bytes(value.IntegerDigits());
  const ExprId sign = value.negative    ? builder->Bytes("-")
                      : value.is_zero() ? builder->Optional(builder->Bytes("-"))
                                        : builder->Empty();
  return builder->Seq(
      {sign, integer, fraction.empty() ? ZeroFraction(builder) : builder->Bytes("." + fraction)});
}

}  // namespace pushmask::frontend::json_schema
