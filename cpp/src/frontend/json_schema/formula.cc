// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/formula.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/hash.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

// Schemas in use take a few thousand; about half a second.
constexpr std::size_t kMaxParts = 10'000'000;

std::uint64_t HashOf(const json::Decimal& number) {
  return base::Combine(std::hash<std::string_view>()(number.digits),
                       static_cast<std::uint64_t>(number.exponent) * 2 + (number.negative ? 1 : 0));
}

std::uint64_t HashOf(const std::optional<Bound>& bound) {
  return bound ? base::Combine(HashOf(bound->value), bound->exclusive ? 1 : 2) : 0;
}

std::uint64_t HashOf(const Formula& f) {
  std::uint64_t hash = base::Combine(static_cast<std::uint64_t>(f.kind) * 256 + f.types,
                                     (std::uint64_t{f.min} << 32) | f.max);
  for (const FormulaId child : f.children) hash = base::Combine(hash, child.bits());
  for (const std::string_view name : f.names) {
    hash = base::Combine(hash, std::hash<std::string_view>()(name));
  }
  for (const json::Decimal& number : f.numbers) hash = base::Combine(hash, HashOf(number));
  if (f.kind == FormulaKind::kRange) {
    hash = base::Combine(hash, HashOf(f.bounds.lower));
    hash = base::Combine(hash, HashOf(f.bounds.upper));
  }
  return hash;
}

bool IsEqual(const std::optional<Bound>& a, const std::optional<Bound>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->value == b->value && a->exclusive == b->exclusive;
}

bool IsEqual(const Formula& a, const Formula& b) {
  return a.kind == b.kind && a.types == b.types && a.min == b.min && a.max == b.max &&
         a.children == b.children && a.names == b.names && a.numbers == b.numbers &&
         IsEqual(a.bounds.lower, b.bounds.lower) && IsEqual(a.bounds.upper, b.bounds.upper);
}

// Parts of a conjunction in the making: no duplicates, and a contradiction is noticed.
class Parts {
 public:
  explicit Parts(std::size_t num_expected) { parts_.reserve(num_expected); }

  // False if its negation is there already.
  bool Add(FormulaId id) {
    if (parts_.size() < kLinear) {
      for (const FormulaId part : parts_) {
        if (part == id) return true;
        if (part == ~id) return false;
      }
    } else {
      if (seen_.empty()) seen_.insert(parts_.begin(), parts_.end());
      if (seen_.contains(~id)) return false;
      if (!seen_.insert(id).second) return true;
    }
    parts_.push_back(id);
    return true;
  }
  std::vector<FormulaId> Take() { return std::move(parts_); }

 private:
  static constexpr std::size_t kLinear = 16;
  std::vector<FormulaId> parts_;
  std::unordered_set<FormulaId> seen_;
};

// An atom that holds for every value.
bool SaysNothing(const Formula& atom) {
  const auto is_true = [](FormulaId id) { return id == kTrue; };
  switch (atom.kind) {
    case FormulaKind::kLength:
    case FormulaKind::kItemCount:
    case FormulaKind::kMemberCount:
    case FormulaKind::kContains:
      return atom.min == 0 && atom.max == ir::kUnbounded;
    case FormulaKind::kRange:
      return !atom.bounds.lower && !atom.bounds.upper;
    case FormulaKind::kItems:
      return std::all_of(atom.children.begin(), atom.children.end(), is_true);
    case FormulaKind::kElements:
      return atom.children[0] == kTrue || atom.min >= atom.max;
    case FormulaKind::kMembers:
      return atom.children[0] == kFalse || atom.children[1] == kTrue;
    default:
      return false;
  }
}

}  // namespace

TypeSet TypeOf(FormulaKind kind) {
  switch (kind) {
    case FormulaKind::kLength:
    case FormulaKind::kPattern:
    case FormulaKind::kFormat:
    case FormulaKind::kStrings:
      return kStringType;
    case FormulaKind::kRange:
    case FormulaKind::kMultipleOf:
    case FormulaKind::kNumbers:
      return kNumberType;
    case FormulaKind::kItems:
    case FormulaKind::kElements:
    case FormulaKind::kItemCount:
    case FormulaKind::kContains:
    case FormulaKind::kUniqueItems:
      return kArrayType;
    case FormulaKind::kProperties:
    case FormulaKind::kMembers:
    case FormulaKind::kMemberCount:
      return kObjectType;
    default:
      return kAllTypes;
  }
}

void FormulaStore::Count(std::size_t num_parts) {
  num_parts_ += num_parts;
  if (num_parts_ <= kMaxParts) return;
  throw LimitError("the alternatives of the schema multiply to more than " +
                       std::to_string(kMaxParts) + " sub-schemas (limit max_branches)",
                   "max_branches", kMaxParts, num_parts_);
}

FormulaStore::FormulaStore() { Intern({.kind = FormulaKind::kConstant}); }

FormulaId FormulaStore::Intern(Formula formula) {
  Count(1 + formula.children.size());
  const std::uint64_t hash = HashOf(formula);
  const std::uint32_t known =
      interned_.Find(hash, [&](std::uint32_t number) { return IsEqual(nodes_[number], formula); });
  if (known != base::HashIndex::kNone) return {known, false};
  const FormulaId id(nodes_.size(), false);
  nodes_.push_back(std::move(formula));
  names_.emplace_back();
  interned_.Insert(hash, static_cast<std::uint32_t>(id.node()));
  return id;
}

// Of a set and its complement one is stored, so that each set has one id.
FormulaId FormulaStore::Types(TypeSet types, const json::Value* at) {
  if (types == kAllTypes) return kTrue;
  if (types == 0) return kFalse;
  const bool negated = (types & kNullType) != 0;
  const auto stored = static_cast<TypeSet>(negated ? ~types : types);
  const FormulaId id = Intern({.kind = FormulaKind::kTypes, .types = stored, .at = at});
  return negated ? ~id : id;
}

FormulaId FormulaStore::All(const std::vector<FormulaId>& given) {
  Count(given.size());
  TypeSet types = kAllTypes;
  const json::Value* types_at = nullptr;
  Parts parts(given.size() + 1);
  bool is_false = false;
  const auto add = [&](FormulaId id) {
    const Formula& formula = (*this)[id];
    if (formula.kind == FormulaKind::kTypes) {
      types &= id.negated() ? static_cast<TypeSet>(~formula.types) : formula.types;
      types_at = formula.at;
    } else if (id != kTrue) {
      is_false = is_false || id == kFalse || !parts.Add(id);
    }
  };
  for (const FormulaId id : given) {
    const Formula& formula = (*this)[id];
    if (formula.kind == FormulaKind::kAll && !id.negated()) {
      for (const FormulaId child : formula.children) add(child);
    } else {
      add(id);
    }
  }
  if (is_false || types == 0) return kFalse;
  std::vector<FormulaId> children = parts.Take();
  if (types != kAllTypes) children.insert(children.begin(), Types(types, types_at));
  if (children.empty()) return kTrue;
  if (children.size() == 1) return children[0];
  return Intern({.kind = FormulaKind::kAll, .children = std::move(children)});
}

FormulaId FormulaStore::Any(const std::vector<FormulaId>& parts) {
  std::vector<FormulaId> negated;
  negated.reserve(parts.size());
  for (const FormulaId part : parts) negated.push_back(~part);
  return ~All(negated);
}

FormulaId FormulaStore::ExactlyOne(const std::vector<FormulaId>& parts) {
  std::vector<FormulaId> open;
  std::size_t num_true = 0;
  for (const FormulaId part : parts) {
    if (part == kTrue) ++num_true;
    if (part != kTrue && part != kFalse) open.push_back(part);
  }
  if (num_true > 1) return kFalse;
  if (num_true == 1) return ~Any(open);
  if (open.empty()) return kFalse;
  if (open.size() == 1) return open[0];
  return Intern({.kind = FormulaKind::kExactlyOne, .children = std::move(open)});
}

FormulaId FormulaStore::Reference(std::uint32_t schema) {
  return Intern({.kind = FormulaKind::kReference, .min = schema});
}

FormulaId FormulaStore::Atom(Formula atom) {
  if (SaysNothing(atom)) return kTrue;
  return Intern(std::move(atom));
}

FormulaId FormulaStore::Members(FormulaId name, FormulaId value) {
  return Atom({.kind = FormulaKind::kMembers, .children = {name, value}});
}

FormulaId FormulaStore::Name(std::string_view name) {
  return Intern({.kind = FormulaKind::kStrings, .names = {name}});
}

FormulaId FormulaStore::Elements(std::uint32_t begin, std::uint32_t end, FormulaId value) {
  return Atom({.kind = FormulaKind::kElements, .min = begin, .max = end, .children = {value}});
}

std::vector<FormulaId> FormulaStore::Alternatives(FormulaId id) const {
  const Formula& formula = (*this)[id];
  if (formula.kind != FormulaKind::kAll || !id.negated()) return {id};
  std::vector<FormulaId> out;
  out.reserve(formula.children.size());
  for (const FormulaId child : formula.children) out.push_back(~child);
  return out;
}

void FormulaStore::SetName(FormulaId id, std::string_view name) {
  std::string_view& known = names_[id.node()];
  if (known.empty()) known = name;
}

std::string_view FormulaStore::name(FormulaId id) const { return names_[id.node()]; }

}  // namespace pushmask::frontend::json_schema
