// SPDX-License-Identifier: Apache-2.0
// Numbers between two bounds: a judge that compares a number with both bounds digit by digit.
//
// Numbers of one sign are between two bounds on their magnitude. Of two magnitudes that with more
// integer digits is larger; if they have equally many, the first digit that differs decides.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/check.h"
#include "frontend/json_schema/digit_automaton.h"
#include "frontend/json_schema/numbers.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;
using json::Decimal;

// A number beside a bound, by the digits so far.
enum class Order : std::uint8_t { kLess, kEqual, kGreater };

Order Compared(char digit, char other) {
  if (digit == other) return Order::kEqual;
  return digit < other ? Order::kLess : Order::kGreater;
}

// A bound on magnitudes. Those that hold for all or for none have no digits: `fixed` is how every
// magnitude compares with them.
struct MagnitudeBound {
  Order fixed = Order::kEqual;
  std::string integer = {};
  std::string fraction = {};
  bool exclusive = false;

  static MagnitudeBound Of(const std::optional<Bound>& bound, bool is_mirrored, Order if_absent) {
    if (!bound) return {.fixed = if_absent};
    const Decimal value = is_mirrored ? bound->value.Negated() : bound->value;
    if (value.negative) return {.fixed = Order::kGreater};
    return {.integer = value.IntegerDigits(),
            .fraction = value.FractionDigits(),
            .exclusive = bound->exclusive};
  }
};

class RangeJudge : public DigitJudge {
 public:
  explicit RangeJudge(const Bounds& bounds) {
    for (const bool negative : {false, true}) {
      // -x >= v is x <= -v, so the bounds of negative numbers change sides.
      const auto& lower = negative ? bounds.upper : bounds.lower;
      const auto& upper = negative ? bounds.lower : bounds.upper;
      bounds_[negative ? 1 : 0] = {MagnitudeBound::Of(lower, negative, Order::kGreater),
                                   MagnitudeBound::Of(upper, negative, Order::kLess)};
    }
  }

  DigitState Start(bool negative) const override {
    const auto& sides = bounds_[negative ? 1 : 0];
    return Packed({negative, {sides[0].fixed, sides[1].fixed}, 0});
  }

  DigitState Integer(DigitState packed, std::uint32_t digit) const override {
    Comparison state = Unpacked(packed);
    const std::uint32_t read = state.position;
    std::size_t longest = 0;
    for (const std::size_t side : {0, 1}) {
      const std::string& integer = BoundOf(state, side).integer;
      longest = std::max(longest, integer.size());
      Order& order = state.orders[side];
      if (integer.empty()) continue;
      if (read >= integer.size()) {
        order = Order::kGreater;
      } else if (order == Order::kEqual) {
        order = Compared(static_cast<char>('0' + digit), integer[read]);
      }
    }
    // Once a number has more digits than either bound, how many more makes no difference.
    state.position = static_cast<std::uint32_t>(std::min<std::size_t>(read + 1, longest + 1));
    return Packed(state);
  }

  std::optional<DigitState> Point(DigitState packed) const override {
    Comparison state = Unpacked(packed);
    for (const std::size_t side : {0, 1}) {
      if (state.position < BoundOf(state, side).integer.size()) state.orders[side] = Order::kLess;
    }
    state.position = 0;
    return Packed(state);
  }

  std::optional<DigitState> Fraction(DigitState packed, std::uint32_t digit) const override {
    Comparison state = Unpacked(packed);
    std::size_t longest = 0;  // of what is compared still
    for (const std::size_t side : {0, 1}) {
      if (state.orders[side] != Order::kEqual) continue;
      const std::string& fraction = BoundOf(state, side).fraction;
      const char other = state.position < fraction.size() ? fraction[state.position] : '0';
      state.orders[side] = Compared(static_cast<char>('0' + digit), other);
      if (state.orders[side] == Order::kEqual) longest = std::max(longest, fraction.size());
    }
    state.position = static_cast<std::uint32_t>(std::min<std::size_t>(state.position + 1, longest));
    return Packed(state);
  }

  bool Accepts(DigitState packed) const override {
    const Comparison state = Unpacked(packed);
    const Order low = FinalOrder(state, 0);
    const Order high = FinalOrder(state, 1);
    return (low == Order::kGreater || (low == Order::kEqual && !BoundOf(state, 0).exclusive)) &&
           (high == Order::kLess || (high == Order::kEqual && !BoundOf(state, 1).exclusive));
  }

 private:
  struct Comparison {
    bool negative;
    std::array<Order, 2> orders;  // beside the lower bound, beside the upper
    std::uint32_t position;       // digits of the integer part, then of the fraction
  };

  static DigitState Packed(const Comparison& state) {
    const auto low = static_cast<std::uint64_t>(state.orders[0]);
    const auto high = static_cast<std::uint64_t>(state.orders[1]);
    return {(high << 3) | (low << 1) | (state.negative ? 1 : 0), state.position};
  }
  static Comparison Unpacked(DigitState packed) {
    const auto order = [&](int shift) { return static_cast<Order>((packed.value >> shift) & 3); };
    return {(packed.value & 1) != 0, {order(1), order(3)}, packed.position};
  }

  const MagnitudeBound& BoundOf(const Comparison& state, std::size_t side) const {
    return bounds_[state.negative ? 1 : 0][side];
  }

  // What is left of a fraction is more than zero: it has no zeros at its end.
  Order FinalOrder(const Comparison& state, std::size_t side) const {
    const bool is_short = state.position < BoundOf(state, side).fraction.size();
    return state.orders[side] == Order::kEqual && is_short ? Order::kLess : state.orders[side];
  }

  std::array<std::array<MagnitudeBound, 2>, 2> bounds_;  // by sign, lower and upper
};

ir::Automaton Range(const Bounds& bounds, PointUse point) {
  if (bounds.lower) CheckDigits(bounds.lower->value);
  if (bounds.upper) CheckDigits(bounds.upper->value);
  // Two signs, two parts, at most nine pairs of orders at each position.
  constexpr std::size_t kMostStates = 40 * (kMaxDigits + 2);
  auto range = JudgedNumbers(RangeJudge(bounds), point, kMostStates);
  PUSHMASK_CHECK(range.has_value());
  return *std::move(range);
}

}  // namespace

bool HasNumbers(const Bounds& bounds, bool integers) {
  if (!bounds.lower || !bounds.upper) return true;
  return !Range(bounds, integers ? PointUse::kNever : PointUse::kAllowed).empty();
}

ExprId NumberRange(const Bounds& bounds, ir::Builder* builder) {
  if (!bounds.lower && !bounds.upper) return PlainNumbers(builder);
  return builder->Accepted(Range(bounds, PointUse::kAllowed));
}

ExprId IntegerRange(const Bounds& bounds, IntegerTail tail, ir::Builder* builder) {
  const ExprId digits = !bounds.lower && !bounds.upper
                            ? IntegerSpellings(builder)
                            : builder->Accepted(Range(bounds, PointUse::kNever));
  switch (tail) {
    case IntegerTail::kNothing:
      break;
    case IntegerTail::kPointZero:
      return builder->Seq({digits, builder->Optional(builder->Bytes(".0"))});
    case IntegerTail::kZeros: {
      const ExprId zeros = builder->Plus(builder->Bytes("0"));
      return builder->Seq({digits, builder->Optional(builder->Seq({builder->Bytes("."), zeros}))});
    }
  }
  return digits;
}

}  // namespace pushmask::frontend::json_schema
