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
    if (open.some.empty() && !open.witnesses.empty()) {
      // Of a few names each is as good as a declared one.
      if (const auto few = FewNames(open.facts, open.witnesses.back())) {
        const FormulaId value = open.witnesses.back().value;
        open.witnesses.pop_back();
        for (const std::string_view name : *few) {
          CountCase();
          Open next = open;
          if (next.facts.Require(name, value)) work.push_back(std::move(next));
        }
        continue;
      }
    }
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
              .num_witnesses = 0,
              .others = {},
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
  const FormulaId undeclared = AllBut(names);
  if (can_nest) {
    const std::vector<NameClass> classes = OtherMembers(facts, undeclared);
    AddOthers(classes, undeclared, names, inner, &shape, std::nullopt);
    if (!witnesses.empty() && shape.max > 1 && shape.max != ir::kUnbounded) FailForMax(projected);
    for (const ObjectFacts::Pair& witness : witnesses) {
      AddOthers(NarrowedBy(witness, classes), undeclared, names, inner, &shape, shape.num_items());
      ++shape.num_witnesses;
      const bool may_occur =
          !shape.others.empty() && shape.others.back().item == shape.num_items() - 1;
      if (!may_occur) return builder_.Nothing();
    }
  } else if (!witnesses.empty()) {
    return builder_.Nothing();
  }
  return Members(shape, depth);
}

FormulaId Lowering::AllBut(std::vector<std::string_view> names) {
  if (names.empty()) return kTrue;
  std::sort(names.begin(), names.end());
  return ~store_.Atom({.kind = FormulaKind::kStrings, .names = std::move(names)});
}

// The names that a witness can have, if these are few.
std::optional<std::vector<std::string_view>> Lowering::FewNames(const ObjectFacts& facts,
                                                                const ObjectFacts::Pair& witness) {
  const FormulaId undeclared = AllBut(DeclaredNames(facts));
  std::vector<FormulaId> names;
  for (const NameClass& one : NarrowedBy(witness, OtherMembers(facts, undeclared))) {
    if (decider_.IsSurelyEmpty(one.value)) continue;
    names.push_back(store_.All({undeclared, one.names}));
  }
  return strings_.Few(projection_.Of(store_.Any(names), kStringType));
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

// Then the last names would have to be those of members that must exist.
void Lowering::FailForMax(FormulaId projected) const {
  std::vector<FormulaId> parts{projected};
  const json::Value* at = &site_.root();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Formula& part = store_[parts[i]];
    if (part.kind == FormulaKind::kMemberCount && part.at != nullptr) at = part.at;
    if (TypeOf(part.kind) == kAllTypes) {
      parts.insert(parts.end(), part.children.begin(), part.children.end());
    }
  }
  site_.Unsupported(*at, "maxProperties",
                    "'maxProperties' above 1 is not enforced where some member must exist whose "
                    "name is not declared",
                    "list the names that this member may have");
}

// A name that is repeated is one property, and parsers differ in which of its values they keep. So
// names are told apart by their text.
void Lowering::AddOthers(const std::vector<NameClass>& classes, FormulaId undeclared,
                         const std::vector<std::string_view>& declared, std::uint32_t inner,
                         Shape* shape, std::optional<std::uint32_t> item) {
  for (const NameClass& one : classes) {
    const std::size_t mark = contradictions_.mark();
    const ExprId value = Value(one.value, inner);
    contradictions_.Rewind(mark);
    const FormulaId here = projection_.Of(store_.All({undeclared, one.names}), kStringType);
    if (IsNothing(value) || decider_.IsSurelyEmpty(here, kStringType)) continue;
    shape->others.push_back({.key = QuotedName(one.names, declared),
                             .rest = builder_.Seq({layout_.colon(), value}),
                             .item = item});
  }
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

// The classes as far as a member in them can be the one that is asked for.
std::vector<Lowering::NameClass> Lowering::NarrowedBy(const ObjectFacts::Pair& witness,
                                                      const std::vector<NameClass>& classes) {
  std::vector<NameClass> narrowed;
  for (const NameClass& one : classes) {
    narrowed.push_back(
        {store_.All({one.names, witness.name}), store_.All({one.value, witness.value})});
  }
  return narrowed;
}

}  // namespace pushmask::frontend::json_schema
