// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/lower.h"

#include <string>

#include "frontend/json_schema/productive.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;

// Rules that one schema may become. Only combinations of recursive schemas come near it.
constexpr std::size_t kMaxRules = 50'000;
// Branches of all its conjunctions together; one conjunction has a tighter limit of its own.
constexpr std::size_t kMaxBranches = 500'000;
// A choice between more alternatives than this becomes a rule of its own, so that several uses
// share it.
constexpr std::size_t kInlineChoice = 16;

}  // namespace

ir::Grammar Lowering::Run() {
  const ir::RuleId root = AddRule("root");
  const SchemaSet root_schema{SchemaId(0)};
  std::vector<ExprId> bodies{Value(root_schema, 0)};
  builder_.Define(root, bodies[0]);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending next = std::move(pending_[i]);  // lowering appends to the list
    builder_.Define(next.rule, next.type == kArrayType ? Array(next.schemas, next.depth)
                                                       : Object(next.schemas, next.depth));
  }
  const auto& notes = contradictions_.notes();
  ir::Grammar grammar = builder_.Finish(root, site_.source_name());
  if (!notes.empty() && !IsProductive(grammar)) {
    throw EmptyLanguageError(
        site_.At(*notes[0].at, "no value matches the schema: " + notes[0].message));
  }
  return grammar;
}

ir::RuleId Lowering::AddRule(std::string_view name) {
  if (++num_rules_ > kMaxRules) {
    throw LimitError(
        "the schema becomes more than " + std::to_string(kMaxRules) + " rules (limit max_rules)",
        "max_rules", kMaxRules, num_rules_);
  }
  return builder_.AddRule(name);
}

ExprId Lowering::AsRule(std::string_view name, ExprId body) {
  if (builder_.expr(body).kind == ir::ExprKind::kNothing) return body;
  const auto [entry, inserted] = rule_of_body_.try_emplace(body);
  if (inserted) {
    const ir::RuleId rule = AddRule(name);
    builder_.Define(rule, body);
    entry->second = builder_.RuleRef(rule);
  }
  return entry->second;
}

ExprId Lowering::Value(const SchemaSet& schemas, std::uint32_t depth) {
  auto key = std::make_pair(depth, schemas);
  const auto known = values_.find(key);
  if (known != values_.end()) return known->second;
  if (schemas.empty()) return AnyValue(depth);

  const std::size_t mark = contradictions_.mark();
  std::vector<ExprId> options;
  for (const Branch& branch : Branches(schemas)) {
    options.push_back(BranchValue(branch, depth));
  }
  ExprId value = builder_.Choice(options);
  const ir::Expr& node = builder_.expr(value);
  // What matches nothing is not remembered: each use has to note why.
  if (node.kind == ir::ExprKind::kNothing) return value;
  contradictions_.Rewind(mark);
  if (node.kind == ir::ExprKind::kChoice && node.children.size() > kInlineChoice) {
    const ir::RuleId rule = AddRule(NameFor(schemas, kAllTypes));
    builder_.Define(rule, value);
    value = builder_.RuleRef(rule);
  }
  values_.emplace(std::move(key), value);
  return value;
}

std::vector<Branch> Lowering::Branches(const SchemaSet& schemas) {
  std::vector<Branch> branches = Expand(table_, schemas, &contradictions_);
  num_branches_ += branches.size();
  if (num_branches_ > kMaxBranches) {
    throw LimitError("the alternatives of the schema multiply to more than " +
                         std::to_string(kMaxBranches) + " branches (limit max_branches)",
                     "max_branches", kMaxBranches, num_branches_);
  }
  return branches;
}

ExprId Lowering::AnyValue(std::uint32_t depth) {
  const ir::RuleId rule = AddRule("value");
  const ExprId value = builder_.RuleRef(rule);
  values_.emplace(std::make_pair(depth, SchemaSet()), value);
  builder_.Define(rule, ByType(Branch{}, depth));
  return value;
}

ExprId Lowering::BranchValue(const Branch& branch, std::uint32_t depth) {
  for (const SchemaId id : branch.schemas) {
    if (table_[id.index()].has_values()) return Listed(branch, depth);
  }
  if (branch.schemas.empty() && branch.types == kAllTypes) return Value({}, depth);
  return ByType(branch, depth);
}

ExprId Lowering::ByType(const Branch& branch, std::uint32_t depth) {
  std::vector<ExprId> types;
  if ((branch.types & kNullType) != 0) types.push_back(builder_.Bytes("null"));
  if ((branch.types & kBooleanType) != 0) {
    types.push_back(builder_.Bytes("true"));
    types.push_back(builder_.Bytes("false"));
  }
  if ((branch.types & kNumberType) != 0) types.push_back(Number(branch));
  if ((branch.types & kStringType) != 0) {
    types.push_back(String(Constraining(table_, branch, kStringType)));
  }
  if ((branch.types & kArrayType) != 0) types.push_back(Container(kArrayType, branch, depth));
  if ((branch.types & kObjectType) != 0) types.push_back(Container(kObjectType, branch, depth));
  return builder_.Choice(types);
}

// A reference to the rule of an array or object.
ExprId Lowering::Container(TypeSet type, const Branch& branch, std::uint32_t depth) {
  SchemaSet schemas = Constraining(table_, branch, type);
  const auto [entry, inserted] =
      containers_.try_emplace(std::make_tuple(type, depth, schemas), ExprId());
  if (!inserted) return entry->second;
  const ir::RuleId rule = AddRule(NameFor(schemas, type));
  entry->second = builder_.RuleRef(rule);
  pending_.push_back({rule, type, std::move(schemas), depth});
  return entry->second;
}

std::string_view Lowering::NameFor(const SchemaSet& schemas, TypeSet type) const {
  for (const SchemaId id : schemas) {
    if (!table_[id.index()].name.empty()) return table_[id.index()].name;
  }
  if (type == kArrayType) return "array";
  return type == kObjectType ? "object" : "value";
}

}  // namespace pushmask::frontend::json_schema
