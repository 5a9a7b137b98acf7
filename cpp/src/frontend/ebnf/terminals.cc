// SPDX-License-Identifier: Apache-2.0
#include "frontend/ebnf/terminals.h"

#include <string_view>
#include <utility>
#include <vector>

#include "frontend/escapes.h"

namespace pushmask::frontend::ebnf {
namespace {

using text::CodepointRange;
using text::CodepointSet;
using text::Cursor;

[[noreturn]] void FailUnclosed(std::size_t begin, std::string message, std::string hint,
                               Cursor* cursor) {
  cursor->Seek(begin + 1);  // point at the opening character, not at all the rest of the grammar
  cursor->FailSyntax(begin, std::move(message), std::move(hint));
}

// One code point, escaped or not; it may be a lone surrogate.
char32_t ParseCharacter(Cursor* cursor) {
  const std::size_t begin = cursor->offset();
  const char32_t c = cursor->Next();
  if (c != '\\') return c;
  if (cursor->AtEnd())
    cursor->FailSyntax(begin, "a backslash with nothing after it", "write \\\\ for the character");
  const char32_t letter = cursor->Next();
  switch (letter) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'x':
    case 'u':
    case 'U':
      return ReadNumericEscape(begin, static_cast<char>(letter), cursor);
    default:
      break;
  }
  constexpr std::string_view kThemselves = "\\\"[]-^";
  constexpr std::string_view kRegexOnly = "dDwWsSpPbB";
  const bool ascii = letter < 0x80;
  const char as_char = static_cast<char>(letter);
  if (ascii && kThemselves.find(as_char) != std::string_view::npos) return letter;
  const bool regex = ascii && kRegexOnly.find(as_char) != std::string_view::npos;
  cursor->FailSyntax(begin, "unknown escape " + cursor->QuotedSince(begin),
                     regex ? "only a regex terminal, /.../, has it"
                           : "the escapes are \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\^ \\xHH \\uHHHH "
                             "\\UHHHHHHHH");
}

char32_t ParseClassCharacter(ClassSpelling spelling, Cursor* cursor) {
  if (spelling == ClassSpelling::kEscapes) return ParseCharacter(cursor);
  return cursor->At("#x") ? ParseCharacterNumber(cursor) : cursor->Next();
}

CodepointRange ParseRange(ClassSpelling spelling, Cursor* cursor) {
  const std::size_t begin = cursor->offset();
  const char32_t first = ParseClassCharacter(spelling, cursor);
  const bool is_range = cursor->At("-") && cursor->Peek(1) && *cursor->Peek(1) != ']';
  if (!is_range) return {first, first};
  cursor->Take("-");
  const char32_t last = ParseClassCharacter(spelling, cursor);
  if (first > last) {
    cursor->FailSyntax(begin, "the range " + cursor->QuotedSince(begin) + " is reversed",
                       "put the lower end first");
  }
  return {first, last};
}

}  // namespace

std::string ParseLiteral(std::size_t begin, Cursor* cursor) {
  std::string literal;
  while (!cursor->Take("\"")) {
    if (cursor->AtEnd()) FailUnclosed(begin, "the literal is not closed", "expected '\"'", cursor);
    const std::size_t character_begin = cursor->offset();
    const char32_t c = ParseCharacter(cursor);
    if (c >= text::kSurrogateFirst && c <= text::kSurrogateLast) {
      cursor->FailSyntax(character_begin, "a lone surrogate occurs in no text",
                         "write the whole character, such as \\U0001F600");
    }
    text::AppendUtf8(c, &literal);
  }
  return literal;
}

std::string ParsePlainLiteral(std::size_t begin, char quote, Cursor* cursor) {
  const std::size_t text_begin = cursor->offset();
  const std::string_view close(&quote, 1);
  while (!cursor->At(close)) {
    if (cursor->AtEnd() || cursor->At("\n") || cursor->At("\r")) {
      FailUnclosed(begin, "the literal is not closed", std::string("expected ") + quote, cursor);
    }
    cursor->Next();
  }
  std::string literal(cursor->TextSince(text_begin));
  cursor->Take(close);
  return literal;
}

char32_t ParseCharacterNumber(Cursor* cursor) {
  const std::size_t begin = cursor->offset();
  cursor->Take("#x");
  char32_t value = 0;
  bool has_digits = false;
  while (const auto digit = cursor->TakeHex(1)) {
    value = value > text::kMaxCodepoint ? value : value << 4 | *digit;
    has_digits = true;
  }
  if (!has_digits)
    cursor->FailSyntax(begin, "expected hexadecimal digits after '#x'", "write #x0A");
  if (value > text::kMaxCodepoint) {
    cursor->FailSyntax(begin, "the character " + cursor->QuotedSince(begin) + " is past U+10FFFF",
                       "the last character of Unicode is #x10FFFF");
  }
  return value;
}

CodepointSet ParseClass(std::size_t begin, ClassSpelling spelling, Cursor* cursor) {
  const bool negated = cursor->Take("^");
  if (cursor->Take("]")) {
    cursor->FailSyntax(begin, "empty class " + cursor->QuotedSince(begin),
                       spelling == ClassSpelling::kCharacterNumbers ? "write #x5D for a bracket"
                       : negated                                    ? "write . for any character"
                                                                    : "write \\] for a bracket");
  }
  std::vector<CodepointRange> ranges;
  while (!cursor->Take("]")) {
    if (cursor->AtEnd()) FailUnclosed(begin, "the class is not closed", "expected ']'", cursor);
    ranges.push_back(ParseRange(spelling, cursor));
  }
  CodepointSet set(std::move(ranges));
  return negated ? set.Complement() : set;
}

// Finds the end as ECMA-262 does (12.9.5): a slash that is neither escaped nor inside a class.
text::SourceSpan FindRegexBody(std::size_t begin, Cursor* cursor) {
  const std::size_t body_begin = cursor->offset();
  bool in_class = false;
  for (;;) {
    const std::size_t here = cursor->offset();
    if (cursor->AtEnd() || cursor->At("\n") || cursor->At("\r")) {
      FailUnclosed(begin, "the regex is not closed", "expected '/' on the same line", cursor);
    }
    const char32_t c = cursor->Next();
    if (c == '/' && !in_class) return {body_begin, here};
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c == '\\' && !cursor->AtEnd() && !cursor->At("\n") && !cursor->At("\r")) cursor->Next();
  }
}

}  // namespace pushmask::frontend::ebnf
