// SPDX-License-Identifier: Apache-2.0
#include "pushmask/grammar_structure.h"

#include <string>
#include <utility>

#include "ir/ebnf_text.h"
#include "ir/grammar.h"
#include "pushmask/grammar.h"

namespace pushmask {
namespace {

using ir::Expr;
using ir::ExprKind;
using Kind = GrammarStructure::Kind;
using Node = GrammarStructure::Node;

Kind KindOf(ExprKind kind) {
  switch (kind) {
    case ExprKind::kNothing:
      return Kind::kNothing;
    case ExprKind::kBytes:
    case ExprKind::kMark:
      return Kind::kText;
    case ExprKind::kClass:
      return Kind::kClass;
    case ExprKind::kSeq:
      return Kind::kSequence;
    case ExprKind::kChoice:
      return Kind::kChoice;
    case ExprKind::kRepeat:
      return Kind::kRepeat;
    case ExprKind::kRuleRef:
      return Kind::kRule;
    case ExprKind::kIntersect:
      return Kind::kIntersection;
    case ExprKind::kComplement:
      return Kind::kComplement;
    case ExprKind::kMembers:
      return Kind::kMembers;
    case ExprKind::kAutomaton:
      return Kind::kAutomaton;
    case ExprKind::kTokenSet:
      return Kind::kTokens;
    case ExprKind::kSpelled:
      return Kind::kJsonString;
  }
  return Kind::kNothing;
}

void SetBounds(std::uint32_t min, std::uint32_t max, Node* node) {
  node->min = min;
  if (max != ir::kUnbounded) node->max = max;
}

void SetMembers(const ir::MemberGroup& group, Node* node) {
  const auto add = [&](ir::ExprId part, std::string label) {
    node->children.push_back(part.index());
    node->labels.push_back(std::move(label));
  };
  add(group.separator, "separator");
  for (std::size_t i = 0; i < group.items.size(); ++i) {
    const std::string number = "member " + std::to_string(i);
    add(group.items[i].body, number + (i < group.num_ordered ? ", in order" : "") +
                                 (group.items[i].required ? ", required" : ""));
  }
  node->num_keys = group.keyed.size();
  if (group.rest) add(*group.rest, "any other member");
  for (const ir::MemberGroup::Keyed& keyed : group.keyed) {
    add(keyed.key, "key of another member, none of them twice");
    add(keyed.rest,
        keyed.item ? "after that key, member " + std::to_string(*keyed.item) : "after that key");
  }
  for (const ir::MemberGroup::Clause& clause : group.clauses) {
    std::string text = "members";
    for (const std::uint32_t item : clause.present) text += " " + std::to_string(item);
    node->labels.push_back(clause.then ? text + " need member " + std::to_string(*clause.then)
                                       : text + " exclude each other");
  }
  SetBounds(group.min_members, group.max_members, node);
}

Node NodeOf(const ir::Grammar& grammar, const Expr& expr) {
  Node node{.kind = KindOf(expr.kind)};
  if (expr.kind == ExprKind::kMembers) {
    SetMembers(*expr.members, &node);
    return node;
  }
  for (const ir::ExprId child : expr.children) node.children.push_back(child.index());
  switch (expr.kind) {
    case ExprKind::kBytes:
    case ExprKind::kMark:
      node.text = ir::LiteralText(expr.bytes);
      break;
    case ExprKind::kClass:
      node.text = ir::ClassText(expr.codepoints);
      break;
    case ExprKind::kRepeat:
      SetBounds(expr.min, expr.max, &node);
      break;
    case ExprKind::kRuleRef:
      node.rule = expr.rule.index();
      break;
    case ExprKind::kAutomaton:
      node.text = "an automaton of " + std::to_string(expr.automaton.size()) + " states";
      break;
    case ExprKind::kTokenSet:
      node.text = ir::TokenSetText(grammar.token_sets()[expr.token_set]);
      break;
    case ExprKind::kSpelled:
      node.text = expr.spelling == ir::Spelling::kAny ? "in JSON, every spelling" : "in JSON";
      break;
    default:
      break;
  }
  return node;
}

}  // namespace

GrammarStructure Grammar::Structure() const {
  GrammarStructure out{.rules = {}, .root = grammar_->root().index(), .nodes = {}};
  for (const ir::Rule& rule : grammar_->rules())
    out.rules.push_back({rule.name, rule.body.index()});
  out.nodes.reserve(grammar_->num_exprs());
  for (std::size_t i = 0; i < grammar_->num_exprs(); ++i) {
    out.nodes.push_back(NodeOf(*grammar_, grammar_->expr(ir::ExprId(i))));
  }
  return out;
}

}  // namespace pushmask
