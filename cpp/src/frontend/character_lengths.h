// SPDX-License-Identifier: Apache-2.0
// How many characters the strings of an expression have.
#pragma once

#include <cstdint>

#include "ir/builder.h"

namespace pushmask::frontend {

// Fewest and most characters of the strings of a rule-free expression; an estimate where Boolean
// operators are involved, but never too narrow.
struct LengthRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;  // kUnboundedLength: no bound
  bool is_exact = true;   // there is a string of `min` characters
};
inline constexpr std::uint64_t kUnboundedLength = ~std::uint64_t{0};
LengthRange CharacterLengths(const ir::Builder& builder, ir::ExprId strings);

}  // namespace pushmask::frontend
