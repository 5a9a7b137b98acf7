// SPDX-License-Identifier: Apache-2.0
// One way for an object to match: facts about its members that all hold. For Solver.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "frontend/json_schema/decider.h"
#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/solver.h"

namespace pushmask::frontend::json_schema {

class ObjectFacts {
 public:
  // A member that facts name.
  struct Named {
    std::string_view name;
    bool is_required = false;
    std::vector<FormulaId> values = {};  // what its value matches if it is there
  };
  // Members with matching names have matching values; some such member exists.
  struct Pair {
    FormulaId name;
    FormulaId value;
  };
  // If all of `present` are members, `then` is one; without `then` they must not all be.
  struct Clause {
    std::vector<std::string_view> present;
    std::optional<std::string_view> then;
  };

  explicit ObjectFacts(Decider* decider) : decider_(decider) {}

  std::optional<FormulaId> Expand(FormulaId literal);
  bool Assert(FormulaId literal);
  Verdict Judge(FormulaId atom);
  bool Keep(const std::vector<FormulaId>& options);

  const std::vector<FormulaId>& properties() const { return properties_; }
  const std::vector<Pair>& all() const { return all_; }
  const std::vector<Pair>& some() const { return some_; }
  const std::vector<Named>& named() const { return named_; }
  const std::vector<Clause>& clauses() const { return clauses_; }
  std::uint32_t min() const { return min_; }
  std::uint32_t max() const { return max_; }

  // What the value of a member of this name must match.
  FormulaId ValueOf(std::string_view name) const;
  bool IsRequired(std::string_view name) const;
  // For one alternative of a fact that some member exists: it is this one.
  bool Require(std::string_view name, FormulaId value);
  void ClearSome() { some_.clear(); }

 private:
  Named& NamedAs(std::string_view name);
  const Named* Find(std::string_view name) const;
  // The name of a formula about one name only.
  std::optional<std::string_view> SingleName(FormulaId name) const;
  Verdict JudgeMembers(std::string_view name, FormulaId value);

  Decider* decider_;
  std::vector<FormulaId> properties_;
  std::vector<Pair> all_;
  std::vector<Pair> some_;
  std::vector<Named> named_;
  std::unordered_map<std::string_view, std::size_t> index_;  // in named_
  std::vector<Clause> clauses_;
  std::uint32_t min_ = 0;
  std::uint32_t max_ = ir::kUnbounded;
};

}  // namespace pushmask::frontend::json_schema
