// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "frontend/json_schema/lower.h"

namespace pushmask::frontend::json_schema {

using ir::ExprId;

ExprId Lowering::MemberOf(ExprId quoted_name, ExprId value) {
  return builder_.Seq({quoted_name, layout_.colon(), value});
}

// Names are spelled canonically, so that a declared name has one spelling that is kept apart here.
// Without declared names any string will do.
ExprId Lowering::OtherName(const std::vector<DeclaredName>& names) {
  if (names.empty()) return AnyString();
  std::vector<ExprId> declared;
  for (const DeclaredName& name : names) declared.push_back(strings_.EncodeText(name.name));
  return AsRule(
      "name", Quoted(builder_.Difference(builder_.Star(strings_.AnyCharacter(Spelling::kCanonical)),
                                         builder_.Choice(declared))));
}

ExprId Lowering::Object(const SchemaSet& schemas, std::uint32_t depth) {
  const ObjectShape shape = MergeObjects(table_, schemas);
  const std::uint32_t inner = layout_.Deeper(depth);
  const auto is_nothing = [&](ExprId e) { return builder_.expr(e).kind == ir::ExprKind::kNothing; };
  std::vector<Member> members;
  for (const DeclaredName& name : shape.names) {
    const std::size_t mark = contradictions_.mark();
    const ExprId value = layout_.CanNest(depth) ? Value(name.schemas, inner) : builder_.Nothing();
    if (!is_nothing(value)) {
      members.push_back({MemberOf(strings_.EncodeQuoted(name.name), value), name.required});
    } else if (name.required) {
      contradictions_.Add(shape.required_at, "the required property '" + std::string(name.name) +
                                                 "' has no possible value");
      return value;
    } else {
      contradictions_.Rewind(mark);
    }
  }
  const std::size_t mark = contradictions_.mark();
  const ExprId other = layout_.CanNest(depth) ? Value(shape.others, inner) : builder_.Nothing();
  contradictions_.Rewind(mark);
  if (is_nothing(other)) return Members(members, std::nullopt, depth);
  return Members(members, MemberOf(OtherName(shape.names), other), depth);
}

ExprId Lowering::Members(const std::vector<Member>& members, std::optional<ExprId> other,
                         std::uint32_t depth) {
  const bool may_be_empty =
      std::none_of(members.begin(), members.end(), [](const Member& m) { return m.required; });
  const ExprId separator = layout_.Separator(depth);
  ExprId body = builder_.Nothing();
  if (members.empty() && other) {
    body = builder_.Seq({*other, builder_.Star(builder_.Seq({separator, *other}))});
  } else if (members.size() == 1 && !other) {
    body = members[0].body;
  } else if (!members.empty() && property_order_ == PropertyOrder::kSchema) {
    body = MembersInOrder(members, other, separator);
  } else if (!members.empty()) {
    ir::UnorderedSpec spec{.items = {}, .rest = other, .separator = separator, .non_empty = true};
    for (const Member& member : members) spec.items.push_back({member.body, member.required});
    body = builder_.Unordered(spec);
  }
  return layout_.Enclose('{', body, '}', may_be_empty ? Layout::Empty::kYes : Layout::Empty::kNo,
                         depth);
}

// One member or more. A tail is what may follow a member: each later one if it comes, then the
// others. The first member is any up to the first required one; behind that a tail has one use, and
// before it tails share their ends as rules, so the size stays linear.
ExprId Lowering::MembersInOrder(const std::vector<Member>& members, std::optional<ExprId> other,
                                ExprId separator) {
  const auto link = [&](const Member& member) {
    const ExprId next = builder_.Seq({separator, member.body});
    return member.required ? next : builder_.Optional(next);
  };
  std::size_t last_first = 0;  // the last member that can come first
  while (last_first + 1 < members.size() && !members[last_first].required) ++last_first;

  std::vector<ExprId> links;
  for (std::size_t i = last_first + 1; i < members.size(); ++i) links.push_back(link(members[i]));
  std::vector<ExprId> firsts;
  if (other) {
    links.push_back(builder_.Star(builder_.Seq({separator, *other})));
    if (!members[last_first].required) firsts.push_back(builder_.Seq({*other, links.back()}));
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
