// SPDX-License-Identifier: Apache-2.0
// Parts without wide assertions, and the pattern as a whole.
#include <string>
#include <utility>

#include "frontend/regex/lowering.h"
#include "frontend/regex/parse.h"
#include "frontend/regex/regex.h"
#include "pushmask/error.h"
#include "text/cursor.h"

namespace pushmask::frontend::regex {
namespace {

using ir::ExprId;
using text::CodepointSet;

// Joining n parts with variants costs n^2; parts without conditions do not count.
constexpr std::size_t kMaxAnchoredParts = 100;

Neighbor LineBreakOrEdge() {
  return {CodepointSet{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}, true};
}

}  // namespace

Variants Lowering::Lower(NodeId id) {
  const Node& node = ast_.node(id);
  const auto assertion = [this](Neighbor before, Neighbor after) -> Variants {
    return {{std::move(before), builder_.Empty(), std::move(after)}};
  };
  switch (node.kind) {
    case NodeKind::kLiteral:
      return Unconditional(builder_.Bytes(node.literal));
    case NodeKind::kClass:
      return node.set.empty() ? Variants{} : Unconditional(builder_.Class(node.set));
    case NodeKind::kTextStart:
      return assertion(Neighbor::Edge(), Neighbor::Any());
    case NodeKind::kTextEnd:
      return assertion(Neighbor::Any(), Neighbor::Edge());
    case NodeKind::kLineStart:
      return assertion(LineBreakOrEdge(), Neighbor::Any());
    case NodeKind::kLineEnd:
      return assertion(Neighbor::Any(), LineBreakOrEdge());
    case NodeKind::kWordBoundary:
    case NodeKind::kNotWordBoundary:
      return LowerWordBoundary(node);
    case NodeKind::kLookahead:
    case NodeKind::kLookbehind:
      return *NarrowLook(id);
    case NodeKind::kSequence:
      return LowerSequence(id, node.children);
    case NodeKind::kAlternation: {
      VariantUnion all;
      for (const NodeId child : node.children) all.Add(Lower(child));
      return all.Take(&builder_);
    }
    case NodeKind::kConjunction: {
      ExprId all = LowerOperand(node.children[0]);
      for (std::size_t i = 1; i < node.children.size(); ++i) {
        all = builder_.Intersect(all, LowerOperand(node.children[i]));
      }
      return Unconditional(all);
    }
    case NodeKind::kComplement:
      return Unconditional(builder_.Complement(LowerOperand(node.children[0])));
    case NodeKind::kRepeat:
      return LowerRepeat(id);
  }
  return {};
}

// An operator takes languages of its own stretch of text, which what stands around it has no part
// in.
ExprId Lowering::LowerOperand(NodeId id) {
  const Variants variants = IsWide(id) ? Variants(2) : Lower(id);
  if (variants.empty()) return builder_.Nothing();
  if (variants.size() == 1 && variants[0].IsUnconditional()) return variants[0].expr;
  throw UnsupportedError(source_.At(ast_.node(id).span, "an assertion inside of '&' or '~'",
                                    "say it with the operators: (?!x)y is ~(x[^]*)&y"),
                         "assertion inside of an operator");
}

// Runs of parts without conditions are joined at once, so that long patterns cost linear time.
Variants Lowering::LowerSequence(NodeId id, const std::vector<NodeId>& children) {
  const Node& node = ast_.node(id);
  Variants total = Unconditional(builder_.Empty());
  std::vector<ExprId> run;
  std::size_t num_anchored = 0;
  for (const NodeId child : children) {
    const Variants part = Lower(child);
    if (part.empty()) return {};
    if (part.size() == 1 && part[0].IsUnconditional()) {
      run.push_back(part[0].expr);
      continue;
    }
    if (++num_anchored > kMaxAnchoredParts) {
      const auto place = source_.At(
          node.span, "more than " + std::to_string(kMaxAnchoredParts) + " anchors in one sequence");
      throw LimitError(place, "max_anchors", kMaxAnchoredParts, num_anchored);
    }
    total = Joined(total, Unconditional(builder_.Seq(run)), node);
    total = Joined(total, part, node);
    run.clear();
  }
  return Joined(total, Unconditional(builder_.Seq(run)), node);
}

Variants Lowering::LowerRepeat(NodeId id) {
  const Node& node = ast_.node(id);
  auto repeated = RepeatVariants(Lower(node.children[0]), node.min, node.max, &languages_);
  if (repeated && repeated->size() <= kMaxVariants) return *std::move(repeated);
  const std::string shown =
      text::Quoted(source_.text().substr(node.span.begin, node.span.end - node.span.begin));
  throw UnsupportedError(
      source_.At(node.span, "the repetition " + shown + " has assertions that depend on its rounds",
                 "move the assertions out of the repetition"),
      "assertion in a repetition");
}

Variants Lowering::LowerWordBoundary(const Node& node) const {
  const Neighbor word{node.set, false};
  const Neighbor other = word.Not();
  const ExprId empty = builder_.Empty();
  if (node.kind == NodeKind::kWordBoundary) return {{word, empty, other}, {other, empty, word}};
  return {{word, empty, word}, {other, empty, other}};
}

Variants Lowering::Joined(const Variants& first, const Variants& second, const Node& node) {
  Variants joined = Join(first, second, &languages_);
  if (joined.size() > kMaxVariants) FailAssertions(node, kMaxVariants, joined.size());
  return joined;
}

void Lowering::FailAssertions(const Node& node, std::size_t bound, std::size_t reached) const {
  const auto place = source_.At(node.span, "too many ways for assertions to hold here");
  throw LimitError(place, "max_assertions", bound, reached);
}

ExprId Lowering::Full() {
  const PathEnds whole{.text_start = true, .text_end = true};
  std::vector<ExprId> choices;
  for (const Variant& variant : Evaluate(Expand(ast_.root), whole)) {
    if (variant.before.edge && variant.after.edge) choices.push_back(variant.expr);
  }
  return builder_.Choice(choices);
}

// Anything may surround a match, except where a condition forbids it.
ExprId Lowering::Search() {
  const ExprId anything = languages_.Anything();
  if (!IsWide(ast_.root)) {
    for (const Variant& variant : Lower(ast_.root)) {
      if (variant.IsUnconditional() && languages_.IsNullable(variant.expr)) return anything;
    }
  }
  std::vector<Path> paths = Expand(ast_.root);
  for (Path& path : paths) {
    path.insert(path.begin(), {.part = Unconditional(anything)});
    path.push_back({.part = Unconditional(anything)});
  }
  std::vector<ExprId> choices;
  for (const Variant& variant : Evaluate(paths, {.text_start = true, .text_end = true})) {
    if (variant.before.edge && variant.after.edge) choices.push_back(variant.expr);
  }
  return builder_.Choice(choices);
}

}  // namespace pushmask::frontend::regex

namespace pushmask::frontend {

namespace {

ir::ExprId LowerAt(const text::SourceText& source, text::SourceSpan span,
                   const RegexOptions& options, ir::Builder* builder) {
  const regex::Ast ast = regex::Parse(source, span, options);
  regex::Lowering lowering(source, ast, builder);
  return options.match == RegexMatch::kSearch ? lowering.Search() : lowering.Full();
}

}  // namespace

ir::ExprId LowerRegex(const text::SourceText& pattern, const RegexOptions& options,
                      ir::Builder* builder) {
  return LowerAt(pattern, {0, pattern.text().size()}, options, builder);
}

ir::ExprId LowerRegex(const text::SourceText& source, text::SourceSpan span, RegexMatch match,
                      ir::Builder* builder) {
  return LowerAt(source, span, {.match = match}, builder);
}

ir::ExprId LowerRegex(const text::SourceText& pattern, RegexMatch match, ir::Builder* builder) {
  return LowerRegex(pattern, {.match = match}, builder);
}

}  // namespace pushmask::frontend
