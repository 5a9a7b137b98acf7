// SPDX-License-Identifier: Apache-2.0
// Keywords that speak about the value itself: types, enums, strings and numbers.
#include <algorithm>
#include <charconv>
#include <string>

#include "frontend/json_schema/formats/formats.h"
#include "frontend/json_schema/reader.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Kind;
using json::Value;

struct TypeName {
  std::string_view name;
  TypeSet types;
};
constexpr TypeName kTypeNames[] = {
    {"object", kObjectType}, {"string", kStringType},   {"array", kArrayType},
    {"number", kNumberType}, {"integer", kIntegerType}, {"boolean", kBooleanType},
    {"null", kNullType},
};

}  // namespace

void Reader::ReadAssertions(const Keywords& keywords, Context context,
                            std::vector<FormulaId>* parts) {
  const Resource& resource = library_.resource(context.resource);
  if (!resource.validates) {
    Keywords rest = keywords;
    for (const Keyword keyword : {Keyword::kType,
                                  Keyword::kEnum,
                                  Keyword::kConst,
                                  Keyword::kMinimum,
                                  Keyword::kMaximum,
                                  Keyword::kExclusiveMinimum,
                                  Keyword::kExclusiveMaximum,
                                  Keyword::kMultipleOf,
                                  Keyword::kMinLength,
                                  Keyword::kMaxLength,
                                  Keyword::kPattern,
                                  Keyword::kMinItems,
                                  Keyword::kMaxItems,
                                  Keyword::kUniqueItems,
                                  Keyword::kMinContains,
                                  Keyword::kMaxContains,
                                  Keyword::kMinProperties,
                                  Keyword::kMaxProperties,
                                  Keyword::kRequired,
                                  Keyword::kDependentRequired}) {
      rest.values[static_cast<std::size_t>(keyword)] = nullptr;
    }
    ReadStrings(rest, parts);
    ReadArrays(rest, context, parts);
    return ReadObjects(rest, context, parts);
  }
  if (const Value* type = keywords[Keyword::kType]) parts->push_back(ReadTypes(*type));
  if (const Value* list = keywords[Keyword::kEnum]) parts->push_back(ReadEnum(*list));
  if (const Value* value = keywords[Keyword::kConst]) {
    parts->push_back(OneOfValues({value}, value));
  }
  ReadStrings(keywords, parts);
  ReadNumbers(keywords, context, parts);
  ReadArrays(keywords, context, parts);
  ReadObjects(keywords, context, parts);
}

FormulaId Reader::ReadTypes(const Value& value) {
  if (value.is_string()) return store_.Types(TypeNamed(value), &value);
  if (!value.is_array()) Expected(value, Keyword::kType, "a string or an array of strings");
  TypeSet types = 0;
  for (const Value& name : value.elements) types |= TypeNamed(name);
  return store_.Types(types, &value);
}

TypeSet Reader::TypeNamed(const Value& value) {
  if (!value.is_string()) {
    site().Malformed(value, "a type is a string, found " + std::string(json::Describe(value.kind)));
  }
  std::vector<std::string_view> names;
  for (const TypeName& type : kTypeNames) {
    if (type.name == value.text) return type.types;
    names.push_back(type.name);
  }
  site().Malformed(value, "there is no type '" + std::string(value.text) + "'",
                   DidYouMean(value.text, names));
}

FormulaId Reader::ReadEnum(const Value& list) {
  if (!list.is_array()) Expected(list, Keyword::kEnum, "an array of values");
  std::vector<const Value*> values;
  for (const Value& value : list.elements) values.push_back(&value);
  return OneOfValues(values, &list);
}

// Null and booleans are types; strings and numbers one atom each; arrays and objects are described.
FormulaId Reader::OneOfValues(const std::vector<const Value*>& values, const Value* at) {
  TypeSet types = 0;
  std::vector<std::string_view> strings;
  std::vector<json::Decimal> numbers;
  std::vector<FormulaId> arrays{store_.Types(static_cast<TypeSet>(~kArrayType))};
  std::vector<FormulaId> objects{store_.Types(static_cast<TypeSet>(~kObjectType))};
  for (const Value* value : values) {
    switch (value->kind) {
      case Kind::kNull:
        types |= kNullType;
        break;
      case Kind::kFalse:
        types |= kFalseType;
        break;
      case Kind::kTrue:
        types |= kTrueType;
        break;
      case Kind::kNumber:
        numbers.push_back(json::Decimal::Parse(value->text));
        types |= numbers.back().is_integer() ? kIntegerType : kFractionType;
        break;
      case Kind::kString:
        types |= kStringType;
        strings.push_back(value->text);
        break;
      case Kind::kArray:
        types |= kArrayType;
        arrays.push_back(Literal(*value));
        break;
      case Kind::kObject:
        types |= kObjectType;
        objects.push_back(Literal(*value));
        break;
    }
  }
  // An atom that no string matches, where kFalse would not say where it was said.
  if (values.empty()) types = kStringType;
  const auto sort = [](auto* list) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  };
  std::vector<FormulaId> parts{store_.Types(types, at)};
  if (!strings.empty() || values.empty()) {
    sort(&strings);
    parts.push_back(store_.Atom({.kind = FormulaKind::kStrings, .names = strings, .at = at}));
  }
  if (!numbers.empty()) {
    sort(&numbers);
    parts.push_back(store_.Atom({.kind = FormulaKind::kNumbers, .numbers = numbers, .at = at}));
  }
  if (arrays.size() > 1) parts.push_back(store_.Any(arrays));
  if (objects.size() > 1) parts.push_back(store_.Any(objects));
  return store_.All(parts);
}

// One array or object: as many elements, or just these members, each with its value.
FormulaId Reader::Literal(const Value& value) {
  if (value.is_array()) {
    std::vector<FormulaId> elements;
    for (const Value& element : value.elements) elements.push_back(OneOfValues({&element}, &value));
    const auto count = static_cast<std::uint32_t>(elements.size());
    elements.push_back(kFalse);
    return store_.All(
        {store_.Types(kArrayType),
         store_.Atom({.kind = FormulaKind::kItemCount, .min = count, .max = count, .at = &value}),
         store_.Atom({.kind = FormulaKind::kItems, .children = elements})});
  }
  Formula properties{.kind = FormulaKind::kProperties, .at = &value};
  std::vector<FormulaId> parts{store_.Types(kObjectType), kTrue};
  for (const json::Member& member : value.members) {
    properties.names.push_back(member.name);
    properties.children.push_back(OneOfValues({&member.value}, &member.value));
    parts.push_back(store_.Has(member.name));
  }
  properties.children.push_back(kFalse);
  parts[1] = store_.Atom(std::move(properties));
  return store_.All(parts);
}

FormulaId Reader::Pattern(std::string_view pattern, const Value* at) {
  return store_.Atom({.kind = FormulaKind::kPattern, .names = {pattern}, .at = at});
}

void Reader::ReadStrings(const Keywords& keywords, std::vector<FormulaId>* parts) {
  const Value* min = keywords[Keyword::kMinLength];
  const Value* max = keywords[Keyword::kMaxLength];
  if (min != nullptr || max != nullptr) {
    parts->push_back(store_.Atom({.kind = FormulaKind::kLength,
                                  .min = ReadCount(keywords, Keyword::kMinLength, 0),
                                  .max = ReadCount(keywords, Keyword::kMaxLength, ir::kUnbounded),
                                  .at = max != nullptr ? max : min}));
  }
  if (const Value* pattern = keywords[Keyword::kPattern]) {
    if (!pattern->is_string()) Expected(*pattern, Keyword::kPattern, "a string");
    parts->push_back(Pattern(pattern->text, pattern));
  }
  const Value* format = keywords[Keyword::kFormat];
  if (format == nullptr || options_.formats == Formats::kIgnore) return;
  if (!format->is_string()) Expected(*format, Keyword::kFormat, "a string");
  if (options_.formats == Formats::kAnnotate && !IsFormat(format->text)) return;
  parts->push_back(
      store_.Atom({.kind = FormulaKind::kFormat, .names = {format->text}, .at = format}));
}

std::uint32_t Reader::ReadCount(const Keywords& keywords, Keyword keyword, std::uint32_t absent) {
  if (keywords[keyword] == nullptr) return absent;
  const Value& value = *keywords[keyword];
  if (value.kind != Kind::kNumber) Expected(value, keyword, "a whole number");
  const std::string name(NameOf(keyword));
  const json::Decimal number = json::Decimal::Parse(value.text);
  if (number.negative || !number.is_integer()) {
    site().Malformed(value, "'" + name + "' must be a whole number that is not negative, found " +
                                std::string(value.text));
  }
  // No text reaches four thousand million characters: counts saturate there.
  constexpr std::int64_t kMaxDigits = 10;
  std::uint32_t result = ir::kUnbounded;
  if (number.exponent < kMaxDigits) {
    std::uint64_t exact = 0;
    const std::string digits = number.IntegerDigits();
    std::from_chars(digits.data(), digits.data() + digits.size(), exact);
    result = static_cast<std::uint32_t>(std::min<std::uint64_t>(exact, ir::kUnbounded));
  }
  if (result == ir::kUnbounded && name.starts_with("min")) {
    throw LimitError(site().At(value, "the minimum is out of reach (limit max_repeat)").ToString(),
                     "max_repeat", ir::kUnbounded - 1, result);
  }
  return result;
}

// The tighter of `minimum` and `exclusiveMinimum`; in draft 4 the latter is a boolean that changes
// the former. `sign` is 1 for lower bounds, -1 for upper ones.
std::optional<Bound> Reader::ReadBound(const Keywords& keywords, Keyword inclusive,
                                       Keyword exclusive, int sign, Context context) {
  const bool is_draft4 = library_.resource(context.resource).draft == Draft::k4;
  const Value* first = keywords[inclusive];
  const Value* second = keywords[exclusive];
  bool is_exclusive = false;
  if (is_draft4 && second != nullptr && second->is_bool()) {
    is_exclusive = second->kind == Kind::kTrue;
    second = nullptr;
  }
  if (second != nullptr && second->is_bool()) {
    site().Malformed(*second,
                     "'" + std::string(NameOf(exclusive)) + "' must be a number, found a boolean",
                     "its boolean form is draft 4's: say so with $schema, or write the bound here");
  }
  std::optional<Bound> bound;
  if (first != nullptr) {
    if (first->kind != Kind::kNumber) Expected(*first, inclusive, "a number");
    bound = Bound{json::Decimal::Parse(first->text), is_exclusive, first};
  }
  if (second == nullptr) return bound;
  if (second->kind != Kind::kNumber) Expected(*second, exclusive, "a number");
  Bound other{json::Decimal::Parse(second->text), true, second};
  if (!bound) return other;
  const auto order = sign > 0 ? other.value <=> bound->value : bound->value <=> other.value;
  return order < 0 ? bound : other;
}

void Reader::ReadNumbers(const Keywords& keywords, Context context, std::vector<FormulaId>* parts) {
  Bounds bounds{
      .lower = ReadBound(keywords, Keyword::kMinimum, Keyword::kExclusiveMinimum, 1, context),
      .upper = ReadBound(keywords, Keyword::kMaximum, Keyword::kExclusiveMaximum, -1, context)};
  if (bounds.lower || bounds.upper) {
    const Value* at = bounds.upper ? bounds.upper->at : bounds.lower->at;
    parts->push_back(
        store_.Atom({.kind = FormulaKind::kRange, .bounds = std::move(bounds), .at = at}));
  }
  const Value* multiple = keywords[Keyword::kMultipleOf];
  if (multiple == nullptr) return;
  if (multiple->kind != Kind::kNumber) Expected(*multiple, Keyword::kMultipleOf, "a number");
  const json::Decimal divisor = json::Decimal::Parse(multiple->text);
  if (divisor.negative || divisor.is_zero()) {
    site().Malformed(*multiple,
                     "'multipleOf' must be greater than 0, found " + std::string(multiple->text));
  }
  parts->push_back(
      store_.Atom({.kind = FormulaKind::kMultipleOf, .numbers = {divisor}, .at = multiple}));
}

}  // namespace pushmask::frontend::json_schema
