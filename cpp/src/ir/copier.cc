// SPDX-License-Identifier: Apache-2.0
#include "ir/copier.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "pushmask/error.h"

namespace pushmask::ir {

Copier::Copier(const Grammar& from, std::string source_name, Builder* to)
    : from_(from),
      source_name_(std::move(source_name)),
      to_(*to),
      limits_(to),
      sources_(from.sources().size()) {}

RuleId Copier::Copy(RuleId rule) {
  const RuleId copy = Declare(rule);
  while (!pending_.empty()) {
    const RuleId next = pending_.back();
    pending_.pop_back();
    to_.Define(rules_.at(next), CopyExpr(from_.rule(next).body));
  }
  return copy;
}

RuleId Copier::Declare(RuleId rule) {
  const auto [entry, is_new] = rules_.try_emplace(rule);
  if (is_new) {
    entry->second = to_.AddRule(from_.rule(rule).name);
    to_.SetPlace(entry->second, CopyPlace(from_.rule(rule).place));
    pending_.push_back(rule);
  }
  return entry->second;
}

Place Copier::CopyPlace(Place place) {
  if (place.source == 0) return {};
  std::uint32_t& number = sources_[place.source - 1];
  if (number == 0) number = to_.AddSource(from_.sources()[place.source - 1]);
  return {number, place.key};
}

void Copier::Fail(std::string message, std::string feature) const {
  throw UnsupportedError({.message = std::move(message), .source_name = source_name_},
                         std::move(feature));
}

// What must be copied before `task` can be.
std::vector<Copier::Task> Copier::PartsOf(Task task) const {
  const Expr& node = from_.expr(task.id);
  const bool is_regular = node.kind == ExprKind::kIntersect || node.kind == ExprKind::kComplement ||
                          node.kind == ExprKind::kSpelled;
  const Mode mode = is_regular ? Mode::kInline : task.mode;
  std::vector<Task> parts;
  if (mode == Mode::kInline && node.kind == ExprKind::kRuleRef) {
    parts.push_back({from_.rule(node.rule).body, mode});
  }
  if (mode == Mode::kInline && node.kind == ExprKind::kMembers) {
    Fail("an intersection or complement has a member group in it, which is not regular",
         "intersection of member groups");
  }
  if (mode == Mode::kInline && node.kind == ExprKind::kTokenSet) {
    Fail("an intersection or complement has a reference to tokens in it, which is no text",
         "intersection of token references");
  }
  for (const ExprId child : node.children) parts.push_back({child, mode});
  return parts;
}

// Depth first with an explicit stack: rules that call each other can be a long chain.
ExprId Copier::CopyExpr(ExprId root) {
  std::unordered_set<ExprId> open;  // of those that are inlined
  std::vector<std::pair<Task, bool>> work{{{root, Mode::kRefer}, false}};
  while (!work.empty()) {
    const auto [task, has_parts] = work.back();
    auto& copies = CopiesIn(task.mode);
    if (copies.contains(task.id)) {
      work.pop_back();
      continue;
    }
    if (has_parts) {
      work.pop_back();
      open.erase(task.id);
      const ExprId copy = Rebuild(task);
      CopiesIn(task.mode).emplace(task.id, copy);
      continue;
    }
    work.back().second = true;
    if (task.mode == Mode::kInline) open.insert(task.id);
    for (const Task part : PartsOf(task)) {
      if (part.mode == Mode::kInline && open.contains(part.id)) {
        Fail("an intersection or complement has a rule in it that reaches itself" +
                 (from_.expr(task.id).kind == ExprKind::kRuleRef
                      ? ": '" + from_.rule(from_.expr(task.id).rule).name + "'"
                      : std::string()),
             "intersection of recursive rules");
      }
      work.emplace_back(part, false);
    }
  }
  return CopiesIn(Mode::kRefer).at(root);
}

ExprId Copier::Rebuild(Task task) {
  const Expr& node = from_.expr(task.id);
  std::vector<ExprId> children;
  for (const Task part : PartsOf(task)) children.push_back(CopiesIn(part.mode).at(part.id));
  limits_.CheckRoom(children);
  switch (node.kind) {
    case ExprKind::kSeq:
      return to_.Seq(children);
    case ExprKind::kChoice:
      return to_.Choice(children);
    case ExprKind::kRepeat:
      return to_.Repeat(children[0], node.min, node.max);
    case ExprKind::kRuleRef:
      return task.mode == Mode::kInline ? children[0] : to_.RuleRef(Declare(node.rule));
    case ExprKind::kIntersect:
      return to_.Intersect(children[0], children[1]);
    case ExprKind::kComplement:
      return to_.Complement(children[0]);
    case ExprKind::kSpelled:
      return to_.Spelled(children[0], node.spelling);
    case ExprKind::kMembers:
      return Members(from_.members(task.id));
    case ExprKind::kAutomaton:
      return to_.Accepted(node.automaton);
    case ExprKind::kTokenSet:
      return to_.Tokens(from_.token_sets()[node.token_set]);
    default: {
      Expr copy = node;
      copy.children = std::move(children);
      return to_.Intern(std::move(copy));
    }
  }
}

ExprId Copier::Members(const MemberGroup& group) {
  MemberGroup copy = group;
  const auto& copies = CopiesIn(Mode::kRefer);
  for (MemberGroup::Item& item : copy.items) item.body = copies.at(item.body);
  if (copy.rest) copy.rest = copies.at(*copy.rest);
  if (copy.rest_key) copy.rest_key = copies.at(*copy.rest_key);
  copy.separator = copies.at(copy.separator);
  return to_.Members(std::move(copy));
}

}  // namespace pushmask::ir
