// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/array_facts.h"

#include <algorithm>

namespace pushmask::frontend::json_schema {

std::optional<FormulaId> ArrayFacts::Expand(FormulaId literal) {
  FormulaStore& store = decider_->store();
  const Formula atom = store[literal];
  std::vector<FormulaId> options;
  if (atom.kind == FormulaKind::kContains && atom.min > atom.max) {
    return literal.negated() ? kTrue : kFalse;
  }
  if (atom.kind == FormulaKind::kContains && atom.max == 0) {
    const FormulaId none = store.Elements(0, ir::kUnbounded, ~atom.children[0]);
    return literal.negated() ? ~none : none;
  }
  if (!literal.negated()) return std::nullopt;
  switch (atom.kind) {
    case FormulaKind::kItemCount:
    case FormulaKind::kContains: {
      Formula other{.kind = atom.kind, .children = atom.children, .at = atom.at};
      if (atom.min > 0) {
        other.max = atom.min - 1;
        options.push_back(store.Atom(other));
      }
      if (atom.max != ir::kUnbounded) {
        other.min = atom.max + 1;
        other.max = ir::kUnbounded;
        options.push_back(store.Atom(other));
      }
      return store.Any(options);
    }
    case FormulaKind::kItems: {
      const auto last = static_cast<std::uint32_t>(atom.children.size() - 1);
      for (std::uint32_t i = 0; i < last; ++i) {
        options.push_back(~store.Elements(i, i + 1, atom.children[i]));
      }
      options.push_back(~store.Elements(last, ir::kUnbounded, atom.children[last]));
      return store.Any(options);
    }
    default:
      return std::nullopt;
  }
}

bool ArrayFacts::Assert(FormulaId literal) {
  FormulaStore& store = decider_->store();
  const Formula atom = store[literal];
  switch (atom.kind) {
    case FormulaKind::kItems:
      items_.push_back(literal);
      return true;
    case FormulaKind::kItemCount:
      min_ = std::max(min_, atom.min);
      max_ = std::min(max_, atom.max);
      return min_ <= max_;
    case FormulaKind::kContains:
      counted_.push_back({atom.children[0], 0, atom.min, atom.max});
      min_ = std::max(min_, atom.min);
      return min_ <= max_ && atom.min <= atom.max;
    case FormulaKind::kUniqueItems:
      if (unique_ && *unique_ != literal) return false;
      unique_ = literal;
      return true;
    default:
      break;
  }
  if (!literal.negated()) {
    elements_.push_back(literal);
    return true;
  }
  // One of them does not match, so it exists.
  const FormulaId value = ~atom.children[0];
  min_ = std::max(min_, atom.min + 1);
  if (value != kTrue && atom.max == atom.min + 1) {
    elements_.push_back(store.Elements(atom.min, atom.max, value));
  } else if (value != kTrue) {
    counted_.push_back({value, atom.min, 1, ir::kUnbounded});
  }
  return min_ <= max_ && value != kFalse;
}

FormulaId ArrayFacts::ValueAt(std::size_t index) const {
  FormulaStore& store = decider_->store();
  std::vector<FormulaId> values;
  for (const FormulaId id : items_) {
    const auto& children = store[id].children;
    values.push_back(children[std::min(index, children.size() - 1)]);
  }
  for (const FormulaId id : elements_) {
    const Formula& atom = store[id];
    if (index >= atom.min && index < atom.max) values.push_back(atom.children[0]);
  }
  return store.All(values);
}

std::uint32_t ArrayFacts::prefix() const {
  std::size_t prefix = 0;
  for (const FormulaId id : items_) {
    prefix = std::max(prefix, decider_->store()[id].children.size() - 1);
  }
  for (const FormulaId id : elements_) {
    const Formula& atom = decider_->store()[id];
    prefix = std::max<std::size_t>(prefix, atom.max == ir::kUnbounded ? atom.min : atom.max);
  }
  return static_cast<std::uint32_t>(prefix);
}

Verdict ArrayFacts::Judge(FormulaId id) {
  const Formula& atom = decider_->store()[id];
  switch (atom.kind) {
    case FormulaKind::kItemCount:
      if (min_ >= atom.min && max_ <= atom.max) return Verdict::kYes;
      return min_ > atom.max || max_ < atom.min ? Verdict::kNo : Verdict::kUnknown;
    case FormulaKind::kItems:
      if (std::find(items_.begin(), items_.end(), id) != items_.end()) return Verdict::kYes;
      break;
    case FormulaKind::kElements: {
      if (max_ <= atom.min) return Verdict::kYes;
      if (std::find(elements_.begin(), elements_.end(), id) != elements_.end()) {
        return Verdict::kYes;
      }
      if (atom.max != atom.min + 1) break;
      const FormulaId known = ValueAt(atom.min);
      if (decider_->SurelyImplies(known, atom.children[0])) return Verdict::kYes;
      const bool can_match =
          !decider_->IsSurelyEmpty(decider_->store().All({known, atom.children[0]}));
      if (min_ > atom.min && !can_match) return Verdict::kNo;
      break;
    }
    case FormulaKind::kUniqueItems:
      if (max_ <= 1 || (unique_ && *unique_ == id)) return Verdict::kYes;
      if (unique_) return Verdict::kNo;
      break;
    default:
      break;
  }
  return Verdict::kUnknown;
}

}  // namespace pushmask::frontend::json_schema
