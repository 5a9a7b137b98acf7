// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629): strict, no surrogates, no overlong forms, nothing past U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pushmask::text {

inline constexpr char32_t kMaxCodepoint = 0x10FFFF;
inline constexpr char32_t kSurrogateFirst = 0xD800;
inline constexpr char32_t kSurrogateLast = 0xDFFF;

struct DecodedCodepoint {
  char32_t codepoint;
  std::size_t length;  // bytes, 1 to 4
};

// The code point that starts at `offset`, or nullopt if the bytes there are not well-formed.
std::optional<DecodedCodepoint> DecodeUtf8(std::string_view bytes, std::size_t offset);

// Appends the UTF-8 form of a Unicode scalar value.
void AppendUtf8(char32_t codepoint, std::string* out);

// The code points of well-formed UTF-8.
std::u32string Decoded(std::string_view bytes);

// Offset of the first byte that is not part of well-formed UTF-8, or npos.
std::size_t FindInvalidUtf8(std::string_view bytes);

}  // namespace pushmask::text
