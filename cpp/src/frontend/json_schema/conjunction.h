// SPDX-License-Identifier: Apache-2.0
// What a set of schemas means together. An instance often has to match several schemas at once: a
// schema and the target of its $ref, a property's schema in two conjuncts, `additionalProperties`
// of one and `properties` of another. Everywhere, such a conjunction is a set of schema ids; it is
// interpreted here, in one place:
//
//   * Expand follows $ref and multiplies `anyOf` out, so that what remains is a union of branches;
//   * a branch is a set of schemas whose own keywords all apply;
//   * the functions below read one keyword family of a branch, merged.
//
// Sets are sorted and finite, so lowering can remember a rule per set and recursion ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/json/decimal.h"
#include "frontend/json_schema/schema.h"
#include "ir/grammar.h"

namespace pushmask::frontend::json_schema {

using SchemaSet = std::vector<SchemaId>;  // sorted, without duplicates

void Insert(SchemaId id, SchemaSet* set);

struct Branch {
  TypeSet types = kAllTypes;
  SchemaSet schemas;  // those that have keywords of their own
};

// Contradictions met so far, for the error if nothing is left of the whole schema. One that turns
// out not to matter (another branch matches, the property is optional) is rewound.
class Contradictions {
 public:
  struct Note {
    const json::Value* at;
    std::string message;
  };

  void Add(const json::Value* at, std::string message) {
    notes_.push_back({at, std::move(message)});
  }
  std::size_t mark() const { return notes_.size(); }
  void Rewind(std::size_t mark) {
    notes_.erase(notes_.begin() + std::ptrdiff_t(mark), notes_.end());
  }
  const std::vector<Note>& notes() const { return notes_; }

 private:
  std::vector<Note> notes_;
};

// The branches of a conjunction; none if it contradicts itself by type. Throws LimitError
// ("max_branches").
std::vector<Branch> Expand(const SchemaTable& table, const SchemaSet& set,
                           Contradictions* contradictions);

// The schemas of a branch that say something about instances of `types`.
SchemaSet Constraining(const SchemaTable& table, const Branch& branch, TypeSet types);

// --- Merged keywords. `schemas` is (part of) a branch.
// ----------------------------------------------

struct Counts {
  std::uint32_t min = 0;
  std::uint32_t max = ir::kUnbounded;
  const json::Value* at = nullptr;  // the keyword that made `min` or `max` tightest last
};
Counts StringLengths(const SchemaTable& table, const SchemaSet& schemas);
Counts ItemCounts(const SchemaTable& table, const SchemaSet& schemas);

struct Bound {
  json::Decimal value;
  bool exclusive = false;
  const json::Value* at = nullptr;
};
struct Bounds {
  std::optional<Bound> lower;
  std::optional<Bound> upper;
};
Bounds NumberBounds(const SchemaTable& table, const SchemaSet& schemas);

// What the element at `index` must match; at PrefixLength() and later, all elements alike.
SchemaSet ItemSchemas(const SchemaTable& table, const SchemaSet& schemas, std::size_t index);
std::size_t PrefixLength(const SchemaTable& table, const SchemaSet& schemas);

// Names that `properties` or `required` mention, in the order of the schema.
struct DeclaredName {
  std::string_view name;
  bool required = false;
  SchemaSet schemas;  // what its value must match
};
struct ObjectShape {
  std::vector<DeclaredName> names;
  SchemaSet others;  // what the values of all other names must match
  const json::Value* required_at = nullptr;
};
ObjectShape MergeObjects(const SchemaTable& table, const SchemaSet& schemas);

}  // namespace pushmask::frontend::json_schema
