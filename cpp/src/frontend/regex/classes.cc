// SPDX-License-Identifier: Apache-2.0
// ECMA-262 sections 22.2.1 (CharacterClass, CharacterEscape) and 22.2.2.9 (CharacterClassEscape).
#include "frontend/regex/classes.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend/escapes.h"
#include "frontend/regex/properties.h"
#include "text/case_folding.h"

namespace pushmask::frontend::regex {
namespace {

using text::CodepointRange;
using text::CodepointSet;
using text::Cursor;
using ClassMember = std::variant<char32_t, CodepointSet>;

bool IsAsciiLetter(char32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsAsciiDigit(char32_t c) { return c >= '0' && c <= '9'; }

CodepointSet Digits() { return {{'0', '9'}}; }

// ECMA-262 WhiteSpace and LineTerminator.
CodepointSet Whitespace() {
  return {{0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
          {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
}

CodepointSet Cases(CodepointSet set, bool ignore_case) {
  return ignore_case ? text::CloseOverCase(set) : set;
}

// \pL, \p{Lu}, \p{gc=Lu}, \p{Script=Greek}; the cursor stands after the p.
CodepointSet ParseProperty(std::size_t begin, bool negated, Cursor* cursor) {
  const std::size_t name_begin = cursor->offset() + 1;
  std::string name;
  if (cursor->Take("{")) {
    while (cursor->Peek() && !cursor->At("}")) cursor->Next();
    name = cursor->TextSince(name_begin);
    if (!cursor->Take("}")) cursor->FailSyntax(begin, "the property is not closed", "expected '}'");
  } else if (cursor->Peek() && IsAsciiLetter(static_cast<unsigned char>(*cursor->Peek()))) {
    name = std::string(1, static_cast<char>(cursor->Next()));
  } else {
    cursor->FailSyntax(begin, "expected '{' and a property name after '\\p'",
                       "write \\p{L} or \\p{Script=Greek}");
  }
  const auto set = FindProperty(name);
  if (!set) {
    cursor->FailUnsupported(begin, "character property", "scripts are written \\p{Script=Greek}");
  }
  return negated ? set->Complement() : *set;
}

std::optional<CodepointSet> ParseSetEscape(std::size_t begin, char32_t letter, bool ignore_case,
                                           Cursor* cursor) {
  switch (letter) {
    case 'd':
      return Digits();
    case 'D':
      return Digits().Complement();
    case 'w':
      return WordCharacters(ignore_case);
    case 'W':
      return WordCharacters(ignore_case).Complement();
    case 's':
      return Whitespace();
    case 'S':
      return Whitespace().Complement();
    case 'p':
      return Cases(ParseProperty(begin, false, cursor), ignore_case);
    case 'P':
      return Cases(ParseProperty(begin, true, cursor), ignore_case);
    default:
      return std::nullopt;
  }
}

char32_t ParseControlLetter(std::size_t begin, Cursor* cursor) {
  const char letter = cursor->Peek().value_or('?');
  if (!IsAsciiLetter(static_cast<unsigned char>(letter))) {
    cursor->FailSyntax(begin, "expected a letter after '\\c'", "write \\xHH for a character");
  }
  return cursor->Next() & 0x1F;
}

// \0, or an octal escape: \012 is U+000A everywhere (ECMA-262, annex B; Python).
char32_t ParseOctal(std::size_t begin, Cursor* cursor) {
  cursor->Seek(begin + 1);
  const auto value = TakeOctal(1, cursor);
  return value.value_or(0);
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
      return ParseOctal(begin, cursor);
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
  if (letter >= '1' && letter <= '7' && in_class) return ParseOctal(begin, cursor);
  // Annex B lets any other character stand for itself. Letters and digits are refused, because
  // other dialects give meanings to them.
  if (!IsAsciiLetter(letter) && !IsAsciiDigit(letter)) return letter;
  cursor->FailSyntax(begin, "unknown escape " + cursor->QuotedSince(begin),
                     "a letter stands for itself without a backslash");
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

class ClassParser {
 public:
  ClassParser(bool ignore_case, Cursor* cursor) : ignore_case_(ignore_case), cursor_(*cursor) {}

  CodepointSet Run(std::size_t begin) {
    const bool negated = cursor_.Take("^");
    if (cursor_.Take("]"))
      CheckEmpty(begin, negated);
    else
      ParseMembers(begin);
    CodepointSet set = Cases(CodepointSet(std::move(ranges_)), ignore_case_);
    return negated ? set.Complement() : set;
  }

 private:
  // [] and [^] are all there is of a class, except in Python, where another ']' ends it.
  void CheckEmpty(std::size_t begin, bool negated) {
    const std::size_t end = cursor_.offset();
    while (!cursor_.AtEnd()) {
      if (cursor_.At("]")) {
        cursor_.Seek(end);
        cursor_.FailSyntax(
            begin, "empty class " + cursor_.QuotedSince(begin),
            negated ? "write [\\s\\S] for any character" : "write \\] for a bracket");
      }
      cursor_.Next();
    }
    cursor_.Seek(end);
  }

  void ParseMembers(std::size_t begin) {
    while (!cursor_.Take("]")) {
      if (cursor_.AtEnd()) {
        cursor_.Seek(begin + 1);
        cursor_.FailSyntax(begin, "the class is not closed", "expected ']'");
      }
      const std::size_t member_begin = cursor_.offset();
      const ClassMember member = ParseMember();
      const bool hyphen = cursor_.At("-") && cursor_.Peek(1) && *cursor_.Peek(1) != ']';
      if (hyphen) {
        cursor_.Take("-");
        AddRange(member_begin, member);
      } else {
        Add(member);
      }
    }
  }

  ClassMember ParseMember() {
    RefusePosixClass(&cursor_);
    const std::size_t begin = cursor_.offset();
    const char32_t c = cursor_.Next();
    if (c == '\\') return ParseEscape(begin, {true, ignore_case_}, &cursor_);
    return c;
  }

  void Add(const ClassMember& member) {
    if (const auto* c = std::get_if<char32_t>(&member)) {
      ranges_.push_back({*c, *c});
      return;
    }
    const auto& added = std::get<CodepointSet>(member).ranges();
    ranges_.insert(ranges_.end(), added.begin(), added.end());
  }

  // A range from `first`, which began at `begin`; the cursor stands after the hyphen. Beside a
  // class, as in [\w-.], the hyphen is one more member (ECMA-262, annex B).
  void AddRange(std::size_t begin, const ClassMember& first) {
    const ClassMember last = ParseMember();
    const auto* from = std::get_if<char32_t>(&first);
    const auto* to = std::get_if<char32_t>(&last);
    if (from == nullptr || to == nullptr) {
      for (const ClassMember& member : {first, ClassMember{U'-'}, last}) Add(member);
      return;
    }
    if (*from > *to) {
      cursor_.FailSyntax(begin, "the range " + cursor_.QuotedSince(begin) + " is reversed",
                         "put the lower end first");
    }
    ranges_.push_back({*from, *to});
  }

  const bool ignore_case_;
  Cursor& cursor_;
  std::vector<CodepointRange> ranges_;
};

}  // namespace

CodepointSet AnyButLineTerminators() {
  return CodepointSet{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}.Complement();
}

CodepointSet WordCharacters(bool ignore_case) {
  return Cases({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, ignore_case);
}

std::variant<char32_t, CodepointSet> ParseEscape(std::size_t begin, EscapeContext context,
                                                 Cursor* cursor) {
  if (cursor->AtEnd())
    cursor->FailSyntax(begin, "a backslash with nothing after it", "write \\\\ for the character");
  const char32_t letter = cursor->Next();
  if (auto set = ParseSetEscape(begin, letter, context.ignore_case, cursor)) return *std::move(set);
  return ParseCharacterEscape(begin, letter, context.in_class, cursor);
}

CodepointSet ParseClass(std::size_t begin, bool ignore_case, Cursor* cursor) {
  return ClassParser(ignore_case, cursor).Run(begin);
}

std::optional<char32_t> TakeOctal(int min_digits, Cursor* cursor) {
  const std::size_t begin = cursor->offset();
  char32_t value = 0;
  int num_digits = 0;
  while (num_digits < 3) {
    const char digit = cursor->Peek().value_or('?');
    if (digit < '0' || digit > '7' || value * 8 > 0xFF) break;
    value = value * 8 + static_cast<char32_t>(cursor->Next() - '0');
    ++num_digits;
  }
  if (num_digits >= min_digits) return value;
  cursor->Seek(begin);
  return std::nullopt;
}

}  // namespace pushmask::frontend::regex
