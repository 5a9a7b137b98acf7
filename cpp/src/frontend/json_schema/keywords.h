// SPDX-License-Identifier: Apache-2.0
// Which keywords mean what, in which draft: the one table. docs/support/json_schema.md is made from
// it, and a test holds it against what the front end does.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pushmask::frontend::json_schema {

// In the order of their publication.
enum class Draft : std::uint8_t { k4, k6, k7, k2019, k2020 };
inline constexpr std::string_view kDraftNames[] = {"4", "6", "7", "2019-09", "2020-12"};

// The draft that a `$schema` names, with or without an empty fragment; false if it names none.
bool FindDraft(std::string_view uri, Draft* draft);

enum class Keyword : std::uint8_t {
  kAdditionalItems,
  kAdditionalProperties,
  kAllOf,
  kAnchor,
  kAnyOf,
  kConst,
  kContains,
  kDefs,
  kDefinitions,
  kDependencies,
  kDependentRequired,
  kDependentSchemas,
  kDynamicAnchor,
  kDynamicRef,
  kElse,
  kEnum,
  kExclusiveMaximum,
  kExclusiveMinimum,
  kFormat,
  kId,
  kIdOfDraft4,
  kIf,
  kItems,
  kMaxContains,
  kMaximum,
  kMaxItems,
  kMaxLength,
  kMaxProperties,
  kMinContains,
  kMinimum,
  kMinItems,
  kMinLength,
  kMinProperties,
  kMultipleOf,
  kNot,
  kOneOf,
  kPattern,
  kPatternProperties,
  kPrefixItems,
  kProperties,
  kPropertyNames,
  kRecursiveAnchor,
  kRecursiveRef,
  kRef,
  kRequired,
  kSchema,
  kThen,
  kType,
  kUnevaluatedItems,
  kUnevaluatedProperties,
  kUniqueItems,
  kVocabulary,
  kAnnotation,  // says nothing about validity
  kUnknown,     // not a keyword of the draft: by the specification an annotation too
};
inline constexpr std::size_t kNumKeywords = static_cast<std::size_t>(Keyword::kAnnotation);

enum class Support : std::uint8_t { kEnforced, kAnnotation, kRefused };

struct KeywordEntry {
  std::string_view name;
  Keyword keyword;
  Draft first;  // drafts that have it, both included
  Draft last;
  Support support;
  std::string_view note;  // what is refused or left out, and what to do; may be empty
};

// Sorted by name.
std::span<const KeywordEntry> KeywordTable();

Keyword FindKeyword(std::string_view name, Draft draft);

std::string_view NameOf(Keyword keyword);

// The names of a draft's keywords, for suggestions.
std::vector<std::string_view> KeywordNames(Draft draft);

}  // namespace pushmask::frontend::json_schema
