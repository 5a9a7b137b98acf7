// SPDX-License-Identifier: Apache-2.0
// Unicode character properties: General_Category, Script, what Alphabetic, Lowercase and Uppercase
// hold beyond their general categories (UAX #44), and simple case folding. Version: see
// unicode_tables.cc, which tools/unicode_tables.py makes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "text/codepoint_set.h"

namespace pushmask::text {

// Names are in lower case without underscores; both may be the same.
struct PropertyValue {
  std::string_view short_name;
  std::string_view long_name;
};

// A value for every code point. Each run reaches to the next one; the last, to U+10FFFF.
struct EnumeratedProperty {
  std::span<const PropertyValue> values;
  std::span<const std::uint32_t> runs;  // first code point << 8 | index into `values`
};

extern const EnumeratedProperty kGeneralCategory;
extern const EnumeratedProperty kScript;
// Bidi_Class and Joining_Type: the values that rules for domain names ask for, and "other".
extern const EnumeratedProperty kBidiClass;
extern const EnumeratedProperty kJoiningType;
// Binary properties as runs of the same form, with value 1 inside and 0 outside.
extern const std::span<const std::uint32_t> kOtherAlphabetic;
extern const std::span<const std::uint32_t> kOtherLowercase;
extern const std::span<const std::uint32_t> kOtherUppercase;

// Simple case folding: the code points from `first` to `last` in steps of `stride` fold to the code
// point `delta` further on. All others fold to themselves.
struct CaseFoldingRun {
  char32_t first;
  char32_t last;  // inclusive
  char32_t stride;
  std::int32_t delta;
};
extern const std::span<const CaseFoldingRun> kCaseFolding;

// PVALID in domain names (RFC 5892); Canonical_Combining_Class=Virama.
extern const std::span<const std::uint32_t> kDomainValid;
extern const std::span<const std::uint32_t> kVirama;

// The code points whose value `wanted` accepts. Cost: linear in the runs.
template <typename Predicate>
CodepointSet CodepointsOf(std::span<const std::uint32_t> runs, const Predicate& wanted) {
  std::vector<CodepointRange> ranges;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!wanted(runs[i] & 0xFF)) continue;
    const char32_t end = i + 1 < runs.size() ? runs[i + 1] >> 8 : kMaxCodepoint + 1;
    ranges.push_back({runs[i] >> 8, end - 1});
  }
  return CodepointSet(std::move(ranges));
}

}  // namespace pushmask::text
