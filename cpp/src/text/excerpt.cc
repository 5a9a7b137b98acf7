// SPDX-License-Identifier: Apache-2.0
#include "text/excerpt.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "text/utf8.h"

namespace pushmask::text {
namespace {

// Of the line, in code points as shown: a place fits on one line of a terminal with its context.
constexpr std::size_t kMaxBefore = 48;
constexpr std::size_t kMaxShown = 76;

constexpr std::string_view kCut = "…";
constexpr std::string_view kTab = "    ";

struct Shown {
  std::string text;
  std::size_t width;   // code points
  std::size_t length;  // bytes of the source
};

// The controls and format characters of Unicode that change how what stands around them looks.
bool IsInvisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

Shown Escaped(const char* format, std::uint32_t value, std::size_t length) {
  char buffer[16];
  const int size = std::snprintf(buffer, sizeof(buffer), format, static_cast<unsigned>(value));
  const auto width = static_cast<std::size_t>(size);
  return {.text = std::string(buffer, width), .width = width, .length = length};
}

// The code point at `offset`, or the byte there if it is none.
Shown ShownAt(std::string_view text, std::size_t offset) {
  const auto decoded = DecodeUtf8(text, offset);
  if (!decoded) return Escaped("\\x%02X", static_cast<unsigned char>(text[offset]), 1);
  const char32_t c = decoded->codepoint;
  if (c < 0x100 && IsInvisible(c)) return Escaped("\\x%02X", c, decoded->length);
  if (c < 0x10000 && IsInvisible(c)) return Escaped("\\u%04X", c, decoded->length);
  if (IsInvisible(c)) return Escaped("\\U%08X", c, decoded->length);
  return {.text = std::string(text.substr(offset, decoded->length)),
          .width = 1,
          .length = decoded->length};
}

Shown ShownInLine(std::string_view text, std::size_t offset) {
  if (text[offset] != '\t') return ShownAt(text, offset);
  return {.text = std::string(kTab), .width = kTab.size(), .length = 1};
}

// Of the code point that ends at `offset`, or of the byte.
std::size_t StepBack(std::string_view text, std::size_t offset) {
  constexpr std::size_t kLongest = 4;
  for (std::size_t length = 1; length <= std::min(kLongest, offset); ++length) {
    const auto decoded = DecodeUtf8(text, offset - length);
    if (decoded && decoded->length == length) return offset - length;
  }
  return offset - 1;
}

bool IsLineEnd(std::string_view text, std::size_t offset) {
  if (offset == text.size() || text[offset] == '\n') return true;
  return text[offset] == '\r' && (offset + 1 == text.size() || text[offset + 1] == '\n');
}

// How much of a line fits in some width.
struct Reach {
  std::size_t offset;
  std::size_t width = 0;
  bool is_whole = true;  // up to the line's end, or start
};

Reach ReachForward(std::string_view text, std::size_t offset, std::size_t room) {
  Reach reach{.offset = offset};
  while (!IsLineEnd(text, reach.offset)) {
    const Shown shown = ShownInLine(text, reach.offset);
    reach.is_whole = reach.width + shown.width <= room;
    if (!reach.is_whole) break;
    reach.width += shown.width;
    reach.offset += shown.length;
  }
  return reach;
}

Reach ReachBackward(std::string_view text, std::size_t offset, std::size_t room) {
  Reach reach{.offset = offset};
  while (reach.offset > 0 && text[reach.offset - 1] != '\n') {
    const std::size_t previous = StepBack(text, reach.offset);
    const Shown shown = ShownInLine(text, previous);
    reach.is_whole = reach.width + shown.width <= room;
    if (!reach.is_whole) break;
    reach.width += shown.width;
    reach.offset = previous;
  }
  return reach;
}

}  // namespace

std::string Excerpt(std::string_view text, SourceSpan span) {
  const Reach after = ReachForward(text, span.begin, kMaxShown);
  const std::size_t room = std::max(kMaxBefore, kMaxShown - std::min(after.width, kMaxShown));
  const Reach before = ReachBackward(text, span.begin, room);
  std::string line;
  std::size_t num_before = before.width;
  if (!before.is_whole) {
    line += kCut;
    ++num_before;
  }
  for (std::size_t at = before.offset; at < span.begin;) {
    const Shown shown = ShownInLine(text, at);
    line += shown.text;
    at += shown.length;
  }
  const Reach end = ReachForward(text, span.begin, kMaxShown - before.width);
  std::size_t num_marked = 0;
  for (std::size_t at = span.begin; at < end.offset;) {
    const Shown shown = ShownInLine(text, at);
    if (at < span.end) num_marked += shown.width;
    line += shown.text;
    at += shown.length;
  }
  if (!end.is_whole) line += kCut;
  if (line.find_first_not_of(' ') == std::string::npos) return {};
  return "  " + line + "\n  " + std::string(num_before, ' ') +
         std::string(std::max<std::size_t>(num_marked, 1), '^');
}

std::string Printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Shown shown = ShownAt(text, at);
    out += shown.text;
    at += shown.length;
  }
  return out;
}

}  // namespace pushmask::text
