// SPDX-License-Identifier: Apache-2.0
// Schemas to IR. Values are lowered where they stand; arrays and objects become rules, one per
// (conjunction, depth), which wait in a list until they are built: recursion in the schema is
// recursion between rules and costs no stack here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontend/json_schema/conjunction.h"
#include "frontend/json_schema/layout.h"
#include "frontend/json_schema/schema.h"
#include "frontend/json_schema/site.h"
#include "frontend/json_schema/string_encoding.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

class Lowering {
 public:
  Lowering(const SchemaTable& table, const Site& site, const JsonSchemaOptions& options)
      : table_(table),
        site_(site),
        property_order_(options.property_order),
        layout_(options, &builder_),
        strings_(&builder_) {}

  // The grammar of schema 0. Call once.
  ir::Grammar Run();

 private:
  // lower.cc. Nothing() means that no value matches, as far as that shows without other rules.
  ir::ExprId Value(const SchemaSet& schemas, std::uint32_t depth);
  std::vector<Branch> Branches(const SchemaSet& schemas);
  ir::ExprId AnyValue(std::uint32_t depth);
  ir::ExprId BranchValue(const Branch& branch, std::uint32_t depth);
  ir::ExprId ByType(const Branch& branch, std::uint32_t depth);
  ir::ExprId Container(TypeSet type, const Branch& branch, std::uint32_t depth);
  std::string_view NameFor(const SchemaSet& schemas, TypeSet type) const;
  ir::RuleId AddRule(std::string_view name);
  // A reference to a rule with this body, one per body. What goes on inside a string is the costly
  // part of a mask; in a rule of its own it is computed once for all places, and all grammars.
  ir::ExprId AsRule(std::string_view name, ir::ExprId body);

  // lower_number.cc
  ir::ExprId Number(const Branch& branch);

  // lower_string.cc. Both include the quotes.
  ir::ExprId String(const SchemaSet& schemas);
  ir::ExprId AnyString();
  // The strings that `pattern` and `format` allow, decoded; nullopt if neither is there.
  std::optional<ir::ExprId> StringLanguage(const SchemaSet& schemas);
  ir::ExprId Pattern(const json::Value& pattern);
  ir::ExprId Format(const json::Value& format);
  ir::ExprId WithLengths(ir::ExprId language, const Counts& lengths);
  ir::ExprId Quoted(ir::ExprId content);

  // lower_array.cc
  ir::ExprId Array(const SchemaSet& schemas, std::uint32_t depth);
  ir::ExprId Elements(const std::vector<ir::ExprId>& first, ir::ExprId rest, const Counts& counts,
                      std::uint32_t depth);

  // lower_object.cc
  struct Member {
    ir::ExprId body;
    bool required;
  };
  ir::ExprId Object(const SchemaSet& schemas, std::uint32_t depth);
  ir::ExprId MemberOf(ir::ExprId quoted_name, ir::ExprId value);
  ir::ExprId OtherName(const std::vector<DeclaredName>& names);
  // An object of `members` and any number of `other`.
  ir::ExprId Members(const std::vector<Member>& members, std::optional<ir::ExprId> other,
                     std::uint32_t depth);
  ir::ExprId MembersInOrder(const std::vector<Member>& members, std::optional<ir::ExprId> other,
                            ir::ExprId separator);

  // lower_literal.cc: `enum` and `const`
  ir::ExprId Listed(const Branch& branch, std::uint32_t depth);
  ir::ExprId Literal(const json::Value& value, const SchemaSet& schemas, std::uint32_t depth);
  bool IsListed(const json::Value& value, const SchemaSet& schemas) const;
  // The value if all keywords of the branch but `enum` and `const` allow it.
  ir::ExprId Spelled(const json::Value& value, const Branch& branch, std::uint32_t depth);
  ir::ExprId NumberLiteralIn(const json::Value& value, const Branch& branch);
  ir::ExprId StringLiteral(const json::Value& value, const Branch& branch);
  ir::ExprId ArrayLiteral(const json::Value& value, const Branch& branch, std::uint32_t depth);
  ir::ExprId ObjectLiteral(const json::Value& value, const Branch& branch, std::uint32_t depth);

  struct Pending {
    ir::RuleId rule;
    TypeSet type;
    SchemaSet schemas;
    std::uint32_t depth;
  };

  const SchemaTable& table_;
  const Site& site_;
  PropertyOrder property_order_;
  ir::Builder builder_;
  Layout layout_;
  StringEncoder strings_;
  Contradictions contradictions_;

  std::map<std::pair<std::uint32_t, SchemaSet>, ir::ExprId> values_;  // by depth and conjunction
  std::map<std::tuple<TypeSet, std::uint32_t, SchemaSet>, ir::ExprId> containers_;
  std::vector<Pending> pending_;
  std::size_t num_rules_ = 0;
  std::size_t num_branches_ = 0;
  ir::ExprId any_string_;
  std::unordered_map<ir::ExprId, ir::ExprId> rule_of_body_;
  std::array<ir::ExprId, 2> any_number_;  // integers, numbers: without bounds
  std::unordered_map<const json::Value*, ir::ExprId> patterns_;
  std::unordered_map<std::string_view, ir::ExprId> formats_;
};

}  // namespace pushmask::frontend::json_schema
