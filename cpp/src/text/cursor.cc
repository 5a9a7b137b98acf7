// SPDX-License-Identifier: Apache-2.0
#include "text/cursor.h"

#include <cstdio>
#include <limits>
#include <utility>

#include "base/check.h"
#include "text/excerpt.h"

namespace pushmask::text {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Cursor::Cursor(const SourceText& source, SourceSpan span)
    : source_(source), offset_(span.begin), end_(span.end) {
  const std::size_t invalid = FindInvalidUtf8(source.text().substr(0, end_).substr(offset_));
  if (invalid == std::string_view::npos) return;
  const std::size_t at = offset_ + invalid;
  throw SyntaxError(source.At({at, at + 1}, "the text is not valid UTF-8 here"));
}

std::optional<char> Cursor::Peek(std::size_t ahead) const {
  if (ahead >= end_ - offset_) return std::nullopt;
  return source_.text()[offset_ + ahead];
}

bool Cursor::At(std::string_view text) const {
  return source_.text().substr(0, end_).substr(offset_).starts_with(text);
}

bool Cursor::Take(std::string_view text) {
  if (!At(text)) return false;
  offset_ += text.size();
  return true;
}

char32_t Cursor::Next() {
  const auto decoded = DecodeUtf8(source_.text().substr(0, end_), offset_);
  PUSHMASK_CHECK(decoded.has_value());
  offset_ += decoded->length;
  return decoded->codepoint;
}

std::optional<char32_t> Cursor::TakeHex(int digits) {
  std::uint32_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = HexValue(Peek(static_cast<std::size_t>(i)).value_or('?'));
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<std::uint32_t>(digit);
  }
  offset_ += static_cast<std::size_t>(digits);
  return value;
}

std::optional<std::uint64_t> Cursor::TakeDecimal() {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::optional<std::uint64_t> value;
  for (;;) {
    const char c = Peek().value_or('?');
    if (c < '0' || c > '9') return value;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    const std::uint64_t before = value.value_or(0);
    value = before > (kMax - digit) / 10 ? kMax : before * 10 + digit;
    ++offset_;
  }
}

std::string_view Cursor::TextSince(std::size_t begin) const {
  return source_.text().substr(begin, offset_ - begin);
}

std::string Cursor::QuotedSince(std::size_t begin) const { return Quoted(TextSince(begin)); }

void Cursor::FailSyntax(std::size_t begin, std::string message, std::string hint) const {
  throw SyntaxError(source_.At({begin, offset_}, std::move(message), std::move(hint)));
}

void Cursor::FailUnsupported(std::size_t begin, std::string feature, std::string hint) const {
  Diagnostic diagnostic = source_.At(
      {begin, offset_}, feature + " " + QuotedSince(begin) + " is not supported", std::move(hint));
  throw UnsupportedError(std::move(diagnostic), std::move(feature));
}

void Cursor::FailLimit(std::size_t begin, std::string message, ReachedLimit limit,
                       std::string hint) const {
  throw LimitError(source_.At({begin, offset_}, std::move(message), std::move(hint)),
                   std::move(limit.name), limit.bound, limit.reached);
}

std::string Quoted(char32_t codepoint) {
  const bool control = codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0);
  const bool surrogate = codepoint >= kSurrogateFirst && codepoint <= kSurrogateLast;
  if (control || surrogate) {
    char buffer[16];
    std::snprintf(buffer, sizeof(buffer), "U+%04X", static_cast<unsigned>(codepoint));
    return buffer;
  }
  std::string out = "'";
  AppendUtf8(codepoint, &out);
  return out + "'";
}

std::string Quoted(std::string_view text) {
  constexpr std::size_t kMaxShown = 40;  // bytes
  if (text.size() <= kMaxShown) return "'" + Printable(text) + "'";
  std::size_t cut = kMaxShown;
  while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // not inside a character
  return "'" + Printable(text.substr(0, cut)) + "...'";
}

}  // namespace pushmask::text
