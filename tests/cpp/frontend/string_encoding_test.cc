// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/string_encoding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/regular_language.h"
#include "text/utf8.h"

namespace pushmask::frontend::json_schema {
namespace {

std::string Hex(char32_t number, bool upper) {
  const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string out = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[number >> shift & 0xF];
  return out;
}

std::string Numeric(char32_t c, bool upper) {
  if (c <= 0xFFFF) return Hex(c, upper);
  return Hex(0xD800 + ((c - 0x10000) >> 10), upper) + Hex(0xDC00 + ((c - 0x10000) & 0x3FF), !upper);
}

// Written independently of the encoder: what RFC 8259 allows for one character.
std::vector<std::string> Spellings(char32_t c) {
  std::vector<std::string> out = {Numeric(c, false), Numeric(c, true)};
  if (c >= 0x20 && c != '"' && c != '\\') {
    out.emplace_back();
    text::AppendUtf8(c, &out.back());
  }
  const std::string_view escaped = "\"\\/\b\f\n\r\t";
  const std::string_view letters = "\"\\/bfnrt";
  const std::size_t at = c < 0x80 ? escaped.find(static_cast<char>(c)) : std::string_view::npos;
  if (at != std::string_view::npos) out.push_back(std::string("\\") + letters[at]);
  return out;
}

constexpr char32_t kCharacters[] = {0,       0x1F,    ' ',     '"',      '/',      '0',     'A',
                                    '\\',    'a',     '\n',    0x7F,     0xE9,     0xFFF,   0x1000,
                                    0xD7FF,  0xE000,  0xFFFF,  0x10000,  0x103FF,  0x10400, 0x10BFF,
                                    0x10C00, 0x1F600, 0xFFFFF, 0x100000, 0x10FC00, 0x10FFFF};

TEST(AnySpelling, HasEverySpellingOfTheCharactersOfAClassAndNoOther) {
  const std::vector<text::CodepointSet> sets = {
      text::CodepointSet::All(),     {{'a', 'z'}},
      {{0, ' '}, {'/', '/'}},        {{0x1000, 0xFFFF}},
      {{0x10000, 0x10FFFF}},         {{0x103FF, 0x10400}},
      {{0x10400, 0x10BFF}},          {{0x1F600, 0x10FC00}, {'"', '"'}},
      {{'\\', '\\'}, {0xE9, 0xFFF}},
  };
  for (const text::CodepointSet& set : sets) {
    const RegularLanguage language(
        [&](ir::Builder* b) { return StringEncoder(b).Encode(b->Class(set), Spelling::kAny); });
    for (const char32_t c : kCharacters) {
      for (const std::string& spelling : Spellings(c)) {
        EXPECT_EQ(language.Has(spelling), set.Contains(c)) << spelling;
        EXPECT_FALSE(language.Has(spelling + "a")) << spelling;
      }
    }
    for (const char* text : {"", "\\", "\"", "\n", "\\x", "\\u12", "\\ud800", "\\udc00",
                             "\\udc00\\ud800", "\\ud83d\\u0041", "\\u{41}", "\xED\xA0\x80"}) {
      EXPECT_FALSE(language.Has(text)) << text;
    }
  }
}

TEST(AnySpelling, ComplementsWithinAllSpellings) {
  const RegularLanguage language([](ir::Builder* b) {
    return StringEncoder(b).Encode(b->Complement(b->Bytes("a/")), Spelling::kAny);
  });
  for (const char* text : {"", "a", "b/", "\\u0061", "\\u0062\\/", "a/a", "\\ud83d\\ude00"}) {
    EXPECT_TRUE(language.Has(text)) << text;
  }
  for (const char* text :
       {"a/", "a\\/", "\\u0061/", "\\u0061\\u002f", "a\\u002F", "\\ud800", "\n"}) {
    EXPECT_FALSE(language.Has(text)) << text;
  }
}

TEST(AnySpelling, SpellsOneStringInEveryWay) {
  const RegularLanguage language(
      [](ir::Builder* b) { return StringEncoder(b).EncodeQuoted("a\n", Spelling::kAny); });
  for (const char* text : {"\"a\\n\"", "\"\\u0061\\u000A\"", "\"a\\u000a\""}) {
    EXPECT_TRUE(language.Has(text)) << text;
  }
  for (const char* text : {"a\\n", "\"a\n\"", "\"a\"", "\"\\a\\n\""}) {
    EXPECT_FALSE(language.Has(text)) << text;
  }
}

TEST(AnySpelling, KeepsBigClassesSmallAndEqualClassesOne) {
  ir::Builder builder;
  StringEncoder encoder(&builder);
  const ir::ExprId all = builder.Class(text::CodepointSet::All());
  EXPECT_EQ(encoder.AnyCharacter(Spelling::kAny), encoder.Encode(all, Spelling::kAny));
  EXPECT_EQ(StringEncoder(&builder).AnyCharacter(Spelling::kAny),
            encoder.AnyCharacter(Spelling::kAny));
  const RegularLanguage any([](ir::Builder* b) {
    StringEncoder e(b);
    return b->Star(e.AnyCharacter(Spelling::kAny));
  });
  EXPECT_LE(any.num_states(), 20U);
}

}  // namespace
}  // namespace pushmask::frontend::json_schema
