// SPDX-License-Identifier: Apache-2.0
// What a schema says, as a formula about one JSON value: a small modal logic in the manner of
// Bourhis, Reutter, Suárez and Vrgoč, "JSON: Data model, Query languages and Schema specification"
// (PODS 2017). Keywords become atoms, applicators become Boolean connectives, and sub-schemas of
// properties and elements become formulas inside atoms. All differences between drafts end here.
//
// Formulas are interned: equal ones have equal ids, wherever they stand. Negation is a bit of the
// id, so a disjunction is a negated conjunction of negations and nothing is stored twice.
//
// An atom speaks about one type of value and holds for all others: `minLength: 3` holds for 7. Its
// negation therefore implies the type.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash_index.h"
#include "frontend/json/decimal.h"
#include "frontend/json/value.h"
#include "frontend/json_schema/types.h"
#include "ir/grammar.h"

namespace pushmask::frontend::json_schema {

class FormulaId {
 public:
  constexpr FormulaId() = default;
  constexpr FormulaId(std::size_t node, bool negated)
      : bits_(static_cast<std::uint32_t>(node) * 2 + (negated ? 1 : 0)) {}

  constexpr std::size_t node() const { return bits_ / 2; }
  constexpr bool negated() const { return (bits_ & 1U) != 0; }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr FormulaId operator~() const { return {node(), !negated()}; }
  friend constexpr auto operator<=>(FormulaId, FormulaId) = default;

 private:
  std::uint32_t bits_ = 0;
};

inline constexpr FormulaId kTrue{0, false};
inline constexpr FormulaId kFalse{0, true};

enum class FormulaKind : std::uint8_t {
  kConstant,    // true
  kAll,         // all `children`
  kExactlyOne,  // exactly one of `children`
  kReference,   // the schema number `min`, read when it is looked at
  kTypes,       // a value of `types`
  // Strings.
  kLength,   // `min` to `max` code points
  kPattern,  // names[0] matches somewhere, by ECMA-262
  kFormat,   // names[0] is the format's name
  kStrings,  // one of `names`, sorted
  // Numbers.
  kRange,       // within `bounds`
  kMultipleOf,  // of numbers[0]
  kNumbers,     // one of `numbers`, sorted
  // Arrays.
  kItems,        // element i matches children[i], those past the end the last child
  kElements,     // elements `min` <= i < `max` match children[0]
  kItemCount,    // `min` to `max` elements
  kContains,     // `min` to `max` elements match children[0]
  kUniqueItems,  // no two elements are equal
  // Objects.
  kProperties,   // see below
  kMembers,      // members whose name matches children[0] have values that match children[1]
  kMemberCount,  // `min` to `max` members
};

struct Bound {
  json::Decimal value;
  bool exclusive = false;
  const json::Value* at = nullptr;
};
struct Bounds {
  std::optional<Bound> lower;
  std::optional<Bound> upper;
};

struct Formula {
  FormulaKind kind = FormulaKind::kConstant;
  TypeSet types = 0;
  std::uint32_t min = 0;
  std::uint32_t max = ir::kUnbounded;
  std::vector<FormulaId> children = {};
  std::vector<std::string_view> names = {};
  std::vector<json::Decimal> numbers = {};
  Bounds bounds = {};
  // Where it was first said; for people, not part of the meaning.
  const json::Value* at = nullptr;
};

// kProperties is `properties`, `patternProperties` and `additionalProperties` of one schema, for
// the last is about what the others leave. Of its children the first names.size() belong to the
// names; then follow pairs (what a name matches, what its value matches) for the patterns; the last
// child is for all other members.
inline std::size_t NumPatterns(const Formula& properties) {
  return (properties.children.size() - properties.names.size() - 1) / 2;
}

class FormulaStore {
 public:
  FormulaStore();

  const Formula& operator[](FormulaId id) const { return nodes_[id.node()]; }
  FormulaKind kind(FormulaId id) const { return nodes_[id.node()].kind; }
  std::size_t size() const { return nodes_.size(); }

  FormulaId Types(TypeSet types, const json::Value* at = nullptr);
  FormulaId All(const std::vector<FormulaId>& parts);
  FormulaId Any(const std::vector<FormulaId>& parts);
  FormulaId ExactlyOne(const std::vector<FormulaId>& parts);
  FormulaId Reference(std::uint32_t schema);
  // Any other kind. Values that say nothing (kLength of 0 to unbounded) become kTrue.
  FormulaId Atom(Formula atom);

  // Members called `name`, or with names that match: their values match `value`.
  FormulaId Members(FormulaId name, FormulaId value);
  FormulaId Name(std::string_view name);
  FormulaId Has(std::string_view name) { return ~Lacks(name); }
  FormulaId Lacks(std::string_view name) { return Members(Name(name), kFalse); }
  FormulaId Elements(std::uint32_t begin, std::uint32_t end, FormulaId value);

  // The children of an id read as a disjunction: those of a negated kAll, else the id itself.
  std::vector<FormulaId> Alternatives(FormulaId id) const;

  // What people would call it; the first name stays.
  void SetName(FormulaId id, std::string_view name);
  std::string_view name(FormulaId id) const;

 private:
  FormulaId Intern(Formula formula);
  // Throws LimitError ("max_branches"): the time of all cases together is that of the parts they
  // are put together from, new or known.
  void Count(std::size_t num_parts);

  std::deque<Formula> nodes_;  // addresses stay
  base::HashIndex interned_;
  std::vector<std::string_view> names_;  // by node
  std::size_t num_parts_ = 0;
};

// The type that an atom of this kind speaks about; kAllTypes for the other kinds.
TypeSet TypeOf(FormulaKind kind);

}  // namespace pushmask::frontend::json_schema

template <>
struct std::hash<pushmask::frontend::json_schema::FormulaId> {
  std::size_t operator()(pushmask::frontend::json_schema::FormulaId id) const noexcept {
    return id.bits() * 0x9e3779b97f4a7c15ULL;
  }
};
