// SPDX-License-Identifier: Apache-2.0
// The syntax tree of an EBNF grammar: rules over an arena of nodes that name their children by id.
// Names and regex bodies are places in the source, which must outlive the tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "frontend/rule_options.h"
#include "ir/automaton.h"
#include "ir/grammar.h"
#include "text/codepoint_set.h"
#include "text/source_text.h"

namespace pushmask::frontend::ebnf {

using NodeId = base::Id<struct NodeTag>;

enum class NodeKind : std::uint8_t {
  kLiteral,      // `literal`, bytes; may be empty
  kClass,        // one code point of `set`
  kRegex,        // the pattern at `span`
  kName,         // the rule or shorthand whose name stands at `span`
  kSequence,     // children one after another; none is the empty text
  kAlternation,  // one of the children
  kConjunction,  // all of the children; regular
  kException,    // children[0] and not children[1]; regular
  kComplement,   // not children[0]; regular
  kRepeat,       // children[0], `min` to `max` times; ir::kUnbounded is no maximum
  kSpelled,      // spellings in JSON of children[0], regular; `is_any`: every one
  kNothing,      // no text
  kMembers,      // Ast::groups[index]
  kAutomaton,    // Ast::automata[index]
  kTokens,       // Ast::tokens[index]
  kMark,         // `literal`, any parts of which may be special tokens
};

struct Node {
  NodeKind kind = NodeKind::kLiteral;
  text::SourceSpan span = {};
  std::string literal = {};
  text::CodepointSet set = {};
  std::vector<NodeId> children = {};
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  std::uint32_t index = 0;
  bool is_any = false;
};

// ir::MemberGroup over nodes.
struct GroupNode {
  struct Item {
    NodeId body;
    bool required;
  };
  std::vector<Item> items;
  std::uint32_t num_ordered = 0;
  NodeId separator;
  std::optional<NodeId> rest;
  struct Keyed {
    NodeId key;
    NodeId rest;
    std::optional<std::uint32_t> item;
  };
  std::vector<Keyed> keyed;
  std::optional<NodeId> open_key;  // its rest is still to come
  std::uint32_t min = 0;
  std::uint32_t max = ir::kUnbounded;
  std::vector<ir::MemberGroup::Clause> clauses;
};

struct Rule {
  text::SourceSpan name;
  NodeId body;
  RuleOptions options = {};
};

struct Ast {
  std::vector<Node> nodes;
  std::vector<GroupNode> groups;
  std::vector<ir::Automaton> automata;
  std::vector<ir::TokenSet> tokens;
  std::vector<Rule> rules;       // in the order of the text; names may repeat
  std::vector<Rule> shorthands;  // those of %let, likewise

  const Node& node(NodeId id) const { return nodes[id.index()]; }
};

}  // namespace pushmask::frontend::ebnf
