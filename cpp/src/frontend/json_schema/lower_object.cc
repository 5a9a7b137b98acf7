// SPDX-License-Identifier: Apache-2.0
// An object's members: those whose names the schema says, and the others, which fall into classes
// by the patterns that their names match.
#include <algorithm>
#include <string>
#include <unordered_set>

#include "frontend/json_schema/lower.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;

// Classes of names, each with another value.
constexpr std::size_t kMaxClasses = 256;

}  // namespace

ExprId Lowering::MemberOf(ExprId quoted_name, ExprId value) {
  return builder_.Seq({quoted_name, layout_.colon(), value});
}

ExprId Lowering::Object(FormulaId projected, std::uint32_t depth) {
  struct Open {
    ObjectFacts facts;
    std::vector<ObjectFacts::Pair> some;       // not decided yet
    std::vector<ObjectFacts::Pair> witnesses;  // undeclared members that must exist
  };
  std::vector<Open> work;
  std::vector<ExprId> options;
  const std::size_t mark = contradictions_.mark();
  for (const ObjectFacts& facts : Cases<ObjectFacts>(projected)) {
    work.push_back({facts, facts.some(), {}});
  }
  std::reverse(work.begin(), work.end());
  while (!work.empty()) {
    Open open = std::move(work.back());
    work.pop_back();
    if (open.some.empty()) {
      options.push_back(ObjectCase(open.facts, open.witnesses, projected, depth));
      continue;
    }
    CountCase();
    const ObjectFacts::Pair some = open.some.back();
    open.some.pop_back();
    // The member is a declared one, or one that another fact asks for already, or one more.
    for (const std::string_view name : DeclaredNames(open.facts)) {
      if (!decider_.NameMatches(some.name, name)) continue;
      Open next = open;
      const bool is_possible =
          next.facts.Require(name, some.value) && !decider_.IsSurelyEmpty(next.facts.ValueOf(name));
      if (is_possible) work.push_back(std::move(next));
    }
    for (std::size_t i = 0; i < open.witnesses.size(); ++i) {
      Open next = open;
      ObjectFacts::Pair& witness = next.witnesses[i];
      witness = {store_.All({witness.name, some.name}), store_.All({witness.value, some.value})};
      if (witness.name != kFalse && witness.value != kFalse) work.push_back(std::move(next));
    }
    open.witnesses.push_back(some);
    work.push_back(std::move(open));
  }
  const ExprId object = builder_.Choice(options);
  if (!IsNothing(object)) {
    contradictions_.Rewind(mark);
  } else if (contradictions_.mark() == mark) {
    Note(projected, "no object matches");
  }
  return object;
}

std::vector<std::string_view> Lowering::DeclaredNames(const ObjectFacts& facts) const {
  std::vector<std::string_view> names;
  std::unordered_set<std::string_view> seen;
  const auto add = [&](std::string_view name) {
    if (seen.insert(name).second) names.push_back(name);
  };
  for (const FormulaId properties : facts.properties()) {
    for (const std::string_view name : store_[properties].names) add(name);
  }
  for (const ObjectFacts::Named& named : facts.named()) add(named.name);
  for (const ObjectFacts::Clause& clause : facts.clauses()) {
    for (const std::string_view name : clause.present) add(name);
    if (clause.then) add(*clause.then);
  }
  return names;
}

ExprId Lowering::ObjectCase(const ObjectFacts& facts,
                            const std::vector<ObjectFacts::Pair>& witnesses, FormulaId projected,
                            std::uint32_t depth) {
  const std::uint32_t inner = layout_.Deeper(depth);
  const bool can_nest = layout_.CanNest(depth);
  const std::vector<std::string_view> names = DeclaredNames(facts);
  Shape shape{.declared = {},
              .witnesses = {},
              .other = std::nullopt,
              .other_key = std::nullopt,
              .min = facts.min(),
              .max = facts.max(),
              .clauses = facts.clauses()};
  for (const std::string_view name : names) {
    const std::size_t mark = contradictions_.mark();
    const ExprId value = can_nest ? Value(facts.ValueOf(name), inner) : builder_.Nothing();
    const bool is_required = facts.IsRequired(name);
    if (!IsNothing(value)) {
      shape.declared.push_back(
          {name, MemberOf(encoder_.EncodeQuoted(name, Spelling::kCanonical), value), is_required});
    } else if (is_required) {
      Note(projected, "the required property '" + std::string(name) + "' has no possible value");
      return value;
    } else {
      contradictions_.Rewind(mark);
    }
  }
  const FormulaId undeclared =
      names.empty() ? kTrue : ~store_.Atom({.kind = FormulaKind::kStrings, .names = [&] {
                                              std::vector<std::string_view> sorted = names;
                                              std::sort(sorted.begin(), sorted.end());
                                              return sorted;
                                            }()});
  if (can_nest) {
    const std::vector<NameClass> classes = OtherMembers(facts, undeclared);
    AddOthers(classes, undeclared, names, inner, &shape);
    if (MustCount(shape) && shape.other && !shape.other_key) FailForCount(projected);
    if (distinct_names_ && shape.max > 1 && shape.other &&
        (!shape.other_key || !witnesses.empty())) {
      site_.Unsupported(site_.root(), "distinct_names",
                        "names of properties are not kept distinct where patterns divide them into "
                        "classes, or where some undeclared one must exist",
                        "leave distinct_names out, or list the names");
    }
    for (const ObjectFacts::Pair& witness : witnesses) {
      std::vector<NameClass> narrowed;
      for (const NameClass& one : classes) {
        const FormulaId both = store_.All({one.names, witness.name});
        if (NoName(store_.All({undeclared, both}))) continue;
        narrowed.push_back({both, store_.All({one.value, witness.value})});
      }
      const ExprId member = OtherMember(narrowed, undeclared, names, inner);
      if (IsNothing(member)) return member;
      shape.witnesses.push_back(member);
    }
  } else if (!witnesses.empty()) {
    return builder_.Nothing();
  }
  // A repeated name can hide the member that had to be there from a parser that keeps the last one.
  if (!shape.witnesses.empty() && shape.other && !warned_of_repeats_) {
    warned_of_repeats_ = true;
    warnings_.push_back(
        site_.At(site_.root(),
                 "some member must exist whose name is not declared; that no other member "
                 "repeats its name is not checked"));
  }
  return Members(shape, depth);
}

bool Lowering::NoName(FormulaId names) {
  return decider_.IsSurelyEmpty(projection_.Of(names, kStringType), kStringType);
}

// The classes that the names outside the declared ones fall into.
std::vector<Lowering::NameClass> Lowering::OtherMembers(const ObjectFacts& facts,
                                                        FormulaId undeclared) {
  std::vector<NameClass> classes{{kTrue, kTrue}};
  for (const FormulaId properties : facts.properties()) {
    ApplyPatterns(properties, undeclared, &classes);
  }
  for (const ObjectFacts::Pair& pair : facts.all()) {
    SplitBy(pair.name, pair.value, undeclared, &classes);
  }
  // Classes with the same value are one.
  std::vector<NameClass> merged;
  for (const NameClass& one : classes) {
    if (one.value == kFalse) continue;
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const NameClass& other) {
      return other.value == one.value;
    });
    if (same == merged.end()) {
      merged.push_back(one);
    } else {
      same->names = store_.Any({same->names, one.names});
    }
  }
  return merged;
}

// Members whose names match `name` have values that match `value`.
void Lowering::SplitBy(FormulaId name, FormulaId value, FormulaId undeclared,
                       std::vector<NameClass>* classes) {
  if (name == kTrue) {
    for (NameClass& one : *classes) one.value = store_.All({one.value, value});
    return;
  }
  std::vector<NameClass> out;
  for (const NameClass& one : *classes) {
    const FormulaId inside = store_.All({one.names, name});
    const FormulaId outside = store_.All({one.names, ~name});
    if (!NoName(store_.All({undeclared, inside}))) {
      const bool is_all = NoName(store_.All({undeclared, outside}));
      out.push_back({is_all ? one.names : inside, store_.All({one.value, value})});
      if (!is_all) out.push_back({outside, one.value});
    } else {
      out.push_back(one);
    }
  }
  if (out.size() > kMaxClasses) {
    throw LimitError("patterns of property names divide them into more than " +
                         std::to_string(kMaxClasses) + " classes (limit max_branches)",
                     "max_branches", kMaxClasses, out.size());
  }
  *classes = std::move(out);
}

void Lowering::ApplyPatterns(FormulaId id, FormulaId undeclared, std::vector<NameClass>* classes) {
  const Formula properties = store_[id];
  const FormulaId others = properties.children.back();
  std::vector<FormulaId> unmatched;
  for (std::size_t i = properties.names.size(); i + 1 < properties.children.size(); i += 2) {
    SplitBy(properties.children[i], properties.children[i + 1], undeclared, classes);
    unmatched.push_back(~properties.children[i]);
  }
  if (others == kTrue) return;
  SplitBy(store_.All(unmatched), others, undeclared, classes);
}

// Whether members are counted beyond those that have to be there anyway.
bool Lowering::MustCount(const Shape& shape) {
  const auto num_required = std::count_if(shape.declared.begin(), shape.declared.end(),
                                          [](const Member& member) { return member.is_required; });
  return shape.min > std::max<std::int64_t>(num_required, 1);
}

void Lowering::FailForCount(FormulaId projected) const {
  std::vector<FormulaId> parts{projected};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Formula& part = store_[parts[i]];
    if (part.kind == FormulaKind::kMemberCount && part.at != nullptr) {
      site_.Unsupported(*part.at, "minProperties",
                        "'minProperties' above 1 is not enforced where patterns divide the names "
                        "of properties into classes",
                        "list the names, or give all patterns the same schema");
    }
    if (TypeOf(part.kind) == kAllTypes) {
      parts.insert(parts.end(), part.children.begin(), part.children.end());
    }
  }
  site_.Unsupported(site_.root(), "minProperties",
                    "members are counted whose names patterns divide into classes");
}

// A name that is repeated is one property, so where members are counted their names are told apart
// by their text. That costs: the text is part of what a matcher remembers.
void Lowering::AddOthers(const std::vector<NameClass>& classes, FormulaId undeclared,
                         const std::vector<std::string_view>& declared, std::uint32_t inner,
                         Shape* shape) {
  const bool are_distinct = MustCount(*shape) || (distinct_names_ && shape->max > 1);
  if (!are_distinct || classes.size() != 1) {
    const ExprId other = OtherMember(classes, undeclared, declared, inner);
    if (!IsNothing(other)) shape->other = other;
    return;
  }
  const std::size_t mark = contradictions_.mark();
  const ExprId value = Value(classes[0].value, inner);
  contradictions_.Rewind(mark);
  const FormulaId here = projection_.Of(store_.All({undeclared, classes[0].names}), kStringType);
  if (IsNothing(value) || decider_.IsSurelyEmpty(here, kStringType)) return;
  shape->other_key = QuotedName(classes[0].names, declared);
  shape->other = builder_.Seq({layout_.colon(), value});
}

// Without declared names any string will do.
ExprId Lowering::OtherName(FormulaId names, const std::vector<std::string_view>& declared) {
  if (declared.empty() && projection_.Of(names, kStringType) == kTrue) return AnyString();
  return AsRule("name", QuotedName(names, declared));
}

// Names are spelled canonically: a declared name has one spelling that is kept apart here, and
// undeclared ones are equal if their texts are.
ExprId Lowering::QuotedName(FormulaId names, const std::vector<std::string_view>& declared) {
  const FormulaId projected = projection_.Of(names, kStringType);
  ExprId content = strings_.Language(projected);
  if (!declared.empty()) {
    std::vector<ExprId> texts;
    for (const std::string_view name : declared) texts.push_back(builder_.Bytes(name));
    content = builder_.Difference(content, builder_.Choice(texts));
  }
  return Quoted(encoder_.Encode(content, Spelling::kCanonical));
}

ExprId Lowering::OtherMember(const std::vector<NameClass>& classes, FormulaId undeclared,
                             const std::vector<std::string_view>& declared, std::uint32_t inner) {
  std::vector<ExprId> options;
  for (const NameClass& one : classes) {
    const std::size_t mark = contradictions_.mark();
    const ExprId value = Value(one.value, inner);
    contradictions_.Rewind(mark);
    if (IsNothing(value)) continue;
    const FormulaId here = projection_.Of(store_.All({undeclared, one.names}), kStringType);
    if (const auto listed = strings_.Listed(here)) {
      std::vector<ExprId> texts;
      for (const std::string_view name : *listed) {
        texts.push_back(encoder_.EncodeQuoted(name, Spelling::kCanonical));
      }
      options.push_back(MemberOf(builder_.Choice(texts), value));
    } else {
      options.push_back(MemberOf(OtherName(one.names, declared), value));
    }
  }
  return builder_.Choice(options);
}

}  // namespace pushmask::frontend::json_schema
