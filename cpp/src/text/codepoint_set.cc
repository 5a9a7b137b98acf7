// SPDX-License-Identifier: Apache-2.0
#include "text/codepoint_set.h"

#include <algorithm>
#include <utility>

namespace pushmask::text {
namespace {

// Sorts, merges overlapping and adjacent ranges, and cuts the surrogates out.
std::vector<CodepointRange> Normalize(std::vector<CodepointRange> ranges) {
  std::vector<CodepointRange> cut;
  for (const CodepointRange& range : ranges) {
    if (range.first > range.last) continue;
    const char32_t last = std::min(range.last, kMaxCodepoint);
    if (range.first < kSurrogateFirst) {
      cut.push_back({range.first, std::min<char32_t>(last, kSurrogateFirst - 1)});
    }
    if (last > kSurrogateLast) {
      cut.push_back({std::max<char32_t>(range.first, kSurrogateLast + 1), last});
    }
  }
  std::sort(cut.begin(), cut.end());
  std::vector<CodepointRange> merged;
  for (const CodepointRange& range : cut) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

}  // namespace

CodepointSet::CodepointSet(std::initializer_list<CodepointRange> ranges)
    : ranges_(Normalize(std::vector<CodepointRange>(ranges))) {}

CodepointSet::CodepointSet(std::vector<CodepointRange> ranges)
    : ranges_(Normalize(std::move(ranges))) {}

const CodepointSet& CodepointSet::All() {
  static const CodepointSet all{{0, kMaxCodepoint}};
  return all;
}

bool CodepointSet::Contains(char32_t codepoint) const {
  const auto after = std::upper_bound(
      ranges_.begin(), ranges_.end(), codepoint,
      [](char32_t value, const CodepointRange& range) { return value < range.first; });
  return after != ranges_.begin() && codepoint <= std::prev(after)->last;
}

CodepointSet CodepointSet::Union(const CodepointSet& other) const {
  std::vector<CodepointRange> all = ranges_;
  all.insert(all.end(), other.ranges_.begin(), other.ranges_.end());
  return CodepointSet(std::move(all));
}

CodepointSet CodepointSet::Intersect(const CodepointSet& other) const {
  CodepointSet out;
  auto a = ranges_.begin();
  auto b = other.ranges_.begin();
  while (a != ranges_.end() && b != other.ranges_.end()) {
    const char32_t first = std::max(a->first, b->first);
    const char32_t last = std::min(a->last, b->last);
    if (first <= last) out.ranges_.push_back({first, last});
    (a->last < b->last ? a : b)++;
  }
  return out;
}

CodepointSet CodepointSet::Complement() const {
  std::vector<CodepointRange> gaps;
  char32_t next = 0;
  for (const CodepointRange& range : ranges_) {
    if (range.first > next) gaps.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kMaxCodepoint) gaps.push_back({next, kMaxCodepoint});
  return CodepointSet(std::move(gaps));
}

}  // namespace pushmask::text
