// SPDX-License-Identifier: Apache-2.0
#include "base/bits.h"

#include <bit>

namespace pushmask::base {
namespace {

#if defined(__GNUC__) && defined(__x86_64__)
#define PUSHMASK_TARGET(features) __attribute__((target(features)))
#define PUSHMASK_INLINE __attribute__((always_inline)) inline
#else
#define PUSHMASK_INLINE inline
#endif

PUSHMASK_INLINE std::size_t Unite(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                                  std::span<std::int32_t> out) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = a[i] | b[i];
    count += static_cast<std::size_t>(std::popcount(static_cast<std::uint32_t>(out[i])));
  }
  return count;
}

using UniteLoop = std::size_t (*)(std::span<const std::int32_t>, std::span<const std::int32_t>,
                                  std::span<std::int32_t>);

#ifdef PUSHMASK_TARGET
#define PUSHMASK_WIDE "avx512f,avx512bw,avx512vpopcntdq"

PUSHMASK_TARGET("popcnt")
std::size_t UniteScalar(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                        std::span<std::int32_t> out) {
  return Unite(a, b, out);
}
PUSHMASK_TARGET(PUSHMASK_WIDE)
std::size_t UniteWide(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                      std::span<std::int32_t> out) {
  return Unite(a, b, out);
}

UniteLoop Pick() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vpopcntdq")) {
    return UniteWide;
  }
  return __builtin_cpu_supports("popcnt") ? UniteScalar : Unite;
}
#else
UniteLoop Pick() { return Unite; }
#endif

}  // namespace

std::size_t UniteBits(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                      std::span<std::int32_t> out) {
  static const UniteLoop loop = Pick();
  return loop(a, b, out);
}

}  // namespace pushmask::base
