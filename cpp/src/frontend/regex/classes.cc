// SPDX-License-Identifier: Apache-2.0
// ECMA-262 sections 22.2.1 (CharacterClass, CharacterEscape) and 22.2.2.9 (CharacterClassEscape).
#include "frontend/regex/classes.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend/escapes.h"
#include "frontend/regex/properties.h"

namespace pushmask::frontend::regex {
namespace {

using text::CodepointRange;
using text::CodepointSet;
using text::Cursor;
using ClassMember = std::variant<char32_t, CodepointSet>;

bool IsAsciiLetter(char32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsAsciiDigit(char32_t c) { return c >= '0' && c <= '9'; }

CodepointSet Digits() { return {{'0', '9'}}; }
CodepointSet WordCharacters() { return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}; }

// ECMA-262 WhiteSpace and LineTerminator.
CodepointSet Whitespace() {
  return {{0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
          {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
}

// \pL, \p{Lu}, \p{gc=Lu}, \p{Script=Greek}; the cursor stands after the p.
CodepointSet ParseProperty(std::size_t begin, bool negated, Cursor* cursor) {
  const std::size_t name_begin = cursor->offset() + 1;
  std::string name;
  if (cursor->Take("{")) {
    while (cursor->Peek() && !cursor->At("}")) cursor->Next();
    name = cursor->TextSince(name_begin);
    if (!cursor->Take("}")) cursor->FailSyntax(begin, "the property is not closed; expected '}'");
  } else if (cursor->Peek() && IsAsciiLetter(static_cast<unsigned char>(*cursor->Peek()))) {
    name = std::string(1, static_cast<char>(cursor->Next()));
  } else {
    cursor->FailSyntax(begin, "expected '{' and a property name after '\\p'");
  }
  const auto set = FindProperty(name);
  if (!set) {
    cursor->FailUnsupported(begin, "character property", "scripts are written \\p{Script=Greek}");
  }
  return negated ? set->Complement() : *set;
}

std::optional<CodepointSet> ParseSetEscape(std::size_t begin, char32_t letter, Cursor* cursor) {
  switch (letter) {
    case 'd':
      return Digits();
    case 'D':
      return Digits().Complement();
    case 'w':
      return WordCharacters();
    case 'W':
      return WordCharacters().Complement();
    case 's':
      return Whitespace();
    case 'S':
      return Whitespace().Complement();
    case 'p':
      return ParseProperty(begin, false, cursor);
    case 'P':
      return ParseProperty(begin, true, cursor);
    default:
      return std::nullopt;
  }
}

char32_t ParseControlLetter(std::size_t begin, Cursor* cursor) {
  const char letter = cursor->Peek().value_or('?');
  if (!IsAsciiLetter(static_cast<unsigned char>(letter))) {
    cursor->FailSyntax(begin, "expected a letter after '\\c'");
  }
  return cursor->Next() & 0x1F;
}

char32_t ParseNull(std::size_t begin, Cursor* cursor) {
  if (IsAsciiDigit(static_cast<unsigned char>(cursor->Peek().value_or('?')))) {
    cursor->Next();
    cursor->FailSyntax(begin, "octal escapes are not part of the dialect", "write \\xHH");
  }
  return 0;
}

char32_t ParseCharacterEscape(std::size_t begin, char32_t letter, bool in_class, Cursor* cursor) {
  switch (letter) {
    case 'a':
      return 0x07;
    case 't':
      return '\t';
    case 'n':
      return '\n';
    case 'v':
      return 0x0B;
    case 'f':
      return 0x0C;
    case 'r':
      return '\r';
    case '0':
      return ParseNull(begin, cursor);
    case 'c':
      return ParseControlLetter(begin, cursor);
    case 'x':
    case 'u':
    case 'U':
      return ReadNumericEscape(begin, static_cast<char>(letter), cursor);
    default:
      break;
  }
  if (letter == 'b' && in_class) return 0x08;
  const bool punctuation =
      letter >= ' ' && letter < 0x7F && !IsAsciiLetter(letter) && !IsAsciiDigit(letter);
  if (punctuation) return letter;
  cursor->FailSyntax(begin, "unknown escape " + cursor->QuotedSince(begin));
}

// `[[:alpha:]]` is legal ECMA-262 with a meaning that nobody wants.
void RefusePosixClass(Cursor* cursor) {
  if (!cursor->At("[:")) return;
  const std::size_t begin = cursor->offset();
  cursor->Take("[:");
  cursor->Take("^");
  while (IsAsciiLetter(static_cast<unsigned char>(cursor->Peek().value_or('?')))) cursor->Next();
  if (cursor->Take(":]")) {
    cursor->FailUnsupported(begin, "POSIX class",
                            "write its characters, such as a-zA-Z, or \\p{..}");
  }
  cursor->Seek(begin);
}

ClassMember ParseMember(Cursor* cursor) {
  RefusePosixClass(cursor);
  const std::size_t begin = cursor->offset();
  const char32_t c = cursor->Next();
  if (c == '\\') return ParseEscape(begin, /*in_class=*/true, cursor);
  return c;
}

void AddMember(const ClassMember& member, std::vector<CodepointRange>* ranges) {
  if (const auto* c = std::get_if<char32_t>(&member)) {
    ranges->push_back({*c, *c});
    return;
  }
  const auto& added = std::get<CodepointSet>(member).ranges();
  ranges->insert(ranges->end(), added.begin(), added.end());
}

// A range from `first`, which began at `begin`; the cursor stands after the hyphen.
CodepointRange ParseRange(std::size_t begin, const ClassMember& first, Cursor* cursor) {
  const ClassMember last = ParseMember(cursor);
  const auto* from = std::get_if<char32_t>(&first);
  const auto* to = std::get_if<char32_t>(&last);
  const std::string shown = cursor->QuotedSince(begin);
  if (from == nullptr || to == nullptr) {
    cursor->FailSyntax(begin, "the range " + shown + " has a class as an end",
                       "write \\- for a hyphen");
  }
  if (*from > *to) {
    cursor->FailSyntax(begin, "the range " + shown + " is reversed", "put the lower end first");
  }
  return {*from, *to};
}

}  // namespace

CodepointSet AnyButLineTerminators() {
  return CodepointSet{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}.Complement();
}

std::variant<char32_t, CodepointSet> ParseEscape(std::size_t begin, bool in_class, Cursor* cursor) {
  if (cursor->AtEnd()) cursor->FailSyntax(begin, "a backslash with nothing after it");
  const char32_t letter = cursor->Next();
  if (auto set = ParseSetEscape(begin, letter, cursor)) return *std::move(set);
  return ParseCharacterEscape(begin, letter, in_class, cursor);
}

CodepointSet ParseClass(std::size_t begin, Cursor* cursor) {
  const bool negated = cursor->Take("^");
  if (cursor->Take("]")) {
    cursor->FailSyntax(begin, "empty class " + cursor->QuotedSince(begin),
                       negated ? "write [\\s\\S] for any character" : "write \\] for a bracket");
  }
  std::vector<CodepointRange> ranges;
  while (!cursor->Take("]")) {
    if (cursor->AtEnd()) {
      cursor->Seek(begin + 1);
      cursor->FailSyntax(begin, "the class is not closed; expected ']'");
    }
    const std::size_t member_begin = cursor->offset();
    const ClassMember member = ParseMember(cursor);
    if (cursor->At("-") && cursor->Peek(1) && *cursor->Peek(1) != ']') {
      cursor->Take("-");
      ranges.push_back(ParseRange(member_begin, member, cursor));
    } else {
      AddMember(member, &ranges);
    }
  }
  CodepointSet set(std::move(ranges));
  return negated ? set.Complement() : set;
}

}  // namespace pushmask::frontend::regex
