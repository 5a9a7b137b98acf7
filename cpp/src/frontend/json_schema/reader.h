// SPDX-License-Identifier: Apache-2.0
// Schemas, as JSON values, to formulas. Everything that depends on the draft happens here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontend/json_schema/contradictions.h"
#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/json_schema.h"
#include "frontend/json_schema/keywords.h"
#include "frontend/json_schema/library.h"
#include "frontend/json_schema/projection.h"

namespace pushmask::frontend::json_schema {

// The resources entered so far that have dynamic anchors: what `$dynamicRef` depends on besides its
// own place. By anchor, the schema of the outermost resource that has it.
using ScopeId = base::Id<struct ScopeTag>;
using Scope = std::map<std::string, Place, std::less<>>;

class Reader : public Schemas {
 public:
  Reader(Library* library, FormulaStore* store, const JsonSchemaOptions& options,
         std::vector<Diagnostic>* warnings, Contradictions* contradictions);

  // The formula of the root schema. Throws SchemaError, UnsupportedError, LimitError.
  FormulaId ReadRoot();
  // The formula of the document that a reference in the root schema leads to, as if by itself.
  FormulaId ReadDocument(const json::Value& reference);

  // (formula's bits, offset) of the schemas of the main document that were read.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> TakePlaces() { return std::move(places_); }

  FormulaId Meaning(std::uint32_t schema) override;
  [[noreturn]] void FailForCycle(std::uint32_t schema) override;

 private:
  // The keywords of one schema object that its draft knows and that are no annotations.
  struct Keywords {
    std::array<const json::Value*, kNumKeywords> values = {};
    const json::Value* operator[](Keyword keyword) const {
      return values[static_cast<std::size_t>(keyword)];
    }
  };
  struct Context {
    ResourceId resource;
    ScopeId scope;
  };
  struct Target {
    Place place;
    ScopeId scope;
    std::optional<FormulaId> formula;
  };

  // What a schema has evaluated of an object or array (2020-12 core, section 11).
  struct Evaluated {
    FormulaId names = kFalse;     // of members: those whose name matches
    std::uint32_t num_items = 0;  // elements at the beginning; kUnbounded: all
    FormulaId items = kFalse;     // elements that match
    friend bool operator==(const Evaluated&, const Evaluated&) = default;
  };
  // One way to match a schema. Together the conditions are the schema's formula.
  struct Alternative {
    FormulaId condition = kTrue;
    Evaluated evaluated = {};
  };
  using Alternatives = std::vector<Alternative>;

  // read_schema.cc
  // `is_target`: it is looked at now, not only mentioned.
  FormulaId Read(const json::Value& value, Context context, std::string_view name = {},
                 bool is_target = false);
  bool Gather(const json::Value& schema, Context context, Keywords* out);
  void WarnAboutUnknown(const json::Member& member, Draft draft);
  FormulaId ReadObject(const Keywords& keywords, Context context);
  // Keeps the reasons why a schema is kFalse, and adds that its keywords exclude each other if
  // nothing in them is. `mark`: the contradictions before it was read.
  void NoteContradiction(const Keywords& keywords, FormulaId formula, std::size_t mark);
  void ReadApplicators(const Keywords& keywords, Context context, std::vector<FormulaId>* parts);
  FormulaId ReadConditional(const Keywords& keywords, Context context);
  std::vector<FormulaId> ReadList(const json::Value& list, Keyword keyword, Context context);
  void CheckList(const json::Value& list, Keyword keyword) const;
  void CheckMap(const json::Value& map, Keyword keyword) const;

  // read_reference.cc
  Context Enter(Place place, ScopeId scope);
  std::optional<Target> TargetOf(const Keywords& keywords, Keyword keyword, Context context);
  Place ResolveDynamic(const json::Value& ref, Context context);
  Place ResolveRecursive(const json::Value& ref, Context context);
  FormulaId ReadReference(const Target& target, std::string_view name);
  ScopeId Extended(ScopeId scope, ResourceId resource);

  // read_assertions.cc, read_containers.cc
  void ReadAssertions(const Keywords& keywords, Context context, std::vector<FormulaId>* parts);
  FormulaId ReadTypes(const json::Value& value);
  TypeSet TypeNamed(const json::Value& value);
  FormulaId ReadEnum(const json::Value& list);
  FormulaId OneOfValues(const std::vector<const json::Value*>& values, const json::Value* at);
  FormulaId Literal(const json::Value& container);
  void ReadStrings(const Keywords& keywords, std::vector<FormulaId>* parts);
  void ReadNumbers(const Keywords& keywords, Context context, std::vector<FormulaId>* parts);
  void ReadArrays(const Keywords& keywords, Context context, std::vector<FormulaId>* parts);
  FormulaId ReadItems(const Keywords& keywords, Context context);
  void ReadObjects(const Keywords& keywords, Context context, std::vector<FormulaId>* parts);
  FormulaId ReadProperties(const Keywords& keywords, Context context);
  void ReadRequired(const Keywords& keywords, std::vector<FormulaId>* parts);
  FormulaId AllRequired(const json::Value& names, Keyword keyword);
  void ReadDependencies(const Keywords& keywords, Context context, std::vector<FormulaId>* parts);
  FormulaId Pattern(std::string_view pattern, const json::Value* at);
  std::optional<Bound> ReadBound(const Keywords& keywords, Keyword inclusive, Keyword exclusive,
                                 int sign, Context context);
  std::uint32_t ReadCount(const Keywords& keywords, Keyword keyword, std::uint32_t absent);

  // read_unevaluated.cc
  FormulaId ReadUnevaluated(const Keywords& keywords, Context context);
  Alternatives AlternativesOf(const json::Value& value, Context context);
  Alternatives AlternativesOf(const Keywords& keywords, Context context);
  void AddReferences(const Keywords& keywords, Context context, Alternatives* all);
  void AddCombinators(const Keywords& keywords, Context context, Alternatives* all);
  void AddConditional(const Keywords& keywords, Context context, Alternatives* all);
  void AddDependencies(const Keywords& keywords, Context context, Alternatives* all);
  void AddUnevaluated(const Keywords& keywords, Context context, Alternatives* all);
  Evaluated EvaluatedByOwn(const Keywords& keywords, Context context);
  void Multiply(const Alternatives& by, Alternatives* alternatives, const json::Value& at);
  Alternatives SubsetsOf(const Alternatives& options, const json::Value& at);
  Alternatives Grouped(const Alternatives& alternatives);
  Evaluated Joined(const Evaluated& a, const Evaluated& b);

  [[noreturn]] void Expected(const json::Value& value, Keyword keyword,
                             std::string_view what) const;
  const Site& site() const { return library_.site(); }

  Library& library_;
  FormulaStore& store_;
  const JsonSchemaOptions& options_;
  std::vector<Diagnostic>* warnings_;
  Contradictions& contradictions_;
  std::vector<Target> targets_;
  std::map<std::tuple<const json::Value*, ResourceId, ScopeId>, std::uint32_t> numbers_;
  std::vector<Scope> scopes_;
  std::map<std::vector<std::pair<std::string, const json::Value*>>, ScopeId> scope_ids_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places_;
  int unevaluated_depth_ = 0;
  std::map<std::tuple<const json::Value*, ResourceId, ScopeId>, Alternatives> alternatives_;
};

}  // namespace pushmask::frontend::json_schema
