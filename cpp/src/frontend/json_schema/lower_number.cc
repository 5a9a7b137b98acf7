// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/lower.h"
#include "frontend/json_schema/number_range.h"

namespace pushmask::frontend::json_schema {

ir::ExprId Lowering::Number(const Branch& branch) {
  const SchemaSet schemas = Constraining(table_, branch, kNumberType);
  const Bounds bounds = NumberBounds(table_, schemas);
  const bool integers = (branch.types & kFractionType) == 0;
  if (!HasNumbers(bounds, integers)) {
    contradictions_.Add(bounds.upper->at, std::string(integers ? "no integer" : "no number") +
                                              " lies between the lower bound " +
                                              std::string(bounds.lower->at->text) +
                                              " and the upper bound " +
                                              std::string(bounds.upper->at->text));
    return builder_.Nothing();
  }
  return integers ? IntegerRange(bounds, &builder_) : NumberRange(bounds, &builder_);
}

}  // namespace pushmask::frontend::json_schema
