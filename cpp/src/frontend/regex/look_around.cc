// SPDX-License-Identifier: Apache-2.0
// Assertions that look around: those about one character become variants; the others say what the
// text must be from some place on, or up to it.
#include <algorithm>
#include <string>
#include <utility>

#include "frontend/regex/lowering.h"
#include "pushmask/error.h"
#include "text/cursor.h"
#include "text/utf8.h"

namespace pushmask::frontend::regex {
namespace {

using ir::ExprId;

std::string FeatureName(const Node& look) {
  const std::string name = look.kind == NodeKind::kLookahead ? "lookahead" : "lookbehind";
  return look.negative ? "negative " + name : name;
}

}  // namespace

bool Lowering::IsWide(NodeId id) {
  if (const auto known = wide_.find(id); known != wide_.end()) return known->second;
  const Node& node = ast_.node(id);
  const bool looks = node.kind == NodeKind::kLookahead || node.kind == NodeKind::kLookbehind;
  // Operators have no assertions in their operands; LowerOperand refuses them.
  const bool is_operator =
      node.kind == NodeKind::kConjunction || node.kind == NodeKind::kComplement;
  const bool wide =
      looks ? !NarrowLook(id).has_value()
            : !is_operator && std::any_of(node.children.begin(), node.children.end(),
                                          [this](NodeId child) { return IsWide(child); });
  wide_.emplace(id, wide);
  return wide;
}

// The variants of a look that is about the characters beside it only; nullopt if it is wide.
const std::optional<Variants>& Lowering::NarrowLook(NodeId id) {
  const auto known = narrow_.find(id);
  if (known != narrow_.end()) return known->second;
  auto narrow = FindNarrowLook(ast_.node(id));
  return narrow_.emplace(id, std::move(narrow)).first->second;
}

std::optional<Variants> Lowering::FindNarrowLook(const Node& node) {
  if (IsWide(node.children[0])) return std::nullopt;
  const ExprId empty = builder_.Empty();
  const bool ahead = node.kind == NodeKind::kLookahead;
  VariantUnion positive;
  Variants negative = Unconditional(empty);
  for (Variant variant : Lower(node.children[0])) {
    if (const auto character = languages_.SingleCharacter(variant.expr)) {
      Neighbor& taken_side = ahead ? variant.after : variant.before;
      if (!taken_side.IsAny()) return std::nullopt;
      taken_side = {*character, false};
    } else if (variant.IsUnconditional() && languages_.IsNullable(variant.expr)) {
      variant.expr = empty;
    } else if (variant.expr != empty) {
      return std::nullopt;
    }
    positive.Add({variant.before, empty, variant.after});
    VariantUnion fails;  // one of the conditions does not hold
    fails.Add({variant.before.Not(), empty, Neighbor::Any()});
    fails.Add({Neighbor::Any(), empty, variant.after.Not()});
    negative = Join(negative, fails.Take(&builder_), &languages_);
    if (negative.size() > kMaxVariants) return std::nullopt;
  }
  return node.negative ? std::move(negative) : positive.Take(&builder_);
}

// Every text from the place of a lookahead to the end in which what it looks for is found, under
// conditions on the character before; or every text from the start to the place of a lookbehind.
// Remembered.
const Variants& Lowering::LanguageOfLook(NodeId id) {
  const auto known = looks_.find(id);
  if (known != looks_.end()) return known->second;
  const Node& look = ast_.node(id);
  const bool ahead = look.kind == NodeKind::kLookahead;
  std::vector<Path> paths = Expand(look.children[0]);
  for (Path& path : paths) {
    path.insert(ahead ? path.end() : path.begin(), {.part = Unconditional(languages_.Anything())});
  }
  VariantUnion all;
  for (Variant variant : Evaluate(paths, {.text_start = !ahead, .text_end = ahead})) {
    Neighbor& far_side = ahead ? variant.after : variant.before;
    if (!far_side.edge) continue;
    far_side = Neighbor::Any();
    all.Add(variant);
  }
  return looks_.emplace(id, all.Take(&builder_)).first->second;
}

// The part of `text`, which reaches from the place of `look` to the end it looks at, where the look
// succeeds.
Variants Lowering::Required(const Variants& text, NodeId id) {
  const Node& look = ast_.node(id);
  const Variants& found = LanguageOfLook(id);
  if (!look.negative) {
    VariantUnion all;
    for (const Variant& t : text) {
      for (const Variant& f : found) {
        all.Add({t.before.And(f.before), builder_.Intersect(t.expr, f.expr), t.after.And(f.after)});
      }
    }
    return all.Take(&builder_);
  }
  Variants left = text;
  for (const Variant& f : found) {
    VariantUnion all;
    for (const Variant& t : left) {
      all.Add({t.before, builder_.Difference(t.expr, f.expr), t.after});
      if (f.IsUnconditional()) continue;
      const bool ahead = look.kind == NodeKind::kLookahead;
      all.Add({ahead ? t.before.And(f.before.Not()) : t.before, t.expr,
               ahead ? t.after : t.after.And(f.after.Not())});
    }
    left = all.Take(&builder_);
    if (left.size() > kMaxVariants) FailAssertions(look, kMaxVariants, left.size());
  }
  return left;
}

void Lowering::FailLook(NodeId id, std::string why) const {
  const Node& look = ast_.node(id);
  const std::string feature = FeatureName(look);
  const std::string shown =
      text::Quoted(source_.text().substr(look.span.begin, look.span.end - look.span.begin));
  throw UnsupportedError(
      source_.At(look.span, feature + " " + shown + " is not supported here", std::move(why)),
      feature);
}

}  // namespace pushmask::frontend::regex
