// SPDX-License-Identifier: Apache-2.0
// Syntax tree to IR: resolves names, and has the regex front end lower the regex terminals.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontend/ebnf/ast.h"
#include "frontend/ebnf/ebnf.h"
#include "frontend/ebnf/parser.h"
#include "frontend/regex/regex.h"
#include "frontend/rule_options.h"
#include "ir/builder.h"
#include "ir/ebnf_text.h"
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

// Rules become rules of the IR and are referred to. Where a language must be regular (inside `&`,
// `~`, `-`, %key and %json, and of rules with options) a rule's expression takes the place of its
// name instead.
class Lowering {
 public:
  Lowering(const text::SourceText& source, const ebnf::Ast& ast)
      : source_(source), ast_(ast), inlined_(ast.rules.size()) {}

  ir::Grammar Run(std::string_view root_rule) {
    source_number_ = builder_.AddSource(std::make_shared<const ir::Source>(ir::Source{source_}));
    for (std::size_t i = 0; i < ast_.rules.size(); ++i) Declare(ast_.rules[i], {.rule = i});
    const auto root = names_.find(root_rule);
    if (root == names_.end()) FailNoRoot(root_rule);
    for (std::size_t i = 0; i < ast_.shorthands.size(); ++i) {
      const ebnf::Rule& shorthand = ast_.shorthands[i];
      shorthand_exprs_.push_back(Lower(shorthand.body, Mode::kAny));
      Declare(shorthand, {.shorthand = i});
    }
    for (std::size_t i = 0; i < ast_.rules.size(); ++i) {
      DefineRule(i);
    }
    const std::size_t rule = root->second.rule;
    return builder_.Finish(RuleId(rule), source_.At(ast_.rules[rule].name, {}));
  }

 private:
  enum class Mode : std::uint8_t { kAny, kRegular };

  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  // What a name stands for: a rule or a shorthand, by index.
  struct Meaning {
    std::size_t rule = kNone;
    std::size_t shorthand = kNone;
  };

  // A rule's expression without names.
  struct Inlined {
    ExprId expr = {};
    bool is_begun = false;
  };

  std::string_view Text(text::SourceSpan span) const {
    return source_.text().substr(span.begin, span.end - span.begin);
  }

  void Declare(const ebnf::Rule& rule, Meaning meaning) {
    const std::string_view name = Text(rule.name);
    if (!names_.emplace(name, meaning).second) FailDefinedTwice(rule);
    if (meaning.rule == kNone) return;
    const RuleId added = builder_.AddRule(name);
    if (rule.name.begin > std::numeric_limits<std::uint32_t>::max()) return;
    builder_.SetPlace(added, {source_number_, static_cast<std::uint32_t>(rule.name.begin)});
  }

  void DefineRule(std::size_t index) {
    const ebnf::Rule& rule = ast_.rules[index];
    const bool is_regular = !rule.options.RegularOption().empty();
    const bool was_begun = std::exchange(inlined_[index].is_begun, is_regular);
    const ExprId body = is_regular ? RegularBody(rule) : Lower(rule.body, Mode::kAny);
    inlined_[index].is_begun = was_begun;
    frontend::DefineRule(RuleId(index), rule.options, body, &builder_);
  }

  // A rule's expression, without names, for options that ask for that.
  ExprId RegularBody(const ebnf::Rule& rule) {
    const std::string named = "the rule " + text::Quoted(Text(rule.name)) + " with the option " +
                              text::Quoted(rule.options.RegularOption());
    const std::string place = std::exchange(regular_place_, named);
    const ExprId body = Lower(rule.body, Mode::kRegular);
    regular_place_ = place;
    if (!IsText(body)) {
      throw SyntaxError(source_.At(rule.name, named + " matches bytes that are no UTF-8",
                                   "write characters instead of %bytes"));
    }
    return body;
  }

  ExprId Lower(NodeId id, Mode mode) {
    ++depth_;
    const ExprId expr = LowerNode(ast_.node(id), mode);
    --depth_;
    return expr;
  }

  ExprId LowerNode(const Node& node, Mode mode) {
    switch (node.kind) {
      case NodeKind::kLiteral:
        return builder_.Bytes(node.literal);
      case NodeKind::kClass:
        return builder_.Class(node.set);
      case NodeKind::kRegex:
        return LowerRegex(source_, node.span, RegexMatch::kFull, &builder_);
      case NodeKind::kName:
        return LowerName(node.span, mode);
      case NodeKind::kSequence:
        return builder_.Seq(LowerChildren(node, mode));
      case NodeKind::kAlternation:
        return builder_.Choice(LowerChildren(node, mode));
      case NodeKind::kConjunction:
        return LowerConjunction(node);
      case NodeKind::kException: {
        const std::vector<ExprId> parts = LowerChildren(node, Mode::kRegular);
        return builder_.Difference(parts[0], parts[1]);
      }
      case NodeKind::kComplement:
        return builder_.Complement(Lower(node.children[0], Mode::kRegular));
      case NodeKind::kSpelled:
        return LowerSpelled(node);
      case NodeKind::kRepeat:
        return builder_.Repeat(Lower(node.children[0], mode), node.min, node.max);
      case NodeKind::kNothing:
        return builder_.Nothing();
      case NodeKind::kMembers:
        if (mode == Mode::kRegular) FailNotRegular(node.span, "a member group");
        return LowerMembers(ast_.groups[node.index]);
      case NodeKind::kAutomaton:
        return builder_.Accepted(ast_.automata[node.index]);
      case NodeKind::kTokens:
        if (mode == Mode::kRegular) FailNotRegular(node.span, "a reference to tokens");
        return builder_.Tokens(ast_.tokens[node.index]);
      case NodeKind::kMark:
        if (mode == Mode::kRegular) FailNotRegular(node.span, "a mark, which may be tokens,");
        return builder_.Mark(node.literal);
    }
    return builder_.Nothing();
  }

  std::vector<ExprId> LowerChildren(const Node& node, Mode mode) {
    std::vector<ExprId> children;
    children.reserve(node.children.size());
    for (const NodeId child : node.children) children.push_back(Lower(child, mode));
    return children;
  }

  ExprId LowerConjunction(const Node& node) {
    const std::vector<ExprId> parts = LowerChildren(node, Mode::kRegular);
    ExprId all = parts[0];
    for (std::size_t i = 1; i < parts.size(); ++i) all = builder_.Intersect(all, parts[i]);
    return all;
  }

  ExprId LowerSpelled(const Node& node) {
    const ExprId strings = Lower(node.children[0], Mode::kRegular);
    if (!IsText(strings)) {
      throw SyntaxError(source_.At({node.span.begin, node.span.begin + 1},
                                   "the strings that JSON spells are text, not any bytes",
                                   "write characters instead of %bytes"));
    }
    return builder_.Spelled(strings, node.is_any ? ir::Spelling::kAny : ir::Spelling::kCanonical);
  }

  // Whether all literals in an expression without rules are UTF-8. Children have smaller ids than
  // their parents, so one pass in id order answers for all that is built so far.
  bool IsText(ExprId id) {
    for (std::size_t i = is_text_.size(); i <= id.index(); ++i) {
      const ir::Expr& expr = builder_.expr(ExprId(i));
      bool is_text = text::FindInvalidUtf8(expr.bytes) == std::string_view::npos;
      for (const ExprId child : expr.children) is_text = is_text && is_text_[child.index()];
      is_text_.push_back(is_text);
    }
    return is_text_[id.index()];
  }

  ExprId LowerName(text::SourceSpan span, Mode mode) {
    const auto named = names_.find(Text(span));
    if (named == names_.end()) FailUndefined(span);
    const Meaning& meaning = named->second;
    if (meaning.rule == kNone) {
      if (mode == Mode::kAny) return shorthand_exprs_[meaning.shorthand];
      return Inline(span, ast_.shorthands[meaning.shorthand]);
    }
    if (mode == Mode::kAny) return builder_.RuleRef(RuleId(meaning.rule));
    Inlined& inlined = inlined_[meaning.rule];
    if (inlined.expr.valid()) return inlined.expr;
    if (inlined.is_begun) FailNotRegular(span, "the recursive rule");
    if (const auto mark = ir::MarkName(ast_.rules[meaning.rule].options.marks); !mark.empty()) {
      FailMarked(span, mark);
    }
    inlined.is_begun = true;
    inlined.expr = Inline(span, ast_.rules[meaning.rule]);
    return inlined.expr;
  }

  ExprId Inline(text::SourceSpan span, const ebnf::Rule& rule) {
    // As many calls as fit into any stack; a rule by itself takes a fourth of them at most.
    constexpr std::uint64_t kMaxInlineDepth = 5000;
    if (depth_ > kMaxInlineDepth) {
      throw LimitError(
          source_.At(span, "rules inside of " + regular_place_ + " name each other too deep",
                     "a rule outside of them may go as deep as the text"),
          "max_depth", kMaxInlineDepth, depth_);
    }
    if (rule.options.RegularOption().empty()) return Lower(rule.body, Mode::kRegular);
    return WholeLanguage(rule.options, RegularBody(rule), &builder_);
  }

  ExprId LowerMembers(const ebnf::GroupNode& node) {
    ir::MemberGroup group;
    for (const ebnf::GroupNode::Item& item : node.items) {
      group.items.push_back({Lower(item.body, Mode::kAny), item.required});
    }
    group.num_ordered = node.num_ordered;
    group.separator = Lower(node.separator, Mode::kAny);
    if (node.rest) group.rest = Lower(*node.rest, Mode::kAny);
    for (const ebnf::GroupNode::Keyed& keyed : node.keyed) {
      group.keyed.push_back(
          {Lower(keyed.key, Mode::kRegular), Lower(keyed.rest, Mode::kAny), keyed.item});
    }
    group.min_members = node.min;
    group.max_members = node.max;
    group.clauses = node.clauses;
    return builder_.Members(std::move(group));
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

  [[noreturn]] void FailNotRegular(text::SourceSpan span, const std::string& what) const {
    constexpr std::size_t kMaxShown = 80;
    span.end = std::min(span.end, span.begin + kMaxShown);
    throw UnsupportedError(
        source_.At(span, what + " " + text::Quoted(Text(span)) + " inside of " + regular_place_,
                   "only regular languages can stand there"),
        "an operator on a language that is not regular");
  }

  [[noreturn]] void FailMarked(text::SourceSpan span, std::string_view option) const {
    throw UnsupportedError(
        source_.At(span,
                   "the rule " + text::Quoted(Text(span)) + " with the option " +
                       text::Quoted(option) + " inside of " + regular_place_,
                   "there an expression takes the place of the rule's name"),
        "rule option " + text::Quoted(option) + " where a rule's expression takes its place");
  }

  [[noreturn]] void FailUndefined(text::SourceSpan span) const {
    for (const ebnf::Rule& shorthand : ast_.shorthands) {
      if (Text(shorthand.name) != Text(span)) continue;
      throw SyntaxError(
          source_.At(span, "the shorthand " + text::Quoted(Text(span)) + " is defined further down",
                     "a shorthand may name the ones above it; a rule may name itself"));
    }
    const std::string_view suggestion = Suggestion(Text(span));
    std::string hint =
        "define it, or write it in quotes for the text " + text::Quoted(Text(span)) + " itself";
    if (Text(span) == "-") {
      hint = "an exception is written a & ~b; a - b is of dialect 'w3c' or 'iso'";
    } else if (!suggestion.empty()) {
      hint = "did you mean " + text::Quoted(suggestion) + "?";
    }
    throw SyntaxError(source_.At(span, "the rule " + text::Quoted(Text(span)) + " is not defined",
                                 std::move(hint)));
  }

  [[noreturn]] void FailDefinedTwice(const ebnf::Rule& rule) const {
    const std::string_view name = Text(rule.name);
    const Meaning& meaning = names_.at(name);
    const ebnf::Rule& first =
        meaning.rule == kNone ? ast_.shorthands[meaning.shorthand] : ast_.rules[meaning.rule];
    const std::size_t line = source_.At(first.name, {}).line;
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
  std::unordered_map<std::string_view, Meaning> names_;
  std::vector<Inlined> inlined_;         // by rule
  std::vector<ExprId> shorthand_exprs_;  // by shorthand
  std::vector<bool> is_text_;            // by expression
  std::uint64_t depth_ = 0;              // of Lower
  // What the expression at hand must be regular for.
  std::string regular_place_ = "&, ~, -, %key or %json";
  std::uint32_t source_number_ = 0;
};

}  // namespace

ir::Grammar ParseEbnf(const text::SourceText& source, std::string_view root_rule,
                      EbnfDialect dialect) {
  const ebnf::Ast ast = ebnf::Parser(source, dialect).Run();
  return Lowering(source, ast).Run(root_rule);
}

}  // namespace pushmask::frontend
