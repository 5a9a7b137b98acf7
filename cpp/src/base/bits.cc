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

PUSHMASK_INLINE std::size_t Count(std::span<const std::int32_t> words) {
  std::size_t count = 0;
  for (const std::int32_t word : words) {
    count += static_cast<std::size_t>(std::popcount(static_cast<std::uint32_t>(word)));
  }
  return count;
}

PUSHMASK_INLINE std::size_t Unite(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                                  std::span<std::int32_t> out) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = a[i] | b[i];
    count += static_cast<std::size_t>(std::popcount(static_cast<std::uint32_t>(out[i])));
  }
  return count;
}

struct Loops {
  std::size_t (*count)(std::span<const std::int32_t>);
  std::size_t (*unite)(std::span<const std::int32_t>, std::span<const std::int32_t>,
                       std::span<std::int32_t>);
};

#ifdef PUSHMASK_TARGET
#define PUSHMASK_WIDE "avx512f,avx512bw,avx512vpopcntdq"

PUSHMASK_TARGET("popcnt") std::size_t CountScalar(std::span<const std::int32_t> words) {
  return Count(words);
}
PUSHMASK_TARGET("popcnt")
std::size_t UniteScalar(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                        std::span<std::int32_t> out) {
  return Unite(a, b, out);
}
PUSHMASK_TARGET(PUSHMASK_WIDE) std::size_t CountWide(std::span<const std::int32_t> words) {
  return Count(words);
}
PUSHMASK_TARGET(PUSHMASK_WIDE)
std::size_t UniteWide(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                      std::span<std::int32_t> out) {
  return Unite(a, b, out);
}

Loops Pick() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vpopcntdq")) {
    return {CountWide, UniteWide};
  }
  if (__builtin_cpu_supports("popcnt")) return {CountScalar, UniteScalar};
  return {Count, Unite};
}
#else
Loops Pick() { return {Count, Unite}; }
#endif

const Loops& Picked() {
  static const Loops loops = Pick();
  return loops;
}

}  // namespace

std::size_t CountBits(std::span<const std::int32_t> words) { return Picked().count(words); }

std::size_t UniteBits(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                      std::span<std::int32_t> out) {
  return Picked().unite(a, b, out);
}

}  // namespace pushmask::base
