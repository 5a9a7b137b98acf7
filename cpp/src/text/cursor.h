// SPDX-License-Identifier: Apache-2.0
// Cursor: reads a span of a source text code point by code point; what hand-written parsers share.
// Offsets count from the start of the whole source, so every error points into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "text/source_text.h"
#include "text/utf8.h"

namespace pushmask::text {

// Of a LimitError.
struct ReachedLimit {
  std::string name;
  std::uint64_t bound;
  std::uint64_t reached;
};

class Cursor {
 public:
  // Throws SyntaxError if the span is not well-formed UTF-8. The source must outlive the cursor.
  Cursor(const SourceText& source, SourceSpan span);

  bool AtEnd() const { return offset_ == end_; }
  std::size_t offset() const { return offset_; }
  void Seek(std::size_t offset) { offset_ = offset; }

  // The byte `ahead` of the next one, or nullopt past the end.
  std::optional<char> Peek(std::size_t ahead = 0) const;
  bool At(std::string_view text) const;
  // Steps over `text` if it comes next.
  bool Take(std::string_view text);
  // Steps over one code point; the cursor must not be at its end.
  char32_t Next();
  // Steps over exactly `digits` hexadecimal digits (at most 8), or over nothing.
  std::optional<char32_t> TakeHex(int digits);
  // Steps over decimal digits; the value saturates at 2^64 - 1. Nullopt if there is no digit.
  std::optional<std::uint64_t> TakeDecimal();

  // The text from `begin` to here.
  std::string_view TextSince(std::size_t begin) const;
  std::string QuotedSince(std::size_t begin) const;

  // Errors from `begin` to here. FailUnsupported names the feature and quotes the text.
  [[noreturn]] void FailSyntax(std::size_t begin, std::string message, std::string hint = {}) const;
  [[noreturn]] void FailUnsupported(std::size_t begin, std::string feature,
                                    std::string hint = {}) const;
  [[noreturn]] void FailLimit(std::size_t begin, std::string message, ReachedLimit limit,
                              std::string hint) const;

 private:
  const SourceText& source_;
  std::size_t offset_;
  std::size_t end_;
};

// A code point as an error message shows it: 'a', or U+0007 where it has no readable form.
std::string Quoted(char32_t codepoint);

// A text in quotes, cut short where it is long.
std::string Quoted(std::string_view text);

}  // namespace pushmask::text
