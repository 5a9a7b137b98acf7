// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "frontend/json_schema/lower.h"

namespace pushmask::frontend::json_schema {

using ir::ExprId;

ExprId Lowering::Quoted(ExprId content) {
  const ExprId quote = builder_.Bytes("\"");
  return builder_.Seq({quote, content, quote});
}

// A bound on the length stands beside the quoted string: such a rule counts, and otherwise is that
// of the same string without a bound.
ExprId Lowering::QuotedLanguage(ExprId strings) {
  const StringLanguages::Bounded bounded = strings_.Split(strings);
  const ExprId quoted = Quoted(encoder_.Encode(bounded.strings, Spelling::kAny));
  if (bounded.max == ir::kUnbounded) return quoted;
  const ExprId any = encoder_.AnyCharacter(Spelling::kAny);
  return builder_.Intersect(quoted, Quoted(builder_.Repeat(any, 0, bounded.max)));
}

// One rule for the whole grammar: every unconstrained string is the same automaton.
ExprId Lowering::AnyString() {
  if (any_string_.valid()) return any_string_;
  const ir::RuleId rule = AddRule("string");
  builder_.Define(rule, Quoted(builder_.Star(encoder_.AnyCharacter(Spelling::kAny))));
  any_string_ = builder_.RuleRef(rule);
  return any_string_;
}

ExprId Lowering::String(FormulaId projected) {
  if (projected == kTrue) return AnyString();
  const auto known = string_of_.find(projected);
  if (known != string_of_.end()) return known->second;
  ExprId expr;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  if (const auto strings = strings_.Listed(projected)) {
    std::vector<ExprId> texts;
    for (const std::string_view text : *strings) texts.push_back(builder_.Bytes(text));
    expr = AsRule("string", Quoted(encoder_.Encode(builder_.Choice(texts), Spelling::kAny)));
  } else if (strings_.IsLengthOnly(projected, &min, &max)) {
    expr = min > max
               ? builder_.Nothing()
               : AsRule("string",
                        Quoted(builder_.Repeat(encoder_.AnyCharacter(Spelling::kAny), min, max)));
  } else if (store_.kind(projected) == FormulaKind::kFormat && !projected.negated()) {
    expr = AsRule("string", QuotedLanguage(strings_.Format(projected)));
  } else {
    expr = AsRule("string", QuotedLanguage(strings_.Language(projected)));
  }
  if (IsNothing(expr)) {
    Note(projected, "no string matches");
  } else {
    string_of_.emplace(projected, expr);
  }
  return expr;
}

}  // namespace pushmask::frontend::json_schema
