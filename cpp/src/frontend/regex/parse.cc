// SPDX-License-Identifier: Apache-2.0
// A recursive-descent parser, one function per production:
//   alternation := sequence ('|' sequence)*
//   sequence    := (atom quantifier?)*
//   atom        := character | '.' | '[' class ']' | '\' escape | '^' | '$' | group
#include "frontend/regex/parse.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "frontend/regex/classes.h"
#include "frontend/repeat_bounds.h"
#include "ir/grammar.h"
#include "text/cursor.h"

namespace pushmask::frontend::regex {
namespace {

using text::CodepointSet;
using text::Cursor;

// Groups that start with "(?" or an escape that asserts: legal elsewhere, refused here by name.
struct RefusedForm {
  std::string_view text;
  std::string_view feature;
};
constexpr RefusedForm kRefusedGroups[] = {
    {"(?=", "lookahead"},      {"(?!", "negative lookahead"},
    {"(?<=", "lookbehind"},    {"(?<!", "negative lookbehind"},
    {"(?>", "atomic group"},   {"(?(", "conditional group"},
    {"(?P=", "backreference"}, {"(?P>", "recursion"},
    {"(?R", "recursion"},      {"(?&", "recursion"},
    {"(?#", "comment group"},  {"(?|", "branch reset group"},
};
constexpr RefusedForm kRefusedEscapes[] = {
    {"\\b", "word boundary"},
    {"\\B", "word boundary"},
    {"\\k", "backreference"},
    {"\\G", "assertion"},
};

class Parser {
 public:
  Parser(const text::SourceText& source, text::SourceSpan span) : cursor_(source, span) {}

  Ast Run() {
    ast_.root = ParseAlternation();
    if (cursor_.AtEnd()) return std::move(ast_);
    const std::size_t begin = cursor_.offset();
    cursor_.Next();
    cursor_.FailSyntax(begin, "unmatched ')'", "write \\) for the character");
  }

 private:
  NodeId Add(Node node) {
    ast_.nodes.push_back(std::move(node));
    return NodeId(ast_.nodes.size() - 1);
  }

  NodeId ParseAlternation() {
    const std::size_t begin = cursor_.offset();
    std::vector<NodeId> children = {ParseSequence()};
    while (cursor_.Take("|")) children.push_back(ParseSequence());
    if (children.size() == 1) return children[0];
    return Add({.kind = NodeKind::kAlternation,
                .span = {begin, cursor_.offset()},
                .children = std::move(children)});
  }

  NodeId ParseSequence() {
    const std::size_t begin = cursor_.offset();
    std::vector<NodeId> children;
    while (!cursor_.AtEnd() && !cursor_.At("|") && !cursor_.At(")")) {
      const std::size_t atom_begin = cursor_.offset();
      const NodeId atom = ParseAtom();
      const NodeId part = ParseQuantifier(atom_begin, atom);
      if (part == atom && TryJoinLiterals(children, atom)) continue;
      children.push_back(part);
    }
    if (children.size() == 1) return children[0];
    return Add({.kind = NodeKind::kSequence,
                .span = {begin, cursor_.offset()},
                .children = std::move(children)});
  }

  // Appends a literal to the literal before it, so that a long word is one node.
  bool TryJoinLiterals(const std::vector<NodeId>& children, NodeId atom) {
    if (children.empty() || atom.index() + 1 != ast_.nodes.size()) return false;
    Node& last = ast_.nodes[children.back().index()];
    const Node& next = ast_.node(atom);
    if (last.kind != NodeKind::kLiteral || next.kind != NodeKind::kLiteral) return false;
    last.literal += next.literal;
    last.span.end = next.span.end;
    ast_.nodes.pop_back();
    return true;
  }

  NodeId ParseAtom() {
    const std::size_t begin = cursor_.offset();
    if (cursor_.At("(")) return ParseGroup();
    if (cursor_.At("{")) CheckBraceIsLiteral();
    const char32_t c = cursor_.Next();
    switch (c) {
      case '*':
      case '+':
      case '?':
        cursor_.FailSyntax(begin, "nothing to repeat before " + text::Quoted(c));
      case '.':
        return AddSet(begin, AnyButLineTerminators());
      case '[':
        return AddSet(begin, ParseClass(begin, &cursor_));
      case '^':
        return Add({.kind = NodeKind::kTextStart, .span = {begin, cursor_.offset()}});
      case '$':
        return Add({.kind = NodeKind::kTextEnd, .span = {begin, cursor_.offset()}});
      case '\\':
        return ParseEscapedAtom(begin);
      default:
        return AddCharacter(begin, c);
    }
  }

  NodeId AddSet(std::size_t begin, CodepointSet set) {
    return Add(
        {.kind = NodeKind::kClass, .span = {begin, cursor_.offset()}, .set = std::move(set)});
  }

  NodeId AddCharacter(std::size_t begin, char32_t c) {
    if (c >= text::kSurrogateFirst && c <= text::kSurrogateLast) {
      cursor_.FailSyntax(begin, "a lone surrogate occurs in no text",
                         "write the whole character, such as \\u{1F600}");
    }
    std::string literal;
    text::AppendUtf8(c, &literal);
    return Add({.kind = NodeKind::kLiteral,
                .span = {begin, cursor_.offset()},
                .literal = std::move(literal)});
  }

  NodeId ParseEscapedAtom(std::size_t begin) {
    const char next = cursor_.Peek().value_or('\0');
    if (next == 'A' || next == 'z' || next == 'Z') {
      cursor_.Next();
      const NodeKind kind = next == 'A' ? NodeKind::kTextStart : NodeKind::kTextEnd;
      return Add({.kind = kind, .span = {begin, cursor_.offset()}});
    }
    cursor_.Seek(begin);
    for (const RefusedForm& form : kRefusedEscapes) {
      if (cursor_.Take(form.text)) cursor_.FailUnsupported(begin, std::string(form.feature));
    }
    cursor_.Take("\\");
    if (next >= '1' && next <= '9') {
      cursor_.TakeDecimal();
      cursor_.FailUnsupported(begin, "backreference");
    }
    auto meaning = ParseEscape(begin, /*in_class=*/false, &cursor_);
    if (const auto* c = std::get_if<char32_t>(&meaning)) return AddCharacter(begin, *c);
    return AddSet(begin, std::get<CodepointSet>(std::move(meaning)));
  }

  NodeId ParseGroup() {
    const std::size_t begin = cursor_.offset();
    ParseGroupOpening();
    if (++depth_ > kMaxDepth) {
      cursor_.FailLimit(begin, "groups nest more than " + std::to_string(kMaxDepth) + " deep",
                        "max_depth", kMaxDepth, static_cast<std::uint64_t>(depth_));
    }
    const NodeId body = ParseAlternation();
    --depth_;
    if (!cursor_.Take(")")) {
      cursor_.Seek(begin + 1);
      cursor_.FailSyntax(begin, "the group is not closed; expected ')'");
    }
    return body;
  }

  // Steps over "(", "(?:", "(?<name>" or "(?P<name>".
  void ParseGroupOpening() {
    const std::size_t begin = cursor_.offset();
    for (const RefusedForm& form : kRefusedGroups) {
      if (cursor_.Take(form.text)) cursor_.FailUnsupported(begin, std::string(form.feature));
    }
    if (cursor_.Take("(?:")) return;
    if (cursor_.Take("(?<") || cursor_.Take("(?P<")) return ParseGroupName(begin);
    if (!cursor_.Take("(?")) {
      cursor_.Take("(");
      if (!cursor_.At("*")) return;
      cursor_.Next();
      cursor_.FailUnsupported(begin, "verb");
    }
    const char next = cursor_.Peek().value_or('\0');
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    if (letter || next == '-') {
      while (!cursor_.AtEnd() && !cursor_.At(")") && !cursor_.At(":")) cursor_.Next();
      cursor_.FailUnsupported(begin, "inline flag group");
    }
    if (next >= '0' && next <= '9') {
      cursor_.TakeDecimal();
      cursor_.FailUnsupported(begin, "recursion");
    }
    cursor_.FailSyntax(begin, "unknown kind of group", "write (?:...) or (?<name>...)");
  }

  void ParseGroupName(std::size_t begin) {
    const std::size_t name_begin = cursor_.offset();
    while (!cursor_.AtEnd() && !cursor_.At(">")) {
      const char32_t c = cursor_.Next();
      const bool digit = c >= '0' && c <= '9' && cursor_.offset() > name_begin + 1;
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!digit && !letter && c != '_' && c != '$' && c < 0x80) {
        cursor_.FailSyntax(begin, "unexpected " + text::Quoted(c) + " in a group name");
      }
    }
    if (cursor_.offset() == name_begin) cursor_.FailSyntax(begin, "expected a group name");
    if (!cursor_.Take(">")) cursor_.FailSyntax(begin, "the group name is not closed; expected '>'");
  }

  // A brace is a quantifier if it reads as one, and a literal otherwise (ECMA-262, annex B).
  void CheckBraceIsLiteral() {
    const std::size_t begin = cursor_.offset();
    if (ReadBraces()) {
      cursor_.FailSyntax(begin, "nothing to repeat before " + cursor_.QuotedSince(begin),
                         "write \\{ for the character");
    }
  }

  NodeId ParseQuantifier(std::size_t begin, NodeId atom) {
    const std::size_t quantifier_begin = cursor_.offset();
    const auto bounds = ReadQuantifier();
    if (!bounds) return atom;
    const NodeKind kind = ast_.node(atom).kind;
    const bool anchor = kind == NodeKind::kTextStart || kind == NodeKind::kTextEnd;
    const bool grouped = ast_.node(atom).span.begin != begin;
    if (anchor && !grouped) {
      cursor_.FailSyntax(begin, "nothing to repeat: an anchor cannot be repeated");
    }
    cursor_.Take("?");  // a lazy quantifier prefers other matches but has the same language
    if (cursor_.Take("+")) {
      cursor_.FailUnsupported(quantifier_begin, "possessive quantifier");
    }
    return Add({.kind = NodeKind::kRepeat,
                .span = {begin, cursor_.offset()},
                .children = {atom},
                .min = bounds->min,
                .max = bounds->max});
  }

  std::optional<RepeatBounds> ReadQuantifier() {
    if (cursor_.Take("*")) return RepeatBounds{0, ir::kUnbounded};
    if (cursor_.Take("+")) return RepeatBounds{1, ir::kUnbounded};
    if (cursor_.Take("?")) return RepeatBounds{0, 1};
    return ReadBraces();
  }

  // Steps over {m}, {m,} or {m,n}, or over nothing if the text reads otherwise.
  std::optional<RepeatBounds> ReadBraces() {
    const std::size_t begin = cursor_.offset();
    if (!cursor_.Take("{")) return std::nullopt;
    const auto min = cursor_.TakeDecimal();
    const bool comma = cursor_.Take(",");
    const auto max = comma ? cursor_.TakeDecimal() : min;
    if (!min && comma && cursor_.Take("}")) {
      cursor_.FailSyntax(begin, cursor_.QuotedSince(begin) + " means different things elsewhere",
                         "write {0,n} to repeat, \\{ for the character");
    }
    if (min && cursor_.Take("}")) return CheckRepeatBounds(begin, *min, max, cursor_);
    cursor_.Seek(begin);
    return std::nullopt;
  }

  Cursor cursor_;
  Ast ast_;
  int depth_ = 0;
};

}  // namespace

Ast Parse(const text::SourceText& source, text::SourceSpan span) {
  return Parser(source, span).Run();
}

}  // namespace pushmask::frontend::regex
