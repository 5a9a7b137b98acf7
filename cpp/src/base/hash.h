// SPDX-License-Identifier: Apache-2.0
// Hashing of small integer sequences: a multiply-xorshift mix (the finaliser of MurmurHash3, public
// domain), good enough for interning tables whose keys are ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pushmask::base {

inline std::uint64_t Mix(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  x ^= x >> 33;
  return x;
}

inline std::uint64_t Combine(std::uint64_t seed, std::uint64_t value) {
  return Mix(seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2)));
}

struct VectorHash {
  template <typename Range>
  std::size_t operator()(const Range& values) const {
    std::uint64_t seed = values.size();
    for (const auto& value : values) seed = Combine(seed, static_cast<std::uint64_t>(value));
    return static_cast<std::size_t>(seed);
  }
};

}  // namespace pushmask::base
