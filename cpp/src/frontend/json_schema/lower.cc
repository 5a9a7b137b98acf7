// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/lower.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "frontend/json_schema/productive.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;

// Rules that one schema may become. Only combinations of recursive schemas come near it.
constexpr std::size_t kMaxRules = 50'000;
// A choice between more alternatives than this becomes a rule of its own, so that several uses
// share it.
constexpr std::size_t kInlineChoice = 16;
// References to references; what goes on for longer is a circle, which the projection finds.
constexpr int kMaxReferences = 100;
// Cases of all its arrays and objects together.
constexpr std::size_t kMaxAllCases = 100'000;
// Places that an error names.
constexpr std::size_t kMaxPlaces = 4;

std::uint64_t Key(FormulaId formula, std::uint32_t depth) {
  return (std::uint64_t{formula.bits()} << 32) | depth;
}

// What of a formula is wrong in itself; empty if it takes others to contradict it.
std::string ContradictionIn(const Formula& atom) {
  const auto reversed = [&](std::string_view what) {
    if (atom.min <= atom.max) return std::string();
    const std::string name(what);
    return "min" + name + " " + std::to_string(atom.min) + " is greater than max" + name + " " +
           std::to_string(atom.max);
  };
  switch (atom.kind) {
    case FormulaKind::kStrings:
      return atom.names.empty() ? "the enum is empty" : "";
    case FormulaKind::kLength:
      return reversed("Length");
    case FormulaKind::kItemCount:
      return reversed("Items");
    case FormulaKind::kMemberCount:
      return reversed("Properties");
    default:
      return "";
  }
}

}  // namespace

Lowering::Lowering(FormulaStore* store, Schemas* schemas, const Site& site,
                   const JsonSchemaOptions& options, std::vector<Diagnostic>* warnings,
                   Contradictions* contradictions)
    : store_(*store),
      schemas_(*schemas),
      site_(site),
      property_order_(options.property_order),
      is_lenient_(options.lenient),
      warnings_(*warnings),
      layout_(options, &builder_),
      encoder_(&builder_),
      projection_(store, schemas),
      strings_(*store, &builder_, site, warnings, options.lenient),
      numbers_(*store, &builder_, options.fractional_integers),
      decider_(store, &projection_, &strings_, &numbers_),
      contradictions_(*contradictions) {}

ir::Grammar Lowering::Run(FormulaId root_formula, std::shared_ptr<ir::Source> source) {
  source_number_ = 1;
  const ir::RuleId root = AddRule("root");
  builder_.SetPlace(root, {source_number_, root_formula.bits()});
  builder_.Define(root, Value(root_formula, 0));
  DefinePending();
  source->shared = std::move(shared_places_);
  PUSHMASK_CHECK(builder_.AddSource(std::move(source)) == source_number_);
  ir::Grammar grammar = builder_.Finish(root, site_.source_name());
  if (contradictions_.notes().empty() || IsProductive(grammar)) return grammar;
  std::vector<Diagnostic> diagnostics;
  for (const Contradictions::Note& note : contradictions_.notes()) {
    for (const json::Value* place : note.places) {
      if (diagnostics.size() < kMaxPlaces) {
        diagnostics.push_back(site_.At(*place, "no value matches the schema: " + note.message));
      }
    }
  }
  if (diagnostics.empty()) {  // the last note is the outermost: it says most
    diagnostics.push_back(site_.At(
        site_.root(), "no value matches the schema: " + contradictions_.notes().back().message));
  }
  throw EmptyLanguageError(std::move(diagnostics));
}

ir::Grammar Lowering::RunEach(const std::vector<FormulaId>& roots, std::vector<ir::RuleId>* rules) {
  const ir::RuleId root = AddRule("root");
  std::vector<ExprId> values;
  for (const FormulaId formula : roots) {
    rules->push_back(AddRule("schema"));
    builder_.Define(rules->back(), Value(formula, 0));
    values.push_back(builder_.RuleRef(rules->back()));
  }
  builder_.Define(root, builder_.Choice(values));
  DefinePending();
  return builder_.Finish(root, site_.source_name());
}

void Lowering::DefinePending() {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending next = pending_[i];  // a copy: lowering appends to the list
    builder_.Define(next.rule, next.type == kArrayType ? Array(next.projected, next.depth)
                                                       : Object(next.projected, next.depth));
  }
}

ir::RuleId Lowering::AddRule(std::string_view name) {
  if (++num_rules_ > kMaxRules) {
    throw LimitError(
        "the schema becomes more than " + std::to_string(kMaxRules) + " rules (limit max_rules)",
        "max_rules", kMaxRules, num_rules_);
  }
  const ir::RuleId rule = builder_.AddRule(name);
  builder_.KeepApart(rule);
  return rule;
}

bool Lowering::IsNothing(ExprId expr) const {
  return builder_.expr(expr).kind == ir::ExprKind::kNothing;
}

ExprId Lowering::AsRule(std::string_view name, ExprId body) {
  if (IsNothing(body)) return body;
  const auto [entry, inserted] = rule_of_body_.try_emplace(body);
  if (inserted) {
    const ir::RuleId rule = AddRule(name);
    builder_.Define(rule, body);
    entry->second = builder_.RuleRef(rule);
  }
  return entry->second;
}

void Lowering::Note(FormulaId formula, std::string message) {
  std::vector<const json::Value*> places;
  const auto add = [&](const json::Value* at) {
    if (at == nullptr || std::find(places.begin(), places.end(), at) != places.end()) return;
    places.push_back(at);
  };
  std::vector<FormulaId> work{formula};
  for (std::size_t i = 0; i < work.size() && i < kMaxPlaces * 4; ++i) {
    const Formula& part = store_[work[i]];
    if (part.at != nullptr && !work[i].negated()) {
      std::string own = ContradictionIn(part);
      if (!own.empty()) return contradictions_.Add({part.at}, std::move(own));
    }
    add(part.at);
    if (part.bounds.lower) add(part.bounds.lower->at);
    if (part.kind == FormulaKind::kAll || part.kind == FormulaKind::kExactlyOne) {
      work.insert(work.end(), part.children.begin(), part.children.end());
    } else if (part.kind == FormulaKind::kReference && !work[i].negated()) {
      work.push_back(schemas_.Meaning(part.min));
    }
  }
  contradictions_.Add(std::move(places), std::move(message));
}

void Lowering::CountCase() {
  if (++num_cases_ <= kMaxAllCases) return;
  throw LimitError("the alternatives of the schema multiply to more than " +
                       std::to_string(kMaxAllCases) + " cases (limit max_branches)",
                   "max_branches", kMaxAllCases, num_cases_);
}

void Lowering::FailForCases(FormulaId projected) const {
  std::string message = "the alternatives here multiply to more than " + std::to_string(kMaxCases) +
                        " cases (limit max_branches)";
  for (const FormulaId child : store_[projected].children) {
    if (store_[child].at == nullptr) continue;
    message = site_.At(*store_[child].at, std::move(message)).ToString();
    break;
  }
  throw LimitError(message, "max_branches", kMaxCases, kMaxCases + 1);
}

FormulaId Lowering::Followed(FormulaId formula) {
  for (int i = 0; i < kMaxReferences; ++i) {
    if (store_.kind(formula) != FormulaKind::kReference || formula.negated()) break;
    const std::string_view name = store_.name(formula);
    formula = schemas_.Meaning(store_[formula].min);
    store_.SetName(formula, name);
  }
  return formula;
}

ExprId Lowering::Value(FormulaId given, std::uint32_t depth) {
  const FormulaId formula = Followed(given);
  if (formula == kFalse) {
    contradictions_.Add({}, "nothing can stand here");
    return builder_.Nothing();
  }
  const std::uint64_t key = Key(formula, depth);
  const auto known = values_.find(key);
  if (known != values_.end()) return known->second;
  if (formula == kTrue) return AnyValue(depth);

  const std::size_t mark = contradictions_.mark();
  ExprId value = ByType(formula, depth);
  // What matches nothing is not remembered: each use has to note why.
  if (IsNothing(value)) {
    if (contradictions_.mark() == mark) Note(formula, "the keywords here exclude each other");
    return value;
  }
  contradictions_.Rewind(mark);
  const ir::Expr& node = builder_.expr(value);
  if (node.kind == ir::ExprKind::kChoice && node.children.size() > kInlineChoice) {
    const std::string_view name = store_.name(formula);
    const ir::RuleId rule = AddRule(name.empty() ? "value" : name);
    builder_.SetPlace(rule, {source_number_, formula.bits()});
    builder_.Define(rule, value);
    value = builder_.RuleRef(rule);
  }
  values_.emplace(key, value);
  return value;
}

ExprId Lowering::AnyValue(std::uint32_t depth) {
  const ir::RuleId rule = AddRule("value");
  const ExprId value = builder_.RuleRef(rule);
  values_.emplace(Key(kTrue, depth), value);
  builder_.Define(rule, ByType(kTrue, depth));
  return value;
}

ExprId Lowering::ByType(FormulaId formula, std::uint32_t depth, TypeSet types) {
  const TypeSet possible = projection_.PossibleTypes(formula) & types;
  const auto project = [&](TypeSet type) {
    return (possible & type) == 0 ? kFalse : projection_.Of(formula, type);
  };
  std::vector<ExprId> ways;
  if (project(kNullType) == kTrue) ways.push_back(builder_.Bytes("null"));
  if (project(kTrueType) == kTrue) ways.push_back(builder_.Bytes("true"));
  if (project(kFalseType) == kTrue) ways.push_back(builder_.Bytes("false"));
  const FormulaId integers = project(kIntegerType);
  const FormulaId fractions = project(kFractionType);
  if (integers != kFalse || fractions != kFalse) {
    ways.push_back(Number(integers, fractions));
  }
  const FormulaId strings = project(kStringType);
  if (strings != kFalse) ways.push_back(String(strings));
  for (const TypeSet type : {kArrayType, kObjectType}) {
    const FormulaId projected = project(type);
    if (projected != kFalse) ways.push_back(Container(type, formula, projected, depth));
  }
  return builder_.Choice(ways);
}

ExprId Lowering::Number(FormulaId integers, FormulaId fractions) {
  const ExprId numbers = numbers_.Language(integers, fractions);
  if (IsNothing(numbers)) {
    std::string message = "no number matches";
    const auto bounds = numbers_.RangeOnly(integers);
    if (bounds && bounds->lower && bounds->upper) {
      message = std::string(fractions == kFalse ? "no integer" : "no number") +
                " lies between the lower bound " + std::string(bounds->lower->at->text) +
                " and the upper bound " + std::string(bounds->upper->at->text);
    }
    Note(integers, std::move(message));
  }
  const ir::ExprKind kind = builder_.expr(numbers).kind;
  const bool is_large = kind == ir::ExprKind::kIntersect || kind == ir::ExprKind::kAutomaton;
  return is_large ? AsRule("number", numbers) : numbers;
}

// A reference to the rule of an array or object.
ExprId Lowering::Container(TypeSet type, FormulaId formula, FormulaId projected,
                           std::uint32_t depth) {
  // What one type sees of a formula may be what another sees: true, say.
  const std::uint64_t key = Key(projected, depth * 2 + (type == kArrayType ? 1 : 0));
  const auto [entry, inserted] = containers_.try_emplace(key);
  if (!inserted) {
    const ir::RuleId known = builder_.expr(entry->second).rule;
    const std::uint32_t first = builder_.grammar().rule(known).place.key;
    if (first != formula.bits()) shared_places_.emplace_back(first, formula.bits());
    return entry->second;
  }
  const std::string_view name = store_.name(formula);
  const ir::RuleId rule = AddRule(!name.empty() ? name : type == kArrayType ? "array" : "object");
  builder_.SetPlace(rule, {source_number_, formula.bits()});
  entry->second = builder_.RuleRef(rule);
  pending_.push_back({rule, type, projected, depth});
  return entry->second;
}

}  // namespace pushmask::frontend::json_schema
