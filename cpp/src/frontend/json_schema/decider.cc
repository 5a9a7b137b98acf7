// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/decider.h"

#include <algorithm>

#include "frontend/json_schema/array_facts.h"
#include "frontend/json_schema/object_facts.h"
#include "frontend/json_schema/solver.h"

namespace pushmask::frontend::json_schema {
namespace {

// How far to look into members of members, and at how many cases.
constexpr int kMaxDepth = 4;
constexpr std::size_t kMaxCases = 16;
// Formulas looked at for one question, and for all of them: questions about formulas that contain
// each other would multiply.
constexpr std::size_t kMaxEffort = 200;
constexpr std::size_t kMaxTotalEffort = 8'000;

}  // namespace

bool Decider::IsSurelyEmpty(FormulaId id) {
  if (id == kTrue || id == kFalse) return id == kFalse;
  const auto known = empty_.find(id);
  if (known != empty_.end()) return known->second;
  if (depth_ == 0) effort_ = 0;
  if (depth_ >= kMaxDepth || ++effort_ > kMaxEffort || ++total_effort_ > kMaxTotalEffort) {
    return false;
  }
  // Of a formula that contains itself nothing is known while it is looked at.
  empty_.emplace(id, false);
  ++depth_;
  const TypeSet possible = projection_.PossibleTypes(id);
  const bool is_empty = std::all_of(kSingleTypes.begin(), kSingleTypes.end(), [&](TypeSet type) {
    if ((possible & type) == 0) return true;
    const FormulaId projected = projection_.Of(id, type);
    return projected == kFalse || (projected != kTrue && IsSurelyEmpty(projected, type));
  });
  --depth_;
  // Deep inside, "no" may only mean that the end was near.
  if (is_empty || depth_ == 0) {
    empty_[id] = is_empty;
  } else {
    empty_.erase(id);
  }
  return is_empty;
}

bool Decider::IsSurelyEmpty(FormulaId projected, TypeSet type) {
  if (projected == kFalse) return true;
  if (projected == kTrue) return false;
  switch (type) {
    case kStringType:
      // No format is empty; finding that out would take its automaton.
      if (store_.kind(projected) == FormulaKind::kFormat && !projected.negated()) return false;
      return strings_.IsSurelyEmpty(projected);
    case kIntegerType:
    case kFractionType:
      return numbers_.IsSurelyEmpty(projected, type);
    case kArrayType: {
      std::vector<ArrayFacts> cases;
      const bool all =
          Solver<ArrayFacts>(&store_, kMaxCases).Run(projected, ArrayFacts(this), &cases);
      return all && std::all_of(cases.begin(), cases.end(), [&](const ArrayFacts& facts) {
               const std::uint32_t last = std::min(facts.min(), facts.prefix() + 1);
               for (std::uint32_t i = 0; i < last; ++i) {
                 if (IsSurelyEmpty(facts.ValueAt(i))) return true;
               }
               return false;
             });
    }
    case kObjectType: {
      std::vector<ObjectFacts> cases;
      const bool all =
          Solver<ObjectFacts>(&store_, kMaxCases).Run(projected, ObjectFacts(this), &cases);
      return all && std::all_of(cases.begin(), cases.end(), [&](const ObjectFacts& facts) {
               return std::any_of(facts.named().begin(), facts.named().end(),
                                  [&](const ObjectFacts::Named& named) {
                                    return named.is_required &&
                                           IsSurelyEmpty(facts.ValueOf(named.name));
                                  });
             });
    }
    default:
      return false;
  }
}

bool Decider::NameMatches(FormulaId id, std::string_view name) {
  return strings_.Holds(projection_.Of(id, kStringType), name);
}

std::size_t Decider::FindDeclared(FormulaId id, std::string_view name) {
  constexpr std::size_t kFew = 16;
  const auto& names = store_[id].names;
  if (names.size() <= kFew) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::string_view::npos
                                : static_cast<std::size_t>(found - names.begin());
  }
  Names& index = declared_[id];
  if (index.empty()) {
    for (std::size_t i = 0; i < names.size(); ++i) index.emplace(names[i], i);
  }
  const auto found = index.find(name);
  return found == index.end() ? std::string_view::npos : found->second;
}

FormulaId Decider::ValueIn(FormulaId id, std::string_view name) {
  const Formula& properties = store_[id];
  const std::size_t declared = FindDeclared(id, name);
  const std::size_t first_pattern = properties.names.size();
  if (NumPatterns(properties) == 0) {
    return properties.children[declared == std::string_view::npos ? first_pattern : declared];
  }
  std::vector<FormulaId> values;
  if (declared != std::string_view::npos) values.push_back(properties.children[declared]);
  for (std::size_t i = first_pattern; i + 1 < properties.children.size(); i += 2) {
    if (NameMatches(properties.children[i], name)) values.push_back(properties.children[i + 1]);
  }
  if (values.empty()) values.push_back(properties.children.back());
  return store_.All(values);
}

}  // namespace pushmask::frontend::json_schema
