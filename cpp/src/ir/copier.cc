// SPDX-License-Identifier: Apache-2.0
#include "ir/copier.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "ir/ebnf_text.h"
#include "ir/rule_place.h"
#include "pushmask/error.h"

namespace pushmask::ir {
namespace {

const std::string kRegularPlace = "an intersection, a complement or a rule with max_tokens";

}  // namespace

Copier::Copier(const Grammar& from, std::string source_name, Builder* to)
    : from_(from),
      source_name_(std::move(source_name)),
      to_(*to),
      limits_(to),
      rules_(from.rules().size()),
      sources_(from.sources().size()) {
  define_ = [this](RuleId rule, RuleId copy, ExprId body) {
    to_.Mark(copy, from_.rule(rule).marks);
    to_.Define(copy, body);
  };
}

RuleId Copier::Copy(RuleId rule) {
  const RuleId copy = Declare(rule);
  while (!pending_.empty()) {
    const RuleId next = pending_.back();
    pending_.pop_back();
    current_ = next;
    const Rule& original = from_.rule(next);
    const ExprId body =
        CopyExpr(original.body, original.marks.max_tokens ? Mode::kInline : Mode::kRefer);
    define_(next, rules_[next.index()], body);
  }
  return copy;
}

RuleId Copier::Declare(RuleId rule) {
  RuleId& copy = rules_[rule.index()];
  if (!copy.valid()) {
    copy = to_.AddRule(from_.rule(rule).name);
    if (from_.rule(rule).kept_apart) to_.KeepApart(copy);
    to_.SetPlace(copy, CopyPlace(from_.rule(rule).place));
    pending_.push_back(rule);
  }
  return copy;
}

Place Copier::CopyPlace(Place place) {
  if (place.source == 0) return {};
  std::uint32_t& number = sources_[place.source - 1];
  if (number == 0) number = to_.AddSource(from_.sources()[place.source - 1]);
  return {number, place.key};
}

void Copier::Fail(std::string message, std::string hint, std::string feature) const {
  const Rule& rule = from_.rule(current_);
  Diagnostic diagnostic = AtRule(from_, rule.name, rule.place, std::move(message), std::move(hint));
  if (diagnostic.source_name.empty()) diagnostic.source_name = source_name_;
  throw UnsupportedError(std::move(diagnostic), std::move(feature));
}

void Copier::CheckUnmarked(const Rule& rule) const {
  const std::string_view option = MarkName(rule.marks);
  if (option.empty()) return;
  Fail(kRegularPlace + " has the rule '" + rule.name + "' with the option '" + std::string(option) +
           "' in it, which is about rules that stay by themselves",
       "leave the option out, or name the rule outside",
       "rule option '" + std::string(option) + "' inside of an intersection");
}

void Copier::AppendParts(Task task, std::vector<Task>* parts) const {
  const Expr& node = from_.expr(task.id);
  const bool is_regular = node.kind == ExprKind::kIntersect || node.kind == ExprKind::kComplement ||
                          node.kind == ExprKind::kSpelled;
  const Mode mode = is_regular ? Mode::kInline : task.mode;
  if (mode == Mode::kInline && node.kind == ExprKind::kRuleRef) {
    CheckUnmarked(from_.rule(node.rule));
    parts->push_back({from_.rule(node.rule).body, mode});
  }
  if (mode == Mode::kInline && node.kind == ExprKind::kMembers) {
    Fail(kRegularPlace + " has a member group in it, which is not regular", "keep groups outside",
         "intersection of member groups");
  }
  const bool is_about_tokens = node.kind == ExprKind::kTokenSet || node.kind == ExprKind::kMark;
  if (mode == Mode::kInline && is_about_tokens) {
    Fail(kRegularPlace + " has a reference to tokens in it, which is no text",
         "keep tokens outside", "intersection of token references");
  }
  for (const ExprId child : node.children) parts->push_back({child, mode});
}

// Depth first with an explicit stack: rules that call each other can be a long chain.
ExprId Copier::CopyExpr(ExprId root, Mode mode) {
  std::unordered_set<ExprId> open;  // of those that are inlined
  std::vector<std::pair<Task, bool>> work{{{root, mode}, false}};
  while (!work.empty()) {
    const auto [task, has_parts] = work.back();
    ExprId& copy = CopiesIn(task.mode)[task.id.index()];
    if (copy.valid()) {
      work.pop_back();
      continue;
    }
    if (has_parts) {
      work.pop_back();
      if (task.mode == Mode::kInline) open.erase(task.id);
      copy = Rebuild(task);
      continue;
    }
    work.back().second = true;
    if (task.mode == Mode::kInline) open.insert(task.id);
    parts_.clear();
    AppendParts(task, &parts_);
    for (const Task part : parts_) {
      if (part.mode == Mode::kInline && open.contains(part.id)) {
        Fail(kRegularPlace + " has a rule in it that reaches itself" +
                 (from_.expr(task.id).kind == ExprKind::kRuleRef
                      ? ": '" + from_.rule(from_.expr(task.id).rule).name + "'"
                      : std::string()),
             "write the repetition with *, or keep the rule outside",
             "intersection of recursive rules");
      }
      work.emplace_back(part, false);
    }
  }
  return CopiesIn(mode)[root.index()];
}

ExprId Copier::Rebuild(Task task) {
  const Expr& node = from_.expr(task.id);
  parts_.clear();
  AppendParts(task, &parts_);
  children_.clear();
  for (const Task part : parts_) children_.push_back(CopiesIn(part.mode)[part.id.index()]);
  limits_.CheckRoom(children_);
  switch (node.kind) {
    case ExprKind::kBytes:
      return to_.Bytes(node.bytes);
    case ExprKind::kSeq:
      return to_.Seq(children_);
    case ExprKind::kChoice:
      return to_.Choice(children_);
    case ExprKind::kRepeat:
      return to_.Repeat(children_[0], node.min, node.max);
    case ExprKind::kRuleRef:
      return task.mode == Mode::kInline ? children_[0] : to_.RuleRef(Declare(node.rule));
    case ExprKind::kIntersect:
      return to_.Intersect(children_[0], children_[1]);
    case ExprKind::kComplement:
      return to_.Complement(children_[0]);
    case ExprKind::kSpelled:
      return to_.Spelled(children_[0], node.spelling);
    case ExprKind::kMembers:
      return Members(from_.members(task.id));
    case ExprKind::kAutomaton:
      return to_.Accepted(node.automaton);
    case ExprKind::kTokenSet:
      return to_.Tokens(from_.token_sets()[node.token_set]);
    case ExprKind::kMark:
      return to_.Mark(node.bytes);
    default: {
      Expr copy = node;
      copy.children = children_;
      return to_.Intern(std::move(copy));
    }
  }
}

ExprId Copier::Members(const MemberGroup& group) {
  MemberGroup copy = group;
  const auto& copies = CopiesIn(Mode::kRefer);
  for (MemberGroup::Item& item : copy.items) item.body = copies[item.body.index()];
  if (copy.rest) copy.rest = copies[copy.rest->index()];
  for (MemberGroup::Keyed& keyed : copy.keyed) {
    keyed.key = copies[keyed.key.index()];
    keyed.rest = copies[keyed.rest.index()];
  }
  copy.separator = copies[copy.separator.index()];
  return to_.Members(std::move(copy));
}

}  // namespace pushmask::ir
