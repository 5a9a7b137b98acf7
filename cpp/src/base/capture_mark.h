// SPDX-License-Identifier: Apache-2.0
// Marks around what rules capture (ir/capture_marks.h), as three bytes that no text contains.
#pragma once

#include <cstdint>
#include <string>

namespace pushmask::base {

inline constexpr std::uint8_t kMarkByte = 0xFE;  // references to tokens begin with 0xFF

struct CaptureMark {
  std::uint32_t capture = 0;  // its number, of 15 bits
  bool is_end = false;
};

inline std::string SpellingOf(CaptureMark mark) {
  const std::uint32_t number = 2 * mark.capture + (mark.is_end ? 1 : 0);
  return {static_cast<char>(kMarkByte), static_cast<char>(number >> 8 & 0xFF),
          static_cast<char>(number & 0xFF)};
}

inline CaptureMark MarkOf(std::uint8_t second, std::uint8_t third) {
  const std::uint32_t number = std::uint32_t{second} << 8 | third;
  return {number / 2, number % 2 == 1};
}

}  // namespace pushmask::base
