// SPDX-License-Identifier: Apache-2.0
// EBNF text to syntax tree: a recursive-descent parser, one function per production. What the
// dialects have and refuse: docs/reference/ebnf.md. The expressions are in parse.cc, the options
// beside a rule in options.cc, the items in items.cc, the % blocks in blocks.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/ebnf/ast.h"
#include "frontend/ebnf/ebnf.h"
#include "frontend/repeat_bounds.h"
#include "text/cursor.h"
#include "text/source_text.h"

namespace pushmask::frontend::ebnf {

// Groups may nest this deep; it bounds the recursion of every stage that walks the tree.
inline constexpr int kMaxDepth = 250;

class Parser {
 public:
  Parser(const text::SourceText& source, EbnfDialect dialect)
      : source_(source), dialect_(dialect), cursor_(source, {0, source.text().size()}) {}

  // Throws as ParseEbnf does. Names are not resolved yet.
  Ast Run();

 private:
  // --- Space, names and signs (parse.cc) ---
  bool AtNewline() const { return cursor_.At("\n") || cursor_.At("\r"); }
  // In GBNF line ends mean something, unless `newlines`.
  void SkipSpace(bool newlines);
  bool SkipComment();
  bool AtAnnotation() const;
  bool TakeName();
  bool TakeKeyword(std::string_view keyword);  // % and the word, and no more letters
  bool TakeDefinitionSign();
  // Steps over the number that W3C's specifications put before a rule; it is first on its line.
  bool TakeProductionNumber();
  // Whether a rule begins here; W3C's have no end of their own.
  bool AtRuleStart();
  // Whether a part of a %members block begins here.
  bool AtMembersKeyword() const;

  // --- Rules and expressions (parse.cc) ---
  void ParseStatement();
  Rule ParseDefinition(bool may_have_options);
  void EndStatement();
  // `nested`: inside brackets, so that line ends mean nothing.
  NodeId ParseAlternatives(bool nested);
  bool TakeBar();
  NodeId ParseConjunction(bool nested);
  NodeId ParseSequence(bool nested);
  bool AtSequenceEnd(bool nested);
  bool TakeComma(bool nested);
  NodeId ParseTerm(bool nested, bool first);
  NodeId ParseException(NodeId from, std::size_t begin, bool nested);
  NodeId ParseQuantified(bool nested, bool first);
  std::optional<RepeatBounds> ReadQuantifier(bool nested);
  void RefuseSecondQuantifier(bool nested);

  // --- Options beside a rule (options.cc) ---
  RuleOptions ParseOptions(text::SourceSpan rule_name);
  void ParseOption(text::SourceSpan rule_name, RuleOptions* options,
                   std::vector<std::string_view>* known);
  std::string ParseCaptureName(std::size_t begin, text::SourceSpan rule_name);
  std::string ParseOptionText(std::size_t begin);
  double ParseOptionNumber(std::size_t begin);
  std::uint32_t ParseOptionCount(std::size_t begin, std::uint32_t least);

  // --- Items (items.cc) ---
  NodeId ParseItem(bool first);
  NodeId ParseName(std::size_t begin, bool first);
  NodeId ParseBracketed(std::string_view open, std::string_view close);
  NodeId ParseLiteralItem();
  NodeId ParseClassItem();
  NodeId ParseCharacterItem();  // #xN

  // --- References to tokens (tokens.cc) ---
  NodeId ParseTokens();
  NodeId ParseMark(std::size_t begin);
  void ParseReference(ir::TokenSet* tokens);
  void ParseIds(std::size_t begin, ir::TokenSet* tokens);

  // --- Blocks (blocks.cc) ---
  NodeId ParseBlock();
  void OpenBlock(std::size_t begin);
  void CloseBlock(std::size_t begin);
  NodeId ParseMembers(std::size_t begin);
  void ParseMembersPart(GroupNode* group);
  // Of an item above that is not one of the first `first`.
  std::uint32_t ParseItemNumber(std::uint32_t first, const GroupNode& group);
  void ParseItemPart(bool is_ordered, std::size_t begin, GroupNode* group);
  void ParseClause(GroupNode* group);
  NodeId ParseAutomaton(std::size_t begin);
  // Appends the states that its transitions lead to, each with its place.
  ir::Automaton::State ParseState(std::vector<std::pair<std::uint64_t, text::SourceSpan>>* targets);
  NodeId ParseSpelled(std::size_t begin, bool is_any);
  NodeId ParseBytes(std::size_t begin);

  // --- Common ---
  NodeId Add(Node node);
  NodeId Repeated(NodeId body, std::size_t begin, std::uint32_t min, std::uint32_t max);
  text::SourceSpan SpanFrom(std::size_t begin) const { return {begin, cursor_.offset()}; }
  void Enter(std::size_t begin);  // one level deeper
  void Leave() { --depth_; }
  std::string Text(text::SourceSpan span) const;
  std::string Shown(text::SourceSpan span) const;

  // --- Errors (hints.cc) ---
  std::string HintFor(char32_t c) const;
  [[noreturn]] void FailNoRuleName(std::size_t begin);
  [[noreturn]] void FailNoDefinitionSign(text::SourceSpan name);
  [[noreturn]] void FailNoBody(text::SourceSpan name) const;
  [[noreturn]] void FailStray();

  const text::SourceText& source_;
  const EbnfDialect dialect_;
  text::Cursor cursor_;
  Ast ast_;
  int depth_ = 0;
};

}  // namespace pushmask::frontend::ebnf
