// SPDX-License-Identifier: Apache-2.0
#include "automaton/utf8_ranges.h"

#include <algorithm>
#include <string>

#include "text/utf8.h"

namespace pushmask::automaton {
namespace {

constexpr char32_t kLastOfLength[] = {0x7F, 0x7FF, 0xFFFF, text::kMaxCodepoint};

// Splits [first, last], whose ends have encodings of one length, so that in each part all
// trailing bytes range over full blocks or the parts share their leading bytes.
void SplitSameLength(char32_t first, char32_t last, std::vector<ByteRangeSequence>* out) {
  for (int trailing = 1; trailing <= 3; ++trailing) {
    const char32_t mask = (char32_t{1} << (6 * trailing)) - 1;
    if ((first & ~mask) == (last & ~mask)) continue;
    if ((first & mask) != 0) {
      SplitSameLength(first, first | mask, out);
      SplitSameLength((first | mask) + 1, last, out);
      return;
    }
    if ((last & mask) != mask) {
      SplitSameLength(first, (last & ~mask) - 1, out);
      SplitSameLength(last & ~mask, last, out);
      return;
    }
  }
  std::string low;
  std::string high;
  text::AppendUtf8(first, &low);
  text::AppendUtf8(last, &high);
  ByteRangeSequence sequence;
  for (std::size_t i = 0; i < low.size(); ++i) {
    sequence.push_back({static_cast<std::uint8_t>(low[i]), static_cast<std::uint8_t>(high[i])});
  }
  out->push_back(std::move(sequence));
}

}  // namespace

std::vector<ByteRangeSequence> Utf8Sequences(text::CodepointRange range) {
  std::vector<ByteRangeSequence> out;
  char32_t first = range.first;
  for (const char32_t boundary : kLastOfLength) {
    if (first > range.last) break;
    if (first > boundary) continue;
    const char32_t last = std::min(range.last, boundary);
    if (boundary == 0x7F) {
      out.push_back({{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last)}});
    } else {
      SplitSameLength(first, last, &out);
    }
    first = last + 1;
  }
  return out;
}

}  // namespace pushmask::automaton
