// SPDX-License-Identifier: Apache-2.0
//   item := literal | name | '(' alternatives ')'
//         | class | '.' | regex | block | tokens          GBNF
//         | class | '#x' hex                              W3C
//         | '[' alternatives ']' | '{' alternatives '}' | '#x' hex     ISO
#include <string>
#include <string_view>
#include <utility>

#include "frontend/ebnf/parser.h"
#include "frontend/ebnf/terminals.h"
#include "ir/grammar.h"
#include "text/codepoint_set.h"

namespace pushmask::frontend::ebnf {

NodeId Parser::ParseItem(bool first) {
  const std::size_t begin = cursor_.offset();
  if (cursor_.At("(")) return ParseBracketed("(", ")");
  if (TakeName()) return ParseName(begin, first);
  if (cursor_.At("\"")) return ParseLiteralItem();
  if (dialect_ != EbnfDialect::kGbnf) {
    if (cursor_.At("'")) return ParseLiteralItem();
    if (cursor_.At("#x")) return ParseCharacterItem();
    if (dialect_ == EbnfDialect::kW3c && cursor_.At("[")) return ParseClassItem();
    if (dialect_ == EbnfDialect::kIso && cursor_.At("[")) {
      return Repeated(ParseBracketed("[", "]"), begin, 0, 1);
    }
    if (dialect_ == EbnfDialect::kIso && cursor_.At("{")) {
      return Repeated(ParseBracketed("{", "}"), begin, 0, ir::kUnbounded);
    }
    FailStray();
  }
  if (cursor_.At("[")) return ParseClassItem();
  if (cursor_.At("<") || cursor_.At("!") || cursor_.At("%tokens")) return ParseTokens();
  if (cursor_.At("%")) return ParseBlock();
  if (cursor_.Take(".")) {
    return Add(
        {.kind = NodeKind::kClass, .span = SpanFrom(begin), .set = text::CodepointSet::All()});
  }
  if (cursor_.At("//") || cursor_.At("/*")) FailStray();
  if (cursor_.Take("/")) {
    return Add({.kind = NodeKind::kRegex, .span = FindRegexBody(begin, &cursor_)});
  }
  FailStray();
}

// A name was read; in GBNF it must not be the beginning of another rule.
NodeId Parser::ParseName(std::size_t begin, bool first) {
  const text::SourceSpan name = SpanFrom(begin);
  if (dialect_ == EbnfDialect::kGbnf) {
    SkipSpace(/*newlines=*/false);
    const bool defines = cursor_.At("::=");
    cursor_.Seek(name.end);
    if (defines && first) {
      cursor_.FailSyntax(begin, "expected an expression before the rule " + Shown(name),
                         "write \"\" for the empty text");
    }
    if (defines) {
      cursor_.FailSyntax(begin, "the rule " + Shown(name) + " starts inside another",
                         "start each rule on a line of its own and close every parenthesis");
    }
  }
  return Add({.kind = NodeKind::kName, .span = name});
}

NodeId Parser::ParseBracketed(std::string_view open, std::string_view close) {
  const std::size_t begin = cursor_.offset();
  cursor_.Take(open);
  Enter(begin);
  SkipSpace(/*newlines=*/true);
  const NodeId body = ParseAlternatives(/*nested=*/true);
  Leave();
  SkipSpace(/*newlines=*/true);
  if (cursor_.Take(close)) return body;
  cursor_.Seek(begin + 1);
  cursor_.FailSyntax(begin, "the group is not closed", "expected '" + std::string(close) + "'");
}

NodeId Parser::ParseLiteralItem() {
  const std::size_t begin = cursor_.offset();
  const char quote = static_cast<char>(cursor_.Next());
  std::string literal = dialect_ == EbnfDialect::kGbnf ? ParseLiteral(begin, &cursor_)
                                                       : ParsePlainLiteral(begin, quote, &cursor_);
  return Add({.kind = NodeKind::kLiteral, .span = SpanFrom(begin), .literal = std::move(literal)});
}

NodeId Parser::ParseClassItem() {
  const std::size_t begin = cursor_.offset();
  cursor_.Next();
  const auto spelling =
      dialect_ == EbnfDialect::kGbnf ? ClassSpelling::kEscapes : ClassSpelling::kCharacterNumbers;
  text::CodepointSet set = ParseClass(begin, spelling, &cursor_);
  return Add({.kind = NodeKind::kClass, .span = SpanFrom(begin), .set = std::move(set)});
}

NodeId Parser::ParseCharacterItem() {
  const std::size_t begin = cursor_.offset();
  const char32_t c = ParseCharacterNumber(&cursor_);
  if (c >= text::kSurrogateFirst && c <= text::kSurrogateLast) {
    cursor_.FailSyntax(begin, "a lone surrogate occurs in no text",
                       "write the whole character, such as #x1F600");
  }
  std::string literal;
  text::AppendUtf8(c, &literal);
  return Add({.kind = NodeKind::kLiteral, .span = SpanFrom(begin), .literal = std::move(literal)});
}

}  // namespace pushmask::frontend::ebnf
