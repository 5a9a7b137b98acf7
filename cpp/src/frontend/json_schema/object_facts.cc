// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/object_facts.h"

#include <algorithm>
#include <limits>

namespace pushmask::frontend::json_schema {
namespace {

// What a bound on a count says about another.
Verdict JudgeCount(std::uint32_t min, std::uint32_t max, const Formula& asked) {
  if (min >= asked.min && max <= asked.max) return Verdict::kYes;
  if (min > asked.max || max < asked.min) return Verdict::kNo;
  return Verdict::kUnknown;
}

}  // namespace

std::optional<std::string_view> ObjectFacts::SingleName(FormulaId name) const {
  const Formula& formula = decider_->store()[name];
  const bool is_single =
      formula.kind == FormulaKind::kStrings && !name.negated() && formula.names.size() == 1;
  return is_single ? std::optional(formula.names[0]) : std::nullopt;
}

std::optional<FormulaId> ObjectFacts::Expand(FormulaId literal) {
  FormulaStore& store = decider_->store();
  const Formula atom = store[literal];
  std::vector<FormulaId> options;
  if (atom.kind == FormulaKind::kMembers && !SingleName(atom.children[0])) {
    const Formula& names = store[atom.children[0]];
    if (names.kind != FormulaKind::kStrings || atom.children[0].negated()) return std::nullopt;
    for (const std::string_view name : std::vector(names.names)) {
      options.push_back(store.Members(store.Name(name), atom.children[1]));
    }
    const FormulaId all = store.All(options);
    return literal.negated() ? ~all : all;
  }
  if (!literal.negated()) return std::nullopt;
  if (atom.kind == FormulaKind::kMemberCount) {
    if (atom.min > 0) {
      options.push_back(store.Atom({.kind = FormulaKind::kMemberCount, .max = atom.min - 1}));
    }
    if (atom.max != ir::kUnbounded) {
      options.push_back(store.Atom({.kind = FormulaKind::kMemberCount, .min = atom.max + 1}));
    }
    return store.Any(options);
  }
  if (atom.kind != FormulaKind::kProperties) return std::nullopt;
  // Some member is not as the schema says.
  std::vector<FormulaId> looked_at;
  for (std::size_t i = 0; i < atom.names.size(); ++i) {
    const FormulaId name = store.Name(atom.names[i]);
    looked_at.push_back(name);
    options.push_back(~store.Members(name, atom.children[i]));
  }
  for (std::size_t i = atom.names.size(); i + 1 < atom.children.size(); i += 2) {
    looked_at.push_back(atom.children[i]);
    options.push_back(~store.Members(atom.children[i], atom.children[i + 1]));
  }
  if (atom.children.back() != kTrue) {
    options.push_back(~store.Members(~store.Any(looked_at), atom.children.back()));
  }
  return store.Any(options);
}

bool ObjectFacts::Assert(FormulaId literal) {
  const Formula& atom = decider_->store()[literal];
  switch (atom.kind) {
    case FormulaKind::kProperties:
      if (std::find(properties_.begin(), properties_.end(), literal) == properties_.end()) {
        properties_.push_back(literal);
      }
      return true;
    case FormulaKind::kMemberCount:
      min_ = std::max(min_, atom.min);
      max_ = std::min(max_, atom.max);
      return min_ <= max_;
    default:
      break;
  }
  const FormulaId value = atom.children[1];
  const auto name = SingleName(atom.children[0]);
  if (!name) {
    (literal.negated() ? some_ : all_)
        .push_back({atom.children[0], literal.negated() ? ~value : value});
    return true;
  }
  if (literal.negated()) return Require(*name, ~value);
  Named& named = NamedAs(*name);
  named.values.push_back(value);
  return value != kFalse || !named.is_required;
}

bool ObjectFacts::Require(std::string_view name, FormulaId value) {
  Named& named = NamedAs(name);
  named.is_required = true;
  if (value != kTrue) named.values.push_back(value);
  return std::find(named.values.begin(), named.values.end(), kFalse) == named.values.end();
}

ObjectFacts::Named& ObjectFacts::NamedAs(std::string_view name) {
  const auto [entry, inserted] = index_.try_emplace(name, named_.size());
  if (inserted) named_.push_back({.name = name});
  return named_[entry->second];
}

const ObjectFacts::Named* ObjectFacts::Find(std::string_view name) const {
  const auto known = index_.find(name);
  return known == index_.end() ? nullptr : &named_[known->second];
}

bool ObjectFacts::IsRequired(std::string_view name) const {
  const Named* named = Find(name);
  return named != nullptr && named->is_required;
}

FormulaId ObjectFacts::ValueOf(std::string_view name) const {
  std::vector<FormulaId> values;
  for (const FormulaId properties : properties_) {
    values.push_back(decider_->ValueIn(properties, name));
  }
  for (const Pair& pair : all_) {
    if (decider_->NameMatches(pair.name, name)) values.push_back(pair.value);
  }
  if (const Named* named = Find(name)) {
    values.insert(values.end(), named->values.begin(), named->values.end());
  }
  return decider_->store().All(values);
}

Verdict ObjectFacts::Judge(FormulaId id) {
  const Formula& atom = decider_->store()[id];
  switch (atom.kind) {
    case FormulaKind::kMemberCount: {
      const auto num_required = static_cast<std::uint32_t>(std::count_if(
          named_.begin(), named_.end(), [](const Named& n) { return n.is_required; }));
      return JudgeCount(std::max(min_, num_required), max_, atom);
    }
    case FormulaKind::kProperties: {
      if (std::find(properties_.begin(), properties_.end(), id) != properties_.end()) {
        return Verdict::kYes;
      }
      Verdict verdict = NumPatterns(atom) == 0 && atom.children.back() == kTrue ? Verdict::kYes
                                                                                : Verdict::kUnknown;
      for (std::size_t i = 0; i < atom.names.size(); ++i) {
        verdict = std::min(verdict, JudgeMembers(atom.names[i], atom.children[i]));
        if (verdict == Verdict::kNo) return verdict;
      }
      // Members that are required here and must not be there.
      for (const Named& named : named_) {
        if (!named.is_required) continue;
        verdict = std::min(verdict, JudgeMembers(named.name, decider_->ValueIn(id, named.name)));
        if (verdict == Verdict::kNo) return verdict;
      }
      return verdict;
    }
    default:
      break;
  }
  const FormulaId value = atom.children[1];
  if (const auto name = SingleName(atom.children[0])) return JudgeMembers(*name, value);
  const auto is_same = [&](FormulaId other) {
    return [&atom, other](const Pair& pair) {
      return pair.name == atom.children[0] && pair.value == other;
    };
  };
  if (std::any_of(all_.begin(), all_.end(), is_same(value))) return Verdict::kYes;
  if (std::any_of(some_.begin(), some_.end(), is_same(~value))) return Verdict::kNo;
  return Verdict::kUnknown;
}

// Of "the member is absent, or its value matches".
Verdict ObjectFacts::JudgeMembers(std::string_view name, FormulaId value) {
  const FormulaId known = ValueOf(name);
  if (decider_->SurelyImplies(known, value)) return Verdict::kYes;
  const bool can_match = !decider_->IsSurelyEmpty(decider_->store().All({known, value}));
  return !can_match && IsRequired(name) ? Verdict::kNo : Verdict::kUnknown;
}

// Whether members are there, with at most one that has to be, the group of members sees to itself.
bool ObjectFacts::Keep(const std::vector<FormulaId>& options) {
  const FormulaStore& store = decider_->store();
  Clause clause;
  for (const FormulaId option : options) {
    const Formula& atom = store[option];
    if (atom.kind != FormulaKind::kMembers || atom.children[1] != kFalse) return false;
    const auto name = SingleName(atom.children[0]);
    if (!name) return false;
    if (!option.negated()) {
      clause.present.push_back(*name);
    } else if (clause.then) {
      return false;
    } else {
      clause.then = *name;
    }
  }
  clauses_.push_back(std::move(clause));
  return true;
}

}  // namespace pushmask::frontend::json_schema
