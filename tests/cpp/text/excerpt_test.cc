// SPDX-License-Identifier: Apache-2.0
#include "text/excerpt.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace pushmask::text {
namespace {

std::string Mark(std::string_view text, std::string_view place) {
  const std::size_t begin = text.find(place);
  return Excerpt(text, {begin, begin + place.size()});
}

TEST(Excerpt, MarksThePlaceInItsLine) {
  EXPECT_EQ(Mark("one\ntwo three\nfour", "three"), "  two three\n      ^^^^^");
  EXPECT_EQ(Excerpt("ab", {2, 2}), "  ab\n    ^");
  EXPECT_EQ(Excerpt("ab\ncd", {1, 5}), "  ab\n   ^");
}

TEST(Excerpt, LeavesOutBlankLinesAndLineEnds) {
  EXPECT_EQ(Excerpt("", {0, 0}), "");
  EXPECT_EQ(Excerpt("a\n  \n", {2, 3}), "");
  EXPECT_EQ(Mark("one\r\ntwo", "ne"), "  one\n   ^^");
}

TEST(Excerpt, CountsCodePoints) {
  EXPECT_EQ(Mark("h\xC3\xA9llo x", "x"), "  h\xC3\xA9llo x\n        ^");
  EXPECT_EQ(Mark("\xE6\x97\xA5\xE6\x9C\xAC x", "x"), "  \xE6\x97\xA5\xE6\x9C\xAC x\n     ^");
  EXPECT_EQ(Mark("e\xCC\x81 x", "x"), "  e\xCC\x81 x\n     ^");
}

TEST(Excerpt, ShowsTabsAsSpacesAndControlCharactersAsEscapes) {
  EXPECT_EQ(Mark("\tx", "x"), "      x\n      ^");
  EXPECT_EQ(Mark("\x1B[2Jx", "x"), "  \\x1B[2Jx\n         ^");
  EXPECT_EQ(Mark("a\xE2\x80\xAEx", "x"), "  a\\u202Ex\n         ^");
  EXPECT_EQ(Mark("a\xFFx", "x"), "  a\\xFFx\n       ^");
  EXPECT_EQ(Mark("a\xFFx", "\xFF"), "  a\\xFFx\n   ^^^^");
}

TEST(Excerpt, CutsLongLinesAroundThePlace) {
  const std::string line = std::string(70, 'a') + "!" + std::string(5, 'a');
  EXPECT_EQ(Mark(line, "!"), "  " + line + "\n  " + std::string(70, ' ') + "^");
  const std::string far(1'000'000, 'a');
  const std::string text = far + "!" + far;
  const std::string excerpt = Excerpt(text, {far.size(), far.size() + 1});
  const std::string shown = std::string(48, 'a') + "!" + std::string(27, 'a');
  EXPECT_EQ(excerpt, "  …" + shown + "…\n  " + std::string(49, ' ') + "^");
  EXPECT_LT(Excerpt(text, {0, text.size()}).size(), 200U);
}

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(Printable("caf\xC3\xA9 'x'"), "caf\xC3\xA9 'x'");
  EXPECT_EQ(Printable("a\tb\n"), "a\\x09b\\x0A");
}

}  // namespace
}  // namespace pushmask::text
