// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/number_languages.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "frontend/json_schema/numbers.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;
using json::Decimal;

// Keeps the tighter of two bounds; `sign` is 1 for lower bounds, -1 for upper ones.
void Tighten(const std::optional<Bound>& bound, int sign, std::optional<Bound>* out) {
  if (!bound) return;
  if (*out) {
    const auto order = sign > 0 ? bound->value <=> (*out)->value : (*out)->value <=> bound->value;
    if (order < 0 || (order == 0 && !bound->exclusive)) return;
  }
  *out = bound;
}

bool IsWithin(const Decimal& number, const Bounds& bounds) {
  if (bounds.lower) {
    const auto order = number <=> bounds.lower->value;
    if (order < 0 || (order == 0 && bounds.lower->exclusive)) return false;
  }
  if (!bounds.upper) return true;
  const auto order = number <=> bounds.upper->value;
  return order < 0 || (order == 0 && !bounds.upper->exclusive);
}

// Whether number / divisor is an integer. Both are digits times a power of ten, and a number in
// normal form does not end in a zero, so of the powers of ten the number must have more.
bool IsMultiple(const Decimal& number, const Decimal& divisor) {
  constexpr std::size_t kMaxDigits = 18;  // so that products fit in 128 bits
  if (number.is_zero()) return true;
  const auto last_place = [](const Decimal& d) {
    return d.exponent - static_cast<std::int64_t>(d.digits.size());
  };
  std::int64_t power = last_place(number) - last_place(divisor);
  if (power < 0) return false;
  if (divisor.digits.size() > kMaxDigits) {
    throw LimitError(
        "a multipleOf has more than " + std::to_string(kMaxDigits) + " digits (limit max_digits)",
        "max_digits", kMaxDigits, divisor.digits.size());
  }
  __extension__ using Wide = unsigned __int128;
  Wide modulus = 0;
  for (const char digit : divisor.digits)
    modulus = modulus * 10 + static_cast<unsigned>(digit - '0');
  Wide remainder = 0;
  for (const char digit : number.digits) {
    remainder = (remainder * 10 + static_cast<unsigned>(digit - '0')) % modulus;
  }
  for (Wide factor = 10 % modulus; power > 0; power /= 2, factor = factor * factor % modulus) {
    if (power % 2 == 1) remainder = remainder * factor % modulus;
  }
  return remainder == 0;
}

}  // namespace

// Written without an exponent if that is not too long.
ExprId NumberLanguages::Literal(const Decimal& number) {
  constexpr std::uint64_t kMaxPlain = 400;
  std::string text = number.negative ? "-" : "";
  if (number.is_zero()) {
    text = "0";
  } else if (number.PlainLength() > kMaxPlain) {
    text += number.digits + "e" +
            std::to_string(number.exponent - static_cast<std::int64_t>(number.digits.size()));
  } else {
    text += number.IntegerDigits();
    const std::string fraction = number.FractionDigits();
    if (!fraction.empty()) text += "." + fraction;
  }
  return NumberLiteral(text, &builder_);
}

ExprId NumberLanguages::Language(FormulaId integers, FormulaId fractions) {
  const auto listed_integers = Listed(integers);
  const auto listed_fractions = Listed(fractions);
  if (listed_integers && listed_fractions) {
    std::vector<ExprId> values;
    for (const Decimal& number : *listed_integers) {
      if (number.is_integer()) values.push_back(Literal(number));
    }
    for (const Decimal& number : *listed_fractions) {
      if (!number.is_integer()) values.push_back(Literal(number));
    }
    return builder_.Choice(values);
  }
  const IntegerTail tail = fractional_integers_ ? IntegerTail::kPointZero : IntegerTail::kNothing;
  if (fractions == kFalse) {
    if (const auto bounds = RangeOnly(integers)) {
      return HasNumbers(*bounds, true) ? IntegerRange(*bounds, tail, &builder_)
                                       : builder_.Nothing();
    }
    const ExprId spelled = IntegerRange({}, tail, &builder_);
    return builder_.Intersect(spelled, Plain(integers));
  }
  if (integers == fractions) {
    if (integers == kTrue) return AnyNumber(&builder_);
    if (const auto bounds = RangeOnly(integers)) {
      if (!HasNumbers(*bounds, false)) return builder_.Nothing();
      return builder_.Choice(
          {NumberRange(*bounds, &builder_), ExponentNumbers(*bounds, &builder_)});
    }
    return Plain(integers);
  }
  return builder_.Choice({builder_.Intersect(Integers(&builder_), Plain(integers)),
                          builder_.Intersect(Fractions(&builder_), Plain(fractions))});
}

ExprId NumberLanguages::OneSpelling(FormulaId integers, FormulaId fractions) {
  ir::Builder& b = builder_;
  const ExprId minus = b.Optional(b.Bytes("-"));
  const ExprId digits = b.Star(b.Class({{'0', '9'}}));
  const ExprId not_zero = b.Class({{'1', '9'}});
  const ExprId fraction = b.Seq({b.Bytes("."), digits, not_zero});
  const ExprId whole = b.Choice({b.Bytes("0"), b.Seq({minus, not_zero, digits})});
  const ExprId broken =
      b.Seq({minus, b.Choice({b.Bytes("0"), b.Seq({not_zero, digits})}), fraction});
  const auto within = [&](ExprId spellings, FormulaId id) {
    if (id == kFalse) return b.Nothing();
    return id == kTrue ? spellings : b.Intersect(spellings, Plain(id));
  };
  return b.Choice({within(whole, integers), within(broken, fractions)});
}

std::optional<Bounds> NumberLanguages::RangeOnly(FormulaId id) const {
  Bounds bounds;
  const auto add = [&](FormulaId part) {
    const Formula& formula = store_[part];
    if (part.negated() || formula.kind != FormulaKind::kRange) return false;
    Tighten(formula.bounds.lower, 1, &bounds.lower);
    Tighten(formula.bounds.upper, -1, &bounds.upper);
    return true;
  };
  if (id == kTrue) return bounds;
  const Formula& formula = store_[id];
  const bool is_range = !id.negated() && formula.kind == FormulaKind::kAll
                            ? std::all_of(formula.children.begin(), formula.children.end(), add)
                            : add(id);
  return is_range ? std::optional(bounds) : std::nullopt;
}

// All plain spellings of the numbers that match.
ExprId NumberLanguages::Plain(FormulaId id) {
  if (id == kTrue) return PlainNumbers(&builder_);
  if (id == kFalse) return builder_.Nothing();
  const Formula& formula = store_[id];
  std::vector<ExprId> parts;
  switch (formula.kind) {
    case FormulaKind::kAll: {
      for (const FormulaId child : formula.children) {
        parts.push_back(Plain(id.negated() ? ~child : child));
      }
      if (id.negated()) return builder_.Choice(parts);
      ExprId all = parts[0];
      for (std::size_t i = 1; i < parts.size(); ++i) all = builder_.Intersect(all, parts[i]);
      return all;
    }
    case FormulaKind::kExactlyOne: {
      ExprId one = builder_.Nothing();
      ExprId none = PlainNumbers(&builder_);
      for (const FormulaId child : formula.children) {
        const ExprId language = Plain(child);
        one = builder_.Choice(
            {builder_.Difference(one, language), builder_.Intersect(none, language)});
        none = builder_.Difference(none, language);
      }
      return id.negated() ? builder_.Difference(PlainNumbers(&builder_), one) : one;
    }
    default: {
      const ExprId language = Atom(formula);
      return id.negated() ? builder_.Difference(PlainNumbers(&builder_), language) : language;
    }
  }
}

ExprId NumberLanguages::Atom(const Formula& atom) {
  switch (atom.kind) {
    case FormulaKind::kRange:
      return HasNumbers(atom.bounds, false) ? NumberRange(atom.bounds, &builder_)
                                            : builder_.Nothing();
    case FormulaKind::kMultipleOf:
      return MultipleOf(atom.numbers[0], &builder_);
    case FormulaKind::kNumbers: {
      std::vector<ExprId> values;
      for (const Decimal& number : atom.numbers) values.push_back(NumberValue(number, &builder_));
      return builder_.Choice(values);
    }
    default:
      break;
  }
  PUSHMASK_CHECK(false && "an atom about numbers");
  return {};
}

bool NumberLanguages::Holds(FormulaId id, const Decimal& number) const {
  const Formula& formula = store_[id];
  const auto holds_child = [&](FormulaId child) { return Holds(child, number); };
  bool holds = true;
  switch (formula.kind) {
    case FormulaKind::kConstant:
      break;
    case FormulaKind::kAll:
      holds = std::all_of(formula.children.begin(), formula.children.end(), holds_child);
      break;
    case FormulaKind::kExactlyOne:
      holds = std::count_if(formula.children.begin(), formula.children.end(), holds_child) == 1;
      break;
    default:
      holds = AtomHolds(formula, number);
      break;
  }
  return holds != id.negated();
}

bool NumberLanguages::AtomHolds(const Formula& atom, const Decimal& number) const {
  switch (atom.kind) {
    case FormulaKind::kRange:
      return IsWithin(number, atom.bounds);
    case FormulaKind::kMultipleOf:
      return IsMultiple(number, atom.numbers[0]);
    default:
      return std::binary_search(atom.numbers.begin(), atom.numbers.end(), number);
  }
}

std::optional<std::vector<Decimal>> NumberLanguages::Listed(FormulaId id) const {
  const Formula& formula = store_[id];
  if (id == kFalse) return std::vector<Decimal>();
  if (formula.kind == FormulaKind::kNumbers && !id.negated()) return formula.numbers;
  if (formula.kind != FormulaKind::kAll) return std::nullopt;
  std::vector<Decimal> numbers;
  if (id.negated()) {
    for (const FormulaId child : formula.children) {
      const auto some = Listed(~child);
      if (!some) return std::nullopt;
      numbers.insert(numbers.end(), some->begin(), some->end());
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
  }
  // Each part is asked once: formulas nest.
  decltype(Listed(id)) candidates;
  for (const FormulaId child : formula.children) {
    candidates = Listed(child);
    if (candidates) break;
  }
  if (!candidates) return std::nullopt;
  for (const Decimal& number : *candidates) {
    if (Holds(id, number)) numbers.push_back(number);
  }
  return numbers;
}

bool NumberLanguages::IsSurelyEmpty(FormulaId id, TypeSet type) const {
  if (id == kTrue || id == kFalse) return id == kFalse;
  if (const auto numbers = Listed(id)) {
    return std::none_of(numbers->begin(), numbers->end(), [&](const Decimal& number) {
      return number.is_integer() == (type == kIntegerType);
    });
  }
  const auto bounds = RangeOnly(id);
  return bounds && !HasNumbers(*bounds, type == kIntegerType);
}

}  // namespace pushmask::frontend::json_schema
