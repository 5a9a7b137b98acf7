// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/keywords.h"

#include <algorithm>
#include <array>

namespace pushmask::frontend::json_schema {
namespace {

constexpr auto kEnforced = Support::kEnforced;
constexpr auto kAnnotation = Support::kAnnotation;
using enum Draft;
using K = Keyword;

constexpr std::string_view kUniqueNote =
    "refused where elements may be arrays or objects, where they differ by their place, beside "
    "contains, and under not: bound maxItems by 1, or leave it out. Numbers are written in one "
    "way: "
    "no exponent, no zeros at the end of a fraction";
constexpr std::string_view kMaxPropertiesNote =
    "above 1 refused where not over additionalProperties, patternProperties or propertyNames asks "
    "for "
    "a member: list its names";
constexpr std::string_view kFormatNote =
    "an unknown one is refused: formats='annotate' ignores those; `regex` beside other keywords "
    "about strings is refused";
constexpr std::string_view kContainsNote =
    "six schemas and 4,000 states for one array, then LimitError: ask for fewer elements";
constexpr std::string_view kMultipleNote =
    "exact; a divisor of more than 10,000 states (9999 and 1234567, but not 4096 or 0.01) is a "
    "LimitError: round it";
constexpr std::string_view kPatternNote =
    "ECMA-262; backreferences and some look-around are refused, see docs/reference/regex.md: list "
    "the cases";
constexpr std::string_view kCasesNote =
    "alternatives that overlap multiply: 4,096 cases in one place, then LimitError";
constexpr std::string_view kUnevaluatedNote =
    "1,024 combinations of sub-schemas, then LimitError: use additionalProperties or items";
constexpr std::string_view kDefinitionsNote = "read where a reference leads";
constexpr std::string_view kBoundNote = "exact decimals; in draft 4 a boolean beside the bound";

constexpr std::array kTable = {
    KeywordEntry{"$anchor", K::kAnchor, k2019, k2020, kEnforced, ""},
    KeywordEntry{"$comment", K::kAnnotation, k7, k2020, kAnnotation, ""},
    KeywordEntry{"$defs", K::kDefs, k2019, k2020, kEnforced, kDefinitionsNote},
    KeywordEntry{"$dynamicAnchor", K::kDynamicAnchor, k2020, k2020, kEnforced, ""},
    KeywordEntry{"$dynamicRef", K::kDynamicRef, k2020, k2020, kEnforced, ""},
    KeywordEntry{"$id", K::kId, k6, k2020, kEnforced, ""},
    KeywordEntry{"$recursiveAnchor", K::kRecursiveAnchor, k2019, k2019, kEnforced, ""},
    KeywordEntry{"$recursiveRef", K::kRecursiveRef, k2019, k2019, kEnforced, ""},
    KeywordEntry{"$ref", K::kRef, k4, k2020, kEnforced,
                 "a document that is not in `documents` is refused, nothing is fetched: pass it; "
                 "up to draft 7 it hides the keywords beside it"},
    KeywordEntry{"$schema", K::kSchema, k4, k2020, kEnforced,
                 "chooses the draft; an unknown one counts as 2020-12"},
    KeywordEntry{"$vocabulary", K::kVocabulary, k2019, k2020, kEnforced,
                 "of a meta-schema in `documents`: without the validation vocabulary its "
                 "assertions are ignored"},
    KeywordEntry{"additionalItems", K::kAdditionalItems, k4, k2019, kEnforced, ""},
    KeywordEntry{"additionalProperties", K::kAdditionalProperties, k4, k2020, kEnforced, ""},
    KeywordEntry{"allOf", K::kAllOf, k4, k2020, kEnforced, ""},
    KeywordEntry{"anyOf", K::kAnyOf, k4, k2020, kEnforced, kCasesNote},
    KeywordEntry{"const", K::kConst, k6, k2020, kEnforced, "1 and 1.0 are equal"},
    KeywordEntry{"contains", K::kContains, k6, k2020, kEnforced, kContainsNote},
    KeywordEntry{"contentEncoding", K::kAnnotation, k7, k2020, kAnnotation, ""},
    KeywordEntry{"contentMediaType", K::kAnnotation, k7, k2020, kAnnotation, ""},
    KeywordEntry{"contentSchema", K::kAnnotation, k2019, k2020, kAnnotation, ""},
    KeywordEntry{"default", K::kAnnotation, k4, k2020, kAnnotation, ""},
    KeywordEntry{"definitions", K::kDefinitions, k4, k2020, kEnforced, kDefinitionsNote},
    KeywordEntry{"dependencies", K::kDependencies, k4, k2020, kEnforced,
                 "kept in later drafts for old schemas"},
    KeywordEntry{"dependentRequired", K::kDependentRequired, k2019, k2020, kEnforced, ""},
    KeywordEntry{"dependentSchemas", K::kDependentSchemas, k2019, k2020, kEnforced, ""},
    KeywordEntry{"deprecated", K::kAnnotation, k2019, k2020, kAnnotation, ""},
    KeywordEntry{"description", K::kAnnotation, k4, k2020, kAnnotation, ""},
    KeywordEntry{"else", K::kElse, k7, k2020, kEnforced, ""},
    KeywordEntry{"enum", K::kEnum, k4, k2020, kEnforced, "1 and 1.0 are equal"},
    KeywordEntry{"examples", K::kAnnotation, k6, k2020, kAnnotation, ""},
    KeywordEntry{"exclusiveMaximum", K::kExclusiveMaximum, k4, k2020, kEnforced, kBoundNote},
    KeywordEntry{"exclusiveMinimum", K::kExclusiveMinimum, k4, k2020, kEnforced, kBoundNote},
    KeywordEntry{"format", K::kFormat, k4, k2020, kEnforced, kFormatNote},
    KeywordEntry{"id", K::kIdOfDraft4, k4, k4, kEnforced, "`$id` since draft 6"},
    KeywordEntry{"if", K::kIf, k7, k2020, kEnforced, ""},
    KeywordEntry{"items", K::kItems, k4, k2020, kEnforced,
                 "up to draft 2019-09 a list of schemas too"},
    KeywordEntry{"maxContains", K::kMaxContains, k2019, k2020, kEnforced, kContainsNote},
    KeywordEntry{"maxItems", K::kMaxItems, k4, k2020, kEnforced, ""},
    KeywordEntry{"maxLength", K::kMaxLength, k4, k2020, kEnforced, "in code points"},
    KeywordEntry{"maxProperties", K::kMaxProperties, k4, k2020, kEnforced, kMaxPropertiesNote},
    KeywordEntry{"maximum", K::kMaximum, k4, k2020, kEnforced, "exact decimals"},
    KeywordEntry{"minContains", K::kMinContains, k2019, k2020, kEnforced, kContainsNote},
    KeywordEntry{"minItems", K::kMinItems, k4, k2020, kEnforced, ""},
    KeywordEntry{"minLength", K::kMinLength, k4, k2020, kEnforced, "in code points"},
    KeywordEntry{"minProperties", K::kMinProperties, k4, k2020, kEnforced, ""},
    KeywordEntry{"minimum", K::kMinimum, k4, k2020, kEnforced, "exact decimals"},
    KeywordEntry{"multipleOf", K::kMultipleOf, k4, k2020, kEnforced, kMultipleNote},
    KeywordEntry{"not", K::kNot, k4, k2020, kEnforced, ""},
    KeywordEntry{"oneOf", K::kOneOf, k4, k2020, kEnforced, kCasesNote},
    KeywordEntry{"pattern", K::kPattern, k4, k2020, kEnforced, kPatternNote},
    KeywordEntry{"patternProperties", K::kPatternProperties, k4, k2020, kEnforced, kPatternNote},
    KeywordEntry{"prefixItems", K::kPrefixItems, k2020, k2020, kEnforced, ""},
    KeywordEntry{"properties", K::kProperties, k4, k2020, kEnforced, ""},
    KeywordEntry{"propertyNames", K::kPropertyNames, k6, k2020, kEnforced, ""},
    KeywordEntry{"readOnly", K::kAnnotation, k7, k2020, kAnnotation, ""},
    KeywordEntry{"required", K::kRequired, k4, k2020, kEnforced, ""},
    KeywordEntry{"then", K::kThen, k7, k2020, kEnforced, ""},
    KeywordEntry{"title", K::kAnnotation, k4, k2020, kAnnotation, ""},
    KeywordEntry{"type", K::kType, k4, k2020, kEnforced,
                 "1.0 is an integer: fractional_integers=True has it written"},
    KeywordEntry{"unevaluatedItems", K::kUnevaluatedItems, k2019, k2020, kEnforced,
                 kUnevaluatedNote},
    KeywordEntry{"unevaluatedProperties", K::kUnevaluatedProperties, k2019, k2020, kEnforced,
                 kUnevaluatedNote},
    KeywordEntry{"uniqueItems", K::kUniqueItems, k4, k2020, kEnforced, kUniqueNote},
    KeywordEntry{"writeOnly", K::kAnnotation, k7, k2020, kAnnotation, ""},
};

constexpr bool IsSorted() {
  for (std::size_t i = 1; i < kTable.size(); ++i) {
    if (kTable[i - 1].name >= kTable[i].name) return false;
  }
  return true;
}
static_assert(IsSorted());

struct DraftUri {
  std::string_view uri;
  Draft draft;
};
constexpr DraftUri kDraftUris[] = {
    {"http://json-schema.org/draft-04/schema", k4},
    {"http://json-schema.org/draft-06/schema", k6},
    {"http://json-schema.org/draft-07/schema", k7},
    {"https://json-schema.org/draft/2019-09/schema", k2019},
    {"https://json-schema.org/draft/2020-12/schema", k2020},
};

}  // namespace

bool FindDraft(std::string_view uri, Draft* draft) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  // Both schemes are in use for all drafts.
  const auto rest = [](std::string_view text) { return text.substr(text.find(':')); };
  if (!uri.starts_with("http://") && !uri.starts_with("https://")) return false;
  for (const DraftUri& known : kDraftUris) {
    if (rest(known.uri) != rest(uri)) continue;
    *draft = known.draft;
    return true;
  }
  return false;
}

std::span<const KeywordEntry> KeywordTable() { return kTable; }

Keyword FindKeyword(std::string_view name, Draft draft) {
  const auto* const entry =
      std::lower_bound(kTable.begin(), kTable.end(), name,
                       [](const KeywordEntry& e, std::string_view n) { return e.name < n; });
  if (entry == kTable.end() || entry->name != name) return Keyword::kUnknown;
  return entry->first <= draft && draft <= entry->last ? entry->keyword : Keyword::kUnknown;
}

std::string_view NameOf(Keyword keyword) {
  const auto* const entry = std::find_if(
      kTable.begin(), kTable.end(), [&](const KeywordEntry& e) { return e.keyword == keyword; });
  return entry == kTable.end() ? std::string_view() : entry->name;
}

std::vector<std::string_view> KeywordNames(Draft draft) {
  std::vector<std::string_view> names;
  for (const KeywordEntry& entry : kTable) {
    if (entry.first <= draft && draft <= entry.last) names.push_back(entry.name);
  }
  return names;
}

}  // namespace pushmask::frontend::json_schema
