// SPDX-License-Identifier: Apache-2.0
//   grammar      := (name options? sign alternatives end | '%let' name sign alternatives end)*
//   alternatives := conjunction ('|' conjunction)*
//   conjunction  := sequence ('&' sequence)*             GBNF
//   sequence     := term*                                 ISO: term (',' term)*
//   term         := '~'? quantified                       GBNF
//                 | quantified ('-' quantified)*          W3C, ISO
//   quantified   := item quantifier?                      ISO: (number '*')? item
// In GBNF a rule ends with its line; a line end inside brackets, after the sign or '|', or before
// '|' does not end it. In W3C's notation a rule ends where another begins; ISO's end with ';'.
#include <cctype>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/ebnf/parser.h"
#include "frontend/repeat_bounds.h"
#include "ir/grammar.h"
#include "text/cursor.h"

namespace pushmask::frontend::ebnf {
namespace {

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool IsNameByte(char c, EbnfDialect dialect) {
  return IsWordByte(c) || (c == '-' && dialect != EbnfDialect::kIso);
}

}  // namespace

Ast Parser::Run() {
  SkipSpace(/*newlines=*/true);
  while (!cursor_.AtEnd()) ParseStatement();
  if (ast_.rules.empty()) {
    throw SyntaxError(source_.At({0, 0}, "the grammar has no rules", "write: root ::= ..."));
  }
  return std::move(ast_);
}

NodeId Parser::Add(Node node) {
  ast_.nodes.push_back(std::move(node));
  return NodeId(ast_.nodes.size() - 1);
}

NodeId Parser::Repeated(NodeId body, std::size_t begin, std::uint32_t min, std::uint32_t max) {
  return Add({.kind = NodeKind::kRepeat,
              .span = SpanFrom(begin),
              .children = {body},
              .min = min,
              .max = max});
}

void Parser::Enter(std::size_t begin) {
  if (++depth_ <= kMaxDepth) return;
  cursor_.FailLimit(begin, "groups nest more than " + std::to_string(kMaxDepth) + " deep",
                    {"max_depth", kMaxDepth, static_cast<std::uint64_t>(depth_)},
                    "give an inner group a rule of its own");
}

std::string Parser::Text(text::SourceSpan span) const {
  return std::string(source_.text().substr(span.begin, span.end - span.begin));
}

std::string Parser::Shown(text::SourceSpan span) const { return text::Quoted(Text(span)); }

bool Parser::SkipComment() {
  const std::size_t begin = cursor_.offset();
  if (dialect_ == EbnfDialect::kGbnf) {
    if (!cursor_.At("#")) return false;
    while (!cursor_.AtEnd() && !AtNewline()) cursor_.Next();
    return true;
  }
  const std::string_view close = cursor_.At("/*")   ? "*/"
                                 : cursor_.At("(*") ? "*)"
                                 : AtAnnotation()   ? "]"
                                                    : "";
  if (close.empty()) return false;
  cursor_.Seek(begin + 2);
  for (; !cursor_.Take(close); cursor_.Next()) {
    if (!cursor_.AtEnd()) continue;
    cursor_.Seek(begin + 2);
    cursor_.FailSyntax(begin, "the comment is not closed", "expected '" + std::string(close) + "'");
  }
  return true;
}

// `[ wfc: ... ]`, `[ vc: ... ]`: conditions that XML 1.0 names beside a rule.
bool Parser::AtAnnotation() const {
  if (dialect_ != EbnfDialect::kW3c || !cursor_.At("[")) return false;
  std::size_t at = 1;
  while (cursor_.Peek(at) == ' ') ++at;
  std::string word;
  for (; word.size() < 4 && cursor_.Peek(at); ++at) {
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(*cursor_.Peek(at))));
  }
  return word == "wfc:" || word.starts_with("vc:");
}

void Parser::SkipSpace(bool newlines) {
  newlines = newlines || dialect_ != EbnfDialect::kGbnf;
  for (;;) {
    if (cursor_.At(" ") || cursor_.At("\t") || (newlines && AtNewline())) {
      cursor_.Next();
    } else if (!SkipComment()) {
      return;
    }
  }
}

// Steps over a rule name; false if there is none. Names of ISO may be several words.
bool Parser::TakeName() {
  const std::size_t begin = cursor_.offset();
  for (;;) {
    while (cursor_.Peek() && IsNameByte(*cursor_.Peek(), dialect_)) cursor_.Next();
    const bool goes_on = dialect_ == EbnfDialect::kIso && cursor_.offset() > begin &&
                         cursor_.At(" ") && IsWordByte(cursor_.Peek(1).value_or(' '));
    if (!goes_on) return cursor_.offset() > begin;
    cursor_.Next();
  }
}

bool Parser::TakeKeyword(std::string_view keyword) {
  if (!cursor_.At(keyword) || IsWordByte(cursor_.Peek(keyword.size()).value_or(' '))) return false;
  return cursor_.Take(keyword);
}

bool Parser::TakeDefinitionSign() {
  if (cursor_.Take("::=")) return true;
  if (dialect_ == EbnfDialect::kGbnf) return false;
  return cursor_.Take("=") || cursor_.Take(":");
}

bool Parser::TakeProductionNumber() {
  const std::size_t begin = cursor_.offset();
  const std::string_view before = source_.text().substr(0, begin);
  const std::size_t line_end = before.find_last_not_of(" \t");
  const bool is_first = line_end == std::string_view::npos || before[line_end] == '\n';
  if (!is_first || !cursor_.Take("[")) return false;
  const bool has_number = cursor_.TakeDecimal().has_value();
  if (std::islower(static_cast<unsigned char>(cursor_.Peek().value_or(' '))) != 0) cursor_.Next();
  if (has_number && cursor_.Take("]")) return true;
  cursor_.Seek(begin);
  return false;
}

bool Parser::AtRuleStart() {
  if (dialect_ != EbnfDialect::kW3c) return false;
  const std::size_t begin = cursor_.offset();
  if (TakeProductionNumber()) {
    while (cursor_.At(" ") || cursor_.At("\t")) cursor_.Next();
  }
  bool is_rule = TakeName();
  if (is_rule) {
    SkipSpace(/*newlines=*/true);
    is_rule = TakeDefinitionSign();
  }
  cursor_.Seek(begin);
  return is_rule;
}

void Parser::ParseStatement() {
  if (dialect_ == EbnfDialect::kGbnf && TakeKeyword("%let")) {
    SkipSpace(/*newlines=*/false);
    ast_.shorthands.push_back(ParseDefinition(/*may_have_options=*/false));
  } else {
    if (AtRuleStart() && TakeProductionNumber()) SkipSpace(/*newlines=*/false);
    ast_.rules.push_back(ParseDefinition(/*may_have_options=*/true));
  }
  EndStatement();
  SkipSpace(/*newlines=*/true);
}

Rule Parser::ParseDefinition(bool may_have_options) {
  const std::size_t begin = cursor_.offset();
  if (!TakeName()) FailNoRuleName(begin);
  const text::SourceSpan name = SpanFrom(begin);
  SkipSpace(/*newlines=*/false);
  RuleOptions options;
  if (dialect_ == EbnfDialect::kGbnf && cursor_.At("[")) {
    if (!may_have_options) {
      cursor_.FailSyntax(begin, "the shorthand " + Shown(name) + " has options",
                         "options stand beside a rule");
    }
    options = ParseOptions(name);
  }
  SkipSpace(/*newlines=*/false);
  if (!TakeDefinitionSign()) FailNoDefinitionSign(name);
  SkipSpace(/*newlines=*/true);
  if (cursor_.AtEnd()) FailNoBody(name);
  return {name, ParseAlternatives(/*nested=*/false), std::move(options)};
}

void Parser::EndStatement() {
  switch (dialect_) {
    case EbnfDialect::kGbnf:
      if (!cursor_.AtEnd() && !AtNewline()) FailStray();
      return;
    case EbnfDialect::kW3c:
      if (!cursor_.Take(";") && !cursor_.AtEnd() && !AtRuleStart()) FailStray();
      return;
    case EbnfDialect::kIso:
      if (cursor_.Take(";") || cursor_.Take(".")) return;
      if (!cursor_.AtEnd()) FailStray();
      cursor_.FailSyntax(cursor_.offset(), "the rule is not ended", "expected ';'");
  }
}

NodeId Parser::ParseAlternatives(bool nested) {
  const std::size_t begin = cursor_.offset();
  std::vector<NodeId> children = {ParseConjunction(nested)};
  while (TakeBar()) {
    SkipSpace(/*newlines=*/true);
    children.push_back(ParseConjunction(nested));
  }
  if (children.size() == 1) return children[0];
  return Add(
      {.kind = NodeKind::kAlternation, .span = SpanFrom(begin), .children = std::move(children)});
}

// Steps over '|', which may stand at the start of a later line.
bool Parser::TakeBar() {
  const std::size_t begin = cursor_.offset();
  SkipSpace(/*newlines=*/true);
  if (cursor_.Take("|")) return true;
  cursor_.Seek(begin);
  return false;
}

NodeId Parser::ParseConjunction(bool nested) {
  const std::size_t begin = cursor_.offset();
  std::vector<NodeId> children = {ParseSequence(nested)};
  while (dialect_ == EbnfDialect::kGbnf && cursor_.Take("&")) {
    SkipSpace(/*newlines=*/true);
    children.push_back(ParseSequence(nested));
  }
  if (children.size() == 1) return children[0];
  return Add(
      {.kind = NodeKind::kConjunction, .span = SpanFrom(begin), .children = std::move(children)});
}

bool Parser::AtSequenceEnd(bool nested) {
  if (cursor_.AtEnd() || cursor_.At("|") || cursor_.At(")")) return true;
  switch (dialect_) {
    case EbnfDialect::kGbnf:
      if (!nested && AtNewline()) return true;
      return cursor_.At("&") || (nested && (cursor_.At("}") || AtMembersKeyword()));
    case EbnfDialect::kW3c:
      return cursor_.At(";") || AtRuleStart();
    case EbnfDialect::kIso:
      return cursor_.At(";") || cursor_.At(".") || cursor_.At("]") || cursor_.At("}");
  }
  return true;
}

// Whether another term of the sequence follows.
bool Parser::TakeComma(bool nested) {
  if (dialect_ != EbnfDialect::kIso) return !AtSequenceEnd(nested);
  if (!cursor_.Take(",")) {
    if (!AtSequenceEnd(nested)) FailStray();
    return false;
  }
  SkipSpace(/*newlines=*/true);
  if (AtSequenceEnd(nested)) {
    cursor_.FailSyntax(cursor_.offset(), "expected an item after ','",
                       "write '' for the empty text");
  }
  return true;
}

NodeId Parser::ParseSequence(bool nested) {
  const std::size_t begin = cursor_.offset();
  std::vector<NodeId> children;
  if (!AtSequenceEnd(nested)) {
    do {
      children.push_back(ParseTerm(nested, /*first=*/children.empty()));
    } while (TakeComma(nested));
  }
  if (children.size() == 1) return children[0];
  return Add(
      {.kind = NodeKind::kSequence, .span = SpanFrom(begin), .children = std::move(children)});
}

NodeId Parser::ParseTerm(bool nested, bool first) {
  const std::size_t begin = cursor_.offset();
  if (dialect_ != EbnfDialect::kGbnf) {
    return ParseException(ParseQuantified(nested, first), begin, nested);
  }
  if (!cursor_.Take("~")) return ParseQuantified(nested, first);
  SkipSpace(nested);
  if (AtSequenceEnd(nested))
    cursor_.FailSyntax(begin, "expected an item after '~'", "~x is any text but those of x");
  Enter(begin);
  const NodeId body = ParseTerm(nested, /*first=*/false);
  Leave();
  return Add({.kind = NodeKind::kComplement, .span = SpanFrom(begin), .children = {body}});
}

// `from - except`; in ISO what is excepted may be the empty text, which is written as nothing.
NodeId Parser::ParseException(NodeId from, std::size_t begin, bool nested) {
  while (cursor_.Take("-")) {
    SkipSpace(nested);
    const bool is_empty = dialect_ == EbnfDialect::kIso &&
                          (AtSequenceEnd(nested) || cursor_.At(",") || cursor_.At("-"));
    const NodeId except =
        is_empty ? Add({.span = SpanFrom(cursor_.offset())}) : ParseQuantified(nested, false);
    from = Add({.kind = NodeKind::kException, .span = SpanFrom(begin), .children = {from, except}});
  }
  return from;
}

NodeId Parser::ParseQuantified(bool nested, bool first) {
  const std::size_t begin = cursor_.offset();
  if (dialect_ == EbnfDialect::kIso &&
      std::isdigit(static_cast<unsigned char>(cursor_.Peek().value_or(' '))) != 0) {
    const std::uint64_t count = *cursor_.TakeDecimal();
    SkipSpace(nested);
    if (!cursor_.Take("*"))
      cursor_.FailSyntax(begin, "expected '*' after the number", "a repetition is written 3 * x");
    const RepeatBounds bounds = CheckRepeatBounds(begin, count, count, cursor_);
    SkipSpace(nested);
    const NodeId item = ParseItem(/*first=*/false);
    SkipSpace(nested);
    return Repeated(item, begin, bounds.min, bounds.max);
  }
  const NodeId item = ParseItem(first);
  SkipSpace(nested);
  if (dialect_ == EbnfDialect::kIso) return item;
  const auto bounds = ReadQuantifier(nested);
  if (!bounds) return item;
  const NodeId repeated = Repeated(item, begin, bounds->min, bounds->max);
  SkipSpace(nested);
  RefuseSecondQuantifier(nested);
  return repeated;
}

std::optional<RepeatBounds> Parser::ReadQuantifier(bool nested) {
  const std::size_t begin = cursor_.offset();
  if (cursor_.Take("*")) return RepeatBounds{0, ir::kUnbounded};
  if (cursor_.Take("+")) return RepeatBounds{1, ir::kUnbounded};
  if (cursor_.Take("?")) return RepeatBounds{0, 1};
  if (dialect_ != EbnfDialect::kGbnf || !cursor_.Take("{")) return std::nullopt;
  SkipSpace(nested);
  const auto min = cursor_.TakeDecimal();
  SkipSpace(nested);
  const bool comma = cursor_.Take(",");
  SkipSpace(nested);
  const auto max = comma ? cursor_.TakeDecimal() : min;
  SkipSpace(nested);
  if (!cursor_.Take("}") || (!min && !max)) {
    cursor_.FailSyntax(begin, "expected a repetition",
                       "it is written {m}, {m,}, {,n} or {m,n}; for '{ ... }' as a repetition "
                       "use dialect 'iso'");
  }
  return CheckRepeatBounds(begin, min.value_or(0), max, cursor_);
}

// llama.cpp reads `x+?` as `(x+)?`, which is hardly what anyone who writes it means.
void Parser::RefuseSecondQuantifier(bool nested) {
  const std::size_t begin = cursor_.offset();
  if (!ReadQuantifier(nested)) return;
  cursor_.FailSyntax(begin, "a second quantifier " + cursor_.QuotedSince(begin),
                     "EBNF has no lazy quantifiers; use parentheses to repeat a repetition");
}

}  // namespace pushmask::frontend::ebnf
