// SPDX-License-Identifier: Apache-2.0
// The bytes that no text contains: machines read references to tokens by them.
#pragma once

#include <algorithm>
#include <string_view>

namespace pushmask::base {

// 0xF5 to 0xFF are in no UTF-8 (RFC 3629, section 3); from 0xF8 on they never were.
inline constexpr unsigned char kFirstTokenByte = 0xF8;

inline bool IsTokenByte(char c) { return static_cast<unsigned char>(c) >= kFirstTokenByte; }

// Whether no text contains these bytes.
inline bool HasTokenByte(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), IsTokenByte);
}

}  // namespace pushmask::base
