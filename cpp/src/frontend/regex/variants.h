// SPDX-License-Identifier: Apache-2.0
// What a part of a pattern matches, depending on what stands beside it.
//
// A part with assertions that look at one character (^ $ \b \B (?!-) and the like) is not one
// language. It is a set of variants: under these conditions on the character before and after, it
// matches that language. Nearly every part has one variant without conditions. Two parts are joined
// by restricting the strings of one to what the other asks of its neighbour, or, where a string is
// empty, by passing the condition on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "frontend/regex/languages.h"
#include "ir/builder.h"
#include "text/codepoint_set.h"

namespace pushmask::frontend::regex {

// What may stand beside a part: one of `characters`, or the edge of the text.
struct Neighbor {
  text::CodepointSet characters;
  bool edge = false;

  static Neighbor Any() { return {text::CodepointSet::All(), true}; }
  static Neighbor Edge() { return {{}, true}; }

  bool IsAny() const { return edge && characters == text::CodepointSet::All(); }
  bool IsEdge() const { return edge && characters.empty(); }
  bool IsNothing() const { return !edge && characters.empty(); }
  Neighbor And(const Neighbor& other) const {
    return {characters.Intersect(other.characters), edge && other.edge};
  }
  Neighbor Or(const Neighbor& other) const {
    return {characters.Union(other.characters), edge || other.edge};
  }
  Neighbor Not() const { return {characters.Complement(), !edge}; }

  friend bool operator==(const Neighbor&, const Neighbor&) = default;
};

struct Variant {
  Neighbor before = Neighbor::Any();
  ir::ExprId expr;
  Neighbor after = Neighbor::Any();

  bool IsUnconditional() const { return before.IsAny() && after.IsAny(); }
};

using Variants = std::vector<Variant>;  // distinct conditions; none at all matches nothing

// More than sensible patterns have; joining costs their product.
inline constexpr std::size_t kMaxVariants = 32;

// Collects variants, those under equal conditions as one.
class VariantUnion {
 public:
  void Add(const Variant& variant);
  void Add(const Variants& variants) {
    for (const Variant& variant : variants) Add(variant);
  }
  Variants Take(ir::Builder* builder);

 private:
  struct Entry {
    Neighbor before;
    Neighbor after;
    std::vector<ir::ExprId> exprs;
  };
  std::vector<Entry> entries_;
};

inline Variants Unconditional(ir::ExprId expr) { return {{.expr = expr}}; }

// `first`, then `second`.
Variants Join(const Variants& first, const Variants& second, Languages* languages);

// `body` again and again, `min` to `max` times. Nullopt where assertions make that too large to
// write down: conditions that are not about the text's edges, many of them or in many rounds.
std::optional<Variants> RepeatVariants(const Variants& body, std::uint32_t min, std::uint32_t max,
                                       Languages* languages);

}  // namespace pushmask::frontend::regex
