// SPDX-License-Identifier: Apache-2.0
#include "ir/rule_place.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ir/builder.h"

namespace pushmask::ir {
namespace {

std::string PointerOf(const text::SourceText& /*text*/, std::size_t offset) {
  return "/at/" + std::to_string(offset);
}

// root -> inner -> nameless, where the last has no place.
struct Example {
  explicit Example(Source source) {
    const std::uint32_t number =
        builder.AddSource(std::make_shared<const Source>(std::move(source)));
    const RuleId root = builder.AddRule("root");
    const RuleId inner = builder.AddRule("inner");
    const RuleId nameless = builder.AddRule("nameless");
    builder.Define(root, builder.RuleRef(inner));
    builder.Define(inner, builder.Seq({builder.Bytes("a"), builder.RuleRef(nameless)}));
    builder.Define(nameless, builder.Bytes("b"));
    builder.SetPlace(root, {number, 0});
    builder.SetPlace(inner, {number, 9});
    grammar = builder.Finish(root, "whole");
  }

  Diagnostic At(std::string_view name) const {
    for (const Rule& rule : grammar.rules()) {
      if (rule.name == name) return AtRule(grammar, name, rule.place, "bad", "do better");
    }
    return {};
  }

  Builder builder;
  Grammar grammar;
};

TEST(AtRule, ShowsTheNameWhereItStands) {
  const Example example({{"file", "root = x\ninner = y"}});
  EXPECT_EQ(example.At("inner").ToString(), "file:2:1: bad; do better\n  inner = y\n  ^^^^^");
}

TEST(AtRule, TakesThePlaceOfTheRuleAroundWhereThereIsNone) {
  const Example example({{"file", "root = x\ninner = y"}});
  EXPECT_EQ(example.At("nameless").ToString(), "file:2:1: bad; do better\n  inner = y\n  ^");
}

TEST(AtRule, HasThePointerOfTheFirstSchemaWithTheKey) {
  const Example example(
      {{"schema", "{}"}, /*is_json_schema=*/true, &PointerOf, {{9, 40}, {9, 20}, {0, 1}}});
  EXPECT_EQ(example.At("inner").pointer, "/at/20");
  EXPECT_EQ(example.At("root").pointer, "/at/1");
  EXPECT_EQ(example.At("nameless").ToString(), "schema: at '/at/20': bad; do better");
}

TEST(AtRule, NamesTheGrammarWhereNothingElseIsKnown) {
  Builder builder;
  const RuleId root = builder.AddRule("root");
  builder.Define(root, builder.Bytes("a"));
  const Grammar grammar = builder.Finish(root, "whole");
  EXPECT_EQ(AtRule(grammar, "root", {}, "bad").ToString(), "whole: bad");
}

}  // namespace
}  // namespace pushmask::ir
