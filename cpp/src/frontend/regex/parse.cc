// SPDX-License-Identifier: Apache-2.0
// A recursive-descent parser, one function per production:
//   alternation := conjunction ('|' conjunction)*
//   conjunction := sequence ('&' sequence)*     where operators are asked for
//   sequence    := term*
//   term        := atom quantifier? | '~' term  where operators are asked for
//   atom        := character | '.' | '[' class ']' | '\' escape | '^' | '$' | group
#include "frontend/regex/parse.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "frontend/regex/classes.h"
#include "frontend/repeat_bounds.h"
#include "ir/grammar.h"
#include "text/case_folding.h"
#include "text/cursor.h"

namespace pushmask::frontend::regex {
namespace {

using text::CodepointSet;
using text::Cursor;

// Legal elsewhere, refused here by name.
struct RefusedForm {
  std::string_view text;
  std::string_view feature;
};
constexpr RefusedForm kRefusedGroups[] = {
    {"(?>", "atomic group"},       {"(?(", "conditional group"}, {"(?P=", "backreference"},
    {"(?P>", "recursion"},         {"(?R", "recursion"},         {"(?&", "recursion"},
    {"(?|", "branch reset group"},
};
constexpr RefusedForm kRefusedEscapes[] = {
    {"\\k", "backreference"},
    {"\\G", "assertion"},
};

// What to write for a feature that is refused.
constexpr RefusedForm kInstead[] = {
    {"no regular language repeats a text; list the texts as alternatives", "backreference"},
    {"write (?:..) if giving back is fine", "atomic group"},
    {"without the second + it may give back what it took", "possessive quantifier"},
    {"write the cases as alternatives", "conditional group"},
    {"rules of EBNF and Lark can be recursive", "recursion"},
    {"write (?:..) and alternatives", "branch reset group"},
    {"write \\( for the character", "verb"},
    {"a pattern has no earlier match to start from", "assertion"},
};

struct LookForm {
  std::string_view text;
  NodeKind kind;
  bool negative;
};
constexpr LookForm kLooks[] = {
    {"(?=", NodeKind::kLookahead, false},
    {"(?!", NodeKind::kLookahead, true},
    {"(?<=", NodeKind::kLookbehind, false},
    {"(?<!", NodeKind::kLookbehind, true},
};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Parser {
 public:
  Parser(const text::SourceText& source, text::SourceSpan span, const RegexOptions& options)
      : cursor_(source, span),
        num_groups_(CountGroups(source, span)),
        has_operators_(options.operators),
        flags_{.ignore_case = options.ignore_case,
               .multiline = options.multiline,
               .dot_all = options.dot_all,
               .extended = options.extended} {}

  Ast Run() {
    while (ParseGlobalFlags()) {
    }
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
    std::vector<NodeId> children = {ParseConjunction()};
    while (cursor_.Take("|")) children.push_back(ParseConjunction());
    if (children.size() == 1) return children[0];
    return Add({.kind = NodeKind::kAlternation,
                .span = {begin, cursor_.offset()},
                .children = std::move(children)});
  }

  NodeId ParseConjunction() {
    const std::size_t begin = cursor_.offset();
    std::vector<NodeId> children = {ParseSequence()};
    while (has_operators_ && cursor_.Take("&")) children.push_back(ParseSequence());
    if (children.size() == 1) return children[0];
    return Add({.kind = NodeKind::kConjunction,
                .span = {begin, cursor_.offset()},
                .children = std::move(children)});
  }

  bool AtSequenceEnd() const {
    return cursor_.AtEnd() || cursor_.At("|") || cursor_.At(")") ||
           (has_operators_ && cursor_.At("&"));
  }

  NodeId ParseSequence() {
    const std::size_t begin = cursor_.offset();
    std::vector<NodeId> children;
    for (;;) {
      SkipIgnored();
      if (AtSequenceEnd()) break;
      const NodeId part = ParseTerm();
      if (!TryJoinLiterals(children, part)) children.push_back(part);
    }
    if (children.size() == 1) return children[0];
    return Add({.kind = NodeKind::kSequence,
                .span = {begin, cursor_.offset()},
                .children = std::move(children)});
  }

  NodeId ParseTerm() {
    const std::size_t begin = cursor_.offset();
    if (has_operators_ && cursor_.Take("~")) {
      SkipIgnored();
      if (AtSequenceEnd()) {
        cursor_.FailSyntax(begin, "expected an item after '~'", "write \\~ for the character");
      }
      Enter(begin);
      const NodeId body = ParseTerm();
      --depth_;
      return Add(
          {.kind = NodeKind::kComplement, .span = {begin, cursor_.offset()}, .children = {body}});
    }
    const NodeId atom = ParseAtom();
    SkipIgnored();
    return ParseQuantifier(begin, atom);
  }

  void Enter(std::size_t begin) {
    if (++depth_ <= kMaxDepth) return;
    cursor_.FailLimit(begin, "groups nest more than " + std::to_string(kMaxDepth) + " deep",
                      {"max_depth", kMaxDepth, static_cast<std::uint64_t>(depth_)},
                      "leave out groups that hold nothing but a group");
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
        cursor_.FailSyntax(begin, "nothing to repeat before " + text::Quoted(c),
                           "write \\" + std::string(1, static_cast<char>(c)) +
                               " for the character, (?:..) to repeat a repetition");
      case '.':
        return AddSet(begin, flags_.dot_all ? CodepointSet::All() : AnyButLineTerminators());
      case '[':
        return AddSet(begin, ParseClass(begin, flags_.ignore_case, &cursor_));
      case '^':
        return AddAnchor(begin, flags_.multiline ? NodeKind::kLineStart : NodeKind::kTextStart);
      case '$':
        return AddAnchor(begin, flags_.multiline ? NodeKind::kLineEnd : NodeKind::kTextEnd);
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

  NodeId AddAnchor(std::size_t begin, NodeKind kind) {
    Node node{.kind = kind, .span = {begin, cursor_.offset()}};
    if (kind == NodeKind::kWordBoundary || kind == NodeKind::kNotWordBoundary) {
      node.set = WordCharacters(flags_.ignore_case);
    }
    return Add(std::move(node));
  }

  NodeId AddCharacter(std::size_t begin, char32_t c) {
    if (c >= text::kSurrogateFirst && c <= text::kSurrogateLast) {
      cursor_.FailSyntax(begin, "a lone surrogate occurs in no text",
                         "write the whole character, such as \\u{1F600}");
    }
    if (flags_.ignore_case) {
      const auto [known, is_new] = cases_.try_emplace(c);
      if (is_new) known->second = text::CloseOverCase(CodepointSet::Of(c));
      if (known->second != CodepointSet::Of(c)) return AddSet(begin, known->second);
    }
    std::string literal;
    text::AppendUtf8(c, &literal);
    return Add({.kind = NodeKind::kLiteral,
                .span = {begin, cursor_.offset()},
                .literal = std::move(literal)});
  }

  NodeId ParseEscapedAtom(std::size_t begin) {
    const char next = cursor_.Peek().value_or('\0');
    if (const auto kind = AnchorOf(next)) {
      cursor_.Next();
      return AddAnchor(begin, *kind);
    }
    cursor_.Seek(begin);
    for (const RefusedForm& form : kRefusedEscapes) {
      if (cursor_.Take(form.text)) FailRefused(begin, form.feature);
    }
    cursor_.Take("\\");
    if (next >= '1' && next <= '9') return ParseNumberedEscape(begin);
    auto meaning = ParseEscape(begin, {.ignore_case = flags_.ignore_case}, &cursor_);
    if (const auto* c = std::get_if<char32_t>(&meaning)) return AddCharacter(begin, *c);
    return AddSet(begin, std::get<CodepointSet>(std::move(meaning)));
  }

  static std::optional<NodeKind> AnchorOf(char letter) {
    switch (letter) {
      case 'A':
        return NodeKind::kTextStart;
      case 'z':
      case 'Z':
        return NodeKind::kTextEnd;
      case 'b':
        return NodeKind::kWordBoundary;
      case 'B':
        return NodeKind::kNotWordBoundary;
      default:
        return std::nullopt;
    }
  }

  // \1: a reference to a group. Where there is no such group, three octal digits are a character
  // everywhere (ECMA-262, annex B; Python); fewer are read differently and refused.
  NodeId ParseNumberedEscape(std::size_t begin) {
    const std::size_t digits = cursor_.offset();
    if (cursor_.TakeDecimal() <= num_groups_) FailRefused(begin, "backreference");
    const std::size_t end = cursor_.offset();
    cursor_.Seek(digits);
    if (const auto octal = TakeOctal(3, &cursor_)) return AddCharacter(begin, *octal);
    cursor_.Seek(end);
    cursor_.FailSyntax(begin, "there is no group for " + cursor_.QuotedSince(begin),
                       "write \\xHH for a character");
  }

  NodeId ParseGroup() {
    const std::size_t begin = cursor_.offset();
    const Flags flags = flags_;
    Node look;
    const bool looks = ParseLookOpening(&look);
    if (!looks && ParseComment()) {
      return Add({.kind = NodeKind::kSequence, .span = {begin, cursor_.offset()}});
    }
    if (!looks) ParseGroupOpening();
    Enter(begin);
    const NodeId body = ParseAlternation();
    --depth_;
    flags_ = flags;
    if (!cursor_.Take(")")) {
      cursor_.Seek(begin + 1);
      cursor_.FailSyntax(begin, "the group is not closed", "expected ')'");
    }
    if (!looks) return body;
    look.span = {begin, cursor_.offset()};
    look.children = {body};
    return Add(std::move(look));
  }

  bool ParseLookOpening(Node* look) {
    for (const LookForm& form : kLooks) {
      if (!cursor_.Take(form.text)) continue;
      look->kind = form.kind;
      look->negative = form.negative;
      return true;
    }
    return false;
  }

  // Steps over "(?#...)".
  bool ParseComment() {
    const std::size_t begin = cursor_.offset();
    if (!cursor_.Take("(?#")) return false;
    while (!cursor_.AtEnd() && !cursor_.At(")")) cursor_.Next();
    if (!cursor_.Take(")")) cursor_.FailSyntax(begin, "the comment is not closed", "expected ')'");
    return true;
  }

  // Steps over "(", "(?:", "(?i-s:", "(?<name>" or "(?P<name>".
  void ParseGroupOpening() {
    const std::size_t begin = cursor_.offset();
    for (const RefusedForm& form : kRefusedGroups) {
      if (cursor_.Take(form.text)) FailRefused(begin, form.feature);
    }
    if (cursor_.Take("(?:")) return;
    if (cursor_.Take("(?<") || cursor_.Take("(?P<")) return ParseGroupName(begin);
    if (!cursor_.Take("(?")) {
      cursor_.Take("(");
      if (!cursor_.At("*")) return;
      cursor_.Next();
      FailRefused(begin, "verb");
    }
    const char next = cursor_.Peek().value_or('\0');
    if (IsLetter(next) || next == '-') {
      ParseFlags(begin);
      if (cursor_.Take(":")) return;
      cursor_.Take(")");
      cursor_.FailUnsupported(begin, "inline flag group",
                              "flags stand at the start of the pattern, or write (?i:...)");
    }
    if (next >= '0' && next <= '9') {
      cursor_.TakeDecimal();
      FailRefused(begin, "recursion");
    }
    cursor_.FailSyntax(begin, "unknown kind of group", "write (?:...) or (?<name>...)");
  }

  [[noreturn]] void FailRefused(std::size_t begin, std::string_view feature) const {
    std::string_view hint;
    for (const RefusedForm& form : kInstead) {
      if (form.feature == feature) hint = form.text;
    }
    cursor_.FailUnsupported(begin, std::string(feature), std::string(hint));
  }

  // Steps over "(?i)" and the like, which are legal at the start of the pattern.
  bool ParseGlobalFlags() {
    const std::size_t begin = cursor_.offset();
    const Flags flags = flags_;
    if (cursor_.Take("(?") && IsLetter(cursor_.Peek().value_or('\0')) && !cursor_.At("P") &&
        !cursor_.At("R")) {
      ParseFlags(begin);
      if (cursor_.Take(")")) return true;
    }
    flags_ = flags;
    cursor_.Seek(begin);
    return false;
  }

  // Flags to set, then perhaps "-" and flags to clear, up to the ':' or ')' after them.
  void ParseFlags(std::size_t begin) {
    bool value = true;
    while (!cursor_.AtEnd() && !cursor_.At(")") && !cursor_.At(":")) {
      const char32_t letter = cursor_.Next();
      if (letter == '-' && value) {
        value = false;
      } else if (letter == 'i') {
        flags_.ignore_case = value;
      } else if (letter == 'm') {
        flags_.multiline = value;
      } else if (letter == 's') {
        flags_.dot_all = value;
      } else if (letter == 'x') {
        flags_.extended = value;
      } else if (letter != 'u' || !value) {  // u says what is so anyway
        while (!cursor_.AtEnd() && !cursor_.At(")") && !cursor_.At(":")) cursor_.Next();
        cursor_.FailUnsupported(begin, "inline flag group", "the flags are i, m, s, u and x");
      }
    }
  }

  // White space and comments that the flag x makes insignificant.
  void SkipIgnored() {
    while (flags_.extended && !cursor_.AtEnd()) {
      const char next = *cursor_.Peek();
      if (next == '#') {
        while (!cursor_.AtEnd() && !cursor_.At("\n")) cursor_.Next();
      } else if (next == ' ' || (next >= '\t' && next <= '\r')) {
        cursor_.Next();
      } else {
        return;
      }
    }
  }

  // The number of capturing groups, so that \1 can be told from an octal escape before its group.
  static std::uint64_t CountGroups(const text::SourceText& source, text::SourceSpan span) {
    const std::string_view text = source.text().substr(span.begin, span.end - span.begin);
    std::uint64_t count = 0;
    bool in_class = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\') {
        ++i;
      } else if (in_class) {
        in_class = text[i] != ']';
      } else if (text[i] == '[') {
        in_class = true;
      } else if (text[i] == '(') {
        const std::string_view rest = text.substr(i);
        const bool named =
            rest.starts_with("(?P<") ||
            (rest.starts_with("(?<") && rest.size() > 3 && rest[3] != '=' && rest[3] != '!');
        if (named || !rest.starts_with("(?")) ++count;
      }
    }
    return count;
  }

  void ParseGroupName(std::size_t begin) {
    const std::size_t name_begin = cursor_.offset();
    while (!cursor_.AtEnd() && !cursor_.At(">")) {
      const char32_t c = cursor_.Next();
      const bool digit = c >= '0' && c <= '9' && cursor_.offset() > name_begin + 1;
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!digit && !letter && c != '_' && c != '$' && c < 0x80) {
        cursor_.FailSyntax(begin, "unexpected " + text::Quoted(c) + " in a group name",
                           "names are of letters, digits and _");
      }
    }
    if (cursor_.offset() == name_begin)
      cursor_.FailSyntax(begin, "expected a group name", "write (?<name>..) or (?:..)");
    if (!cursor_.Take(">"))
      cursor_.FailSyntax(begin, "the group name is not closed", "expected '>'");
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
    const bool grouped = ast_.node(atom).span.begin != begin;
    if ((IsAnchor(kind) || kind == NodeKind::kLookbehind) && !grouped) {
      cursor_.FailSyntax(begin, "nothing to repeat: an anchor cannot be repeated",
                         "leave the repetition out");
    }
    cursor_.Take("?");  // a lazy quantifier prefers other matches but has the same language
    if (cursor_.Take("+")) {
      FailRefused(quantifier_begin, "possessive quantifier");
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

  struct Flags {
    bool ignore_case = false;
    bool multiline = false;
    bool dot_all = false;
    bool extended = false;
  };

  Cursor cursor_;
  const std::uint64_t num_groups_;
  const bool has_operators_;
  Flags flags_;
  std::unordered_map<char32_t, CodepointSet> cases_;  // of single characters
  Ast ast_;
  int depth_ = 0;
};

}  // namespace

Ast Parse(const text::SourceText& source, text::SourceSpan span, const RegexOptions& options) {
  return Parser(source, span, options).Run();
}

}  // namespace pushmask::frontend::regex
