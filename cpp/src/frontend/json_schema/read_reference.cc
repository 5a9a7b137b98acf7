// SPDX-License-Identifier: Apache-2.0
// $ref, $dynamicRef and $recursiveRef (2020-12 core, section 8.2.3; 2019-09 core, section 8.2.4.2).
#include <string>

#include "frontend/json_schema/reader.h"
#include "frontend/json_schema/uri.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Value;

// The name under which a scope keeps recursive anchors. No anchor has it: they begin with a letter.
constexpr std::string_view kRecursive = "#";

std::string_view LastSegment(std::string_view reference) {
  const std::size_t slash = reference.find_last_of("/#");
  return reference.substr(slash == std::string_view::npos ? 0 : slash + 1);
}

}  // namespace

Reader::Context Reader::Enter(Place place, ScopeId scope) {
  return {place.resource, Extended(scope, place.resource)};
}

// The outermost resource that has an anchor wins, so what is there already stays.
ScopeId Reader::Extended(ScopeId scope, ResourceId id) {
  if (!library_.has_dynamic_references()) return scope;
  library_.Index(id);
  const Resource& resource = library_.resource(id);
  Scope extended = scopes_[scope.index()];
  for (const auto& [anchor, schema] : resource.dynamic_anchors) {
    extended.try_emplace(std::string(anchor), Place{schema, id});
  }
  if (resource.is_recursive_anchor) {
    extended.try_emplace(std::string(kRecursive), Place{resource.root, id});
  }
  std::vector<std::pair<std::string, const Value*>> key;
  for (const auto& [anchor, place] : extended) key.emplace_back(anchor, place.schema);
  if (key.empty()) return ScopeId(0);
  const auto [entry, inserted] = scope_ids_.try_emplace(std::move(key), scopes_.size());
  if (inserted) scopes_.push_back(std::move(extended));
  return entry->second;
}

std::optional<Reader::Target> Reader::TargetOf(const Keywords& keywords, Keyword keyword,
                                               Context context) {
  const Value* ref = keywords[keyword];
  if (ref == nullptr) return std::nullopt;
  if (!ref->is_string()) Expected(*ref, keyword, "a string");
  Place place;
  if (keyword == Keyword::kRef) {
    place = library_.Resolve(*ref, ref->text, context.resource);
  } else if (keyword == Keyword::kDynamicRef) {
    place = ResolveDynamic(*ref, context);
  } else {
    place = ResolveRecursive(*ref, context);
  }
  return Target{place, Enter(place, context.scope).scope, std::nullopt};
}

// A dynamic reference to a dynamic anchor means the anchor of that name that is outermost in the
// dynamic scope; any other is a plain reference.
Place Reader::ResolveDynamic(const Value& ref, Context context) {
  const Place place = library_.Resolve(ref, ref.text, context.resource);
  const std::string name = PercentDecoded(FragmentOf(ref.text));
  const auto& anchors = library_.resource(place.resource).dynamic_anchors;
  const auto own = anchors.find(name);
  if (own == anchors.end() || own->second != place.schema) return place;
  const ScopeId scope = Extended(context.scope, place.resource);
  const auto outermost = scopes_[scope.index()].find(name);
  return outermost == scopes_[scope.index()].end() ? place : outermost->second;
}

Place Reader::ResolveRecursive(const Value& ref, Context context) {
  const Place place = library_.Resolve(ref, ref.text, context.resource);
  if (!library_.resource(place.resource).is_recursive_anchor) return place;
  const ScopeId scope = Extended(context.scope, place.resource);
  const auto outermost = scopes_[scope.index()].find(kRecursive);
  return outermost == scopes_[scope.index()].end() ? place : outermost->second;
}

FormulaId Reader::ReadReference(const Target& target, std::string_view name) {
  const auto [entry, inserted] =
      numbers_.try_emplace({target.place.schema, target.place.resource, target.scope},
                           static_cast<std::uint32_t>(targets_.size()));
  if (inserted) targets_.push_back(target);
  const FormulaId id = store_.Reference(entry->second);
  store_.SetName(id, LastSegment(name));
  return id;
}

FormulaId Reader::Meaning(std::uint32_t schema) {
  const Target target = targets_[schema];  // a copy: reading finds more of them
  if (target.formula) return *target.formula;
  const FormulaId formula = Read(*target.place.schema, {target.place.resource, target.scope},
                                 store_.name(store_.Reference(schema)), true);
  targets_[schema].formula = formula;
  return formula;
}

void Reader::FailForCycle(std::uint32_t schema) {
  site().Malformed(*targets_[schema].place.schema,
                   "the schema refers back to itself for the same value, without end",
                   "put the reference inside properties or items");
}

}  // namespace pushmask::frontend::json_schema
