// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/support.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pushmask::frontend::json_schema {
namespace {

using Entry = std::pair<std::string_view, Keyword>;

// Sorted by name, for binary search.
constexpr std::array kKeywords = {
    Entry{"$anchor", Keyword::kAnnotation},  // resolve.cc finds it when a $ref names it
    Entry{"$comment", Keyword::kAnnotation},
    Entry{"$defs", Keyword::kDefinitions},
    Entry{"$dynamicAnchor", Keyword::kRefused},
    Entry{"$dynamicRef", Keyword::kRefused},
    Entry{"$id", Keyword::kId},
    Entry{"$recursiveAnchor", Keyword::kRefused},
    Entry{"$recursiveRef", Keyword::kRefused},
    Entry{"$ref", Keyword::kRef},
    Entry{"$schema", Keyword::kAnnotation},
    Entry{"$vocabulary", Keyword::kRefused},
    Entry{"additionalItems", Keyword::kRefused},
    Entry{"additionalProperties", Keyword::kAdditionalProperties},
    Entry{"allOf", Keyword::kAllOf},
    Entry{"anyOf", Keyword::kAnyOf},
    Entry{"const", Keyword::kConst},
    Entry{"contains", Keyword::kRefused},
    Entry{"contentEncoding", Keyword::kAnnotation},
    Entry{"contentMediaType", Keyword::kAnnotation},
    Entry{"contentSchema", Keyword::kAnnotation},
    Entry{"default", Keyword::kAnnotation},
    Entry{"definitions", Keyword::kDefinitions},
    Entry{"dependencies", Keyword::kRefused},
    Entry{"dependentRequired", Keyword::kRefused},
    Entry{"dependentSchemas", Keyword::kRefused},
    Entry{"deprecated", Keyword::kAnnotation},
    Entry{"description", Keyword::kAnnotation},
    Entry{"else", Keyword::kRefused},
    Entry{"enum", Keyword::kEnum},
    Entry{"examples", Keyword::kAnnotation},
    Entry{"exclusiveMaximum", Keyword::kExclusiveMaximum},
    Entry{"exclusiveMinimum", Keyword::kExclusiveMinimum},
    Entry{"format", Keyword::kFormat},
    Entry{"if", Keyword::kRefused},
    Entry{"items", Keyword::kItems},
    Entry{"maxContains", Keyword::kRefused},
    Entry{"maxItems", Keyword::kMaxItems},
    Entry{"maxLength", Keyword::kMaxLength},
    Entry{"maxProperties", Keyword::kRefused},
    Entry{"maximum", Keyword::kMaximum},
    Entry{"minContains", Keyword::kRefused},
    Entry{"minItems", Keyword::kMinItems},
    Entry{"minLength", Keyword::kMinLength},
    Entry{"minProperties", Keyword::kRefused},
    Entry{"minimum", Keyword::kMinimum},
    Entry{"multipleOf", Keyword::kRefused},
    Entry{"not", Keyword::kRefused},
    Entry{"oneOf", Keyword::kOneOf},
    Entry{"pattern", Keyword::kPattern},
    Entry{"patternProperties", Keyword::kRefused},
    Entry{"prefixItems", Keyword::kPrefixItems},
    Entry{"properties", Keyword::kProperties},
    Entry{"propertyNames", Keyword::kRefused},
    Entry{"readOnly", Keyword::kAnnotation},
    Entry{"required", Keyword::kRequired},
    Entry{"then", Keyword::kRefused},
    Entry{"title", Keyword::kAnnotation},
    Entry{"type", Keyword::kType},
    Entry{"unevaluatedItems", Keyword::kRefused},
    Entry{"unevaluatedProperties", Keyword::kRefused},
    Entry{"uniqueItems", Keyword::kRefused},
    Entry{"writeOnly", Keyword::kAnnotation},
};

constexpr bool IsSorted() {
  for (std::size_t i = 1; i < kKeywords.size(); ++i) {
    if (kKeywords[i - 1].first >= kKeywords[i].first) return false;
  }
  return true;
}
static_assert(IsSorted());

}  // namespace

Keyword FindKeyword(std::string_view name) {
  const auto* const entry =
      std::lower_bound(kKeywords.begin(), kKeywords.end(), name,
                       [](const Entry& e, std::string_view n) { return e.first < n; });
  if (entry != kKeywords.end() && entry->first == name) return entry->second;
  // The convention of OpenAPI and Kubernetes for extensions.
  return name.starts_with("x-") ? Keyword::kAnnotation : Keyword::kUnknown;
}

std::vector<std::string_view> KeywordNames() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kKeywords) names.push_back(entry.first);
  return names;
}

}  // namespace pushmask::frontend::json_schema
