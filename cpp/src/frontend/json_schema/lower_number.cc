// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "frontend/json_schema/lower.h"
#include "frontend/json_schema/numbers.h"

namespace pushmask::frontend::json_schema {

ir::ExprId Lowering::Number(const Branch& branch) {
  const SchemaSet schemas = Constraining(table_, branch, kNumberType);
  const bool integers = (branch.types & kFractionType) == 0;
  if (schemas.empty()) {
    ir::ExprId& any = any_number_[integers ? 0 : 1];
    if (!any.valid()) {
      any = integers ? IntegerRange({}, IntegerTail::kPointZero, &builder_) : AnyNumber(&builder_);
    }
    return any;
  }
  const Bounds bounds = NumberBounds(table_, schemas);
  if (!HasNumbers(bounds, integers)) {
    const std::string lower(bounds.lower->at->text);
    const std::string upper(bounds.upper->at->text);
    contradictions_.Add(bounds.upper->at, std::string(integers ? "no integer" : "no number") +
                                              " lies between the lower bound " + lower +
                                              " and the upper bound " + upper);
    return builder_.Nothing();
  }
  if (integers) return IntegerRange(bounds, IntegerTail::kPointZero, &builder_);
  return builder_.Choice({NumberRange(bounds, &builder_), ExponentNumbers(bounds, &builder_)});
}

}  // namespace pushmask::frontend::json_schema
