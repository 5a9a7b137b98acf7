// SPDX-License-Identifier: Apache-2.0
// Parts with wide assertions: taken apart into paths, which are then read from the text's ends.
//
// A lookahead is about the rest of the text, a lookbehind about what came before. Along a path the
// rest is known from the right, what came before from the left; both meet at one place, before
// which no lookahead and after which no lookbehind may stand. Two kinds do not mind: one that looks
// no further than the part beside it, and one about the whole text.
#include <algorithm>
#include <string>
#include <utility>

#include "frontend/character_lengths.h"
#include "frontend/regex/lowering.h"
#include "pushmask/error.h"

namespace pushmask::frontend::regex {
namespace {

// Each path is lowered on its own, and alternatives one after another multiply.
constexpr std::size_t kMaxPaths = 64;
constexpr std::size_t kMaxPathItems = 256;
constexpr std::uint32_t kMaxUnrolledRounds = 8;

bool IsKind(const PathItem& item, const Ast& ast, NodeKind kind) {
  return item.look && ast.node(*item.look).kind == kind;
}

}  // namespace

std::vector<Path> Lowering::Expand(NodeId id) {
  if (!IsWide(id)) return {{{.part = Lower(id)}}};
  const Node& node = ast_.node(id);
  switch (node.kind) {
    case NodeKind::kSequence:
      return ExpandSequence(node.children, node);
    case NodeKind::kAlternation: {
      std::vector<Path> paths;
      VariantUnion rest;
      for (const NodeId child : node.children) {
        if (!IsWide(child)) {
          rest.Add(Lower(child));
          continue;
        }
        const std::vector<Path> more = Expand(child);
        paths.insert(paths.end(), more.begin(), more.end());
      }
      paths.push_back({{.part = rest.Take(&builder_)}});
      if (paths.size() > kMaxPaths) FailAssertions(node, kMaxPaths, paths.size());
      return paths;
    }
    case NodeKind::kRepeat:
      return ExpandRepeat(id);
    default:
      return {{{.look = id, .node = id}}};
  }
}

std::vector<Path> Lowering::ExpandSequence(const std::vector<NodeId>& children, const Node& node) {
  std::vector<Path> paths = {{}};
  for (std::size_t i = 0; i < children.size();) {
    std::vector<NodeId> run;
    while (i < children.size() && !IsWide(children[i])) run.push_back(children[i++]);
    if (!run.empty()) paths = Append(paths, {{{.part = LowerSequence(run[0], run)}}}, node);
    if (i < children.size()) paths = Append(paths, Expand(children[i++]), node);
  }
  return paths;
}

std::vector<Path> Lowering::Append(const std::vector<Path>& paths, const std::vector<Path>& more,
                                   const Node& node) const {
  if (paths.size() * more.size() > kMaxPaths)
    FailAssertions(node, kMaxPaths, paths.size() * more.size());
  std::vector<Path> joined;
  for (const Path& first : paths) {
    for (const Path& second : more) {
      joined.push_back(first);
      joined.back().insert(joined.back().end(), second.begin(), second.end());
      if (joined.back().size() > kMaxPathItems)
        FailAssertions(node, kMaxPathItems, joined.back().size());
    }
  }
  return joined;
}

// Repetitions with wide assertions inside, in the ways that are exact: the assertions do not look
// out of a round; it is a tempered repetition; there are few rounds.
std::vector<Path> Lowering::ExpandRepeat(NodeId id) {
  const Node& node = ast_.node(id);
  const NodeId child = node.children[0];
  const std::vector<Path> empty = {{{.part = Unconditional(builder_.Empty())}}};
  const NodeKind kind = ast_.node(child).kind;
  if (node.max == 0) return empty;
  if (kind == NodeKind::kLookahead || kind == NodeKind::kLookbehind) {
    return node.min == 0 ? empty : Expand(child);
  }
  if (auto tempered = FindTempered(node)) return {{{.tempered = std::move(tempered), .node = id}}};
  const std::vector<Path> round = Expand(child);
  if (const auto alone = EvaluateAlone(round)) {
    auto repeated = RepeatVariants(*alone, node.min, node.max, &languages_);
    if (repeated && repeated->size() <= kMaxVariants) return {{{.part = *std::move(repeated)}}};
  }
  if (node.max > kMaxUnrolledRounds) {
    FailLook(FindWideLook(child), "it stands in a repetition and looks out of its round");
  }
  std::vector<Path> rounds = empty;
  std::vector<Path> all;
  for (std::uint32_t count = 0; count <= node.max; ++count) {
    if (count > 0) rounds = Append(rounds, round, node);
    if (count >= node.min) all.insert(all.end(), rounds.begin(), rounds.end());
    if (all.size() > kMaxPaths) FailAssertions(node, kMaxPaths, all.size());
  }
  return all;
}

NodeId Lowering::FindWideLook(NodeId id) {
  const Node& node = ast_.node(id);
  if (node.kind == NodeKind::kLookahead || node.kind == NodeKind::kLookbehind) return id;
  return FindWideLook(*std::find_if(node.children.begin(), node.children.end(),
                                    [this](NodeId child) { return IsWide(child); }));
}

Variants Lowering::Evaluate(const std::vector<Path>& paths, PathEnds ends) {
  VariantUnion all;
  for (const Path& path : paths) all.Add(EvaluatePath(path, ends));
  return all.Take(&builder_);
}

// The same where nothing is known about what surrounds the paths; nullopt if that matters.
std::optional<Variants> Lowering::EvaluateAlone(const std::vector<Path>& paths) {
  VariantUnion all;
  for (const Path& path : paths) {
    const Path resolved = ResolveNearby(Compact(path));
    for (const PathItem& item : resolved) {
      if (!item.IsPart()) return std::nullopt;
    }
    if (!resolved.empty()) all.Add(resolved[0].part);
  }
  return all.Take(&builder_);
}

// Joins neighbouring parts. Looks at one place are in the order of the pattern.
Path Lowering::Compact(const Path& path) {
  Path out;
  for (const PathItem& item : path) {
    if (item.IsPart() && !out.empty() && out.back().IsPart()) {
      out.back().part = Joined(out.back().part, item.part, ast_.node(ast_.root));
    } else {
      out.push_back(item);
    }
  }
  return out;
}

// Whether what `look` finds always lies within `part`, the part beside it.
bool Lowering::IsNearby(NodeId id, const Variants& part) {
  const Node& look = ast_.node(id);
  if (IsWide(look.children[0])) return false;
  std::uint64_t most = 0;
  for (const Variant& variant : Lower(look.children[0])) {
    const bool ahead = look.kind == NodeKind::kLookahead;
    if (!(ahead ? variant.after : variant.before).IsAny()) return false;
    most = std::max(most, CharacterLengths(builder_, variant.expr).max);
  }
  return std::all_of(part.begin(), part.end(), [&](const Variant& variant) {
    return CharacterLengths(builder_, variant.expr).min >= most;
  });
}

// Takes out the looks that are about the part beside them alone, by restricting that part.
Path Lowering::ResolveNearby(Path path) {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < path.size() && !changed; ++i) {
      if (!path[i].look) continue;
      const bool ahead = IsKind(path[i], ast_, NodeKind::kLookahead);
      std::size_t beside = i;
      while (beside < path.size() && path[beside].look) beside += ahead ? 1 : std::size_t(-1);
      if (beside >= path.size() || !path[beside].IsPart()) continue;
      if (!IsNearby(*path[i].look, path[beside].part)) continue;
      path[beside].part = Required(path[beside].part, *path[i].look);
      path.erase(path.begin() + static_cast<std::ptrdiff_t>(i));
      path = Compact(path);
      changed = true;
    }
  }
  return path;
}

Variants Lowering::EvaluatePath(Path path, PathEnds ends) {
  path = ResolveNearby(Compact(path));
  std::size_t behind_end = 0;  // past the last lookbehind
  std::size_t ahead_begin = path.size();
  for (std::size_t i = path.size(); i-- > 0;) {
    if (IsKind(path[i], ast_, NodeKind::kLookbehind)) behind_end = std::max(behind_end, i + 1);
    if (IsKind(path[i], ast_, NodeKind::kLookahead) || path[i].tempered) ahead_begin = i;
  }
  if (ahead_begin < behind_end) {
    if (ends.text_start && ends.text_end) {
      if (auto whole = PullWholeText(path)) return *std::move(whole);
    }
    FailLook(*path[behind_end - 1].look, "what it looks at may begin before an earlier lookahead");
  }
  return Joined(ReadForward(path, behind_end, ends), ReadBackward(path, behind_end, ends),
                ast_.node(ast_.root));
}

// A lookahead at the text's start and a lookbehind at its end are about the whole text: they are
// set aside while the rest of the path is read. Nullopt if there is neither.
std::optional<Variants> Lowering::PullWholeText(const Path& path) {
  const auto is_empty = [this](const PathItem& item) {
    return item.IsPart() &&
           std::all_of(item.part.begin(), item.part.end(),
                       [this](const Variant& v) { return v.expr == builder_.Empty(); });
  };
  std::size_t first = 0;
  while (first < path.size() && is_empty(path[first])) ++first;
  std::size_t last = path.size();
  while (last > 0 && is_empty(path[last - 1])) --last;
  std::size_t pulled = path.size();
  if (last > 0 && IsKind(path[last - 1], ast_, NodeKind::kLookbehind)) pulled = last - 1;
  if (first < path.size() && IsKind(path[first], ast_, NodeKind::kLookahead)) pulled = first;
  if (pulled == path.size()) return std::nullopt;
  Path rest = path;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(pulled));
  VariantUnion whole;
  for (const Variant& variant : EvaluatePath(std::move(rest), {true, true})) {
    if (variant.before.edge && variant.after.edge) {
      whole.Add({Neighbor::Edge(), variant.expr, Neighbor::Edge()});
    }
  }
  return Required(whole.Take(&builder_), *path[pulled].look);
}

// The items from `begin` on, against the direction of the text.
Variants Lowering::ReadBackward(const Path& path, std::size_t begin, PathEnds ends) {
  Variants rest = Unconditional(builder_.Empty());
  for (std::size_t i = path.size(); i-- > begin;) {
    const PathItem& item = path[i];
    if (item.IsPart()) {
      rest = Joined(item.part, rest, ast_.node(ast_.root));
      continue;
    }
    const NodeId look = item.look ? *item.look : item.tempered->forbidden[0];
    if (!ends.text_end) FailLook(look, "it looks out of a repetition or an assertion");
    VariantUnion whole;
    for (Variant& variant : rest) {
      if (variant.after.edge) whole.Add({variant.before, variant.expr, Neighbor::Edge()});
    }
    rest = whole.Take(&builder_);
    rest = item.look ? Required(rest, look) : LowerTempered(*item.tempered, rest, item.node);
  }
  return rest;
}

// The items before `end`, in the direction of the text.
Variants Lowering::ReadForward(const Path& path, std::size_t end, PathEnds ends) {
  Variants before = Unconditional(builder_.Empty());
  for (std::size_t i = 0; i < end; ++i) {
    const PathItem& item = path[i];
    if (item.IsPart()) {
      before = Joined(before, item.part, ast_.node(ast_.root));
      continue;
    }
    if (!ends.text_start) FailLook(*item.look, "it looks out of a repetition or an assertion");
    VariantUnion whole;
    for (Variant& variant : before) {
      if (variant.before.edge) whole.Add({Neighbor::Edge(), variant.expr, variant.after});
    }
    before = Required(whole.Take(&builder_), *item.look);
  }
  return before;
}

}  // namespace pushmask::frontend::regex
