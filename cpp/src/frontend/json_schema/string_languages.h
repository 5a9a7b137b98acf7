// SPDX-License-Identifier: Apache-2.0
// Formulas about strings as languages of decoded strings, over code points; their Boolean operators
// are those of regular languages. And single strings, looked at directly.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "automaton/thompson.h"
#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/site.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

class StringLanguages {
 public:
  // `warnings`: gets what a format's standard asks beyond its language.
  StringLanguages(const FormulaStore& store, ir::Builder* builder, const Site& site,
                  std::vector<Diagnostic>* warnings, bool lenient)
      : store_(store),
        builder_(*builder),
        site_(site),
        warnings_(*warnings),
        is_lenient_(lenient) {}

  // All take projections on strings (projection.h).

  // Throws UnsupportedError for a format that is not known or not regular, SyntaxError and
  // UnsupportedError for a pattern; if lenient, those are left out with a warning.
  ir::ExprId Language(FormulaId id);
  bool Holds(FormulaId id, std::string_view text);
  // The strings themselves, sorted, if the formula is plainly about a finite list.
  std::optional<std::vector<std::string_view>> Listed(FormulaId id);
  // The strings, if they are found out to be few. They live as long as this.
  std::optional<std::vector<std::string_view>> Few(FormulaId id);
  // True only if no string matches; false may mean that finding out costs too much.
  bool IsSurelyEmpty(FormulaId id);
  // Whether only kLength atoms are in it, all of them required: the tightest of them.
  bool IsLengthOnly(FormulaId id, std::uint32_t* min, std::uint32_t* max) const;

  // A language of the form `strings` & .{0,max}. Bounds are kept apart from all else, for lowering
  // can count where a product would have a copy of the automaton for every length.
  struct Bounded {
    ir::ExprId strings;
    std::uint32_t max = ir::kUnbounded;  // characters
  };
  Bounded Split(ir::ExprId language) const;

  // The language of one format alone, which may be more than regular.
  ir::ExprId Format(FormulaId id);

 private:
  ir::ExprId Literal(FormulaId id);
  ir::ExprId Conjunction(const std::vector<FormulaId>& parts);
  ir::ExprId ExactlyOne(const std::vector<FormulaId>& parts);
  ir::ExprId Atom(const Formula& atom);
  ir::ExprId Pattern(const Formula& atom);
  ir::ExprId RegularFormat(const Formula& atom);
  struct KnownFormat {
    ir::ExprId expr;
    bool is_regular;
  };
  KnownFormat FindFormat(const Formula& atom);
  bool IsCofinite(FormulaId id) const;
  ir::ExprId WithLengths(ir::ExprId language, std::uint32_t min, std::uint32_t max);
  ir::ExprId AnyString();
  bool AtomHolds(const Formula& atom, std::string_view text);
  bool Matches(ir::ExprId language, std::string_view text);
  bool IsEmpty(ir::ExprId language);
  const automaton::Dfa& ToDfa(ir::ExprId language);
  static std::optional<std::vector<std::string>> FewTexts(const automaton::Dfa& dfa);

  const FormulaStore& store_;
  ir::Builder& builder_;
  const Site& site_;
  std::vector<Diagnostic>& warnings_;
  bool is_lenient_;
  std::unordered_map<std::string_view, KnownFormat> formats_;
  // Of all questions that reading one schema asks; some 0.2 s.
  static constexpr std::size_t kMaxSteps = 20'000'000;
  automaton::Steps steps_{kMaxSteps};
  std::unique_ptr<automaton::ExprCompiler> compiler_;
  std::unordered_map<std::string_view, ir::ExprId> patterns_;
  std::unordered_map<FormulaId, ir::ExprId> languages_;
  std::unordered_map<FormulaId, bool> empty_;
  std::unordered_map<FormulaId, std::optional<std::vector<std::string>>> few_;
};

}  // namespace pushmask::frontend::json_schema
