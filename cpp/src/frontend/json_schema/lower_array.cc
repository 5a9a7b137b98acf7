// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "frontend/json_schema/counted_elements.h"
#include "frontend/json_schema/lower.h"
#include "frontend/json_schema/numbers.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;

// Values that `uniqueItems` can tell apart one by one.
constexpr std::size_t kMaxListed = 2000;

}  // namespace

ExprId Lowering::Array(FormulaId projected, std::uint32_t depth) {
  std::vector<ExprId> options;
  const std::size_t mark = contradictions_.mark();
  for (const ArrayFacts& facts : Cases<ArrayFacts>(projected)) {
    options.push_back(ArrayCase(facts, projected, depth));
  }
  const ExprId array = builder_.Choice(options);
  if (!IsNothing(array)) {
    contradictions_.Rewind(mark);
  } else if (contradictions_.mark() == mark) {
    Note(projected, "no array matches");
  }
  return array;
}

ExprId Lowering::ArrayCase(const ArrayFacts& facts, FormulaId projected, std::uint32_t depth) {
  std::uint32_t min = facts.min();
  std::uint32_t max = layout_.CanNest(depth) ? facts.max() : 0;
  const bool is_unique = facts.unique() && (max > 1 || facts.unique()->negated());
  if (is_unique) {
    try {
      return UniqueElements(facts, depth);
    } catch (const UnsupportedError& error) {
      if (!is_lenient_) throw;
      warnings_.push_back(error.diagnostics()[0]);
      warnings_.back().message = "left out: " + warnings_.back().message;
    }
  }
  const std::size_t mark = contradictions_.mark();
  const std::uint32_t inner = layout_.Deeper(depth);
  std::vector<ExprId> first;
  ExprId rest = builder_.Nothing();
  // An element that cannot be ends the array before it.
  const auto element = [&](std::uint32_t index) {
    const ExprId value = Value(facts.ValueAt(index), inner);
    if (IsNothing(value)) max = std::min(max, index);
    return value;
  };
  const std::uint32_t num_first = facts.prefix();
  while (first.size() < std::min(num_first, max)) {
    first.push_back(element(static_cast<std::uint32_t>(first.size())));
  }
  if (max > num_first) rest = element(num_first);
  if (min > max) {
    Note(projected, "the array cannot have " + std::to_string(min) + " elements");
    return builder_.Nothing();
  }
  contradictions_.Rewind(mark);
  first.resize(std::min<std::size_t>(first.size(), max));
  if (facts.counted().empty()) return Elements(first, rest, min, max, depth);

  const auto value = [&](FormulaId formula) {
    const std::size_t before = contradictions_.mark();
    const ExprId expr = Value(formula, inner);
    contradictions_.Rewind(before);
    return expr;
  };
  CountedElements counted({&builder_, &store_, value, [&] { return AddRule("elements"); }}, facts,
                          max, layout_.Separator(depth));
  const ExprId body = counted.Body();
  if (IsNothing(body) && !counted.may_be_empty()) {
    Note(projected, "no array contains what is asked for");
    return body;
  }
  return layout_.Enclose('[', body, ']',
                         counted.may_be_empty() ? Layout::Empty::kYes : Layout::Empty::kNo, depth);
}

ExprId Lowering::Elements(const std::vector<ExprId>& first, ExprId rest, std::uint32_t min,
                          std::uint32_t max, std::uint32_t depth) {
  const ExprId separator = layout_.Separator(depth);
  const auto num_first = static_cast<std::uint32_t>(first.size());
  // Built from the end: what may follow the first elements, then those.
  ExprId body = builder_.Empty();
  if (max > num_first) {
    const std::uint32_t more_min = min > num_first ? min - num_first : 0;
    const std::uint32_t more_max = max == ir::kUnbounded ? max : max - num_first;
    const ExprId more = builder_.Seq({separator, rest});
    if (num_first > 0) {
      body = builder_.Repeat(more, more_min, more_max);
    } else {
      const std::uint32_t after = more_max == ir::kUnbounded ? more_max : more_max - 1;
      body = builder_.Seq({rest, builder_.Repeat(more, more_min > 0 ? more_min - 1 : 0, after)});
    }
  }
  // Elements that may be absent nest; those that must be there stand in one flat sequence.
  const std::uint32_t num_fixed = std::min(num_first, std::max(min, 1U));
  for (std::uint32_t i = num_first; i > num_fixed; --i) {
    body = builder_.Optional(builder_.Seq({separator, first[i - 1], body}));
  }
  std::vector<ExprId> fixed;
  for (std::uint32_t i = 0; i < num_fixed; ++i) {
    if (i > 0) fixed.push_back(separator);
    fixed.push_back(first[i]);
  }
  fixed.push_back(body);
  body = max == 0 ? builder_.Nothing() : builder_.Seq(fixed);
  return layout_.Enclose('[', body, ']', min == 0 ? Layout::Empty::kYes : Layout::Empty::kNo,
                         depth);
}

// Those of null, true and false that match.
std::vector<ExprId> Lowering::Constants(FormulaId formula) {
  std::vector<ExprId> values;
  const auto add = [&](TypeSet type, std::string_view text) {
    if (projection_.Of(formula, type) == kTrue) values.push_back(builder_.Bytes(text));
  };
  add(kNullType, "null");
  add(kTrueType, "true");
  add(kFalseType, "false");
  return values;
}

// The spellings of values that have one each, as a language without rules; nullopt if there are
// arrays or objects among them.
std::optional<ExprId> Lowering::OneSpelling(FormulaId formula) {
  for (const TypeSet type : {kArrayType, kObjectType}) {
    if (!decider_.IsSurelyEmpty(projection_.Of(formula, type), type)) return std::nullopt;
  }
  std::vector<ExprId> values = Constants(formula);
  values.push_back(numbers_.OneSpelling(projection_.Of(formula, kIntegerType),
                                        projection_.Of(formula, kFractionType)));
  const FormulaId strings = projection_.Of(formula, kStringType);
  if (strings == kTrue) {
    values.push_back(Quoted(builder_.Star(encoder_.AnyCharacter(Spelling::kCanonical))));
  } else if (strings != kFalse) {
    values.push_back(Quoted(encoder_.Encode(strings_.Language(strings), Spelling::kCanonical)));
  }
  return builder_.Choice(values);
}

// Elements of a finite set are members that each occur at most once, in any order; others are told
// apart by their text.
ExprId Lowering::UniqueElements(const ArrayFacts& facts, std::uint32_t depth) {
  const json::Value& at = *store_[*facts.unique()].at;
  if (facts.unique()->negated()) {
    site_.Unsupported(at, "uniqueItems", "the negation of 'uniqueItems' is not enforced",
                      "say without 'not' which arrays are meant");
  }
  ir::MemberGroup group{.separator = layout_.Separator(depth),
                        .min_members = std::max(facts.min(), 1U),
                        .max_members = facts.max()};
  const bool is_uniform = facts.prefix() == 0 && facts.counted().empty();
  const auto values = is_uniform ? ListedValues(facts.ValueAt(0)) : std::nullopt;
  if (values && values->size() <= kMaxListed) {
    for (const ExprId value : *values) group.items.push_back({.body = value});
  } else if (const auto keys = is_uniform ? OneSpelling(facts.ValueAt(0)) : std::nullopt) {
    group.keyed.push_back({.key = *keys, .rest = builder_.Empty()});
  } else {
    site_.Unsupported(at, "uniqueItems",
                      is_uniform ? "'uniqueItems' is not enforced where elements may be arrays or "
                                   "objects"
                                 : "'uniqueItems' is not enforced beside 'contains', or where "
                                   "elements differ by their place",
                      "bound 'maxItems' by 1, or leave 'uniqueItems' out");
  }
  const bool is_empty =
      group.keyed.empty() ? group.min_members > group.items.size() : IsNothing(group.keyed[0].key);
  const ExprId body = is_empty ? builder_.Nothing() : builder_.Members(std::move(group));
  if (facts.min() == 0) return layout_.Enclose('[', body, ']', Layout::Empty::kYes, depth);
  return IsNothing(body) ? body : layout_.Enclose('[', body, ']', Layout::Empty::kNo, depth);
}

std::optional<std::vector<ExprId>> Lowering::ListedValues(FormulaId formula) {
  std::vector<ExprId> values = Constants(formula);
  for (const TypeSet type : {kIntegerType, kFractionType}) {
    const auto numbers = numbers_.Listed(projection_.Of(formula, type));
    if (!numbers) return std::nullopt;
    for (const json::Decimal& number : *numbers) {
      if (number.is_integer() == (type == kIntegerType)) {
        values.push_back(numbers_.Literal(number));
      }
    }
  }
  const auto strings = strings_.Listed(projection_.Of(formula, kStringType));
  if (!strings) return std::nullopt;
  for (const std::string_view text : *strings) {
    values.push_back(encoder_.EncodeQuoted(text, Spelling::kAny));
  }
  for (const TypeSet type : {kArrayType, kObjectType}) {
    if (!decider_.IsSurelyEmpty(projection_.Of(formula, type), type)) return std::nullopt;
  }
  return values;
}

}  // namespace pushmask::frontend::json_schema
