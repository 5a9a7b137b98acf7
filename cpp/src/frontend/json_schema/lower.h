// SPDX-License-Identifier: Apache-2.0
// Formulas to IR. Values are lowered where they stand; arrays and objects become rules, one per
// (formula, depth), which wait in a list until they are built: recursion in the schema is recursion
// between rules and costs no stack here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontend/json_schema/array_facts.h"
#include "frontend/json_schema/contradictions.h"
#include "frontend/json_schema/decider.h"
#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/layout.h"
#include "frontend/json_schema/number_languages.h"
#include "frontend/json_schema/object_facts.h"
#include "frontend/json_schema/projection.h"
#include "frontend/json_schema/site.h"
#include "frontend/json_schema/string_encoding.h"
#include "frontend/json_schema/string_languages.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

class Lowering {
 public:
  Lowering(FormulaStore* store, Schemas* schemas, const Site& site,
           const JsonSchemaOptions& options, std::vector<Diagnostic>* warnings,
           Contradictions* contradictions);

  // The grammar of a formula. Call once. `source` is what the places of
  // rules are in.
  ir::Grammar Run(FormulaId root, std::shared_ptr<ir::Source> source);
  // The same for several formulas, with a rule for each. Instead of throwing EmptyLanguageError it
  // leaves notes of contradictions.
  ir::Grammar RunEach(const std::vector<FormulaId>& roots, std::vector<ir::RuleId>* rules);
  // The same with strings apart, see JsonSchemaValues, of which it fills in `values` and
  // `of_schema`.
  ir::Grammar RunApart(const std::vector<FormulaId>& roots, const std::u32string& characters,
                       JsonSchemaValues* out);

 private:
  // lower.cc. Nothing() means that no value matches, as far as that shows without other rules.
  ir::ExprId Value(FormulaId formula, std::uint32_t depth);
  ir::ExprId AnyValue(std::uint32_t depth);
  // Of values of these types only.
  ir::ExprId ByType(FormulaId formula, std::uint32_t depth, TypeSet types = kAllTypes);
  ir::ExprId Container(TypeSet type, FormulaId formula, FormulaId projected, std::uint32_t depth);
  ir::ExprId Number(FormulaId integers, FormulaId fractions);
  FormulaId Followed(FormulaId formula);
  ir::RuleId AddRule(std::string_view name);
  void DefinePending();
  // A reference to a rule with this body, one per body. What goes on inside a string is the costly
  // part of a mask; in a rule of its own it is computed once for all places, and all grammars.
  ir::ExprId AsRule(std::string_view name, ir::ExprId body);
  bool IsNothing(ir::ExprId expr) const;
  // Notes that nothing matches `formula`, at the keywords that it is made of; the message is theirs
  // if one of them alone says why.
  void Note(FormulaId formula, std::string message);
  // Adds to the cases looked at. Throws LimitError ("max_branches").
  void CountCase();
  [[noreturn]] void FailForCases(FormulaId projected) const;
  // Of one array or object. Far above real schemas; far below what would stall a compile.
  static constexpr std::size_t kMaxCases = 4096;
  // The cases of a projected formula. Throws LimitError ("max_branches").
  template <typename Facts>
  std::vector<Facts> Cases(FormulaId projected);

  // lower_apart.cc
  JsonSchemaValues::Value Apart(FormulaId formula);

  // lower_string.cc. Include the quotes.
  ir::ExprId String(FormulaId projected);
  ir::ExprId AnyString();
  ir::ExprId Quoted(ir::ExprId content);
  ir::ExprId QuotedLanguage(ir::ExprId strings);  // decoded

  // lower_array.cc
  ir::ExprId Array(FormulaId projected, std::uint32_t depth);
  ir::ExprId ArrayCase(const ArrayFacts& facts, FormulaId projected, std::uint32_t depth);
  ir::ExprId Elements(const std::vector<ir::ExprId>& first, ir::ExprId rest, std::uint32_t min,
                      std::uint32_t max, std::uint32_t depth);
  // Throws UnsupportedError.
  ir::ExprId UniqueElements(const ArrayFacts& facts, std::uint32_t depth);
  std::vector<ir::ExprId> Constants(FormulaId formula);
  std::optional<ir::ExprId> OneSpelling(FormulaId formula);
  // The values of a formula, one expression each; nullopt if they are not plainly finite.
  std::optional<std::vector<ir::ExprId>> ListedValues(FormulaId formula);

  // lower_object.cc
  struct NameClass {
    FormulaId names;
    FormulaId value;
  };
  struct Member {
    std::string_view name;
    ir::ExprId body;
    bool is_required;
  };
  // The members that an object may have.
  struct Shape {
    std::vector<Member> declared;
    std::uint32_t num_witnesses = 0;  // undeclared members that must be there
    // Names that are not declared, each with what follows. Those with an item are a witness, which
    // come after the declared members in the group.
    std::vector<ir::MemberGroup::Keyed> others;
    std::uint32_t min = 0;
    std::uint32_t max = ir::kUnbounded;
    std::vector<ObjectFacts::Clause> clauses;

    std::uint32_t num_items() const {
      return static_cast<std::uint32_t>(declared.size()) + num_witnesses;
    }
  };
  ir::ExprId Object(FormulaId projected, std::uint32_t depth);
  ir::ExprId ObjectCase(const ObjectFacts& facts, const std::vector<ObjectFacts::Pair>& witnesses,
                        FormulaId projected, std::uint32_t depth);
  std::vector<std::string_view> DeclaredNames(const ObjectFacts& facts) const;
  std::vector<NameClass> OtherMembers(const ObjectFacts& facts, FormulaId undeclared);
  void SplitBy(FormulaId name, FormulaId value, FormulaId undeclared,
               std::vector<NameClass>* classes);
  void ApplyPatterns(FormulaId properties, FormulaId undeclared, std::vector<NameClass>* classes);
  bool NoName(FormulaId names);
  FormulaId AllBut(std::vector<std::string_view> names);
  std::optional<std::vector<std::string_view>> FewNames(const ObjectFacts& facts,
                                                        const ObjectFacts::Pair& witness);
  [[noreturn]] void FailForMax(FormulaId projected) const;
  ir::ExprId MemberOf(ir::ExprId quoted_name, ir::ExprId value);
  ir::ExprId QuotedName(FormulaId names, const std::vector<std::string_view>& declared);
  void AddOthers(const std::vector<NameClass>& classes, FormulaId undeclared,
                 const std::vector<std::string_view>& declared, std::uint32_t inner, Shape* shape,
                 std::optional<std::uint32_t> item);
  std::vector<NameClass> NarrowedBy(const ObjectFacts::Pair& witness,
                                    const std::vector<NameClass>& classes);

  // lower_members.cc
  ir::ExprId Members(const Shape& shape, std::uint32_t depth);
  ir::ExprId MemberGroup(const Shape& shape, ir::ExprId separator);
  ir::ExprId MembersInOrder(const Shape& shape, ir::ExprId separator);

  struct Pending {
    ir::RuleId rule;
    TypeSet type;
    FormulaId projected;
    std::uint32_t depth;
  };

  FormulaStore& store_;
  Schemas& schemas_;
  const Site& site_;
  PropertyOrder property_order_;
  bool is_lenient_;
  std::vector<Diagnostic>& warnings_;
  ir::Builder builder_;
  Layout layout_;
  StringEncoder encoder_;
  Projection projection_;
  StringLanguages strings_;
  NumberLanguages numbers_;
  Decider decider_;
  Contradictions& contradictions_;

  std::unordered_map<std::uint64_t, ir::ExprId> values_;      // by formula and depth
  std::unordered_map<std::uint64_t, ir::ExprId> containers_;  // by projection and depth
  std::vector<Pending> pending_;
  std::size_t num_rules_ = 0;
  std::size_t num_cases_ = 0;
  ir::ExprId any_string_;
  std::unordered_map<ir::ExprId, ir::ExprId> rule_of_body_;
  std::unordered_map<FormulaId, ir::ExprId> string_of_;  // by projection
  // (formula's bits, another's): of containers that are one rule.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> shared_places_;
  std::uint32_t source_number_ =
      0;  // of places; 0: of several documents, whose places are not kept
};

template <typename Facts>
std::vector<Facts> Lowering::Cases(FormulaId projected) {
  std::vector<Facts> cases;
  Solver<Facts> solver(&store_, kMaxCases);
  if (!solver.Run(projected, Facts(&decider_), &cases)) FailForCases(projected);
  for (std::size_t i = 0; i < cases.size(); ++i) CountCase();
  return cases;
}

}  // namespace pushmask::frontend::json_schema
