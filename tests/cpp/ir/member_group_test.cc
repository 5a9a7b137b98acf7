// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "ir/builder.h"
#include "ir/printer.h"

namespace pushmask::ir {
namespace {

std::string Printed(MemberGroup group) {
  Builder builder;
  // The group's parts by their ids: 0 is the separator.
  for (const char* text : {",", "a", "b", "c"}) builder.Bytes(text);
  const RuleId root = builder.AddRule("root");
  group.separator = ExprId(std::size_t{0});
  builder.Define(root, builder.Members(std::move(group)));
  return Print(builder.Finish(root, "test"));
}

constexpr ExprId kA(std::size_t{1});
constexpr ExprId kB(std::size_t{2});
constexpr ExprId kC(std::size_t{3});

TEST(MemberGroup, ThePrintedFormSaysAll) {
  EXPECT_EQ(Printed({.items = {{kA, true}, {kB}}}), "root ::= <members \",\"; \"a\"!; \"b\">\n");
  EXPECT_EQ(Printed({.items = {{kA}, {kB, true}},
                     .num_ordered = 1,
                     .rest = kC,
                     .min_members = 2,
                     .max_members = 5,
                     .clauses = {{{0, 1}, 1}, {{1}, {}}}}),
            "root ::= <members{2,5} \",\"; ^\"a\"; \"b\"!; *\"c\"; :0 1 :1; :1 :>\n");
  EXPECT_EQ(Printed({.items = {{kA}}, .min_members = 1}), "root ::= <members+ \",\"; \"a\">\n");
}

TEST(MemberGroup, KeysThatMustDifferArePartOfThePrintedForm) {
  EXPECT_EQ(Printed({.items = {{kA}}, .keyed = {{kB, kC}}}),
            "root ::= <members \",\"; \"a\"; *\"b\" : \"c\">\n");
  EXPECT_EQ(Printed({.keyed = {{kB, kC}}, .max_members = 3}),
            "root ::= <members{0,3} \",\"; *\"b\" : \"c\">\n");
  EXPECT_EQ(Printed({.keyed = {{kB, kC}, {kA, kB}}}),
            "root ::= <members \",\"; *\"b\" : \"c\"; *\"a\" : \"b\">\n");
  // One key has nothing to differ from.
  EXPECT_EQ(Printed({.keyed = {{kB, kC}}, .max_members = 1}), "root ::= \"bc\"{0,1}\n");
}

TEST(MemberGroup, TheRestAloneIsARepetition) {
  EXPECT_EQ(Printed({.rest = kA}), "root ::= (\"a\" \",a\"*){0,1}\n");
  EXPECT_EQ(Printed({.rest = kA, .min_members = 3, .max_members = 4}),
            "root ::= (\"a\" \",a\"{2,3})\n");
  EXPECT_EQ(Printed({.rest = kA, .max_members = 1}), "root ::= \"a\"{0,1}\n");
}

TEST(MemberGroup, WithoutRoomForMembersItIsEmptyOrNothing) {
  EXPECT_EQ(Printed({.items = {{kA}}, .max_members = 0}), "root ::= \"\"\n");
  EXPECT_EQ(Printed({}), "root ::= \"\"\n");
  EXPECT_EQ(Printed({.items = {{kA, true}}, .max_members = 0}), "root ::= <nothing>\n");
  EXPECT_EQ(Printed({.items = {{kA}}, .min_members = 3, .max_members = 2}), "root ::= <nothing>\n");
}

TEST(MemberGroup, EqualGroupsAreOneExpression) {
  Builder builder;
  const ExprId a = builder.Bytes("a");
  MemberGroup group{.items = {{a}, {builder.Bytes("b")}}, .separator = builder.Bytes(",")};
  const ExprId first = builder.Members(group);
  EXPECT_EQ(builder.Members(group), first);
  group.clauses = {{{0}, 1}};
  const ExprId second = builder.Members(group);
  EXPECT_NE(second, first);
  group.clauses = {{{0}, {}}};
  EXPECT_NE(builder.Members(group), second);
  group.clauses.clear();
  group.rest = a;
  const ExprId with_rest = builder.Members(group);
  group.rest.reset();
  group.keyed = {{a, a}};
  EXPECT_NE(builder.Members(group), with_rest);
  group.keyed.clear();
  group.num_ordered = 1;
  EXPECT_NE(builder.Members(group), first);
}

}  // namespace
}  // namespace pushmask::ir
