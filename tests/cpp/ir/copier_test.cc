// SPDX-License-Identifier: Apache-2.0
#include "ir/copier.h"

#include <gtest/gtest.h>

#include <string>

#include "ir/printer.h"
#include "pushmask/error.h"

namespace pushmask::ir {
namespace {

// The rule `root` of `from`, copied into a builder of its own.
std::string Copied(const Builder& from, RuleId root) {
  Builder to;
  const RuleId copy = Copier(from.grammar(), "test", &to).Copy(root);
  return Print(to.Finish(copy, "test"));
}

TEST(Copier, TakesWhatTheRuleReachesAndNothingElse) {
  Builder from;
  const RuleId lost = from.AddRule("lost");
  const RuleId root = from.AddRule("root");
  const RuleId tail = from.AddRule("tail");
  from.Define(lost, from.Bytes("x"));
  from.Define(tail, from.Choice({from.Bytes("b"), from.RuleRef(root)}));
  from.Define(root, from.Seq({from.Bytes("a"), from.RuleRef(tail)}));
  EXPECT_EQ(Copied(from, root), "root ::= (\"a\" tail)\ntail ::= (\"b\" | root)\n");
}

TEST(Copier, NumbersNamesThatAreTaken) {
  Builder from;
  const RuleId root = from.AddRule("root");
  from.Define(root, from.Bytes("a"));
  Builder to;
  const RuleId own = to.AddRule("root");
  const RuleId copy = Copier(from.grammar(), "test", &to).Copy(root);
  to.Define(own, to.RuleRef(copy));
  EXPECT_EQ(Print(to.Finish(own, "test")), "root ::= root_2\nroot_2 ::= \"a\"\n");
}

TEST(Copier, PutsRulesInPlaceInsideBooleanOperators) {
  Builder from;
  const RuleId root = from.AddRule("root");
  const RuleId word = from.AddRule("word");
  from.Define(word, from.Star(from.Bytes("a")));
  from.Define(root, from.Seq({from.Complement(from.RuleRef(word)), from.RuleRef(word)}));
  EXPECT_EQ(Copied(from, root), "root ::= (!(\"a\"*) word)\nword ::= \"a\"*\n");
}

TEST(Copier, RefusesRecursionInsideBooleanOperators) {
  Builder from;
  const RuleId root = from.AddRule("root");
  const RuleId loop = from.AddRule("loop");
  from.Define(loop, from.Optional(from.Seq({from.Bytes("a"), from.RuleRef(loop)})));
  from.Define(root, from.Intersect(from.RuleRef(loop), from.Star(from.Bytes("a"))));
  EXPECT_THROW(Copied(from, root), UnsupportedError);
}

TEST(Copier, KeepsMemberGroups) {
  Builder from;
  const RuleId root = from.AddRule("root");
  MemberGroup group;
  group.items = {{from.Bytes("k"), true}, {from.Bytes("l"), false}};
  group.rest = from.Bytes("m");
  group.separator = from.Bytes(",");
  group.clauses = {{{1}, 0}};
  from.Define(root, from.Members(group));
  const std::string printed = Copied(from, root);
  EXPECT_EQ(printed, Print(from.Finish(root, "test")));
}

}  // namespace
}  // namespace pushmask::ir
