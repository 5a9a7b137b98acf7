// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "text/codepoint_set.h"
#include "text/source_text.h"
#include "text/utf8.h"

namespace pushmask::text {
namespace {

TEST(Utf8, EveryScalarValueSurvivesARoundTrip) {
  for (char32_t c = 0; c <= kMaxCodepoint; c += c < 0x3000 ? 1 : 37) {
    if (c >= kSurrogateFirst && c <= kSurrogateLast) continue;
    std::string bytes;
    AppendUtf8(c, &bytes);
    const auto decoded = DecodeUtf8(bytes, 0);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->codepoint, c);
    EXPECT_EQ(decoded->length, bytes.size());
  }
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  EXPECT_EQ(FindInvalidUtf8("ab\xC3"), 2);
  EXPECT_EQ(FindInvalidUtf8("\xC0\x80"), 0);
  EXPECT_EQ(FindInvalidUtf8("a\xED\xA0\x80"), 1);
  EXPECT_EQ(FindInvalidUtf8("a\xC3\xA9"), std::string_view::npos);
}

TEST(CodepointSet, IsAlgebra) {
  const CodepointSet letters{{'a', 'm'}, {'k', 'z'}};
  EXPECT_EQ(letters.ranges().size(), 1);
  EXPECT_EQ(letters.Complement().Complement(), letters);
  EXPECT_TRUE(letters.Intersect(letters.Complement()).empty());
  EXPECT_EQ(letters.Union(letters.Complement()), CodepointSet::All());
  EXPECT_FALSE(CodepointSet::All().Contains(0xD800));
  EXPECT_TRUE(letters.Minus({{'b', 'y'}}).Contains('z'));
  EXPECT_FALSE(letters.Minus({{'b', 'y'}}).Contains('c'));
}

TEST(SourceText, CountsColumnsInCharacters) {
  const SourceText source("file", "a\n\xC3\xA9\xC3\xA9x");
  const Diagnostic diagnostic = source.At({6, 7}, "wrong", "mend it");
  EXPECT_EQ(diagnostic.line, 2);
  EXPECT_EQ(diagnostic.column, 3);
  EXPECT_EQ(diagnostic.ToString(), "file:2:3: wrong; mend it\n  \xC3\xA9\xC3\xA9x\n    ^");
}

}  // namespace
}  // namespace pushmask::text
