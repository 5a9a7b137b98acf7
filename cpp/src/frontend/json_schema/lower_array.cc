// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "frontend/json_schema/lower.h"

namespace pushmask::frontend::json_schema {

using ir::ExprId;

ExprId Lowering::Array(const SchemaSet& schemas, std::uint32_t depth) {
  Counts counts = ItemCounts(table_, schemas);
  if (counts.min > counts.max) {
    contradictions_.Add(counts.at, "minItems " + std::to_string(counts.min) +
                                       " is greater than maxItems " + std::to_string(counts.max));
    return builder_.Nothing();
  }
  if (!layout_.CanNest(depth)) counts.max = 0;
  // An element that cannot be ends the array before it.
  const std::size_t mark = contradictions_.mark();
  const std::uint32_t inner = layout_.Deeper(depth);
  std::vector<ExprId> first;
  ExprId rest = builder_.Nothing();
  const auto element = [&](std::size_t index) {
    const ExprId value = Value(ItemSchemas(table_, schemas, index), inner);
    if (builder_.expr(value).kind == ir::ExprKind::kNothing) {
      counts.max = std::min(counts.max, static_cast<std::uint32_t>(index));
    }
    return value;
  };
  const std::size_t num_first = PrefixLength(table_, schemas);
  while (first.size() < std::min<std::size_t>(num_first, counts.max)) {
    first.push_back(element(first.size()));
  }
  if (counts.max > num_first) rest = element(num_first);
  if (counts.min > counts.max) {
    contradictions_.Add(counts.at, "the array cannot have " + std::to_string(counts.min) +
                                       " elements: element " + std::to_string(counts.max) +
                                       " has no possible value");
    return builder_.Nothing();
  }
  contradictions_.Rewind(mark);
  first.resize(std::min<std::size_t>(first.size(), counts.max));
  return Elements(first, rest, counts, depth);
}

ExprId Lowering::Elements(const std::vector<ExprId>& first, ExprId rest, const Counts& counts,
                          std::uint32_t depth) {
  const ExprId separator = layout_.Separator(depth);
  const auto num_first = static_cast<std::uint32_t>(first.size());
  // Built from the end: what may follow the first elements, then those.
  ExprId body = builder_.Empty();
  if (counts.max > num_first) {
    const std::uint32_t min = counts.min > num_first ? counts.min - num_first : 0;
    const std::uint32_t max = counts.max == ir::kUnbounded ? counts.max : counts.max - num_first;
    const ExprId more = builder_.Seq({separator, rest});
    if (num_first > 0) {
      body = builder_.Repeat(more, min, max);
    } else {
      const std::uint32_t after = max == ir::kUnbounded ? max : max - 1;
      body = builder_.Seq({rest, builder_.Repeat(more, min > 0 ? min - 1 : 0, after)});
    }
  }
  // Elements that may be absent nest; those that must be there stand in one flat sequence.
  const std::uint32_t num_fixed = std::min(num_first, std::max(counts.min, 1U));
  for (std::uint32_t i = num_first; i > num_fixed; --i) {
    body = builder_.Optional(builder_.Seq({separator, first[i - 1], body}));
  }
  std::vector<ExprId> fixed;
  for (std::uint32_t i = 0; i < num_fixed; ++i) {
    if (i > 0) fixed.push_back(separator);
    fixed.push_back(first[i]);
  }
  fixed.push_back(body);
  body = counts.max == 0 ? builder_.Nothing() : builder_.Seq(fixed);
  return layout_.Enclose('[', body, ']', counts.min == 0 ? Layout::Empty::kYes : Layout::Empty::kNo,
                         depth);
}

}  // namespace pushmask::frontend::json_schema
