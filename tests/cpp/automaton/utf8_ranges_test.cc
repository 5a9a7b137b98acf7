// SPDX-License-Identifier: Apache-2.0
#include "automaton/utf8_ranges.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "text/utf8.h"

namespace pushmask::automaton {
namespace {

bool Matches(const std::vector<ByteRangeSequence>& sequences, const std::string& bytes) {
  int matches = 0;
  for (const ByteRangeSequence& sequence : sequences) {
    bool match = sequence.size() == bytes.size();
    for (std::size_t i = 0; match && i < bytes.size(); ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes[i]);
      match = sequence[i].first <= byte && byte <= sequence[i].last;
    }
    matches += match ? 1 : 0;
  }
  EXPECT_LE(matches, 1) << "sequences overlap";
  return matches == 1;
}

TEST(Utf8Ranges, MatchesExactlyTheCodePointsOfTheRange) {
  const std::vector<text::CodepointRange> ranges = {
      {0x0, 0x10},      {0x70, 0x90},       {0x7F0, 0x810}, {0xFFF0, 0x10010}, {0x3A5, 0x12345},
      {0xD700, 0xD7FF}, {0xE000, 0x10FFFF}, {0x41, 0x41},   {0x1F600, 0x1F64F}};
  for (const auto& range : ranges) {
    const auto sequences = Utf8Sequences(range);
    for (const char32_t edge : {range.first, range.last}) {
      for (int offset = -70; offset <= 70; ++offset) {
        const auto c = static_cast<std::int64_t>(edge) + offset;
        if (c < 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) continue;
        std::string bytes;
        text::AppendUtf8(static_cast<char32_t>(c), &bytes);
        const bool inside =
            range.first <= static_cast<char32_t>(c) && static_cast<char32_t>(c) <= range.last;
        EXPECT_EQ(Matches(sequences, bytes), inside) << std::hex << c;
      }
    }
  }
}

}  // namespace
}  // namespace pushmask::automaton
