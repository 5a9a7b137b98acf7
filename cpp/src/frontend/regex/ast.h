// SPDX-License-Identifier: Apache-2.0
// The syntax tree of a regular expression: an arena of nodes that name their children by id.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "text/codepoint_set.h"
#include "text/source_text.h"

namespace pushmask::frontend::regex {

using NodeId = base::Id<struct NodeTag>;

enum class NodeKind : std::uint8_t {
  kLiteral,          // `literal`, UTF-8; may be empty
  kClass,            // one code point of `set`
  kTextStart,        // ^ \A
  kTextEnd,          // $ \z \Z
  kLineStart,        // ^ with the flag m
  kLineEnd,          // $ with the flag m
  kWordBoundary,     // \b, between a character of `set` and something else
  kNotWordBoundary,  // \B
  kLookahead,        // (?=..) (?!..): children[0] does, or does not, match from here on
  kLookbehind,       // (?<=..) (?<!..): .. up to here
  kSequence,         // children one after another
  kAlternation,      // one of the children
  kConjunction,      // all of the children
  kComplement,       // a text that children[0] does not match
  kRepeat,           // children[0], `min` to `max` times; ir::kUnbounded is no maximum
};

struct Node {
  NodeKind kind = NodeKind::kLiteral;
  text::SourceSpan span = {};
  std::string literal = {};
  text::CodepointSet set = {};
  std::vector<NodeId> children = {};
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  bool negative = false;  // of the two kinds that look around
};

// An assertion that takes no text and that no quantifier may follow (ECMA-262, annex B).
inline bool IsAnchor(NodeKind kind) {
  return kind >= NodeKind::kTextStart && kind <= NodeKind::kNotWordBoundary;
}

struct Ast {
  std::vector<Node> nodes;
  NodeId root;

  const Node& node(NodeId id) const { return nodes[id.index()]; }
};

}  // namespace pushmask::frontend::regex
