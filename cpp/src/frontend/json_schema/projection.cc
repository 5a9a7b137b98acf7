// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/projection.h"

#include <string>

#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

// Connectives and references inside each other, for one value. Each takes a little stack.
constexpr int kMaxDepth = 2000;
// Looking further for types that cannot be costs more than trying them.
constexpr int kTypesDepth = 6;

}  // namespace

FormulaId Projection::Of(FormulaId id, TypeSet type) {
  const auto signed_as = [&](FormulaId positive) { return id.negated() ? ~positive : positive; };
  const Formula& formula = store_[id];
  if (formula.kind == FormulaKind::kConstant) return id;
  if (formula.kind == FormulaKind::kTypes) {
    return signed_as((formula.types & type) != 0 ? kTrue : kFalse);
  }
  const TypeSet spoken_of = TypeOf(formula.kind);
  if (spoken_of != kAllTypes) {
    return signed_as((spoken_of & type) != 0 ? FormulaId(id.node(), false) : kTrue);
  }
  const std::uint64_t key = std::uint64_t{id.node()} * 256 + type;
  const auto known = known_.find(key);
  if (known != known_.end()) return signed_as(known->second);
  if (++depth_ > kMaxDepth) {
    throw LimitError("schemas refer to each other more than " + std::to_string(kMaxDepth) +
                         " deep for one value (limit max_depth)",
                     "max_depth", kMaxDepth, kMaxDepth + 1);
  }
  const FormulaId result = Compute(FormulaId(id.node(), false), type);
  --depth_;
  known_.emplace(key, result);
  return signed_as(result);
}

FormulaId Projection::Compute(FormulaId id, TypeSet type) {
  const Formula& formula = store_[id];
  if (formula.kind == FormulaKind::kReference) {
    // Chains of references are followed here, so that their length costs no stack.
    std::vector<std::uint32_t> chain;
    FormulaId at = id;
    while (store_.kind(at) == FormulaKind::kReference && !at.negated()) {
      const std::uint32_t schema = store_[at].min;
      if (schema >= open_.size()) open_.resize(schema + std::size_t{1});
      if ((open_[schema] & type) != 0) schemas_.FailForCycle(schema);
      open_[schema] |= type;
      chain.push_back(schema);
      at = schemas_.Meaning(schema);
    }
    const FormulaId result = Of(at, type);
    for (const std::uint32_t schema : chain) open_[schema] &= static_cast<TypeSet>(~type);
    return result;
  }
  std::vector<FormulaId> parts;
  parts.reserve(formula.children.size());
  for (const FormulaId child : formula.children) {
    const FormulaId part = Of(child, type);
    if (part == kFalse && formula.kind == FormulaKind::kAll) return kFalse;
    parts.push_back(part);
  }
  return formula.kind == FormulaKind::kAll ? store_.All(parts) : store_.ExactlyOne(parts);
}

TypeSet Projection::PossibleTypes(FormulaId id, int depth) {
  if (depth > kTypesDepth) return kAllTypes;
  const Formula& formula = store_[id];
  switch (formula.kind) {
    case FormulaKind::kConstant:
      return id.negated() ? 0 : kAllTypes;
    case FormulaKind::kTypes:
      return id.negated() ? static_cast<TypeSet>(~formula.types) : formula.types;
    case FormulaKind::kAll: {
      TypeSet types = id.negated() ? 0 : kAllTypes;
      for (const FormulaId child : formula.children) {
        if (id.negated()) {
          types |= PossibleTypes(~child, depth + 1);
        } else {
          types &= PossibleTypes(child, depth + 1);
        }
      }
      return types;
    }
    case FormulaKind::kReference:
      return id.negated() ? kAllTypes : PossibleTypes(schemas_.Meaning(formula.min), depth + 1);
    case FormulaKind::kExactlyOne:
      return kAllTypes;
    default:
      return id.negated() ? TypeOf(formula.kind) : kAllTypes;
  }
}

}  // namespace pushmask::frontend::json_schema
