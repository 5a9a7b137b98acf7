// SPDX-License-Identifier: Apache-2.0
// CodepointSet: a set of Unicode scalar values as sorted, disjoint, non-adjacent ranges.
// Surrogates are never members: they have no UTF-8 form.
#pragma once

#include <compare>
#include <initializer_list>
#include <vector>

#include "text/utf8.h"

namespace pushmask::text {

struct CodepointRange {
  char32_t first;
  char32_t last;  // inclusive
  friend auto operator<=>(const CodepointRange&, const CodepointRange&) = default;
};

class CodepointSet {
 public:
  CodepointSet() = default;
  CodepointSet(std::initializer_list<CodepointRange> ranges);
  explicit CodepointSet(std::vector<CodepointRange> ranges);  // in any order, may overlap

  static const CodepointSet& All();
  static CodepointSet Of(char32_t codepoint) { return {{codepoint, codepoint}}; }

  const std::vector<CodepointRange>& ranges() const { return ranges_; }
  bool empty() const { return ranges_.empty(); }
  bool Contains(char32_t codepoint) const;

  CodepointSet Union(const CodepointSet& other) const;
  CodepointSet Intersect(const CodepointSet& other) const;
  CodepointSet Complement() const;  // within all scalar values
  CodepointSet Minus(const CodepointSet& other) const { return Intersect(other.Complement()); }

  friend bool operator==(const CodepointSet&, const CodepointSet&) = default;

 private:
  std::vector<CodepointRange> ranges_;
};

}  // namespace pushmask::text
