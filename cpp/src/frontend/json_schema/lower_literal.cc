// SPDX-License-Identifier: Apache-2.0
// `enum` and `const`: the listed values that the other keywords of the branch allow, spelled out.
// A value is lowered *under* its schemas, so that a keyword means the same here as elsewhere.
#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/check.h"
#include "frontend/json_schema/lower.h"
#include "frontend/json_schema/numbers.h"
#include "text/utf8.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;
using json::Kind;

TypeSet TypeOf(const json::Value& value) {
  switch (value.kind) {
    case Kind::kNull:
      return kNullType;
    case Kind::kFalse:
    case Kind::kTrue:
      return kBooleanType;
    case Kind::kNumber:
      return json::Decimal::Parse(value.text).is_integer() ? kIntegerType : kFractionType;
    case Kind::kString:
      return kStringType;
    case Kind::kArray:
      return kArrayType;
    case Kind::kObject:
      return kObjectType;
  }
  return 0;
}

std::size_t CountCodepoints(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsWithin(const json::Decimal& number, const Bounds& bounds) {
  if (bounds.lower) {
    const auto order = number <=> bounds.lower->value;
    if (order < 0 || (order == 0 && bounds.lower->exclusive)) return false;
  }
  if (!bounds.upper) return true;
  const auto order = number <=> bounds.upper->value;
  return order < 0 || (order == 0 && !bounds.upper->exclusive);
}

}  // namespace

ExprId Lowering::Listed(const Branch& branch, std::uint32_t depth) {
  // The first list has the candidates. Other lists have to hold them too.
  const Schema* first = nullptr;
  bool is_only = true;
  for (const SchemaId id : branch.schemas) {
    const Schema& schema = table_[id.index()];
    if (!schema.has_values()) continue;
    is_only = is_only && first == nullptr &&
              (schema.constant == nullptr || schema.enumeration == nullptr);
    if (first == nullptr) first = &schema;
  }
  PUSHMASK_CHECK(first != nullptr);
  std::vector<ExprId> values;
  const auto add = [&](const json::Value& value) {
    if (is_only || IsListed(value, branch.schemas)) values.push_back(Spelled(value, branch, depth));
  };
  if (first->constant != nullptr) {
    add(*first->constant);
  } else {
    for (const json::Value& value : first->enumeration->elements) add(value);
  }
  const ExprId choice = builder_.Choice(values);
  if (builder_.expr(choice).kind == ir::ExprKind::kNothing) {
    const bool is_empty = first->constant == nullptr && first->enumeration->elements.empty();
    contradictions_.Add(
        first->constant != nullptr ? first->constant : first->enumeration,
        is_empty ? "the enum is empty" : "no listed value matches the other keywords");
  }
  return choice;
}

ExprId Lowering::Literal(const json::Value& value, const SchemaSet& schemas, std::uint32_t depth) {
  if (schemas.empty()) return Spelled(value, Branch{}, depth);
  std::vector<ExprId> options;
  for (const Branch& branch : Branches(schemas)) {
    if (IsListed(value, branch.schemas)) options.push_back(Spelled(value, branch, depth));
  }
  return builder_.Choice(options);
}

bool Lowering::IsListed(const json::Value& value, const SchemaSet& schemas) const {
  const auto is_equal = [&](const json::Value& other) { return json::Equal(value, other); };
  return std::all_of(schemas.begin(), schemas.end(), [&](SchemaId id) {
    const Schema& schema = table_[id.index()];
    if (schema.constant != nullptr && !is_equal(*schema.constant)) return false;
    if (schema.enumeration == nullptr) return true;
    const auto& list = schema.enumeration->elements;
    return std::any_of(list.begin(), list.end(), is_equal);
  });
}

ExprId Lowering::Spelled(const json::Value& value, const Branch& branch, std::uint32_t depth) {
  if ((branch.types & TypeOf(value)) == 0) return builder_.Nothing();
  switch (value.kind) {
    case Kind::kNull:
      return builder_.Bytes("null");
    case Kind::kFalse:
      return builder_.Bytes("false");
    case Kind::kTrue:
      return builder_.Bytes("true");
    case Kind::kNumber:
      return NumberLiteralIn(value, branch);
    case Kind::kString:
      return StringLiteral(value, branch);
    case Kind::kArray:
      return ArrayLiteral(value, branch, depth);
    case Kind::kObject:
      return ObjectLiteral(value, branch, depth);
  }
  return builder_.Nothing();
}

ExprId Lowering::NumberLiteralIn(const json::Value& value, const Branch& branch) {
  const Bounds bounds = NumberBounds(table_, Constraining(table_, branch, kNumberType));
  if (!IsWithin(json::Decimal::Parse(value.text), bounds)) return builder_.Nothing();
  return NumberLiteral(value.text, &builder_);
}

ExprId Lowering::StringLiteral(const json::Value& value, const Branch& branch) {
  const SchemaSet schemas = Constraining(table_, branch, kStringType);
  const Counts lengths = StringLengths(table_, schemas);
  const std::size_t length = CountCodepoints(value.text);
  if (length < lengths.min || length > lengths.max) return builder_.Nothing();
  const auto language = StringLanguage(schemas);
  if (!language) return strings_.EncodeQuoted(value.text);
  return Quoted(builder_.Intersect(strings_.EncodeText(value.text), strings_.Encode(*language)));
}

ExprId Lowering::ArrayLiteral(const json::Value& value, const Branch& branch, std::uint32_t depth) {
  const SchemaSet schemas = Constraining(table_, branch, kArrayType);
  const Counts counts = ItemCounts(table_, schemas);
  const std::size_t size = value.elements.size();
  if (size < counts.min || size > counts.max) return builder_.Nothing();
  if (size > 0 && !layout_.CanNest(depth)) return builder_.Nothing();
  std::vector<ExprId> elements;
  for (std::size_t i = 0; i < size; ++i) {
    elements.push_back(
        Literal(value.elements[i], ItemSchemas(table_, schemas, i), layout_.Deeper(depth)));
  }
  const auto exactly = static_cast<std::uint32_t>(size);
  return Elements(elements, builder_.Nothing(), {exactly, exactly, nullptr}, depth);
}

ExprId Lowering::ObjectLiteral(const json::Value& value, const Branch& branch,
                               std::uint32_t depth) {
  if (!value.members.empty() && !layout_.CanNest(depth)) return builder_.Nothing();
  const ObjectShape shape = MergeObjects(table_, Constraining(table_, branch, kObjectType));
  std::unordered_map<std::string_view, const DeclaredName*> declared;
  std::ptrdiff_t missing = 0;
  for (const DeclaredName& name : shape.names) {
    declared.emplace(name.name, &name);
    missing += name.required ? 1 : 0;
  }
  std::vector<Member> members;
  for (const auto& [name, member] : value.members) {
    const auto entry = declared.find(name);
    const bool is_declared = entry != declared.end();
    if (is_declared && entry->second->required) --missing;
    const ExprId literal =
        Literal(member, is_declared ? entry->second->schemas : shape.others, layout_.Deeper(depth));
    if (builder_.expr(literal).kind == ir::ExprKind::kNothing) return literal;
    members.push_back({MemberOf(strings_.EncodeQuoted(name), literal), true});
  }
  if (missing > 0) return builder_.Nothing();
  return Members(members, std::nullopt, depth);
}

}  // namespace pushmask::frontend::json_schema
