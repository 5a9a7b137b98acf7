// SPDX-License-Identifier: Apache-2.0
// Strings by themselves, without quotes and escapes, beside the JSON of other values: for notations
// that write strings as they are.
#include <array>
#include <map>

#include "frontend/json_schema/lower.h"
#include "frontend/may_occur.h"
#include "text/codepoint_set.h"

namespace pushmask::frontend::json_schema {

using ir::ExprId;

namespace {

constexpr std::array<TypeSet, JsonSchemaValues::kOtherTypes.size()> kTypeSets = {
    kNullType, kTrueType | kFalseType, kIntegerType | kFractionType, kArrayType, kObjectType};

// Equal values have equal keys.
std::vector<std::uint32_t> KeyOf(const JsonSchemaValues::Value& value) {
  const auto number = [](const std::optional<ir::RuleId>& rule) {
    return rule ? rule->value : ir::RuleId().value;
  };
  std::vector<std::uint32_t> key{number(value.strings), value.max_length};
  for (const auto& other : value.others) key.push_back(number(other));
  return key;
}

}  // namespace

JsonSchemaValues::Value Lowering::Apart(FormulaId formula) {
  JsonSchemaValues::Value value;
  const auto rule_of = [this](std::string_view name, ExprId body) {
    return builder_.expr(AsRule(name, body)).rule;
  };
  const bool may_be_string = (projection_.PossibleTypes(formula) & kStringType) != 0;
  const FormulaId projected = may_be_string ? projection_.Of(formula, kStringType) : kFalse;
  std::uint32_t min = 0;
  std::uint32_t max = ir::kUnbounded;
  StringLanguages::Bounded strings{builder_.Nothing()};
  if (strings_.IsLengthOnly(projected, &min, &max) && min <= max) {
    const ExprId any = builder_.Class(text::CodepointSet::All());
    strings = {builder_.Repeat(any, min, ir::kUnbounded), max};
  } else if (projected != kFalse) {
    strings = strings_.Split(strings_.Language(projected));
  }
  if (!IsNothing(strings.strings)) {
    value.strings = rule_of("text", strings.strings);
    value.max_length = strings.max;
    value.is_any_string = projected == kTrue;
  }
  for (std::size_t i = 0; i < kTypeSets.size(); ++i) {
    const ExprId others = ByType(formula, 0, kTypeSets[i]);
    if (!IsNothing(others)) value.others[i] = rule_of("value", others);
  }
  return value;
}

ir::Grammar Lowering::RunApart(const std::vector<FormulaId>& roots,
                               const std::u32string& characters, JsonSchemaValues* out) {
  const ir::RuleId root = AddRule("root");
  std::vector<ExprId> ways;
  std::unordered_map<FormulaId, std::size_t> known;
  std::map<std::vector<std::uint32_t>, std::size_t> numbers;  // of equal values
  for (const FormulaId given : roots) {
    const FormulaId formula = Followed(given);
    const auto [entry, is_new] = known.try_emplace(formula, out->values.size());
    if (is_new) {
      JsonSchemaValues::Value value = Apart(formula);
      for (const char32_t character : characters) {
        if (!value.strings) break;
        const ExprId strings = builder_.grammar().rule(*value.strings).body;
        if (MayOccur(builder_, character, strings)) value.characters.push_back(character);
      }
      const auto [equal, is_new_value] = numbers.try_emplace(KeyOf(value), out->values.size());
      entry->second = equal->second;
      if (is_new_value) out->values.push_back(value);
      if (value.strings) ways.push_back(builder_.RuleRef(*value.strings));
      for (const auto& other : value.others) {
        if (other) ways.push_back(builder_.RuleRef(*other));
      }
    }
    out->of_schema.push_back(entry->second);
  }
  builder_.Define(root, builder_.Choice(ways));
  DefinePending();
  return builder_.Finish(root, site_.source_name());
}

}  // namespace pushmask::frontend::json_schema
