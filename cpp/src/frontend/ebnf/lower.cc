// SPDX-License-Identifier: Apache-2.0
// Syntax tree to IR: resolves rule names, and has the regex front end lower the regex terminals.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontend/ebnf/ast.h"
#include "frontend/ebnf/ebnf.h"
#include "frontend/ebnf/parse.h"
#include "frontend/regex/regex.h"
#include "ir/builder.h"
#include "text/cursor.h"

namespace pushmask::frontend {
namespace {

using ebnf::Node;
using ebnf::NodeId;
using ebnf::NodeKind;
using ir::ExprId;
using ir::RuleId;

// Levenshtein distance.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j < row.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

class Lowering {
 public:
  Lowering(const text::SourceText& source, const ebnf::Ast& ast) : source_(source), ast_(ast) {}

  ir::Grammar Run(std::string_view root_rule) {
    for (const ebnf::Rule& rule : ast_.rules) Declare(rule);
    const auto root = rules_.find(root_rule);
    if (root == rules_.end()) FailNoRoot(root_rule);
    for (const ebnf::Rule& rule : ast_.rules) {
      builder_.Define(rules_.at(Text(rule.name)), Lower(rule.body));
    }
    return builder_.Finish(root->second, source_.name());
  }

 private:
  std::string_view Text(text::SourceSpan span) const {
    return source_.text().substr(span.begin, span.end - span.begin);
  }

  void Declare(const ebnf::Rule& rule) {
    const std::string_view name = Text(rule.name);
    if (rules_.contains(name)) FailDefinedTwice(rule);
    rules_.emplace(name, builder_.AddRule(name));
  }

  ExprId Lower(NodeId id) {
    const Node& node = ast_.node(id);
    switch (node.kind) {
      case NodeKind::kLiteral:
        return builder_.Bytes(node.literal);
      case NodeKind::kClass:
        return builder_.Class(node.set);
      case NodeKind::kRegex:
        return LowerRegex(source_, node.span, RegexMatch::kFull, &builder_);
      case NodeKind::kRuleRef: {
        const auto rule = rules_.find(Text(node.span));
        if (rule == rules_.end()) FailUndefined(node.span);
        return builder_.RuleRef(rule->second);
      }
      case NodeKind::kSequence:
        return builder_.Seq(LowerChildren(node));
      case NodeKind::kAlternation:
        return builder_.Choice(LowerChildren(node));
      case NodeKind::kRepeat:
        return builder_.Repeat(Lower(node.children[0]), node.min, node.max);
    }
    return builder_.Nothing();
  }

  std::vector<ExprId> LowerChildren(const Node& node) {
    std::vector<ExprId> children;
    for (const NodeId child : node.children) children.push_back(Lower(child));
    return children;
  }

  // The rule whose name is nearest, if it is near enough for a slip of the pen; else empty.
  std::string_view Suggestion(std::string_view name) const {
    constexpr std::size_t kMaxLength = 64;  // longer names are not worth the quadratic comparison
    if (name.size() > kMaxLength) return {};
    // Two swapped letters are a distance of two.
    const std::size_t farthest = name.size() < 4 ? 1 : std::max<std::size_t>(2, name.size() / 3);
    std::size_t best = farthest + 1;
    std::string_view suggestion;
    for (const ebnf::Rule& rule : ast_.rules) {
      const std::string_view candidate = Text(rule.name);
      if (candidate.size() > kMaxLength) continue;
      const std::size_t distance = EditDistance(name, candidate);
      if (distance < best) {
        best = distance;
        suggestion = candidate;
      }
    }
    return suggestion;
  }

  [[noreturn]] void FailUndefined(text::SourceSpan span) const {
    const std::string_view suggestion = Suggestion(Text(span));
    std::string hint;
    if (!suggestion.empty()) hint = "did you mean " + text::Quoted(suggestion) + "?";
    throw SyntaxError(source_.At(span, "the rule " + text::Quoted(Text(span)) + " is not defined",
                                 std::move(hint)));
  }

  [[noreturn]] void FailDefinedTwice(const ebnf::Rule& rule) const {
    const std::string_view name = Text(rule.name);
    const auto first =
        std::find_if(ast_.rules.begin(), ast_.rules.end(),
                     [&](const ebnf::Rule& other) { return Text(other.name) == name; });
    const std::size_t line = source_.At(first->name, {}).line;
    throw SyntaxError(source_.At(rule.name,
                                 "the rule " + text::Quoted(name) +
                                     " is defined twice, first on line " + std::to_string(line),
                                 "join the two with '|'"));
  }

  [[noreturn]] void FailNoRoot(std::string_view root_rule) const {
    constexpr std::size_t kMaxListed = 8;
    std::string names;
    for (std::size_t i = 0; i < std::min(ast_.rules.size(), kMaxListed); ++i) {
      names += (i == 0 ? "" : ", ") + text::Quoted(Text(ast_.rules[i].name));
    }
    if (ast_.rules.size() > kMaxListed) names += ", ...";
    throw SyntaxError(source_.At({0, 0},
                                 "the root rule " + text::Quoted(root_rule) + " is not defined",
                                 "the grammar defines " + names));
  }

  const text::SourceText& source_;
  const ebnf::Ast& ast_;
  ir::Builder builder_;
  std::unordered_map<std::string_view, RuleId> rules_;
};

}  // namespace

ir::Grammar ParseEbnf(const text::SourceText& source, std::string_view root_rule) {
  const ebnf::Ast ast = ebnf::Parse(source);
  return Lowering(source, ast).Run(root_rule);
}

}  // namespace pushmask::frontend
