// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "frontend/character_lengths.h"
#include "frontend/json_schema/formats/formats.h"
#include "frontend/json_schema/lower.h"
#include "frontend/regex/regex.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {

using ir::ExprId;

ExprId Lowering::Quoted(ExprId content) {
  const ExprId quote = builder_.Bytes("\"");
  return builder_.Seq({quote, content, quote});
}

// One rule for the whole grammar: every unconstrained string is the same automaton.
ExprId Lowering::AnyString() {
  if (any_string_.valid()) return any_string_;
  const ir::RuleId rule = AddRule("string");
  builder_.Define(rule, Quoted(builder_.Star(strings_.AnyCharacter())));
  any_string_ = builder_.RuleRef(rule);
  return any_string_;
}

ExprId Lowering::String(const SchemaSet& schemas) {
  const Counts lengths = StringLengths(table_, schemas);
  if (lengths.min > lengths.max) {
    contradictions_.Add(lengths.at, "minLength " + std::to_string(lengths.min) +
                                        " is greater than maxLength " +
                                        std::to_string(lengths.max));
    return builder_.Nothing();
  }
  if (const auto language = StringLanguage(schemas)) {
    return AsRule("string", Quoted(strings_.Encode(WithLengths(*language, lengths))));
  }
  if (lengths.min == 0 && lengths.max == ir::kUnbounded) return AnyString();
  return AsRule("string",
                Quoted(builder_.Repeat(strings_.AnyCharacter(), lengths.min, lengths.max)));
}

std::optional<ExprId> Lowering::StringLanguage(const SchemaSet& schemas) {
  std::optional<ExprId> language;
  const auto also = [&](ExprId more) {
    language = language ? builder_.Intersect(*language, more) : more;
  };
  for (const SchemaId id : schemas) {
    const Schema& schema = table_[id.index()];
    if (schema.pattern != nullptr) also(Pattern(*schema.pattern));
    if (schema.format != nullptr) also(Format(*schema.format));
  }
  return language;
}

ExprId Lowering::Pattern(const json::Value& pattern) {
  const auto known = patterns_.find(&pattern);
  if (known != patterns_.end()) return known->second;
  // The regex front end points into the pattern; its readers have the schema.
  const auto place = [&](const Diagnostic& inner) {
    return site_.At(
        pattern,
        "in the pattern, at character " + std::to_string(inner.column) + ": " + inner.message,
        inner.hint);
  };
  try {
    const text::SourceText source("pattern", std::string(pattern.text));
    const ExprId language = LowerRegex(source, RegexMatch::kSearch, &builder_);
    patterns_.emplace(&pattern, language);
    return language;
  } catch (const SyntaxError& error) {
    throw SyntaxError(place(error.diagnostics()[0]));
  } catch (const UnsupportedError& error) {
    throw UnsupportedError(place(error.diagnostics()[0]), error.feature());
  }
}

ExprId Lowering::Format(const json::Value& format) {
  const auto known = formats_.find(format.text);
  if (known != formats_.end()) return known->second;
  const auto found = FormatLanguage(format.text, &builder_);
  if (!found || !found->regular) {
    site_.Unsupported(format, "format",
                      "the format '" + std::string(format.text) + "' is not enforced",
                      DidYouMean(format.text, FormatNames()));
  }
  formats_.emplace(format.text, found->expr);
  return found->expr;
}

// The strings of `language` that have one of `lengths`. A product with a counter is the costly way,
// so the cases that need none are looked for first.
ExprId Lowering::WithLengths(ExprId language, const Counts& lengths) {
  const LengthRange range = CharacterLengths(builder_, language);
  const std::uint64_t max = lengths.max == ir::kUnbounded ? kUnboundedLength : lengths.max;
  if (range.min >= lengths.min && range.max <= max) return language;
  if (range.max < lengths.min || range.min > max) {
    contradictions_.Add(lengths.at,
                        "no string of the length asked for matches the pattern or format");
    return builder_.Nothing();
  }
  const ir::Expr node = builder_.expr(language);
  if (node.kind == ir::ExprKind::kRepeat &&
      builder_.expr(node.children[0]).kind == ir::ExprKind::kClass) {
    return builder_.Repeat(node.children[0], std::max(node.min, lengths.min),
                           std::min(node.max, lengths.max));
  }
  const bool too_long = range.max > max;
  const ExprId any = builder_.Class(text::CodepointSet::All());
  return builder_.Intersect(
      language, builder_.Repeat(any, lengths.min, too_long ? lengths.max : ir::kUnbounded));
}

}  // namespace pushmask::frontend::json_schema
