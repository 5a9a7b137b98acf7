// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.h"

#include "base/check.h"

namespace pushmask::text {
namespace {

int SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

std::optional<DecodedCodepoint> DecodeUtf8(std::string_view bytes, std::size_t offset) {
  if (offset >= bytes.size()) return std::nullopt;
  const auto lead = static_cast<unsigned char>(bytes[offset]);
  const int length = SequenceLength(lead);
  if (length == 0 || offset + static_cast<std::size_t>(length) > bytes.size()) return std::nullopt;
  if (length == 1) return DecodedCodepoint{lead, 1};
  char32_t codepoint = lead & (0xFFU >> (length + 1));
  for (int i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[offset + static_cast<std::size_t>(i)]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    codepoint = (codepoint << 6) | (byte & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = codepoint >= kSurrogateFirst && codepoint <= kSurrogateLast;
  if (codepoint < kSmallest[length] || codepoint > kMaxCodepoint || surrogate) return std::nullopt;
  return DecodedCodepoint{codepoint, static_cast<std::size_t>(length)};
}

void AppendUtf8(char32_t codepoint, std::string* out) {
  const auto push = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (codepoint < 0x80) {
    push(codepoint);
  } else if (codepoint < 0x800) {
    push(0xC0 | (codepoint >> 6));
    push(0x80 | (codepoint & 0x3F));
  } else if (codepoint < 0x10000) {
    push(0xE0 | (codepoint >> 12));
    push(0x80 | ((codepoint >> 6) & 0x3F));
    push(0x80 | (codepoint & 0x3F));
  } else {
    push(0xF0 | (codepoint >> 18));
    push(0x80 | ((codepoint >> 12) & 0x3F));
    push(0x80 | ((codepoint >> 6) & 0x3F));
    push(0x80 | (codepoint & 0x3F));
  }
}

std::u32string Decoded(std::string_view bytes) {
  std::u32string out;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto next = DecodeUtf8(bytes, i);
    PUSHMASK_CHECK(next.has_value());
    out.push_back(next->codepoint);
    i += next->length;
  }
  return out;
}

std::size_t FindInvalidUtf8(std::string_view bytes) {
  std::size_t offset = 0;
  while (offset < bytes.size()) {
    const auto decoded = DecodeUtf8(bytes, offset);
    if (!decoded) return offset;
    offset += decoded->length;
  }
  return std::string_view::npos;
}

}  // namespace pushmask::text
