// SPDX-License-Identifier: Apache-2.0
// TokenSet: tokens of a vocabulary that is not known yet, by their texts or ids.
//
// Machines read bytes only, so the n-th set of a grammar is spelled by bytes that no text contains
// (UTF-8 has none from 0xF8 on). The tokens of the set take them as if they were their bytes;
// nothing else does, so a reference is never matched by text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "pushmask/error.h"

namespace pushmask::ir {

struct TokenSet {
  // A token by its text, or the tokens of `ids`, both ends inclusive, if it has none.
  struct Item {
    std::string text = {};
    std::pair<std::uint32_t, std::uint32_t> ids = {};
    Diagnostic place = {};  // where the grammar names it; says nothing about the set
    friend bool operator==(const Item& a, const Item& b) {
      return std::tie(a.text, a.ids) == std::tie(b.text, b.ids);
    }
  };
  std::vector<Item> items;
  // All other tokens instead, but for stop tokens. Then there may be no items.
  bool is_negated = false;
  friend bool operator==(const TokenSet&, const TokenSet&) = default;
};

inline constexpr std::size_t kMaxTokenSets = 4096;

// How the set with this number is spelled.
inline std::string SpellingOfTokenSet(std::uint32_t number) {
  return {static_cast<char>(0xFF), static_cast<char>(number >> 8 & 0xFF),
          static_cast<char>(number & 0xFF)};
}

}  // namespace pushmask::ir
