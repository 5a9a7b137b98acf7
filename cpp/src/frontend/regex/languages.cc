// SPDX-License-Identifier: Apache-2.0
#include "frontend/regex/languages.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "pushmask/error.h"
#include "text/utf8.h"

namespace pushmask::frontend::regex {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;
using text::CodepointSet;

// Each optional part at an end costs a copy of the rest.
constexpr std::size_t kMaxOptionalParts = 8;
// Expressions visited; ten thousand word boundaries do not get here.
constexpr std::size_t kMaxSteps = 1'000'000;

bool HasFirst(std::string_view bytes, const CodepointSet& set) {
  const auto decoded = text::DecodeUtf8(bytes, 0);
  return decoded && set.Contains(decoded->codepoint);
}

bool HasLast(std::string_view bytes, const CodepointSet& set) {
  std::size_t at = bytes.size();
  while (at > 0 && (static_cast<unsigned char>(bytes[--at]) & 0xC0) == 0x80) {
  }
  return HasFirst(bytes.substr(at), set);
}

}  // namespace

bool Languages::IsNullable(ExprId id) {
  if (const auto known = nullable_.find(id); known != nullable_.end()) return known->second;
  const Expr& node = builder_.expr(id);  // nothing is added below
  const auto nullable = [this](ExprId child) { return IsNullable(child); };
  bool result = false;
  switch (node.kind) {
    case ExprKind::kBytes:
      result = node.bytes.empty();
      break;
    case ExprKind::kSeq:
    case ExprKind::kIntersect:
      result = std::all_of(node.children.begin(), node.children.end(), nullable);
      break;
    case ExprKind::kChoice:
      result = std::any_of(node.children.begin(), node.children.end(), nullable);
      break;
    case ExprKind::kRepeat:
      result = node.min == 0 || IsNullable(node.children[0]);
      break;
    case ExprKind::kComplement:
      result = !IsNullable(node.children[0]);
      break;
    default:
      break;
  }
  nullable_.emplace(id, result);
  return result;
}

std::optional<CodepointSet> Languages::SingleCharacter(ExprId expr) const {
  const Expr& node = builder_.expr(expr);
  if (node.kind == ExprKind::kClass) return node.codepoints;
  if (node.kind == ExprKind::kBytes) {
    const auto decoded = text::DecodeUtf8(node.bytes, 0);
    if (!decoded || decoded->length != node.bytes.size()) return std::nullopt;
    return CodepointSet::Of(decoded->codepoint);
  }
  if (node.kind != ExprKind::kChoice) return std::nullopt;
  std::vector<text::CodepointRange> ranges;
  for (const ExprId child : node.children) {
    const auto characters = SingleCharacter(child);
    if (!characters) return std::nullopt;
    ranges.insert(ranges.end(), characters->ranges().begin(), characters->ranges().end());
  }
  return CodepointSet(std::move(ranges));
}

ExprId Languages::StartingIn(ExprId expr, const CodepointSet& set) {
  if (set.empty()) return builder_.Nothing();
  Restriction to{End::kFirst, set};
  return Restricted(expr, &to);
}

ExprId Languages::EndingIn(ExprId expr, const CodepointSet& set) {
  if (set.empty()) return builder_.Nothing();
  Restriction to{End::kLast, set};
  return Restricted(expr, &to);
}

ExprId Languages::Restricted(ExprId id, Restriction* to) {
  if (const auto known = to->known.find(id); known != to->known.end()) return known->second;
  CountStep();
  const Expr node = builder_.expr(id);  // a copy: restricting adds to the arena
  ExprId result = id;
  switch (node.kind) {
    case ExprKind::kNothing:
      break;
    case ExprKind::kBytes: {
      const bool first = to->end == End::kFirst;
      const bool has = first ? HasFirst(node.bytes, to->set) : HasLast(node.bytes, to->set);
      if (!has) result = builder_.Nothing();
      break;
    }
    case ExprKind::kClass:
      result = builder_.Class(node.codepoints.Intersect(to->set));
      break;
    case ExprKind::kChoice: {
      std::vector<ExprId> choices;
      for (const ExprId child : node.children) choices.push_back(Restricted(child, to));
      result = builder_.Choice(choices);
      break;
    }
    case ExprKind::kSeq:
      result = RestrictedSequence(id, node.children, to);
      break;
    case ExprKind::kRepeat:
      result = RestrictedRepeat(id, node, to);
      break;
    default:
      result = Intersection(id, *to);
  }
  to->known.emplace(id, result);
  return result;
}

ExprId Languages::RestrictedSequence(ExprId id, std::vector<ExprId> parts, Restriction* to) {
  const bool last = to->end == End::kLast;
  if (last) std::reverse(parts.begin(), parts.end());
  std::size_t num_optional = 0;
  while (num_optional < parts.size() && IsNullable(parts[num_optional])) {
    if (++num_optional > kMaxOptionalParts) return Intersection(id, *to);
  }
  const std::size_t num_ends = std::min(num_optional + 1, parts.size());
  std::vector<ExprId> choices;
  for (std::size_t i = 0; i < num_ends; ++i) {
    std::vector<ExprId> rest(parts.begin() + static_cast<std::ptrdiff_t>(i) + 1, parts.end());
    if (last) std::reverse(rest.begin(), rest.end());
    const ExprId part = Restricted(parts[i], to);
    choices.push_back(Beside(part, builder_.Seq(rest), *to));
  }
  return builder_.Choice(choices);
}

ExprId Languages::RestrictedRepeat(ExprId id, const Expr& node, Restriction* to) {
  const ExprId body = node.children[0];
  if (IsNullable(body)) return Intersection(id, *to);
  const ExprId end = Restricted(body, to);
  const std::uint32_t max = node.max == ir::kUnbounded ? node.max : node.max - 1;
  return Beside(end, builder_.Repeat(body, node.min == 0 ? 0 : node.min - 1, max), *to);
}

ExprId Languages::Intersection(ExprId id, const Restriction& to) {
  return builder_.Intersect(id, Beside(builder_.Class(to.set), Anything(), to));
}

// A part and what stands on its far side, in the order of the text.
ExprId Languages::Beside(ExprId part, ExprId rest, const Restriction& to) {
  return to.end == End::kFirst ? builder_.Seq({part, rest}) : builder_.Seq({rest, part});
}

void Languages::CountStep() {
  if (++num_steps_ <= kMaxSteps) return;
  throw LimitError("a pattern's assertions are too entangled (limit max_assertions)",
                   "max_assertions", kMaxSteps, num_steps_);
}

}  // namespace pushmask::frontend::regex
