// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/conjunction.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

// Branches of one conjunction. Far above real schemas; far below what would stall a compile.
constexpr std::size_t kMaxBranches = 4096;

// A branch in the making.
struct Partial {
  TypeSet types = kAllTypes;
  SchemaSet schemas;
  SchemaSet visited;              // followed already, whether kept in `schemas` or not
  std::vector<SchemaId> pending;  // to be followed
};

bool HasOwnKeywords(const Schema& schema) {
  return schema.constrained != 0 || schema.has_values() || schema.types != kAllTypes;
}

// Follows `partial` until it is a branch or meets an anyOf, which it returns.
const std::vector<SchemaId>* Advance(const SchemaTable& table, Partial* partial,
                                     Contradictions* contradictions) {
  while (!partial->pending.empty()) {
    const SchemaId id = partial->pending.back();
    partial->pending.pop_back();
    if (std::binary_search(partial->visited.begin(), partial->visited.end(), id)) continue;
    Insert(id, &partial->visited);
    const Schema& schema = table[id.index()];
    const TypeSet types = schema.is_false ? TypeSet{0} : schema.types;
    if ((partial->types & types) == 0) {
      contradictions->Add(schema.at, schema.is_false
                                         ? "the schema 'false' matches nothing"
                                         : "the types that are allowed here exclude each other");
    }
    partial->types &= types;
    if (partial->types == 0) return nullptr;
    if (HasOwnKeywords(schema)) Insert(id, &partial->schemas);
    const auto& conjuncts = schema.conjuncts;
    partial->pending.insert(partial->pending.end(), conjuncts.rbegin(), conjuncts.rend());
    if (schema.any_of.size() > 1) return &schema.any_of;
    if (!schema.any_of.empty()) partial->pending.push_back(schema.any_of[0]);
  }
  return nullptr;
}

}  // namespace

void Insert(SchemaId id, SchemaSet* set) {
  const auto at = std::lower_bound(set->begin(), set->end(), id);
  if (at == set->end() || *at != id) set->insert(at, id);
}

std::vector<Branch> Expand(const SchemaTable& table, const SchemaSet& set,
                           Contradictions* contradictions) {
  std::vector<Branch> branches;
  std::vector<Partial> work(1);
  work[0].pending.assign(set.rbegin(), set.rend());
  std::size_t num_partials = 1;
  while (!work.empty()) {
    Partial partial = std::move(work.back());
    work.pop_back();
    const std::vector<SchemaId>* any_of = Advance(table, &partial, contradictions);
    if (partial.types == 0) continue;
    if (any_of == nullptr) {
      branches.push_back({partial.types, std::move(partial.schemas)});
      continue;
    }
    num_partials += any_of->size() - 1;
    if (num_partials > kMaxBranches) {
      throw LimitError("combining 'anyOf' with its siblings gives more than " +
                           std::to_string(kMaxBranches) + " branches (limit max_branches)",
                       "max_branches", kMaxBranches, num_partials);
    }
    for (auto option = any_of->rbegin(); option != any_of->rend(); ++option) {
      work.push_back(partial);
      work.back().pending.push_back(*option);
    }
  }
  return branches;
}

SchemaSet Constraining(const SchemaTable& table, const Branch& branch, TypeSet types) {
  SchemaSet out;
  for (const SchemaId id : branch.schemas) {
    if ((table[id.index()].constrained & types) != 0) out.push_back(id);
  }
  return out;
}

namespace {

void Tighten(const std::optional<Count>& min, const std::optional<Count>& max, Counts* out) {
  if (min && min->value > out->min) {
    out->min = min->value;
    out->at = min->at;
  }
  if (max && max->value < out->max) {
    out->max = max->value;
    out->at = max->at;
  }
}

// Keeps the tighter of two bounds; `sign` is 1 for lower bounds, -1 for upper ones.
void Tighten(const json::Value* value, bool exclusive, int sign, std::optional<Bound>* out) {
  if (value == nullptr) return;
  Bound bound{json::Decimal::Parse(value->text), exclusive, value};
  if (*out) {
    const auto order = sign > 0 ? bound.value <=> (*out)->value : (*out)->value <=> bound.value;
    if (order < 0 || (order == 0 && !exclusive)) return;
  }
  *out = std::move(bound);
}

}  // namespace

Counts StringLengths(const SchemaTable& table, const SchemaSet& schemas) {
  Counts counts;
  for (const SchemaId id : schemas) {
    Tighten(table[id.index()].min_length, table[id.index()].max_length, &counts);
  }
  return counts;
}

Counts ItemCounts(const SchemaTable& table, const SchemaSet& schemas) {
  Counts counts;
  for (const SchemaId id : schemas) {
    Tighten(table[id.index()].min_items, table[id.index()].max_items, &counts);
  }
  return counts;
}

Bounds NumberBounds(const SchemaTable& table, const SchemaSet& schemas) {
  Bounds bounds;
  for (const SchemaId id : schemas) {
    const Schema& schema = table[id.index()];
    Tighten(schema.minimum, false, 1, &bounds.lower);
    Tighten(schema.exclusive_minimum, true, 1, &bounds.lower);
    Tighten(schema.maximum, false, -1, &bounds.upper);
    Tighten(schema.exclusive_maximum, true, -1, &bounds.upper);
  }
  return bounds;
}

SchemaSet ItemSchemas(const SchemaTable& table, const SchemaSet& schemas, std::size_t index) {
  SchemaSet out;
  for (const SchemaId id : schemas) {
    const Schema& schema = table[id.index()];
    if (index < schema.prefix_items.size()) {
      Insert(schema.prefix_items[index], &out);
    } else if (schema.items.valid()) {
      Insert(schema.items, &out);
    }
  }
  return out;
}

std::size_t PrefixLength(const SchemaTable& table, const SchemaSet& schemas) {
  std::size_t length = 0;
  for (const SchemaId id : schemas)
    length = std::max(length, table[id.index()].prefix_items.size());
  return length;
}

ObjectShape MergeObjects(const SchemaTable& table, const SchemaSet& schemas) {
  ObjectShape shape;
  std::unordered_map<std::string_view, std::size_t> index;
  const auto entry = [&](std::string_view name) -> std::size_t {
    const auto [at, inserted] = index.try_emplace(name, shape.names.size());
    if (inserted) shape.names.push_back({.name = name, .required = false, .schemas = {}});
    return at->second;
  };
  for (const SchemaId id : schemas) {
    for (const Property& property : table[id.index()].properties) {
      Insert(property.schema, &shape.names[entry(property.name)].schemas);
    }
  }
  for (const SchemaId id : schemas) {
    const Schema& schema = table[id.index()];
    for (const std::string_view name : schema.required) shape.names[entry(name)].required = true;
    if (schema.required_at != nullptr) shape.required_at = schema.required_at;
  }
  // `additionalProperties` speaks about the names that its own schema does not declare.
  for (const SchemaId id : schemas) {
    const Schema& schema = table[id.index()];
    if (!schema.additional_properties.valid()) continue;
    Insert(schema.additional_properties, &shape.others);
    std::vector<bool> own(shape.names.size());
    for (const Property& property : schema.properties) own[entry(property.name)] = true;
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (!own[i]) Insert(schema.additional_properties, &shape.names[i].schemas);
    }
  }
  return shape;
}

}  // namespace pushmask::frontend::json_schema
