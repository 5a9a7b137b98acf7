// SPDX-License-Identifier: Apache-2.0
// Errors about characters that start nothing. What another dialect has is said to be so.
#include <string>
#include <utility>

#include "frontend/ebnf/parser.h"
#include "text/cursor.h"

namespace pushmask::frontend::ebnf {
namespace {

std::string GbnfHint(char32_t c) {
  switch (c) {
    case '\'':
      return "literals are written in double quotes; single ones are of dialect 'w3c' or 'iso'";
    case ';':
      return "a rule ends at the end of its line; rules that end with ';' are of dialect 'iso'";
    case ',':
      return "items are separated by spaces; commas are of dialect 'iso'";
    case ':':
    case '=':
      return "a rule is written: name ::= ...; other signs are of dialect 'w3c' or 'iso'";
    case '\\':
      return "escapes stand inside quotes or brackets";
    case '/':
      return "comments start with #; others are of dialect 'w3c' or 'iso'";
    default:
      return "characters of the text stand in double quotes or brackets";
  }
}

std::string W3cHint(char32_t c) {
  switch (c) {
    case ',':
      return "items are separated by spaces; commas are of dialect 'iso'";
    case '{':
      return "repetitions are written x*, x+ or x?; braces are of dialects 'gbnf' and 'iso'";
    case '#':
      return "comments are written /* ... */, characters #x20";
    case '/':
      return "comments are written /* ... */; regexes are of dialect 'gbnf'";
    case '.':
    case '~':
    case '&':
    case '%':
    case '<':
      return "this is of dialect 'gbnf'";
    default:
      return "characters of the text stand in quotes";
  }
}

std::string IsoHint(char32_t c) {
  switch (c) {
    case '?':
      return "special sequences mean something only to their author; [x] is an optional x";
    case '*':
    case '+':
      return "a repetition is written {x}, or x, {x} for at least one";
    case '#':
      return "comments are written (* ... *), characters #x20";
    case '/':
    case '~':
    case '&':
    case '%':
    case '<':
      return "this is of dialect 'gbnf'";
    case '"':
    case '\'':
    case '(':
    case '[':
    case '{':
      return "items are separated by commas";
    default:
      return "characters of the text stand in quotes";
  }
}

bool IsQuantifier(char32_t c) { return c == '*' || c == '+' || c == '?' || c == '{'; }

}  // namespace

std::string Parser::HintFor(char32_t c) const {
  switch (dialect_) {
    case EbnfDialect::kGbnf:
      return GbnfHint(c);
    case EbnfDialect::kW3c:
      return W3cHint(c);
    case EbnfDialect::kIso:
      return IsoHint(c);
  }
  return {};
}

void Parser::FailNoRuleName(std::size_t begin) {
  const char32_t c = cursor_.Next();
  std::string hint = HintFor(c);
  if (c == '"' && !ast_.rules.empty() && dialect_ == EbnfDialect::kGbnf) {
    hint = "to continue the rule above, start the line with '|' or use parentheses";
  }
  cursor_.FailSyntax(begin, "expected a rule name, found " + text::Quoted(c), std::move(hint));
}

void Parser::FailNoDefinitionSign(text::SourceSpan name) {
  const std::size_t begin = cursor_.offset();
  const bool is_gbnf = dialect_ == EbnfDialect::kGbnf;
  std::string hint;
  if (is_gbnf && (cursor_.At("=") || cursor_.At(":"))) {
    hint = "rules with '=' or ':' are of dialect 'w3c' or 'iso'";
  } else {
    hint = "a rule is written: name ::= ...";
  }
  if (!cursor_.AtEnd()) cursor_.Next();
  cursor_.FailSyntax(begin,
                     std::string("expected ") + (is_gbnf ? "'::='" : "'::=', '=' or ':'") +
                         " after the rule name " + Shown(name),
                     std::move(hint));
}

void Parser::FailNoBody(text::SourceSpan name) const {
  throw SyntaxError(source_.At(name, "the rule " + Shown(name) + " has no expression",
                               "write \"\" for the empty text"));
}

void Parser::FailStray() {
  const std::size_t begin = cursor_.offset();
  const char32_t c = cursor_.Next();
  if (c == ')') {
    cursor_.FailSyntax(begin, "unmatched ')'", "write \")\" in quotes for the character");
  }
  if (IsQuantifier(c) && dialect_ == EbnfDialect::kGbnf) {
    cursor_.FailSyntax(begin, "nothing to repeat before " + text::Quoted(c),
                       c == '{' ? "'{ ... }' as a repetition is of dialect 'iso'"
                                : "it stands behind what it repeats; quote it for the character");
  }
  cursor_.FailSyntax(begin, "unexpected " + text::Quoted(c), HintFor(c));
}

}  // namespace pushmask::frontend::ebnf
