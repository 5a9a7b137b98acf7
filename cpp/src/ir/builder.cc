// SPDX-License-Identifier: Apache-2.0
#include "ir/builder.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <memory>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "pushmask/error.h"

namespace pushmask::ir {
namespace {

// Of what the children do not say.
std::uint64_t Hash(const MemberGroup& group) {
  std::uint64_t hash = (std::uint64_t{group.min_members} << 32) | group.max_members;
  hash = base::Combine(hash, group.num_ordered);
  for (const MemberGroup::Keyed& keyed : group.keyed) {
    hash = base::Combine(hash, keyed.item.value_or(ir::kUnbounded));
  }
  for (const MemberGroup::Item& item : group.items) {
    hash = base::Combine(hash, item.required ? 1 : 0);
  }
  for (const MemberGroup::Clause& clause : group.clauses) {
    hash = base::Combine(hash, clause.then ? *clause.then : ir::kUnbounded);
    for (const std::uint32_t item : clause.present) hash = base::Combine(hash, item);
  }
  return hash;
}

// The order of these children says nothing about the language; it is the author's, for people.
bool IsUnordered(ExprKind kind) {
  return kind == ExprKind::kChoice || kind == ExprKind::kIntersect;
}

std::uint64_t HashOfChildren(ExprKind kind, std::span<const ExprId> children) {
  std::uint64_t hash = children.size();
  for (const ExprId child : children) {
    hash = IsUnordered(kind) ? hash + base::Mix(child.value) : base::Combine(hash, child.value);
  }
  return hash;
}

bool AreAlike(ExprKind kind, std::span<const ExprId> a, std::span<const ExprId> b) {
  if (std::ranges::equal(a, b)) return true;
  if (!IsUnordered(kind) || a.size() != b.size()) return false;
  std::vector<ExprId> sorted_a(a.begin(), a.end());
  std::vector<ExprId> sorted_b(b.begin(), b.end());
  std::sort(sorted_a.begin(), sorted_a.end());
  std::sort(sorted_b.begin(), sorted_b.end());
  return sorted_a == sorted_b;
}

// Keeps the first of equal ones, in their order.
void RemoveRepeated(std::vector<ExprId>* ids) {
  const auto not_after = [](ExprId a, ExprId b) { return a >= b; };
  if (std::ranges::adjacent_find(*ids, not_after) == ids->end()) return;
  std::vector<std::pair<ExprId, std::size_t>> places;
  places.reserve(ids->size());
  for (std::size_t i = 0; i < ids->size(); ++i) places.emplace_back((*ids)[i], i);
  std::sort(places.begin(), places.end());
  std::vector<bool> is_repeated(ids->size());
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (places[i].first == places[i - 1].first) is_repeated[places[i].second] = true;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    if (!is_repeated[i]) (*ids)[kept++] = (*ids)[i];
  }
  ids->resize(kept);
}

std::uint64_t HashOf(ExprKind kind) { return base::Mix(static_cast<std::uint64_t>(kind) + 1); }

// Of classes, groups, automata and token sets.
std::uint64_t Hash(const Expr& expr) {
  std::uint64_t hash = HashOf(expr.kind);
  for (const auto& range : expr.codepoints.ranges()) {
    hash = base::Combine(hash, (std::uint64_t{range.first} << 32) | range.last);
  }
  for (const ExprId child : expr.children) hash = base::Combine(hash, child.value);
  hash = base::Combine(hash, expr.automaton.hash());
  hash = base::Combine(hash, expr.token_set);
  return expr.members == nullptr ? hash : base::Combine(hash, Hash(*expr.members));
}

bool IsIdentifierByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

}  // namespace

Builder::Builder() {
  constexpr std::size_t kUsualSize = 256;
  grammar_.exprs_.reserve(kUsualSize);
}

void Builder::CheckParts(std::size_t num_more) const {
  const std::size_t reached = num_parts_ + num_more;
  if (reached <= kMaxParts) return;
  throw LimitError("the grammar is larger than " + std::to_string(kMaxParts) +
                       " parts when its shorthands are written out (limit max_expression_size)",
                   "max_expression_size", kMaxParts, reached);
}

ExprId Builder::Add(std::uint64_t hash, Expr expr) {
  num_parts_ += expr.bytes.size() + expr.children.size();
  CheckParts(0);
  const ExprId id(grammar_.exprs_.size());
  grammar_.exprs_.push_back(std::move(expr));
  interned_.Insert(hash, id.value);
  return id;
}

ExprId Builder::Intern(Expr expr) {
  const std::uint64_t hash = Hash(expr);
  const std::uint32_t known =
      interned_.Find(hash, [&](std::uint32_t number) { return grammar_.exprs_[number] == expr; });
  return known != base::HashIndex::kNone ? ExprId(known) : Add(hash, std::move(expr));
}

ExprId Builder::Intern(const Node& node) {
  std::uint64_t hash = base::Combine(HashOf(node.kind), HashOfChildren(node.kind, node.children));
  hash = base::Combine(hash, (std::uint64_t{node.min} << 32) | node.max);
  hash = base::Combine(
      hash, (std::uint64_t{node.rule.value} << 8) | static_cast<std::uint64_t>(node.spelling));
  const std::uint32_t known = interned_.Find(hash, [&](std::uint32_t number) {
    const Expr& e = grammar_.exprs_[number];
    return e.kind == node.kind && e.min == node.min && e.max == node.max && e.rule == node.rule &&
           e.spelling == node.spelling && AreAlike(e.kind, e.children, node.children);
  });
  if (known != base::HashIndex::kNone) return ExprId(known);
  return Add(hash, {.kind = node.kind,
                    .children = {node.children.begin(), node.children.end()},
                    .min = node.min,
                    .max = node.max,
                    .rule = node.rule,
                    .spelling = node.spelling});
}

ExprId Builder::Nothing() { return Intern(Node{.kind = ExprKind::kNothing}); }

ExprId Builder::Text(ExprKind kind, std::string_view bytes) {
  const std::uint64_t hash = base::Combine(HashOf(kind), std::hash<std::string_view>()(bytes));
  const std::uint32_t known = interned_.Find(hash, [&](std::uint32_t number) {
    const Expr& e = grammar_.exprs_[number];
    return e.kind == kind && e.bytes == bytes;
  });
  if (known != base::HashIndex::kNone) return ExprId(known);
  return Add(hash, {.kind = kind, .bytes = std::string(bytes)});
}

ExprId Builder::Class(const text::CodepointSet& codepoints) {
  if (codepoints.empty()) return Nothing();
  const auto& ranges = codepoints.ranges();
  if (ranges.size() == 1 && ranges[0].first == ranges[0].last) {
    std::string bytes;
    text::AppendUtf8(ranges[0].first, &bytes);
    return Bytes(bytes);
  }
  return Intern({.kind = ExprKind::kClass, .codepoints = codepoints});
}

void Builder::AppendToSequence(ExprId part) {
  const Expr& node = expr(part);
  if (node.kind != ExprKind::kBytes) {
    EndLiteral();
    scratch_.push_back(part);
  } else if (node.bytes.empty()) {
    return;
  } else if (!literal_.valid()) {
    literal_ = part;
  } else {
    if (joined_.empty()) joined_ = expr(literal_).bytes;
    joined_ += node.bytes;
    CheckParts(joined_.size());
  }
}

void Builder::EndLiteral() {
  if (literal_.valid()) scratch_.push_back(joined_.empty() ? literal_ : Bytes(joined_));
  literal_ = ExprId();
  joined_.clear();
}

ExprId Builder::Seq(std::span<const ExprId> parts) {
  scratch_.clear();
  literal_ = ExprId();
  joined_.clear();
  for (const ExprId part : parts) {
    if (expr(part).kind == ExprKind::kNothing) return part;
    if (expr(part).kind != ExprKind::kSeq) {
      AppendToSequence(part);
      continue;
    }
    CheckParts(scratch_.size() + expr(part).children.size());
    for (std::size_t i = 0; i < expr(part).children.size(); ++i) {  // the arena may move
      AppendToSequence(expr(part).children[i]);
    }
  }
  EndLiteral();
  if (scratch_.empty()) return Empty();
  if (scratch_.size() == 1) return scratch_[0];
  return Intern(Node{.kind = ExprKind::kSeq, .children = scratch_});
}

ExprId Builder::Choice(std::span<const ExprId> parts) {
  scratch_.clear();
  for (const ExprId part : parts) {
    const Expr& node = expr(part);
    if (node.kind == ExprKind::kNothing) continue;
    if (node.kind == ExprKind::kChoice) {
      CheckParts(scratch_.size() + node.children.size());
      scratch_.insert(scratch_.end(), node.children.begin(), node.children.end());
    } else {
      scratch_.push_back(part);
    }
  }
  RemoveRepeated(&scratch_);
  if (scratch_.empty()) return Nothing();
  if (scratch_.size() == 1) return scratch_[0];
  return Intern(Node{.kind = ExprKind::kChoice, .children = scratch_});
}

ExprId Builder::Repeat(ExprId body, std::uint32_t min, std::uint32_t max) {
  PUSHMASK_CHECK(min <= max);
  const Expr& node = expr(body);
  if (max == 0) return Empty();
  if (node.kind == ExprKind::kBytes && node.bytes.empty()) return body;
  if (node.kind == ExprKind::kNothing) return min == 0 ? Empty() : body;
  if (min == 1 && max == 1) return body;
  return Intern(
      Node{.kind = ExprKind::kRepeat, .children = std::span(&body, 1), .min = min, .max = max});
}

ExprId Builder::RuleRef(RuleId rule) {
  PUSHMASK_CHECK(rule.index() < grammar_.rules_.size());
  return Intern(Node{.kind = ExprKind::kRuleRef, .rule = rule});
}

ExprId Builder::Intersect(ExprId a, ExprId b) {
  if (a == b) return a;
  if (expr(a).kind == ExprKind::kNothing) return a;
  if (expr(b).kind == ExprKind::kNothing) return b;
  const ExprId both[] = {a, b};
  return Intern(Node{.kind = ExprKind::kIntersect, .children = both});
}

ExprId Builder::Complement(ExprId a) {
  if (expr(a).kind == ExprKind::kComplement) return expr(a).children[0];
  return Intern(Node{.kind = ExprKind::kComplement, .children = std::span(&a, 1)});
}

void Builder::SimplifyRest(MemberGroup* group) {
  PUSHMASK_CHECK(!group->rest || group->keyed.empty());
  const auto is_nothing = [this](ExprId id) { return expr(id).kind == ExprKind::kNothing; };
  std::erase_if(group->keyed, [&](const MemberGroup::Keyed& keyed) {
    PUSHMASK_CHECK(!keyed.item ||
                   (*keyed.item >= group->num_ordered && *keyed.item < group->items.size()));
    return is_nothing(keyed.key) || is_nothing(keyed.rest);
  });
  if (!group->keyed.empty() && group->max_members <= 1) {  // nothing to differ from
    std::vector<ExprId> members;
    for (const MemberGroup::Keyed& keyed : group->keyed) {
      const ExprId member = Seq({keyed.key, keyed.rest});
      if (keyed.item) {
        ExprId& body = group->items[*keyed.item].body;
        body = Choice({body, member});
      } else {
        members.push_back(member);
      }
    }
    group->rest = Choice(members);
    group->keyed.clear();
  }
  if (group->rest && is_nothing(*group->rest)) group->rest.reset();
}

ExprId Builder::Members(MemberGroup group) {
  PUSHMASK_CHECK(group.num_ordered <= group.items.size());
  bool may_be_empty = group.min_members == 0;
  Expr node{.kind = ExprKind::kMembers};
  SimplifyRest(&group);
  for (const MemberGroup::Item& item : group.items) {
    node.children.push_back(item.body);
    may_be_empty = may_be_empty && !item.required;
  }
  for (const MemberGroup::Clause& clause : group.clauses) {
    for (const std::uint32_t item : clause.present) PUSHMASK_CHECK(item < group.items.size());
    PUSHMASK_CHECK(!clause.then || *clause.then < group.items.size());
    may_be_empty = may_be_empty && !clause.present.empty();
  }
  node.children.push_back(group.separator);
  if (group.rest) node.children.push_back(*group.rest);
  for (const MemberGroup::Keyed& keyed : group.keyed) {
    node.children.push_back(keyed.key);
    node.children.push_back(keyed.rest);
  }
  const bool has_members = !group.items.empty() || group.rest || !group.keyed.empty();
  if (!has_members || group.max_members == 0) return may_be_empty ? Empty() : Nothing();
  if (group.min_members > group.max_members) return Nothing();
  if (group.items.empty() && group.keyed.empty()) {
    const std::uint32_t more = group.max_members - (group.max_members == kUnbounded ? 0 : 1);
    const ExprId next = Seq({group.separator, *group.rest});
    const ExprId body = Seq({*group.rest, Repeat(next, std::max(group.min_members, 1U) - 1, more)});
    return may_be_empty ? Optional(body) : body;
  }
  node.members = std::make_shared<const MemberGroup>(std::move(group));
  return Intern(std::move(node));
}

ExprId Builder::Accepted(Automaton automaton) {
  if (automaton.empty()) return Nothing();
  const std::size_t num_states = automaton.size();
  const std::size_t num_known = grammar_.exprs_.size();
  const ExprId id = Intern({.kind = ExprKind::kAutomaton, .automaton = std::move(automaton)});
  if (id.index() >= num_known) num_automaton_states_ += num_states;
  if (num_automaton_states_ > kMaxAutomatonStates) {
    throw LimitError("the explicit automata of the grammar have more than " +
                         std::to_string(kMaxAutomatonStates) +
                         " states (limit max_automaton_states)",
                     "max_automaton_states", kMaxAutomatonStates, num_automaton_states_);
  }
  return id;
}

ExprId Builder::Spelled(ExprId strings, Spelling spelling) {
  const Expr& node = expr(strings);
  const bool is_empty = node.kind == ExprKind::kBytes && node.bytes.empty();
  if (is_empty || node.kind == ExprKind::kNothing) return strings;
  return Intern(
      Node{.kind = ExprKind::kSpelled, .children = std::span(&strings, 1), .spelling = spelling});
}

ExprId Builder::Tokens(TokenSet tokens) {
  std::vector<TokenSet>& known = grammar_.token_sets_;
  const auto found = std::find(known.begin(), known.end(), tokens);
  const auto number = static_cast<std::uint32_t>(found - known.begin());
  if (found == known.end()) {
    if (known.size() == kMaxTokenSets) {
      throw LimitError("the grammar names more than " + std::to_string(kMaxTokenSets) +
                           " sets of tokens (limit max_token_sets)",
                       "max_token_sets", kMaxTokenSets, known.size() + 1);
    }
    known.push_back(std::move(tokens));
  }
  return Intern({.kind = ExprKind::kTokenSet, .token_set = number});
}

ExprId Builder::Mark(std::string_view text) {
  if (text.empty()) return Empty();
  const std::size_t num_known = grammar_.num_exprs();
  const ExprId mark = Text(ExprKind::kMark, text);
  if (grammar_.num_exprs() > num_known) grammar_.marks_.push_back(mark);
  return mark;
}

RuleId Builder::AddRule(std::string_view name) {
  std::string unique;
  for (const char c : name) unique.push_back(IsIdentifierByte(c) ? c : '_');
  if (unique.empty()) unique = "rule";
  int& count = names_[unique];
  ++count;
  if (count > 1) {
    const std::string stem = unique;
    do {
      unique = stem + "_" + std::to_string(count++);
    } while (names_.contains(unique));
    --count;
    names_[unique] = 1;
  }
  grammar_.rules_.push_back({.name = std::move(unique), .body = ExprId()});
  return RuleId(grammar_.rules_.size() - 1);
}

void Builder::Define(RuleId rule, ExprId body) {
  PUSHMASK_CHECK(!IsDefined(rule));
  grammar_.rules_[rule.index()].body = body;
}

void Builder::Mark(RuleId rule, RuleMarks marks) {
  grammar_.rules_[rule.index()].marks = std::move(marks);
}

std::uint32_t Builder::AddSource(std::shared_ptr<const Source> source) {
  grammar_.sources_.push_back(std::move(source));
  return static_cast<std::uint32_t>(grammar_.sources_.size());
}

Grammar Builder::Finish(RuleId root, Diagnostic root_place) {
  for (const Rule& rule : grammar_.rules_) PUSHMASK_CHECK(rule.body.valid());
  // Children are interned before their parents, so one pass in id order sees children first.
  std::vector<bool> has_rules(grammar_.exprs_.size());
  for (std::size_t i = 0; i < grammar_.exprs_.size(); ++i) {
    const Expr& node = grammar_.exprs_[i];
    bool any = node.kind == ExprKind::kRuleRef || node.kind == ExprKind::kMembers ||
               node.kind == ExprKind::kTokenSet || node.kind == ExprKind::kMark;
    for (const ExprId child : node.children) any = any || has_rules[child.index()];
    has_rules[i] = any;
    const bool is_regular = node.kind == ExprKind::kIntersect ||
                            node.kind == ExprKind::kComplement || node.kind == ExprKind::kSpelled;
    PUSHMASK_CHECK(!is_regular || !any);
    if (node.kind != ExprKind::kMembers) continue;
    for (const MemberGroup::Keyed& keyed : node.members->keyed) {
      PUSHMASK_CHECK(!has_rules[keyed.key.index()]);
    }
  }
  grammar_.root_ = root;
  grammar_.root_place_ = std::move(root_place);
  return std::move(grammar_);
}

}  // namespace pushmask::ir
