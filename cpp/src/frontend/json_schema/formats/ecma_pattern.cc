// SPDX-License-Identifier: Apache-2.0
// ECMA-262, section 22.2.1: the grammar of patterns with the flag u. Groups nest, so it has rules.
#include <string>

#include "frontend/json_schema/formats/languages.h"

namespace pushmask::frontend::json_schema::formats {
namespace {

using ir::ExprId;

constexpr std::string_view kGroupName =
    "<[\\p{L}\\p{Nl}$_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Pc}$]*>";
constexpr std::string_view kClassEscape = "[dDsSwW]|[pP]\\{[A-Za-z_]+(?:=[A-Za-z0-9_]+)?\\}";
// CharacterEscape but for \0, which no digit may follow.
constexpr std::string_view kCharacterEscape =
    "[fnrtv]|c[A-Za-z]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}"
    "|u\\{0*(?:10[0-9A-Fa-f]{4}|[0-9A-Fa-f]{1,5})\\}|[\\^$\\\\.*+?()\\[\\]{}|/]";

// A class. A hyphen is a range only between two characters, and beside a set of them it stands at
// an end of the class.
ExprId CharacterClass(ir::Builder* builder) {
  const std::string single = "(?:[^\\\\\\]-]|\\\\(?:" + std::string(kCharacterEscape) + "|[0b-]))";
  const std::string set = "(?:\\\\(?:" + std::string(kClassEscape) + "))";
  const std::string run = "(?:" + single + "|" + set + ")*";
  const std::string range = "(?:-?" + run + single + "|-)-(?:" + single + "|-)";
  return builder->Difference(Pattern("\\[\\^?(?:" + range + ")*-?" + run + "-?\\]", builder),
                             Pattern("(?:[^\\\\]|\\\\(?s:.))*\\\\0[0-9](?s:.)*", builder));
}

}  // namespace

Format EcmaPattern(ir::Builder* builder) {
  ir::Builder& b = *builder;
  const ir::RuleId rule = b.AddRule("pattern");
  b.KeepApart(rule);
  const ExprId nested = b.Seq({b.RuleRef(rule), b.Bytes(")")});
  const std::string escape = std::string(kClassEscape) + "|" + std::string(kCharacterEscape) +
                             "|[1-9][0-9]*|k" + std::string(kGroupName);
  const ExprId digit = b.Class({{'0', '9'}});
  const ExprId zero = b.Bytes("\\0");
  const ExprId simple =
      b.Choice({Pattern("[^\\^$\\\\.*+?()\\[\\]{}|0-9]|\\.|\\\\(?:" + escape + ")", builder),
                CharacterClass(builder)});
  const ExprId group =
      b.Seq({Pattern("\\((?:\\?:|\\?" + std::string(kGroupName) + ")?", builder), nested});
  const ExprId quantifier = Pattern("(?:[*+?]|\\{[0-9]+(?:,[0-9]*)?\\})\\??", builder);
  const ExprId assertion = b.Choice(
      {Pattern("[\\^$]|\\\\[bB]", builder), b.Seq({Pattern("\\(\\?<?[=!]", builder), nested})});
  const auto quantified = [&](ExprId atom) { return b.Seq({atom, b.Optional(quantifier)}); };
  // After \0 alone no digit may come, which would make it an octal escape.
  const ExprId other =
      b.Choice({assertion, quantified(b.Choice({simple, group})), b.Seq({zero, quantifier})});
  const ExprId term = b.Choice({quantified(digit), b.Seq({b.Star(zero), other})});
  const ExprId alternative = b.Seq({b.Star(term), b.Star(zero)});
  b.Define(rule, b.Seq({alternative, b.Star(b.Seq({b.Bytes("|"), alternative}))}));
  return {.expr = b.RuleRef(rule),
          .regular = false,
          .unchecked =
              "that references have their groups, properties exist, names differ, and "
              "bounds and ranges are in order"};
}

}  // namespace pushmask::frontend::json_schema::formats
