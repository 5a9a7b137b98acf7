// SPDX-License-Identifier: Apache-2.0
// A schema object, read but not yet interpreted: one struct per JSON object, its sub-schemas by id.
// What is absent constrains nothing. Values point into the json::Document.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "frontend/json/value.h"

namespace pushmask::frontend::json_schema {

using SchemaId = base::Id<struct SchemaTag>;

// A set of instance types, one bit each. Integers are numbers, so "number" is two bits.
using TypeSet = std::uint8_t;
inline constexpr TypeSet kNullType = 1;
inline constexpr TypeSet kBooleanType = 2;
inline constexpr TypeSet kIntegerType = 4;
inline constexpr TypeSet kFractionType = 8;  // numbers that are no integers
inline constexpr TypeSet kNumberType = kIntegerType | kFractionType;
inline constexpr TypeSet kStringType = 16;
inline constexpr TypeSet kArrayType = 32;
inline constexpr TypeSet kObjectType = 64;
inline constexpr TypeSet kAllTypes = 127;

// A keyword whose value is a count, and the place of that value.
struct Count {
  std::uint32_t value = 0;
  const json::Value* at = nullptr;
};

struct Property {
  std::string_view name;
  SchemaId schema;
};

struct Schema {
  const json::Value* at = nullptr;
  std::string_view name = {};  // the property or definition that it is, for names of rules
  bool is_false = false;       // the schema `false`
  TypeSet types = kAllTypes;
  TypeSet constrained = 0;  // types that the keywords below say something about

  const json::Value* minimum = nullptr;
  const json::Value* maximum = nullptr;
  const json::Value* exclusive_minimum = nullptr;
  const json::Value* exclusive_maximum = nullptr;

  std::optional<Count> min_length;
  std::optional<Count> max_length;
  const json::Value* pattern = nullptr;
  const json::Value* format = nullptr;

  std::optional<Count> min_items;
  std::optional<Count> max_items;
  std::vector<SchemaId> prefix_items;
  SchemaId items;  // may be invalid: absent

  std::vector<Property> properties;
  std::vector<std::string_view> required;
  const json::Value* required_at = nullptr;
  SchemaId additional_properties;  // may be invalid: absent

  // `enum`, or `const` as an enum of one; null if absent. Both may stand in one schema.
  const json::Value* enumeration = nullptr;
  const json::Value* constant = nullptr;

  // Schemas that the same instance must match as well: $ref, allOf.
  std::vector<SchemaId> conjuncts;
  std::vector<SchemaId> any_of;

  bool has_values() const { return enumeration != nullptr || constant != nullptr; }
};

// All schemas that the root reaches; the root is id 0.
using SchemaTable = std::vector<Schema>;

}  // namespace pushmask::frontend::json_schema
