// SPDX-License-Identifier: Apache-2.0
// A recursive-descent parser, one function per production:
//   grammar      := (name '::=' alternatives line-end)*
//   alternatives := sequence ('|' sequence)*
//   sequence     := (item quantifier?)*
//   item         := literal | class | '.' | regex | name | '(' alternatives ')'
// A line end inside parentheses, after '::=' or '|', or before '|' does not end a rule.
#include "frontend/ebnf/parse.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/ebnf/terminals.h"
#include "frontend/repeat_bounds.h"
#include "ir/grammar.h"
#include "text/cursor.h"

namespace pushmask::frontend::ebnf {
namespace {

constexpr std::string_view kDefines = "::=";

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// What to do about a character that starts nothing.
std::string HintFor(char32_t c) {
  switch (c) {
    case '\'':
      return "literals are written in double quotes";
    case ';':
      return "a rule ends at the end of its line";
    case ',':
      return "items are separated by spaces";
    case ':':
    case '=':
      return "a rule is written: name ::= ...";
    case '\\':
      return "escapes stand inside quotes or brackets";
    default:
      return {};
  }
}

class Parser {
 public:
  explicit Parser(const text::SourceText& source)
      : source_(source), cursor_(source, {0, source.text().size()}) {}

  Ast Run() {
    SkipSpace(/*newlines=*/true);
    while (!cursor_.AtEnd()) ParseRule();
    if (ast_.rules.empty()) {
      throw SyntaxError(source_.At({0, 0}, "the grammar has no rules", "write: root ::= ..."));
    }
    return std::move(ast_);
  }

 private:
  NodeId Add(Node node) {
    ast_.nodes.push_back(std::move(node));
    return NodeId(ast_.nodes.size() - 1);
  }

  text::SourceSpan SpanFrom(std::size_t begin) const { return {begin, cursor_.offset()}; }

  bool AtNewline() const { return cursor_.At("\n") || cursor_.At("\r"); }

  void SkipSpace(bool newlines) {
    for (;;) {
      if (cursor_.At("#")) {
        while (!cursor_.AtEnd() && !AtNewline()) cursor_.Next();
      } else if (cursor_.At(" ") || cursor_.At("\t") || (newlines && AtNewline())) {
        cursor_.Next();
      } else {
        return;
      }
    }
  }

  // Steps over a rule name; false if there is none.
  bool TakeName() {
    const std::size_t begin = cursor_.offset();
    while (cursor_.Peek() && IsNameByte(*cursor_.Peek())) cursor_.Next();
    return cursor_.offset() > begin;
  }

  void ParseRule() {
    const std::size_t begin = cursor_.offset();
    if (!TakeName()) FailNoRuleName(begin);
    const text::SourceSpan name = SpanFrom(begin);
    SkipSpace(/*newlines=*/false);
    if (!cursor_.Take(kDefines)) {
      const std::size_t here = cursor_.offset();
      if (!cursor_.AtEnd()) cursor_.Next();
      cursor_.FailSyntax(here, "expected '::=' after the rule name " +
                                   text::Quoted(source_.text().substr(begin, name.end - begin)));
    }
    SkipSpace(/*newlines=*/true);
    if (cursor_.AtEnd()) FailNoBody(name);
    ast_.rules.push_back({name, ParseAlternatives(/*nested=*/false)});
    if (!cursor_.AtEnd() && !AtNewline()) FailStray();
    SkipSpace(/*newlines=*/true);
  }

  NodeId ParseAlternatives(bool nested) {
    const std::size_t begin = cursor_.offset();
    std::vector<NodeId> children = {ParseSequence(nested)};
    while (TakeBar()) {
      SkipSpace(/*newlines=*/true);
      children.push_back(ParseSequence(nested));
    }
    if (children.size() == 1) return children[0];
    return Add(
        {.kind = NodeKind::kAlternation, .span = SpanFrom(begin), .children = std::move(children)});
  }

  // Steps over '|', which may stand at the start of a later line.
  bool TakeBar() {
    const std::size_t begin = cursor_.offset();
    SkipSpace(/*newlines=*/true);
    if (cursor_.Take("|")) return true;
    cursor_.Seek(begin);
    return false;
  }

  NodeId ParseSequence(bool nested) {
    const std::size_t begin = cursor_.offset();
    std::vector<NodeId> children;
    while (!cursor_.AtEnd() && !AtNewline() && !cursor_.At("|") && !cursor_.At(")")) {
      const std::size_t item_begin = cursor_.offset();
      NodeId item = ParseItem(/*first=*/children.empty());
      SkipSpace(nested);
      if (const auto bounds = ReadQuantifier(nested)) {
        item = Add({.kind = NodeKind::kRepeat,
                    .span = SpanFrom(item_begin),
                    .children = {item},
                    .min = bounds->min,
                    .max = bounds->max});
        SkipSpace(nested);
        RefuseSecondQuantifier(nested);
      }
      children.push_back(item);
    }
    if (children.size() == 1) return children[0];
    return Add(
        {.kind = NodeKind::kSequence, .span = SpanFrom(begin), .children = std::move(children)});
  }

  NodeId ParseItem(bool first) {
    const std::size_t begin = cursor_.offset();
    if (cursor_.At("(")) return ParseGroup();
    if (TakeName()) return AddRuleRef(begin, first);
    if (cursor_.At("<") || cursor_.At("!<")) RefuseTokenReference();
    if (cursor_.Take("//")) {
      cursor_.FailSyntax(begin, "unexpected '//'", "comments start with #");
    }
    if (cursor_.Take("\"")) {
      std::string literal = ParseLiteral(begin, &cursor_);
      return Add(
          {.kind = NodeKind::kLiteral, .span = SpanFrom(begin), .literal = std::move(literal)});
    }
    if (cursor_.Take("/")) {
      return Add({.kind = NodeKind::kRegex, .span = FindRegexBody(begin, &cursor_)});
    }
    if (cursor_.Take("[")) return AddSet(begin, ParseClass(begin, &cursor_));
    if (cursor_.Take(".")) return AddSet(begin, text::CodepointSet::All());
    FailStray();
  }

  NodeId AddSet(std::size_t begin, text::CodepointSet set) {
    return Add({.kind = NodeKind::kClass, .span = SpanFrom(begin), .set = std::move(set)});
  }

  NodeId AddRuleRef(std::size_t begin, bool first) {
    const text::SourceSpan name = SpanFrom(begin);
    SkipSpace(/*newlines=*/false);
    const bool defines = cursor_.At(kDefines);
    cursor_.Seek(name.end);
    if (defines && first) {
      cursor_.FailSyntax(begin,
                         "expected an expression before the rule " + cursor_.QuotedSince(begin),
                         "write \"\" for the empty text");
    }
    if (defines) {
      cursor_.FailSyntax(begin, "the rule " + cursor_.QuotedSince(begin) + " starts inside another",
                         "start each rule on a line of its own and close every parenthesis");
    }
    return Add({.kind = NodeKind::kRuleRef, .span = name});
  }

  NodeId ParseGroup() {
    const std::size_t begin = cursor_.offset();
    cursor_.Take("(");
    if (++depth_ > kMaxDepth) {
      cursor_.FailLimit(begin, "groups nest more than " + std::to_string(kMaxDepth) + " deep",
                        "max_depth", kMaxDepth, static_cast<std::uint64_t>(depth_));
    }
    SkipSpace(/*newlines=*/true);
    const NodeId body = ParseAlternatives(/*nested=*/true);
    --depth_;
    SkipSpace(/*newlines=*/true);
    if (cursor_.Take(")")) return body;
    cursor_.Seek(begin + 1);
    cursor_.FailSyntax(begin, "the group is not closed; expected ')'");
  }

  std::optional<RepeatBounds> ReadQuantifier(bool nested) {
    const std::size_t begin = cursor_.offset();
    if (cursor_.Take("*")) return RepeatBounds{0, ir::kUnbounded};
    if (cursor_.Take("+")) return RepeatBounds{1, ir::kUnbounded};
    if (cursor_.Take("?")) return RepeatBounds{0, 1};
    if (!cursor_.Take("{")) return std::nullopt;
    SkipSpace(nested);
    const auto min = cursor_.TakeDecimal();
    SkipSpace(nested);
    const bool comma = cursor_.Take(",");
    SkipSpace(nested);
    const auto max = comma ? cursor_.TakeDecimal() : min;
    SkipSpace(nested);
    if (!cursor_.Take("}") || (!min && !max)) {
      cursor_.FailSyntax(begin, "expected a repetition", "it is written {m}, {m,}, {,n} or {m,n}");
    }
    return CheckRepeatBounds(begin, min.value_or(0), max, cursor_);
  }

  // llama.cpp reads `x+?` as `(x+)?`, which is hardly what anyone who writes it means.
  void RefuseSecondQuantifier(bool nested) {
    const std::size_t begin = cursor_.offset();
    if (!ReadQuantifier(nested)) return;
    cursor_.FailSyntax(begin, "a second quantifier " + cursor_.QuotedSince(begin),
                       "EBNF has no lazy quantifiers; use parentheses to repeat a repetition");
  }

  [[noreturn]] void RefuseTokenReference() {
    const std::size_t begin = cursor_.offset();
    while (!cursor_.AtEnd() && !AtNewline() && !cursor_.At(">")) cursor_.Next();
    cursor_.Take(">");
    cursor_.FailUnsupported(begin, "token reference");
  }

  [[noreturn]] void FailNoRuleName(std::size_t begin) {
    const char32_t c = cursor_.Next();
    std::string hint = HintFor(c);
    if (hint.empty() && !ast_.rules.empty()) {
      hint = "to continue the rule above, start the line with '|' or use parentheses";
    }
    cursor_.FailSyntax(begin, "expected a rule name, found " + text::Quoted(c), std::move(hint));
  }

  [[noreturn]] void FailNoBody(text::SourceSpan name) {
    const auto shown = text::Quoted(source_.text().substr(name.begin, name.end - name.begin));
    throw SyntaxError(source_.At(name, "the rule " + shown + " has no expression",
                                 "write \"\" for the empty text"));
  }

  [[noreturn]] void FailStray() {
    const std::size_t begin = cursor_.offset();
    const char32_t c = cursor_.Next();
    if (c == ')') cursor_.FailSyntax(begin, "unmatched ')'");
    if (c == '*' || c == '+' || c == '?' || c == '{') {
      cursor_.FailSyntax(begin, "nothing to repeat before " + text::Quoted(c));
    }
    cursor_.FailSyntax(begin, "unexpected " + text::Quoted(c), HintFor(c));
  }

  const text::SourceText& source_;
  text::Cursor cursor_;
  Ast ast_;
  int depth_ = 0;
};

}  // namespace

Ast Parse(const text::SourceText& source) { return Parser(source).Run(); }

}  // namespace pushmask::frontend::ebnf
