// SPDX-License-Identifier: Apache-2.0
// Languages: the builder, with what lowering asks of a pattern's expressions: whether they hold the
// empty string, and their strings that begin or end in a certain way. The shapes that patterns have
// are restricted in place; an intersection is made only where that fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "ir/builder.h"
#include "text/codepoint_set.h"

namespace pushmask::frontend::regex {

class Languages {
 public:
  explicit Languages(ir::Builder* builder) : builder_(*builder) {}

  ir::Builder& builder() { return builder_; }

  // Any string of characters.
  ir::ExprId Anything() { return builder_.Star(builder_.Class(text::CodepointSet::All())); }

  // Whether a rule-free expression has the empty string. Remembered.
  bool IsNullable(ir::ExprId expr);

  // The characters of an expression whose strings are one character long, as far as its shape
  // shows that; nullopt for any other.
  std::optional<text::CodepointSet> SingleCharacter(ir::ExprId expr) const;

  // The strings of `expr` whose first, or last, character is in `set`; the empty string has none.
  // Throw LimitError ("max_assertions") when a pattern asks for too much of this.
  ir::ExprId StartingIn(ir::ExprId expr, const text::CodepointSet& set);
  ir::ExprId EndingIn(ir::ExprId expr, const text::CodepointSet& set);

 private:
  enum class End : std::uint8_t { kFirst, kLast };
  struct Restriction {
    End end;
    const text::CodepointSet& set;
    std::unordered_map<ir::ExprId, ir::ExprId> known = {};
  };

  ir::ExprId Restricted(ir::ExprId expr, Restriction* to);
  ir::ExprId RestrictedSequence(ir::ExprId expr, std::vector<ir::ExprId> parts, Restriction* to);
  ir::ExprId RestrictedRepeat(ir::ExprId expr, const ir::Expr& node, Restriction* to);
  ir::ExprId Intersection(ir::ExprId expr, const Restriction& to);
  ir::ExprId Beside(ir::ExprId part, ir::ExprId rest, const Restriction& to);
  void CountStep();

  ir::Builder& builder_;
  std::unordered_map<ir::ExprId, bool> nullable_;
  std::size_t num_steps_ = 0;
};

}  // namespace pushmask::frontend::regex
