// SPDX-License-Identifier: Apache-2.0
#include "pda/analysis.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>

#include "ir/rule_place.h"
#include "pda/keys.h"
#include "pda/member_spec.h"
#include "pda/rule_errors.h"
#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;
using ir::RuleId;

// Expressions that the root can reach; only they are worth an automaton. Operands of Boolean
// operators are not: of them only the result counts.
std::vector<bool> Reachable(const ir::Grammar& grammar) {
  std::vector<bool> seen(grammar.num_exprs());
  std::vector<ExprId> work;
  const auto visit = [&](ExprId id) {
    if (seen[id.index()]) return;
    seen[id.index()] = true;
    work.push_back(id);
  };
  visit(grammar.rule(grammar.root()).body);
  while (!work.empty()) {
    const Expr& node = grammar.expr(work.back());
    work.pop_back();
    if (node.kind == ExprKind::kIntersect || node.kind == ExprKind::kComplement) continue;
    for (const ExprId child : node.children) visit(child);
    if (node.kind == ExprKind::kRuleRef) visit(grammar.rule(node.rule).body);
  }
  return seen;
}

class Fixpoint {
 public:
  Fixpoint(const ir::Grammar& grammar, automaton::ExprCompiler* compiler, LengthBounds* bounds)
      : grammar_(grammar), compiler_(compiler), bounds_(bounds) {}

  Derivations Run() {
    const std::vector<bool> reachable = Reachable(grammar_);
    result_.empty.resize(grammar_.num_exprs());
    result_.non_empty.resize(grammar_.num_exprs());
    num_empty_.resize(grammar_.num_exprs());
    num_derived_.resize(grammar_.num_exprs());
    FindUsers();
    // Children have smaller ids than their parents, so most facts are final at their first look.
    for (std::size_t i = 0; i < grammar_.num_exprs(); ++i) {
      if (reachable[i]) Update(ExprId(i));
    }
    is_first_round_ = false;
    // A group is looked at as a whole, so it waits until all is known that can be known without.
    std::vector<ExprId> groups;
    while (!work_.empty() || !groups.empty()) {
      if (work_.empty()) {
        std::sort(groups.begin(), groups.end());
        groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
        changed_ = ExprId();
        for (const ExprId group : groups) Update(group);
        groups.clear();
        continue;
      }
      const ExprId id = work_.back();
      work_.pop_back();
      for (std::uint32_t u = user_begins_[id.index()]; u < user_begins_[id.index() + 1]; ++u) {
        const ExprId user = users_[u];
        if (!reachable[user.index()]) continue;
        if (grammar_.expr(user).kind == ExprKind::kMembers) {
          groups.push_back(user);
        } else {
          changed_ = id;
          Update(user);
        }
      }
    }
    return std::move(result_);
  }

 private:
  // Calls visit(part, user) for every expression and each of its parts.
  template <typename Visit>
  void ForEachUse(Visit visit) const {
    for (std::size_t i = 0; i < grammar_.num_exprs(); ++i) {
      const Expr& node = grammar_.expr(ExprId(i));
      for (const ExprId child : node.children) visit(child, ExprId(i));
      if (node.kind == ExprKind::kRuleRef) visit(grammar_.rule(node.rule).body, ExprId(i));
    }
  }

  void FindUsers() {
    user_begins_.assign(grammar_.num_exprs() + 1, 0);
    ForEachUse([this](ExprId part, ExprId) { ++user_begins_[part.index() + 1]; });
    std::partial_sum(user_begins_.begin(), user_begins_.end(), user_begins_.begin());
    users_.resize(user_begins_.back());
    std::vector<std::uint32_t> next(user_begins_.begin(), user_begins_.end() - 1);
    ForEachUse([&](ExprId part, ExprId user) { users_[next[part.index()]++] = user; });
  }

  void Update(ExprId id) {
    try {
      UpdateFacts(id);
    } catch (const LimitError& error) {
      throw WithRuleOf(error, grammar_, id);
    }
  }

  void UpdateFacts(ExprId id) {
    const bool empty = Empty(id);
    const bool non_empty = NonEmpty(id);
    if (empty == result_.empty[id.index()] && non_empty == result_.non_empty[id.index()]) return;
    result_.empty[id.index()] = empty;
    result_.non_empty[id.index()] = non_empty;
    // The first round comes to later users by itself, once, however many parts they have.
    const auto begin = users_.begin() + user_begins_[id.index()];
    const auto end = users_.begin() + user_begins_[id.index() + 1];
    const bool is_seen =
        !is_first_round_ || std::any_of(begin, end, [id](ExprId user) { return user <= id; });
    if (is_seen) work_.push_back(id);
  }

  bool E(ExprId id) const { return result_.empty[id.index()]; }
  bool N(ExprId id) const { return result_.non_empty[id.index()]; }

  // Facts only become true, so a sequence goes on where it stopped, and a choice asks the part that
  // has changed: both are looked at as often as they have parts, and may have 10^5.
  template <typename Holds>
  static bool AreAll(const std::vector<ExprId>& parts, std::uint32_t* num_known, Holds holds) {
    while (*num_known < parts.size() && holds(parts[*num_known])) ++*num_known;
    return *num_known == parts.size();
  }

  template <typename Holds>
  bool IsAny(const std::vector<ExprId>& parts, Holds holds) const {
    return changed_.valid() ? holds(changed_) : std::any_of(parts.begin(), parts.end(), holds);
  }

  bool Empty(ExprId id) {
    if (result_.empty[id.index()]) return true;
    const Expr& node = grammar_.expr(id);
    const auto& children = node.children;
    switch (node.kind) {
      case ExprKind::kNothing:
      case ExprKind::kClass:
      case ExprKind::kTokenSet:
      case ExprKind::kMark:
        return false;
      case ExprKind::kBytes:
        return node.bytes.empty();
      case ExprKind::kSeq:
        return AreAll(children, &num_empty_[id.index()], [this](ExprId c) { return E(c); });
      case ExprKind::kChoice:
        return IsAny(children, [this](ExprId c) { return E(c); });
      case ExprKind::kRepeat:
        return node.min == 0 || E(children[0]);
      case ExprKind::kRuleRef:
        return E(grammar_.rule(node.rule).body);
      case ExprKind::kIntersect:
      case ExprKind::kComplement: {
        if (compiler_ == nullptr) return true;
        if (const BoundedLanguage* bounded = bounds_->Find(id)) return bounded->is_nullable;
        const automaton::Dfa& dfa = compiler_->ToDfa(id);
        return !dfa.empty() && dfa.accept(0);
      }
      case ExprKind::kMembers:
        return NeedsNoMember(grammar_.members(id));
      case ExprKind::kAutomaton:
        return node.automaton.states()[0].accept;
      case ExprKind::kSpelled:
        return E(children[0]);
    }
    return false;
  }

  bool NonEmpty(ExprId id) {
    if (result_.non_empty[id.index()]) return true;
    const Expr& node = grammar_.expr(id);
    const auto& children = node.children;
    switch (node.kind) {
      case ExprKind::kNothing:
        return false;
      case ExprKind::kClass:
      case ExprKind::kTokenSet:
      case ExprKind::kMark:
        return true;
      case ExprKind::kBytes:
        return !node.bytes.empty();
      case ExprKind::kSeq:
        return AreAll(children, &num_derived_[id.index()],
                      [this](ExprId c) { return E(c) || N(c); }) &&
               std::any_of(children.begin(), children.end(), [&](ExprId c) { return N(c); });
      case ExprKind::kChoice:
        return IsAny(children, [this](ExprId c) { return N(c); });
      case ExprKind::kRepeat:
        return N(children[0]);
      case ExprKind::kRuleRef:
        return N(grammar_.rule(node.rule).body);
      case ExprKind::kIntersect:
      case ExprKind::kComplement: {
        if (compiler_ == nullptr) return true;
        if (const BoundedLanguage* bounded = bounds_->Find(id)) {
          return bounded->measured->lengths[0].on <= bounded->max;
        }
        const automaton::Dfa& dfa = compiler_->ToDfa(id);
        return !dfa.empty() && !dfa.bytes(0).empty();
      }
      case ExprKind::kMembers:
        return HasMembers(id);
      case ExprKind::kAutomaton:
        return !node.automaton.states()[0].transitions.empty();
      case ExprKind::kSpelled:
        return N(children[0]);
    }
    return false;
  }

  static bool NeedsNoMember(const ir::MemberGroup& group) {
    return group.min_members == 0 &&
           std::none_of(group.items.begin(), group.items.end(),
                        [](const auto& item) { return item.required; }) &&
           std::none_of(group.clauses.begin(), group.clauses.end(),
                        [](const auto& clause) { return clause.present.empty(); });
  }

  // The more of its parts derive something, the more sequences of members a group has.
  bool HasMembers(ExprId id) const {
    const ir::MemberGroup& group = grammar_.members(id);
    Occurring occurring{.separator = N(group.separator)};
    for (const auto& item : group.items) occurring.items.push_back(N(item.body));
    if (group.rest) occurring.rest = N(*group.rest);
    std::vector<std::shared_ptr<const automaton::Dfa>> keys;
    for (const ir::MemberGroup::Keyed& keyed : group.keyed) {
      if (!N(keyed.key) || !(N(keyed.rest) || E(keyed.rest))) continue;
      if (keyed.item) occurring.items[*keyed.item] = true;
      occurring.rest = occurring.rest || !keyed.item;
      // How many keys there are matters only where so many members are wanted.
      if (compiler_ == nullptr || group.min_members <= 1) continue;
      keys.push_back(std::make_shared<const automaton::Dfa>(compiler_->ToDfa(keyed.key)));
    }
    if (!keys.empty()) {
      occurring.num_keys = NumKeys(*JoinKeys(keys, compiler_->budget()).dfa).front();
    }
    for (std::size_t i = 0; i < group.items.size(); ++i) {
      if (group.items[i].required && !occurring.items[i]) return false;
    }
    return MemberSpec(ShapeOf(group, occurring)).MatchesMembers();
  }

  const ir::Grammar& grammar_;
  automaton::ExprCompiler* compiler_;  // may be null, and the next one then too
  LengthBounds* bounds_;
  Derivations result_;
  std::vector<std::uint32_t> user_begins_;  // by expression: of those that it is a part of
  std::vector<ExprId> users_;
  bool is_first_round_ = true;
  ExprId changed_;  // the part for which its user is looked at; invalid if not only for that
  std::vector<std::uint32_t> num_empty_;    // by sequence: first parts that derive the empty string
  std::vector<std::uint32_t> num_derived_;  // by sequence: first parts that derive something
  std::vector<ExprId> work_;                // changed since their users were last looked at
};

// A rule that an expression refers to and that derives nothing, if there is one.
std::optional<RuleId> UnproductiveRule(const ir::Grammar& grammar, const Derivations& derives,
                                       ExprId id) {
  std::vector<bool> is_seen(grammar.num_exprs());
  std::vector<ExprId> work = {id};
  while (!work.empty()) {
    const ir::Expr& expr = grammar.expr(work.back());
    work.pop_back();
    if (expr.kind == ExprKind::kRuleRef && !derives.Any(grammar.rule(expr.rule).body)) {
      return expr.rule;
    }
    for (const ExprId child : expr.children) {
      if (is_seen[child.index()] || derives.Any(child)) continue;
      is_seen[child.index()] = true;
      work.push_back(child);
    }
  }
  return std::nullopt;
}

// Follows rules that derive nothing from the root to one that stands in its own way.
std::string WhyNothing(const ir::Grammar& grammar, const Derivations& derives) {
  std::vector<bool> is_seen(grammar.rules().size());
  RuleId at = grammar.root();
  while (!is_seen[at.index()]) {
    is_seen[at.index()] = true;
    const auto next = UnproductiveRule(grammar, derives, grammar.rule(at).body);
    if (!next) return "what rule '" + grammar.rule(at).name + "' asks for contradicts itself";
    at = *next;
  }
  return "every alternative of '" + grammar.rule(at).name +
         "' leads back to it; add one that does not";
}

}  // namespace

Derivations Analyze(const ir::Grammar& grammar, automaton::ExprCompiler* compiler,
                    LengthBounds* bounds) {
  return Fixpoint(grammar, compiler, bounds).Run();
}

void CheckNotEmpty(const ir::Grammar& grammar, const Derivations& derives) {
  const ir::Rule& root = grammar.rule(grammar.root());
  if (derives.Any(root.body)) return;
  throw EmptyLanguageError(
      ir::AtRule(grammar, root.name, root.place,
                 "the grammar matches nothing: rule '" + root.name + "' can never be completed",
                 WhyNothing(grammar, derives)));
}

}  // namespace pushmask::pda
