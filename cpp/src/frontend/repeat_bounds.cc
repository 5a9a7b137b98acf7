// SPDX-License-Identifier: Apache-2.0
#include "frontend/repeat_bounds.h"

#include <algorithm>
#include <string>

#include "ir/grammar.h"

namespace pushmask::frontend {

RepeatBounds CheckRepeatBounds(std::size_t begin, std::uint64_t min,
                               std::optional<std::uint64_t> max, const text::Cursor& cursor) {
  const std::uint64_t largest = std::max(min, max.value_or(0));
  if (largest > kMaxRepeat) {
    cursor.FailLimit(begin, "the repeat bound is larger than " + std::to_string(kMaxRepeat),
                     {"max_repeat", kMaxRepeat, largest},
                     "without an upper bound there is no limit: {m,}");
  }
  if (max && min > *max) {
    cursor.FailSyntax(begin, "the repeat bounds " + cursor.QuotedSince(begin) + " are reversed",
                      "the smaller number comes first");
  }
  return {static_cast<std::uint32_t>(min), max ? static_cast<std::uint32_t>(*max) : ir::kUnbounded};
}

}  // namespace pushmask::frontend
