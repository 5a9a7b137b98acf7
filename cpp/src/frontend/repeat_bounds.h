// SPDX-License-Identifier: Apache-2.0
// The bounds of a counted repetition, `{m,n}`, which regex and EBNF check alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "text/cursor.h"

namespace pushmask::frontend {

// Larger bounds than any text needs are a mistake; IR bounds are 32 bits wide.
inline constexpr std::uint64_t kMaxRepeat = (std::uint64_t{1} << 31) - 1;

struct RepeatBounds {
  std::uint32_t min;
  std::uint32_t max;  // ir::kUnbounded: no maximum
};

// Checks bounds that were read from `begin` to the cursor; no `max` is unbounded. Throws
// SyntaxError if they are reversed, LimitError ("max_repeat") if one is past kMaxRepeat.
RepeatBounds CheckRepeatBounds(std::size_t begin, std::uint64_t min,
                               std::optional<std::uint64_t> max, const text::Cursor& cursor);

}  // namespace pushmask::frontend
