// SPDX-License-Identifier: Apache-2.0
// Three passes: how heavy and how tall each expression's text is, which says what gets a name; the
// order in which the names are needed; the text, whose depth the names bound.
#include "ir/ebnf_writer.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ir/ebnf_text.h"

namespace pushmask::ir {
namespace {

constexpr std::string_view kRoot = "root";
// Lighter expressions are shorter than the name and its definition.
constexpr std::size_t kMinNamedWeight = 24;
// Levels of expressions between two names; the front end reads groups four times as deep.
constexpr std::uint32_t kMaxHeight = 60;

// How tightly an expression's text holds together; what stands at a place must hold as tightly as
// the place asks, or stand in parentheses.
enum class Hold : std::uint8_t { kAlternatives, kConjunction, kSequence, kItem, kAtom };

Hold HoldOf(ExprKind kind) {
  switch (kind) {
    case ExprKind::kChoice:
      return Hold::kAlternatives;
    case ExprKind::kIntersect:
      return Hold::kConjunction;
    case ExprKind::kSeq:
      return Hold::kSequence;
    case ExprKind::kRepeat:
    case ExprKind::kComplement:
      return Hold::kItem;
    default:
      return Hold::kAtom;
  }
}

// Of the text without its children, roughly.
std::size_t OwnWeight(const Expr& node) {
  constexpr std::size_t kPerState = 16;
  switch (node.kind) {
    case ExprKind::kBytes:
    case ExprKind::kMark:
      return node.bytes.size() + 2;
    case ExprKind::kClass:
      return 2 * node.codepoints.ranges().size() + 2;
    case ExprKind::kAutomaton:
      return kPerState * node.automaton.size();
    case ExprKind::kMembers:
      return kPerState * (node.children.size() + node.members->clauses.size());
    default:
      return node.children.size() + 1;
  }
}

class EbnfWriter {
 public:
  explicit EbnfWriter(const Grammar& grammar) : grammar_(grammar) {
    rules_.push_back(grammar.root());
    for (std::size_t i = 0; i < grammar.rules().size(); ++i) {
      if (RuleId(i) != grammar.root()) rules_.push_back(RuleId(i));
    }
    NameRules();
    FindNamed();
  }

  std::string Text() {
    std::string out;
    name_of_.resize(grammar_.num_exprs());
    visited_.resize(grammar_.num_exprs());
    for (const RuleId rule : rules_) {
      const ExprId body = grammar_.rule(rule).body;
      for (const ExprId named : NewlyNeeded(body)) {
        out += "%let " + name_of_[named.index()] + " ::= ";
        AppendNode(named, Hold::kAlternatives, 0, &out);
        out += "\n";
      }
      out += rule_names_[rule.index()] + MarksText(grammar_.rule(rule).marks) + " ::= ";
      Append(body, Hold::kAlternatives, 0, &out);
      out += "\n";
    }
    return out;
  }

 private:
  // The root is `root`; a rule of that name makes way.
  void NameRules() {
    for (const Rule& rule : grammar_.rules()) rule_names_.push_back(rule.name);
    const auto is_taken = [this](const std::string& name) {
      return std::find(rule_names_.begin(), rule_names_.end(), name) != rule_names_.end();
    };
    std::string& root = rule_names_[grammar_.root().index()];
    if (root != kRoot) {
      const auto other = std::find(rule_names_.begin(), rule_names_.end(), kRoot);
      std::string name(kRoot);
      for (int i = 2; other != rule_names_.end() && is_taken(name); ++i) {
        name = std::string(kRoot) + "-" + std::to_string(i);
      }
      if (other != rule_names_.end()) *other = name;
      root = kRoot;
    }
    // Names of expressions are `e1`, `e2`, ..., with more dashes if rules are called so.
    stem_ = "e";
    const auto looks_alike = [this](const std::string& name) {
      return name.starts_with(stem_) &&
             std::all_of(name.begin() + static_cast<std::ptrdiff_t>(stem_.size()), name.end(),
                         [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
    };
    while (std::any_of(rule_names_.begin(), rule_names_.end(), looks_alike)) stem_ += '-';
  }

  void FindNamed() {
    const std::size_t num_exprs = grammar_.num_exprs();
    std::vector<std::uint32_t> uses(num_exprs);
    std::vector<bool> reachable(num_exprs);
    for (const RuleId rule : rules_) {
      const ExprId body = grammar_.rule(rule).body;
      reachable[body.index()] = true;
      ++uses[body.index()];
    }
    // Children have smaller ids than their parents.
    for (std::size_t i = num_exprs; i-- > 0;) {
      if (!reachable[i]) continue;
      for (const ExprId child : grammar_.expr(ExprId(i)).children) {
        reachable[child.index()] = true;
        ++uses[child.index()];
      }
    }
    named_.resize(num_exprs);
    std::vector<std::size_t> weights(num_exprs);
    std::vector<std::uint32_t> heights(num_exprs);
    for (std::size_t i = 0; i < num_exprs; ++i) {
      const Expr& node = grammar_.expr(ExprId(i));
      std::size_t weight = OwnWeight(node);
      std::uint32_t height = 0;
      for (const ExprId child : node.children) {
        weight += named_[child.index()] ? 1 : weights[child.index()];
        height = std::max(height, named_[child.index()] ? 0 : heights[child.index()] + 1);
      }
      weights[i] = weight;
      heights[i] = height;
      named_[i] = (uses[i] > 1 && weight >= kMinNamedWeight) || height >= kMaxHeight;
    }
  }

  // Gives names to the expressions that `body` needs and that have none yet; the ones that others
  // need come before them.
  std::vector<ExprId> NewlyNeeded(ExprId body) {
    struct Visit {
      ExprId id;
      std::size_t next_child;
    };
    std::vector<ExprId> needed;
    std::vector<Visit> stack;
    const auto enter = [&](ExprId id) {
      if (!visited_[id.index()]) stack.push_back({id, 0});
      visited_[id.index()] = true;
    };
    enter(body);
    while (!stack.empty()) {
      const ExprId id = stack.back().id;
      const Expr& node = grammar_.expr(id);
      if (stack.back().next_child < node.children.size()) {
        enter(node.children[stack.back().next_child++]);
        continue;
      }
      stack.pop_back();
      if (!named_[id.index()]) continue;
      name_of_[id.index()] = stem_ + std::to_string(++num_names_);
      needed.push_back(id);
    }
    return needed;
  }

  void Append(ExprId id, Hold least, int indent, std::string* out) const {
    if (named_[id.index()]) {
      *out += name_of_[id.index()];
    } else {
      AppendNode(id, least, indent, out);
    }
  }

  void AppendNode(ExprId id, Hold least, int indent, std::string* out) const {
    const Expr& node = grammar_.expr(id);
    const bool needs_parentheses = HoldOf(node.kind) < least;
    if (needs_parentheses) *out += "(";
    switch (node.kind) {
      case ExprKind::kNothing:
        *out += "%nothing";
        break;
      case ExprKind::kBytes:
        *out += LiteralText(node.bytes);
        break;
      case ExprKind::kClass:
        *out += ClassText(node.codepoints);
        break;
      case ExprKind::kSeq:
        AppendAll(node, " ", Hold::kItem, indent, out);
        break;
      case ExprKind::kChoice:
        AppendAll(node, " | ", Hold::kConjunction, indent, out);
        break;
      case ExprKind::kIntersect:
        AppendAll(node, " & ", Hold::kSequence, indent, out);
        break;
      case ExprKind::kComplement:
        *out += "~";
        Append(node.children[0], Hold::kAtom, indent, out);
        break;
      case ExprKind::kRepeat:
        Append(node.children[0], Hold::kAtom, indent, out);
        *out += QuantifierText(node.min, node.max);
        break;
      case ExprKind::kRuleRef:
        *out += rule_names_[node.rule.index()];
        break;
      case ExprKind::kMembers:
        AppendMembers(*node.members, indent, out);
        break;
      case ExprKind::kAutomaton:
        *out += AutomatonText(node.automaton);
        break;
      case ExprKind::kSpelled:
        *out += node.spelling == Spelling::kAny ? "%json_any { " : "%json { ";
        Append(node.children[0], Hold::kAlternatives, indent, out);
        *out += " }";
        break;
      case ExprKind::kTokenSet:
        *out += TokenSetText(grammar_.token_sets()[node.token_set]);
        break;
      case ExprKind::kMark:
        *out += "%mark " + LiteralText(node.bytes);
        break;
    }
    if (needs_parentheses) *out += ")";
  }

  void AppendAll(const Expr& node, std::string_view separator, Hold least, int indent,
                 std::string* out) const {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) *out += separator;
      Append(node.children[i], least, indent, out);
    }
  }

  void AppendMembers(const MemberGroup& group, int indent, std::string* out) const {
    const auto line = [&](std::string_view text) {
      *out += "\n" + std::string(static_cast<std::size_t>(indent) + 2, ' ');
      *out += text;
    };
    const auto part = [&](std::string_view keyword, ExprId body) {
      line(keyword);
      *out += " ";
      Append(body, Hold::kAlternatives, indent + 2, out);
    };
    *out += "%members {";
    if (group.min_members > 0 || group.max_members != kUnbounded) {
      line("%count " + BoundsText(group.min_members, group.max_members));
    }
    part("%separator", group.separator);
    for (std::size_t i = 0; i < group.items.size(); ++i) {
      const MemberGroup::Item& item = group.items[i];
      const std::string keyword = i < group.num_ordered ? "%ordered" : "%item";
      part(keyword + (item.required ? " %required" : ""), item.body);
    }
    if (group.rest) part("%rest", *group.rest);
    for (const MemberGroup::Keyed& keyed : group.keyed) {
      part("%key", keyed.key);
      part("%rest", keyed.rest);
      if (keyed.item) line("%as " + std::to_string(*keyed.item));
    }
    for (const MemberGroup::Clause& clause : group.clauses) {
      line("%if");
      for (const std::uint32_t item : clause.present) *out += " " + std::to_string(item);
      *out += clause.then ? " %then " + std::to_string(*clause.then) : " %never";
    }
    *out += " }";
  }

  const Grammar& grammar_;
  std::vector<RuleId> rules_;  // in the order of the text
  std::vector<std::string> rule_names_;
  std::vector<bool> named_;           // by expression
  std::vector<std::string> name_of_;  // by expression; empty if it has none (yet)
  std::vector<bool> visited_;         // by expression
  std::string stem_;
  std::size_t num_names_ = 0;
};

}  // namespace

std::string WriteEbnf(const Grammar& grammar) { return EbnfWriter(grammar).Text(); }

}  // namespace pushmask::ir
