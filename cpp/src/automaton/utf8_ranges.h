// SPDX-License-Identifier: Apache-2.0
// A range of code points as sequences of byte ranges: the classic split of UTF-8 at encoded-length
// and continuation-byte boundaries (Thompson 1992; as in RE2 and Rust's utf8-ranges).
#pragma once

#include <cstdint>
#include <vector>

#include "text/codepoint_set.h"

namespace pushmask::automaton {

struct ByteRange {
  std::uint8_t first;
  std::uint8_t last;  // inclusive
};

// One to four byte ranges that together match the UTF-8 forms of a block of code points.
using ByteRangeSequence = std::vector<ByteRange>;

// Every code point of `range` is in exactly one of the sequences. `range` holds no surrogates.
std::vector<ByteRangeSequence> Utf8Sequences(text::CodepointRange range);

}  // namespace pushmask::automaton
