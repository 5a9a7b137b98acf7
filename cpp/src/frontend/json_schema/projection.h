// SPDX-License-Identifier: Apache-2.0
// A formula seen by values of one type. Atoms about other types hold or fail there for good,
// references are followed, and what is left is a formula over the atoms of that type alone, which
// is usually much smaller: of an anyOf over many types one branch remains.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "frontend/json_schema/formula.h"

namespace pushmask::frontend::json_schema {

// Where references lead: schemas by number, read when they are first looked at.
class Schemas {
 public:
  virtual ~Schemas() = default;
  virtual FormulaId Meaning(std::uint32_t schema) = 0;
  // Throws SchemaError: the schema refers back to itself for the same value, without end.
  [[noreturn]] virtual void FailForCycle(std::uint32_t schema) = 0;
};

class Projection {
 public:
  Projection(FormulaStore* store, Schemas* schemas) : store_(*store), schemas_(*schemas) {}

  // `type` is one of kSingleTypes. The result is kTrue, kFalse, or made of kAll, kExactlyOne and
  // atoms of the type. Throws SchemaError for a reference cycle, LimitError ("max_depth") for
  // references that nest too deeply.
  FormulaId Of(FormulaId id, TypeSet type);

  // Types outside this set have no values; those inside may have none either.
  TypeSet PossibleTypes(FormulaId id) { return PossibleTypes(id, 0); }

 private:
  FormulaId Compute(FormulaId id, TypeSet type);
  TypeSet PossibleTypes(FormulaId id, int depth);

  FormulaStore& store_;
  Schemas& schemas_;
  std::unordered_map<std::uint64_t, FormulaId> known_;  // by node and type; not negated
  std::vector<TypeSet> open_;                           // by schema: being followed for these types
  int depth_ = 0;
};

}  // namespace pushmask::frontend::json_schema
