// SPDX-License-Identifier: Apache-2.0
// The members of an object, in one of the orders they may come in.
#include <algorithm>

#include "frontend/json_schema/lower.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;

// More members in order than this are counted off in a register, which costs no states.
constexpr std::size_t kMaxInOrder = 64;

}  // namespace

ExprId Lowering::Members(const Shape& shape, std::uint32_t depth) {
  const auto num_required = static_cast<std::uint32_t>(
      std::count_if(shape.declared.begin(), shape.declared.end(),
                    [](const Member& member) { return member.is_required; }) +
      static_cast<std::ptrdiff_t>(shape.num_witnesses));
  const bool may_be_empty = num_required == 0 && shape.min == 0;
  const std::size_t num_items = shape.num_items();
  const bool has_others = !shape.others.empty();
  const bool counts = shape.min > std::max(num_required, 1U) ||
                      (shape.max != ir::kUnbounded && (has_others || shape.max < num_items));
  const bool is_plain = !counts && shape.clauses.empty() && shape.num_witnesses == 0;
  const ExprId separator = layout_.Separator(depth);
  ExprId body = builder_.Nothing();
  if (is_plain && num_items == 1 && !has_others) {
    body = shape.declared[0].body;
  } else if (is_plain && property_order_ == PropertyOrder::kSchema && num_items > 0 &&
             num_items <= kMaxInOrder) {
    body = MembersInOrder(shape, separator);
  } else if (num_items > 0 || has_others) {
    body = MemberGroup(shape, separator);
  }
  if (IsNothing(body) && !may_be_empty) return body;
  return layout_.Enclose('{', body, '}', may_be_empty ? Layout::Empty::kYes : Layout::Empty::kNo,
                         depth);
}

// One member or more.
ExprId Lowering::MemberGroup(const Shape& shape, ExprId separator) {
  ir::MemberGroup group{.keyed = shape.others,
                        .separator = separator,
                        .min_members = std::max(shape.min, 1U),
                        .max_members = shape.max};
  if (group.min_members > group.max_members) return builder_.Nothing();
  if (property_order_ == PropertyOrder::kSchema) {
    group.num_ordered = static_cast<std::uint32_t>(shape.declared.size());
  }
  std::unordered_map<std::string_view, std::uint32_t> index;
  for (const Member& member : shape.declared) {
    index.emplace(member.name, static_cast<std::uint32_t>(group.items.size()));
    group.items.push_back({.body = member.body, .required = member.is_required});
  }
  for (std::uint32_t i = 0; i < shape.num_witnesses; ++i) {
    group.items.push_back({.body = builder_.Nothing(), .required = true});
  }
  if (shape.others.empty() && group.min_members > group.items.size()) return builder_.Nothing();
  // A name that cannot be there settles its clauses.
  for (const ObjectFacts::Clause& clause : shape.clauses) {
    ir::MemberGroup::Clause out;
    const bool can_fire =
        std::all_of(clause.present.begin(), clause.present.end(), [&](std::string_view name) {
          const auto item = index.find(name);
          if (item != index.end()) out.present.push_back(item->second);
          return item != index.end();
        });
    if (!can_fire) continue;
    if (clause.then) {
      const auto item = index.find(*clause.then);
      if (item != index.end()) out.then = item->second;
    }
    group.clauses.push_back(std::move(out));
  }
  return builder_.Members(std::move(group));
}

// A tail is what may follow a member: each later one if it comes, then the others. The first member
// is any up to the first required one; behind that a tail has one use, and before it tails share
// their ends as rules, so the size stays linear.
ExprId Lowering::MembersInOrder(const Shape& shape, ExprId separator) {
  const std::vector<Member>& members = shape.declared;
  const auto link = [&](const Member& member) {
    const ExprId next = builder_.Seq({separator, member.body});
    return member.is_required ? next : builder_.Optional(next);
  };
  std::size_t last_first = 0;  // the last member that can come first
  while (last_first + 1 < members.size() && !members[last_first].is_required) ++last_first;

  std::vector<ExprId> links;
  for (std::size_t i = last_first + 1; i < members.size(); ++i) links.push_back(link(members[i]));
  std::vector<ExprId> firsts;
  if (!shape.others.empty()) {
    const ExprId others =
        builder_.Members({.keyed = shape.others, .separator = separator, .min_members = 1});
    links.push_back(builder_.Optional(builder_.Seq({separator, others})));
    if (!members[last_first].is_required) firsts.push_back(others);
  }
  ExprId tail = builder_.Seq(links);
  for (std::size_t i = last_first + 1; i > 0; --i) {
    const ir::RuleId rule = last_first > 0 ? AddRule("members") : ir::RuleId();
    if (rule.valid()) {
      builder_.Define(rule, tail);
      tail = builder_.RuleRef(rule);
    }
    firsts.push_back(builder_.Seq({members[i - 1].body, tail}));
    tail = builder_.Seq({link(members[i - 1]), tail});
  }
  return builder_.Choice(firsts);
}

}  // namespace pushmask::frontend::json_schema
