// SPDX-License-Identifier: Apache-2.0
// The languages of numbers, spelling by spelling, against integer arithmetic.
#include "frontend/json_schema/numbers.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "frontend/language.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Decimal;

// numerator / 10^places.
struct Number {
  std::int64_t numerator = 0;
  int places = 0;

  std::string Text() const { return std::to_string(numerator) + "e-" + std::to_string(places); }
  Decimal Value() const { return Decimal::Parse(Text()); }
};

std::int64_t PowerOfTen(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

int Compare(const Number& a, const Number& b) {
  const std::int64_t left = a.numerator * PowerOfTen(b.places);
  const std::int64_t right = b.numerator * PowerOfTen(a.places);
  return left < right ? -1 : left > right ? 1 : 0;
}

bool IsMultiple(const Number& a, const Number& b) {
  return a.numerator * PowerOfTen(b.places) % (b.numerator * PowerOfTen(a.places)) == 0;
}

// A set of values, as a language and as arithmetic.
struct Set {
  std::string name;
  std::function<ir::ExprId(ir::Builder*)> build;
  std::function<bool(const Number&)> holds;
};

// Walks all texts of up to `max_length` bytes that could be a number without an exponent beside the
// automaton, which must not go on anywhere else.
class Walk {
 public:
  Walk(const Set& set, const Language& language, bool has_fractions = true)
      : set_(set), language_(language), has_fractions_(has_fractions) {}

  void Run(std::size_t max_length) {
    max_length_ = max_length;
    Go(language_.Start(), Place::kStart, {});
  }

 private:
  enum class Place : std::uint8_t { kStart, kMinus, kZero, kInteger, kPoint, kFraction };

  static std::optional<Place> After(Place place, char c) {
    const bool is_digit = c >= '0' && c <= '9';
    switch (place) {
      case Place::kStart:
        if (c == '-') return Place::kMinus;
        [[fallthrough]];
      case Place::kMinus:
        if (is_digit) return c == '0' ? Place::kZero : Place::kInteger;
        return std::nullopt;
      case Place::kInteger:
        if (is_digit) return Place::kInteger;
        [[fallthrough]];
      case Place::kZero:
        if (c == '.') return Place::kPoint;
        return std::nullopt;
      case Place::kPoint:
      case Place::kFraction:
        if (is_digit) return Place::kFraction;
        return std::nullopt;
    }
    return std::nullopt;
  }

  // `state` is absent if the automaton has given the text up.
  void Go(std::optional<std::uint32_t> state, Place place, Number magnitude) {
    const bool whole =
        place == Place::kZero || place == Place::kInteger || place == Place::kFraction;
    Number value = magnitude;
    if (text_[0] == '-') value.numerator = -value.numerator;
    const bool is_allowed = has_fractions_ || place != Place::kFraction;
    const bool expected = whole && is_allowed && set_.holds(value);
    ASSERT_EQ(state && language_.Accepts(*state), expected) << set_.name << ": " << text_;
    if (text_.size() == max_length_) return;
    for (const char c : std::string("+-.0123456789Ee")) {
      const auto next_place = After(place, c);
      const auto next = state ? language_.Next(*state, c) : std::nullopt;
      text_.push_back(c);
      ASSERT_TRUE(next_place || !next) << set_.name << ": " << text_;
      if (next_place) {
        Number more = magnitude;
        if (c >= '0' && c <= '9') more.numerator = more.numerator * 10 + (c - '0');
        if (*next_place == Place::kFraction) ++more.places;
        Go(next, *next_place, more);
      }
      text_.pop_back();
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

  const Set& set_;
  const Language& language_;
  const bool has_fractions_;
  std::size_t max_length_ = 0;
  std::string text_;
};

void ExpectExact(const Set& set, std::size_t max_length) {
  Walk(set, Language(set.build)).Run(max_length);
}

class Sets {
 public:
  explicit Sets(unsigned seed) : random_(seed) {}

  int Pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  // Often with few digits, so that bounds and spellings meet.
  Number SomeNumber() {
    const std::int64_t numerator = Pick(static_cast<int>(PowerOfTen(1 + Pick(4))));
    return {Pick(2) == 0 ? numerator : -numerator, Pick(4)};
  }

  Bounds SomeBounds() {
    std::optional<Bound> bounds[2];
    for (auto& bound : bounds) {
      if (Pick(4) != 0) bound = Bound{SomeNumber().Value(), Pick(2) == 0, nullptr};
    }
    return {bounds[0], bounds[1]};
  }

  Set Range() {
    struct Side {
      std::optional<Number> number;
      bool exclusive;
    };
    Side sides[2];
    Bounds bounds;
    std::string name = "from";
    for (Side& side : sides) {
      side = {Pick(4) == 0 ? std::nullopt : std::optional(SomeNumber()), Pick(2) == 0};
      name += side.number ? " " + side.number->Text() + (side.exclusive ? "x" : "") : " any";
    }
    const auto bound = [](const Side& side) -> std::optional<Bound> {
      if (!side.number) return std::nullopt;
      return Bound{side.number->Value(), side.exclusive, nullptr};
    };
    bounds = {bound(sides[0]), bound(sides[1])};
    const auto holds = [low = sides[0], high = sides[1]](const Number& value) {
      if (low.number && Compare(value, *low.number) < (low.exclusive ? 1 : 0)) return false;
      return !high.number || Compare(value, *high.number) <= (high.exclusive ? -1 : 0);
    };
    return {name, [bounds](ir::Builder* b) { return NumberRange(bounds, b); }, holds};
  }

  Set Multiple() {
    const Number number = SomeNumber();
    return MultiplesOf({std::abs(number.numerator) % 300 + 1, number.places});
  }

  static Set MultiplesOf(Number divisor) {
    return {"multiples of " + divisor.Text(),
            [divisor](ir::Builder* b) { return MultipleOf(divisor.Value(), b); },
            [divisor](const Number& value) { return IsMultiple(value, divisor); }};
  }

  Set Value() {
    const Number number = SomeNumber();
    return {"value " + number.Text(),
            [number](ir::Builder* b) { return NumberValue(number.Value(), b); },
            [number](const Number& value) { return Compare(value, number) == 0; }};
  }

  static Set WholeNumbers() {
    return {"integers", Integers,
            [](const Number& value) { return value.numerator % PowerOfTen(value.places) == 0; }};
  }

  static Set NoWholeNumbers() {
    return {"fractions", Fractions,
            [](const Number& value) { return value.numerator % PowerOfTen(value.places) != 0; }};
  }

  Set Atom() {
    switch (Pick(6)) {
      case 0:
        return WholeNumbers();
      case 1:
        return NoWholeNumbers();
      case 2:
        return Value();
      case 3:
        return Multiple();
      default:
        return Range();
    }
  }

  Set Formula(int depth) {
    if (depth == 0) return Atom();
    const Set a = Formula(depth - 1);
    if (Pick(3) == 0) {
      return {
          "not (" + a.name + ")",
          [a](ir::Builder* b) { return b->Difference(PlainNumbers(b), a.build(b)); },
          [a](const Number& value) { return !a.holds(value); },
      };
    }
    const Set b = Formula(depth - 1);
    if (Pick(2) == 0) {
      return {
          "(" + a.name + " and " + b.name + ")",
          [a, b](ir::Builder* builder) {
            return builder->Intersect(a.build(builder), b.build(builder));
          },
          [a, b](const Number& value) { return a.holds(value) && b.holds(value); },
      };
    }
    return {
        "(" + a.name + " or " + b.name + ")",
        [a, b](ir::Builder* builder) {
          return builder->Choice({a.build(builder), b.build(builder)});
        },
        [a, b](const Number& value) { return a.holds(value) || b.holds(value); },
    };
  }

 private:
  std::mt19937 random_;
};

TEST(Numbers, TheUniverseIsEveryNumberWithoutAnExponent) {
  const Set all{"all", PlainNumbers, [](const Number&) { return true; }};
  ExpectExact(all, 5);
  const Set range{"range", [](ir::Builder* b) { return NumberRange({}, b); }, all.holds};
  ExpectExact(range, 5);
}

TEST(Numbers, IntegersAndFractionsAreToldApartByTheirValue) {
  ExpectExact(Sets::WholeNumbers(), 6);
  ExpectExact(Sets::NoWholeNumbers(), 6);
}

TEST(Numbers, RangesHoldExactlyTheNumbersBetweenTheBounds) {
  Sets sets(1);
  for (int round = 0; round < 12; ++round) ExpectExact(sets.Range(), 6);
  for (int round = 0; round < 600 && !HasFatalFailure(); ++round) ExpectExact(sets.Range(), 4);
}

TEST(Numbers, MultiplesAreToldByExactArithmetic) {
  // Three tenths of three are not one in binary, and that does not matter.
  const std::vector<Number> divisors = {
      {1, 0},   {2, 0},    {3, 0},   {4, 0},   {5, 0},  {7, 0},    {8, 0},   {10, 0},
      {12, 0},  {25, 0},   {40, 0},  {70, 0},  {75, 0}, {100, 0},  {125, 0}, {250, 0},
      {365, 0}, {1000, 0}, {1, 1},   {1, 2},   {3, 1},  {25, 2},   {125, 3}, {15, 1},
      {7, 2},   {625, 4},  {512, 0}, {175, 2}, {64, 2}, {1200, 0}, {16, 1},  {96, 2},
  };
  for (const Number& divisor : divisors) ExpectExact(Sets::MultiplesOf(divisor), 6);
  Sets sets(2);
  for (int round = 0; round < 150 && !HasFatalFailure(); ++round) ExpectExact(sets.Multiple(), 5);
}

TEST(Numbers, ValuesHaveAllTheirSpellings) {
  Sets sets(3);
  ExpectExact({"zero", [](ir::Builder* b) { return NumberValue({}, b); },
               [](const Number& value) { return value.numerator == 0; }},
              6);
  for (int round = 0; round < 100 && !HasFatalFailure(); ++round) ExpectExact(sets.Value(), 5);
}

TEST(Numbers, OperatorsOnLanguagesAreOperatorsOnValues) {
  Sets sets(4);
  for (int round = 0; round < 300 && !HasFatalFailure(); ++round) {
    ExpectExact(sets.Formula(1 + round % 3), 4);
  }
  for (int round = 0; round < 6 && !HasFatalFailure(); ++round) ExpectExact(sets.Formula(2), 6);
}

TEST(Numbers, IntegerRangesHaveNoPointUnlessTheTailAllowsOne) {
  Sets sets(5);
  for (int round = 0; round < 200 && !HasFatalFailure(); ++round) {
    const Bounds bounds = round == 0 ? Bounds{} : sets.SomeBounds();
    const Language range([&](ir::Builder* b) { return NumberRange(bounds, b); });
    const auto with_tail = [&](IntegerTail tail) {
      return Language([&](ir::Builder* b) { return IntegerRange(bounds, tail, b); });
    };
    const Language digits = with_tail(IntegerTail::kNothing);
    const Language point_zero = with_tail(IntegerTail::kPointZero);
    const Language zeros = with_tail(IntegerTail::kZeros);
    bool any = false;
    for (int i = -10'200; i <= 10'200; i += i < -120 || i >= 120 ? 7 : 1) {
      const std::string text = i == 0 ? "-0" : std::to_string(i);
      any = any || range.Has(text);
      ASSERT_EQ(digits.Has(text), range.Has(text)) << text;
      ASSERT_EQ(point_zero.Has(text), range.Has(text)) << text;
      ASSERT_EQ(point_zero.Has(text + ".0"), range.Has(text)) << text;
      ASSERT_EQ(zeros.Has(text + ".000"), range.Has(text)) << text;
      ASSERT_FALSE(digits.Has(text + ".0") || digits.Has(text + "."));
      ASSERT_FALSE(point_zero.Has(text + ".00") || point_zero.Has(text + "."));
      ASSERT_FALSE(zeros.Has(text + ".5") || zeros.Has(text + "."));
    }
    EXPECT_TRUE(!any || HasNumbers(bounds, true));
    EXPECT_EQ(HasNumbers(bounds, true), digits.size() > 0);
    EXPECT_EQ(HasNumbers(bounds, false), range.size() > 0);
  }
}

TEST(Numbers, LiteralsHaveOneSpellingOrPointZeroBehindAnInteger) {
  const auto literal = [](const char* text) {
    return Language([text](ir::Builder* b) { return NumberLiteral(text, b); });
  };
  EXPECT_TRUE(literal("1e2").Has("100") && literal("1e2").Has("100.0"));
  EXPECT_FALSE(literal("1e2").Has("1e2") || literal("1e2").Has("100.00"));
  EXPECT_TRUE(literal("-2.50").Has("-2.5"));
  EXPECT_FALSE(literal("-2.50").Has("-2.50"));
  EXPECT_TRUE(literal("0").Has("-0.0"));
  EXPECT_TRUE(literal("1e2000").Has("1e2000"));
}

std::optional<Bound> BoundAt(const std::string& number, bool exclusive) {
  if (number.empty()) return std::nullopt;
  return Bound{Decimal::Parse(number), exclusive, nullptr};
}

TEST(Numbers, ExponentsAreAllowedWhereTheSignDecides) {
  struct Case {
    Bounds bounds;
    bool positive, zero, negative;
  };
  const auto from = [](const char* low, bool exclusive) {
    return Bounds{BoundAt(low, exclusive), std::nullopt};
  };
  const auto to = [](const char* high, bool exclusive) {
    return Bounds{std::nullopt, BoundAt(high, exclusive)};
  };
  const std::vector<Case> cases = {
      {{}, true, true, true},
      {from("0", false), true, true, false},
      {from("0", true), true, false, false},
      {from("-0.5", true), true, true, false},
      {from("0.5", false), false, false, false},
      {to("0", false), false, true, true},
      {to("0", true), false, false, true},
      {to("1e3", true), false, true, true},
      {to("-1", true), false, false, false},
      {{BoundAt("-1", false), BoundAt("1", false)}, false, false, false},
      {{BoundAt("1", false), BoundAt("2", false)}, false, false, false},
  };
  for (const Case& c : cases) {
    const Language language([&](ir::Builder* b) { return ExponentNumbers(c.bounds, b); });
    for (const char* text : {"1e5", "1.50E-3", "0.01e+10", "10e0"}) {
      EXPECT_EQ(language.Has(text), c.positive) << text;
      EXPECT_EQ(language.Has("-" + std::string(text)), c.negative) << text;
    }
    for (const char* text : {"0e5", "-0.00E+1"}) EXPECT_EQ(language.Has(text), c.zero) << text;
    for (const char* text : {"1", "0", "-1.5", "01e1", "1.e1", "1e", "1e+", "e1", "1e1.0"}) {
      EXPECT_FALSE(language.Has(text)) << text;
    }
  }
}

TEST(Numbers, AnyNumberIsSpelledAsJsonDoes) {
  const Language any(AnyNumber);
  for (const char* text : {"0", "-0", "10", "1.0", "1e5", "-1.5E+10", "0e-3"}) {
    EXPECT_TRUE(any.Has(text)) << text;
  }
  for (const char* text : {"", "-", "01", "+1", ".5", "1.", "1e", "1e+", "0x1", "--1", "1.5.5"}) {
    EXPECT_FALSE(any.Has(text)) << text;
  }
}

TEST(Numbers, HugeNumbersAreExactUpToTheLimitOnDigits) {
  const std::string googol = "1" + std::string(100, '0');
  const std::string nines(300, '9');
  const Bounds bounds{BoundAt("1e-400", true), BoundAt("1e400", true)};
  const Language range([&](ir::Builder* b) { return NumberRange(bounds, b); });
  EXPECT_TRUE(range.Has(googol) && range.Has(nines + nines.substr(200)));
  EXPECT_FALSE(range.Has("1" + std::string(400, '0')));
  EXPECT_TRUE(range.Has("0." + std::string(399, '0') + "11"));
  EXPECT_TRUE(range.Has("0." + std::string(399, '0') + "100001"));
  EXPECT_FALSE(range.Has("0." + std::string(399, '0') + "1"));
  EXPECT_FALSE(range.Has("0." + std::string(400, '0') + "9"));
  EXPECT_FALSE(range.Has("-" + googol));
  const Language multiples([](ir::Builder* b) { return MultipleOf(Decimal::Parse("3e99"), b); });
  EXPECT_TRUE(multiples.Has("3" + std::string(99, '0')) && multiples.Has("0.00"));
  EXPECT_FALSE(multiples.Has(googol) || multiples.Has(std::string(100, '3')));
  const Language tiny([](ir::Builder* b) { return MultipleOf(Decimal::Parse("1e-400"), b); });
  EXPECT_TRUE(tiny.Has("0." + std::string(399, '0') + "10"));
  EXPECT_FALSE(tiny.Has("0." + std::string(400, '0') + "1"));
}

TEST(Numbers, LimitsAreNamed) {
  const auto limit_of = [](const std::function<ir::ExprId(ir::Builder*)>& build) -> std::string {
    ir::Builder builder;
    try {
      build(&builder);
    } catch (const LimitError& error) {
      return error.limit();
    }
    return "";
  };
  for (const char* text : {"1e1000", "1e-1000", "1e99999999999999999999"}) {
    const Decimal value = Decimal::Parse(text);
    const Bounds bounds{BoundAt(text, false), std::nullopt};
    EXPECT_EQ(limit_of([&](ir::Builder* b) { return NumberRange(bounds, b); }), "max_digits");
    EXPECT_EQ(limit_of([&](ir::Builder* b) { return MultipleOf(value, b); }), "max_digits");
    EXPECT_EQ(limit_of([&](ir::Builder* b) { return NumberValue(value, b); }), "max_digits");
  }
  const auto limit_of_multiple = [&](const char* text) {
    return limit_of([&](ir::Builder* b) { return MultipleOf(Decimal::Parse(text), b); });
  };
  for (const char* text : {"65537", "99999999999999999999999", "0.3333333333", "299792458"}) {
    EXPECT_EQ(limit_of_multiple(text), "max_multiple_states") << text;
  }
  for (const char* text : {"1e-20", "65536", "2.5e-10", "0.00390625", "1e9", "360e30"}) {
    EXPECT_EQ(limit_of_multiple(text), "") << text;
  }
}

}  // namespace
}  // namespace pushmask::frontend::json_schema
