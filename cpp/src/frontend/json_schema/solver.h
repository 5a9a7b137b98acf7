// SPDX-License-Identifier: Apache-2.0
// The ways in which an array or object can match a formula: a union of cases, each a set of facts
// that all hold (a disjunctive normal form).
//
// Multiplying disjunctions out is exponential. So, as in DPLL, what is known already is used first:
// alternatives that the facts exclude are dropped, disjunctions that the facts imply are too, and
// what has one alternative left becomes a fact. Discriminated unions, the usual oneOf, need no
// multiplication then. Only what is left is split.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "frontend/json_schema/formula.h"

namespace pushmask::frontend::json_schema {

enum class Verdict : std::uint8_t { kNo, kUnknown, kYes };

inline Verdict Negated(Verdict verdict) {
  if (verdict == Verdict::kUnknown) return verdict;
  return verdict == Verdict::kYes ? Verdict::kNo : Verdict::kYes;
}

// `Facts` is copyable and has:
//   std::optional<FormulaId> Expand(FormulaId literal)  a disjunction or conjunction of simpler
//                                                       literals that means the same, if there is
//                                                       one
//   bool Assert(FormulaId literal)                      false: contradicts what is known
//   Verdict Judge(FormulaId atom)                       what the facts say about it; not negated
//   bool Keep(const std::vector<FormulaId>& options)    true: will see to the disjunction itself
template <typename Facts>
class Solver {
 public:
  // `max_cases` bounds the cases looked at, finished or not.
  Solver(FormulaStore* store, std::size_t max_cases) : store_(*store), max_cases_(max_cases) {}

  // False if there are more cases than allowed; `out` has some of them then.
  bool Run(FormulaId formula, Facts facts, std::vector<Facts>* out) {
    std::vector<Case> work;
    work.push_back({std::move(facts), {}});
    if (!Assert(formula, &work.back())) return true;
    while (!work.empty()) {
      Case next = std::move(work.back());
      work.pop_back();
      if (++num_cases_ > max_cases_) return false;
      if (!Propagate(&next)) continue;
      if (next.open.empty()) {
        out->push_back(std::move(next.facts));
        continue;
      }
      Split(std::move(next), &work);
    }
    return true;
  }

 private:
  struct Case {
    Facts facts;
    std::vector<FormulaId> open;  // disjunctions, and kExactlyOne of either sign
  };

  bool IsOpen(FormulaId id) const {
    const FormulaKind kind = store_.kind(id);
    return kind == FormulaKind::kExactlyOne || (kind == FormulaKind::kAll && id.negated());
  }

  bool Assert(FormulaId formula, Case* to) {
    std::vector<FormulaId> work{formula};
    while (!work.empty()) {
      const FormulaId id = work.back();
      work.pop_back();
      if (id == kTrue) continue;
      if (id == kFalse) return false;
      if (IsOpen(id)) {
        to->open.push_back(id);
      } else if (store_.kind(id) == FormulaKind::kAll) {
        const auto& children = store_[id].children;
        work.insert(work.end(), children.rbegin(), children.rend());
      } else if (const std::optional<FormulaId> simpler = to->facts.Expand(id)) {
        work.push_back(*simpler);
      } else if (!to->facts.Assert(id)) {
        return false;
      }
    }
    return true;
  }

  Verdict Judge(FormulaId id, Facts* facts) {
    if (id == kTrue || id == kFalse) return id == kTrue ? Verdict::kYes : Verdict::kNo;
    const Formula& formula = store_[id];
    Verdict verdict = Verdict::kYes;
    if (formula.kind == FormulaKind::kAll) {
      for (const FormulaId child : formula.children) {
        verdict = std::min(verdict, Judge(child, facts));
        if (verdict == Verdict::kNo) break;
      }
      return id.negated() ? Negated(verdict) : verdict;
    }
    if (formula.kind == FormulaKind::kExactlyOne) {
      std::size_t num_true = 0;
      std::size_t num_unknown = 0;
      for (const FormulaId child : formula.children) {
        const Verdict of_child = Judge(child, facts);
        num_true += of_child == Verdict::kYes ? 1 : 0;
        num_unknown += of_child == Verdict::kUnknown ? 1 : 0;
      }
      if (num_true > 1 || (num_true == 0 && num_unknown == 0)) {
        verdict = Verdict::kNo;
      } else if (num_unknown > 0) {
        verdict = Verdict::kUnknown;
      }
      return id.negated() ? Negated(verdict) : verdict;
    }
    verdict = facts->Judge(FormulaId(id.node(), false));
    return id.negated() ? Negated(verdict) : verdict;
  }

  // What is left of an open formula, given the facts.
  FormulaId Simplified(FormulaId id, Facts* facts) {
    const auto constant = [](Verdict verdict, FormulaId child) {
      if (verdict == Verdict::kUnknown) return child;
      return verdict == Verdict::kYes ? kTrue : kFalse;
    };
    const std::vector<FormulaId> children = store_[id].children;
    std::vector<FormulaId> left;
    const bool is_disjunction = store_.kind(id) == FormulaKind::kAll;
    for (const FormulaId child : children) {
      const FormulaId option = is_disjunction ? ~child : child;
      left.push_back(constant(Judge(option, facts), option));
    }
    if (is_disjunction) return store_.Any(left);
    const FormulaId one = store_.ExactlyOne(left);
    return id.negated() ? ~one : one;
  }

  bool Propagate(Case* of) {
    bool changed = true;
    while (changed) {
      changed = false;
      std::vector<FormulaId> open;
      open.swap(of->open);
      for (const FormulaId id : open) {
        const FormulaId left = Simplified(id, &of->facts);
        if (left == kFalse) return false;
        if (left != kTrue && IsOpen(left)) {
          of->open.push_back(left);
        } else if (left != kTrue) {
          changed = true;
          if (!Assert(left, of)) return false;
        }
      }
    }
    std::vector<FormulaId> open;
    for (const FormulaId id : of->open) {
      const bool is_disjunction = store_.kind(id) == FormulaKind::kAll;
      if (!is_disjunction || !of->facts.Keep(store_.Alternatives(id))) open.push_back(id);
    }
    of->open = std::move(open);
    return true;
  }

  // On the formula with the fewest alternatives.
  void Split(Case from, std::vector<Case>* work) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < from.open.size(); ++i) {
      if (store_[from.open[i]].children.size() < store_[from.open[best]].children.size()) best = i;
    }
    const FormulaId id = from.open[best];
    from.open.erase(from.open.begin() + static_cast<std::ptrdiff_t>(best));
    const std::vector<FormulaId> options = OptionsOf(id);
    for (auto option = options.rbegin(); option != options.rend(); ++option) {
      Case next = from;
      if (Assert(*option, &next)) work->push_back(std::move(next));
    }
  }

  std::vector<FormulaId> OptionsOf(FormulaId id) {
    if (store_.kind(id) == FormulaKind::kAll) return store_.Alternatives(id);
    const std::vector<FormulaId> children = store_[id].children;
    std::vector<FormulaId> options;
    std::vector<FormulaId> none;
    for (const FormulaId child : children) none.push_back(~child);
    if (!id.negated()) {
      for (std::size_t i = 0; i < children.size(); ++i) {
        std::vector<FormulaId> only = none;
        only[i] = children[i];
        options.push_back(store_.All(only));
      }
      return options;
    }
    options.push_back(store_.All(none));
    for (std::size_t i = 0; i < children.size(); ++i) {
      for (std::size_t j = i + 1; j < children.size(); ++j) {
        options.push_back(store_.All({children[i], children[j]}));
      }
    }
    return options;
  }

  FormulaStore& store_;
  const std::size_t max_cases_;
  std::size_t num_cases_ = 0;
};

}  // namespace pushmask::frontend::json_schema
