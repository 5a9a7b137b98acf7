// SPDX-License-Identifier: Apache-2.0
// The languages that need no arithmetic. Those that do are in number_range.cc and multiple_of.cc.
#include "frontend/json_schema/numbers.h"

#include <string>
#include <vector>

#include "frontend/json_schema/digit_automaton.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;
using json::Decimal;

// The parts that spellings are made of.
class Parts {
 public:
  explicit Parts(ir::Builder* builder) : b_(*builder) {}

  ExprId Digit() { return b_.Class({{'0', '9'}}); }
  ExprId Nonzero() { return b_.Class({{'1', '9'}}); }
  ExprId Digits() { return b_.Star(Digit()); }
  ExprId Minus() { return b_.Bytes("-"); }
  ExprId AnySign() { return b_.Optional(Minus()); }
  ExprId Integer() { return b_.Choice({b_.Bytes("0"), b_.Seq({Nonzero(), Digits()})}); }
  ExprId AnyFraction() { return b_.Optional(b_.Seq({b_.Bytes("."), b_.Plus(Digit())})); }
  ExprId ZeroFraction() { return b_.Optional(b_.Seq({b_.Bytes("."), b_.Plus(b_.Bytes("0"))})); }
  // .0, .00 and so on are no such fraction.
  ExprId NonzeroFraction() {
    return b_.Seq({b_.Bytes("."), b_.Star(b_.Bytes("0")), Nonzero(), Digits()});
  }
  // Numbers above zero.
  ExprId Positive() {
    return b_.Choice(
        {b_.Seq({Nonzero(), Digits(), AnyFraction()}), b_.Seq({b_.Bytes("0"), NonzeroFraction()})});
  }
  ExprId Exponent() {
    const ExprId sign = b_.Optional(b_.Class({{'+', '+'}, {'-', '-'}}));
    return b_.Seq({b_.Class({{'E', 'E'}, {'e', 'e'}}), sign, b_.Plus(Digit())});
  }
  ExprId SignOf(const Decimal& value) {
    if (value.is_zero()) return AnySign();
    return value.negative ? Minus() : b_.Empty();
  }

 private:
  ir::Builder& b_;
};

}  // namespace

ExprId PlainNumbers(ir::Builder* builder) {
  Parts parts(builder);
  return builder->Seq({parts.AnySign(), parts.Integer(), parts.AnyFraction()});
}

ExprId Integers(ir::Builder* builder) {
  Parts parts(builder);
  return builder->Seq({parts.AnySign(), parts.Integer(), parts.ZeroFraction()});
}

ExprId Fractions(ir::Builder* builder) {
  Parts parts(builder);
  return builder->Seq({parts.AnySign(), parts.Integer(), parts.NonzeroFraction()});
}

ExprId IntegerSpellings(ir::Builder* builder) {
  Parts parts(builder);
  return builder->Seq({parts.AnySign(), parts.Integer()});
}

ExprId NumberValue(const Decimal& value, ir::Builder* builder) {
  CheckDigits(value);
  Parts parts(builder);
  const ExprId sign = parts.SignOf(value);
  const ExprId integer = builder->Bytes(value.IntegerDigits());
  if (value.is_integer()) return builder->Seq({sign, integer, parts.ZeroFraction()});
  return builder->Seq({sign, integer, builder->Bytes("." + value.FractionDigits()),
                       builder->Star(builder->Bytes("0"))});
}

ExprId NumberLiteral(std::string_view number, ir::Builder* builder) {
  const Decimal value = Decimal::Parse(number);
  if (value.PlainLength() > kMaxDigits) return builder->Bytes(number);
  const ExprId fraction = value.is_integer() ? builder->Optional(builder->Bytes(".0"))
                                             : builder->Bytes("." + value.FractionDigits());
  return builder->Seq(
      {Parts(builder).SignOf(value), builder->Bytes(value.IntegerDigits()), fraction});
}

ExprId AnyNumber(ir::Builder* builder) {
  return builder->Seq({PlainNumbers(builder), builder->Optional(Parts(builder).Exponent())});
}

ExprId ExponentNumbers(const Bounds& bounds, ir::Builder* builder) {
  const Decimal zero;
  const auto admits_zero = [&](const std::optional<Bound>& bound) {
    return !bound || bound->value != zero || !bound->exclusive;
  };
  const bool from_zero = !bounds.upper && (!bounds.lower || bounds.lower->value <= zero);
  const bool to_zero = !bounds.lower && (!bounds.upper || bounds.upper->value >= zero);
  if (!from_zero && !to_zero) return builder->Nothing();
  Parts parts(builder);
  std::vector<ExprId> mantissas;
  if (from_zero) mantissas.push_back(parts.Positive());
  if (to_zero) mantissas.push_back(builder->Seq({parts.Minus(), parts.Positive()}));
  if (admits_zero(bounds.lower) && admits_zero(bounds.upper)) {
    mantissas.push_back(builder->Seq({parts.AnySign(), builder->Bytes("0"), parts.ZeroFraction()}));
  }
  return builder->Seq({builder->Choice(mantissas), parts.Exponent()});
}

}  // namespace pushmask::frontend::json_schema
