// SPDX-License-Identifier: Apache-2.0
// Id<Tag>: an index that cannot be mixed up with an index of another kind.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace pushmask::base {

template <typename Tag>
struct Id {
  std::uint32_t value = kNone;

  static constexpr std::uint32_t kNone = 0xffffffffU;

  constexpr Id() = default;
  constexpr explicit Id(std::size_t index) : value(static_cast<std::uint32_t>(index)) {}

  constexpr bool valid() const { return value != kNone; }
  constexpr std::size_t index() const { return value; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace pushmask::base

template <typename Tag>
struct std::hash<pushmask::base::Id<Tag>> {
  std::size_t operator()(pushmask::base::Id<Tag> id) const noexcept {
    return id.value * 0x9e3779b97f4a7c15ULL;
  }
};
