// SPDX-License-Identifier: Apache-2.0
// Loops over mask words. On x86-64 the widest form that the processor has is chosen at run time;
// elsewhere the compiler's own. (Plain copies are left to memcpy, which does the same.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pushmask::base {

// out = a | b, all of one length; returns the number of set bits of `out`.
std::size_t UniteBits(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                      std::span<std::int32_t> out);

}  // namespace pushmask::base
