// SPDX-License-Identifier: Apache-2.0
#include "text/case_folding.h"

#include <utility>
#include <vector>

#include "text/unicode_tables.h"

namespace pushmask::text {
namespace {

char32_t Folded(const CaseFoldingRun& run, char32_t codepoint) {
  return static_cast<char32_t>(static_cast<std::int32_t>(codepoint) + run.delta);
}

}  // namespace

CodepointSet CloseOverCase(const CodepointSet& set) {
  std::vector<CodepointRange> ranges = set.ranges();
  const auto add = [&](char32_t c) { ranges.push_back({c, c}); };
  for (const CaseFoldingRun& run : kCaseFolding) {
    for (char32_t c = run.first; c <= run.last; c += run.stride) {
      if (set.Contains(c)) add(Folded(run, c));
    }
  }
  const CodepointSet with_folded(std::move(ranges));
  ranges = with_folded.ranges();
  for (const CaseFoldingRun& run : kCaseFolding) {
    for (char32_t c = run.first; c <= run.last; c += run.stride) {
      if (with_folded.Contains(Folded(run, c))) add(c);
    }
  }
  return CodepointSet(std::move(ranges));
}

}  // namespace pushmask::text
