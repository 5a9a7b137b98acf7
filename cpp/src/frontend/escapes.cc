// SPDX-License-Identifier: Apache-2.0
#include "frontend/escapes.h"

#include <optional>
#include <string>

namespace pushmask::frontend {
namespace {

constexpr char32_t kTrailFirst = 0xDC00;  // second half of a surrogate pair

int NumDigits(char kind) { return kind == 'x' ? 2 : kind == 'u' ? 4 : 8; }

char32_t ReadBraced(std::size_t begin, text::Cursor* cursor) {
  char32_t value = 0;
  int num_digits = 0;
  while (const auto digit = cursor->TakeHex(1)) {
    // Six digits are enough for every code point; a seventh that matters is too large anyway.
    value = value > text::kMaxCodepoint ? value : value << 4 | *digit;
    ++num_digits;
  }
  if (num_digits == 0 || !cursor->Take("}")) {
    cursor->FailSyntax(begin, "expected hexadecimal digits and '}' in the escape",
                       "write \\u{1F600}");
  }
  return value;
}

[[noreturn]] void FailPastUnicode(std::size_t begin, const text::Cursor* cursor) {
  cursor->FailSyntax(begin, "the escape is past U+10FFFF", "U+10FFFF is the last character");
}

}  // namespace

char32_t ReadNumericEscape(std::size_t begin, char kind, text::Cursor* cursor) {
  if (cursor->Take("{")) {
    const char32_t value = ReadBraced(begin, cursor);
    if (value > text::kMaxCodepoint) FailPastUnicode(begin, cursor);
    return value;
  }
  const auto value = cursor->TakeHex(NumDigits(kind));
  if (!value) {
    cursor->FailSyntax(begin,
                       std::string("expected ") + std::to_string(NumDigits(kind)) +
                           " hexadecimal digits after '\\" + kind + "'",
                       "fill up with zeros");
  }
  if (*value > text::kMaxCodepoint) FailPastUnicode(begin, cursor);
  const bool lead = *value >= text::kSurrogateFirst && *value < kTrailFirst;
  if (kind != 'u' || !lead) return *value;
  const std::size_t after_lead = cursor->offset();
  const auto trail = cursor->Take("\\u") ? cursor->TakeHex(4) : std::nullopt;
  if (trail && *trail >= kTrailFirst && *trail <= text::kSurrogateLast) {
    return 0x10000 + ((*value - text::kSurrogateFirst) << 10) + (*trail - kTrailFirst);
  }
  cursor->Seek(after_lead);
  return *value;
}

}  // namespace pushmask::frontend
