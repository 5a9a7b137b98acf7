// SPDX-License-Identifier: Apache-2.0
// Which keywords mean what to us: the one table. docs/reference/json_schema.md shows it to users.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pushmask::frontend::json_schema {

// The keywords that parse.cc reads, and the two ways of not reading one.
enum class Keyword : std::uint8_t {
  kAnnotation,  // says nothing about validity; ignored
  kRefused,     // known, but not enforced: an error
  kUnknown,     // not a keyword of JSON Schema: an error, it may be a misspelt one
  kAdditionalProperties,
  kAllOf,
  kAnyOf,
  kConst,
  kDefinitions,  // $defs and definitions: read where a $ref points
  kEnum,
  kExclusiveMaximum,
  kExclusiveMinimum,
  kFormat,
  kId,
  kItems,
  kMaxItems,
  kMaxLength,
  kMaximum,
  kMinItems,
  kMinLength,
  kMinimum,
  kOneOf,
  kPattern,
  kPrefixItems,
  kProperties,
  kRef,
  kRequired,
  kType,
};

Keyword FindKeyword(std::string_view name);

// Every name in the table, for suggestions.
std::vector<std::string_view> KeywordNames();

}  // namespace pushmask::frontend::json_schema
