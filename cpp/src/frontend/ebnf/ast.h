// SPDX-License-Identifier: Apache-2.0
// The syntax tree of an EBNF grammar: rules over an arena of nodes that name their children by id.
// Names and regex bodies are places in the source, which must outlive the tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "text/codepoint_set.h"
#include "text/source_text.h"

namespace pushmask::frontend::ebnf {

using NodeId = base::Id<struct NodeTag>;

enum class NodeKind : std::uint8_t {
  kLiteral,      // `literal`, UTF-8; may be empty
  kClass,        // one code point of `set`
  kRegex,        // the pattern at `span`
  kRuleRef,      // the rule whose name stands at `span`
  kSequence,     // children one after another; none is the empty text
  kAlternation,  // one of the children
  kRepeat,       // children[0], `min` to `max` times; ir::kUnbounded is no maximum
};

struct Node {
  NodeKind kind = NodeKind::kLiteral;
  text::SourceSpan span = {};
  std::string literal = {};
  text::CodepointSet set = {};
  std::vector<NodeId> children = {};
  std::uint32_t min = 0;
  std::uint32_t max = 0;
};

struct Rule {
  text::SourceSpan name;
  NodeId body;
};

struct Ast {
  std::vector<Node> nodes;
  std::vector<Rule> rules;  // in the order of the text; names may repeat

  const Node& node(NodeId id) const { return nodes[id.index()]; }
};

}  // namespace pushmask::frontend::ebnf
