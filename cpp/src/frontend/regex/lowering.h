// SPDX-License-Identifier: Apache-2.0
// Lowering: one pattern's syntax tree on its way to IR.
//
// An assertion about the one character beside it, ^ $ \b (?!-) and the like, makes variants
// (variants.h) and may stand anywhere. One that looks further is *wide*: it speaks about the whole
// text before or after it. For these a pattern is taken apart into *paths*, one for each choice of
// alternatives, and a path is read from its ends: what follows a lookahead, to the end of the text,
// is intersected with what the lookahead wants; likewise what precedes a lookbehind.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/regex/ast.h"
#include "frontend/regex/languages.h"
#include "frontend/regex/variants.h"
#include "text/source_text.h"

namespace pushmask::frontend::regex {

// `(?:(?!x)c)*`: characters of `set` where no match of `forbidden` begins.
struct Tempered {
  text::CodepointSet set;
  std::vector<NodeId> forbidden;
  std::uint32_t min;
  std::uint32_t max;
};

// A string with a choice of characters at each place.
using Word = std::vector<text::CodepointSet>;

// A piece of a path: a part without wide assertions, a wide assertion, or a tempered repetition.
struct PathItem {
  Variants part = {};
  std::optional<NodeId> look = std::nullopt;
  std::optional<Tempered> tempered = std::nullopt;
  NodeId node = {};  // for errors

  bool IsPart() const { return !look && !tempered; }
};
using Path = std::vector<PathItem>;

// What is known about a path's ends: that the text ends there, or nothing.
struct PathEnds {
  bool text_start = false;
  bool text_end = false;
};

class Lowering {
 public:
  Lowering(const text::SourceText& source, const Ast& ast, ir::Builder* builder)
      : source_(source), ast_(ast), builder_(*builder), languages_(builder) {}

  // The texts that match as a whole, or that hold a match.
  ir::ExprId Full();
  ir::ExprId Search();

 private:
  // lower.cc: parts without wide assertions.
  Variants Lower(NodeId id);
  Variants LowerSequence(NodeId id, const std::vector<NodeId>& children);
  Variants LowerRepeat(NodeId id);
  ir::ExprId LowerOperand(NodeId id);
  Variants LowerWordBoundary(const Node& node) const;
  Variants Joined(const Variants& first, const Variants& second, const Node& node);
  bool IsWide(NodeId id);

  // look_around.cc: assertions.
  const std::optional<Variants>& NarrowLook(NodeId id);
  std::optional<Variants> FindNarrowLook(const Node& node);
  const Variants& LanguageOfLook(NodeId id);
  Variants Required(const Variants& text, NodeId look);

  // paths.cc: parts with wide assertions.
  std::vector<Path> Expand(NodeId id);
  std::vector<Path> ExpandSequence(const std::vector<NodeId>& children, const Node& node);
  std::vector<Path> ExpandRepeat(NodeId id);
  std::vector<Path> Append(const std::vector<Path>& paths, const std::vector<Path>& more,
                           const Node& node) const;
  Variants Evaluate(const std::vector<Path>& paths, PathEnds ends);
  Variants EvaluatePath(Path path, PathEnds ends);
  std::optional<Variants> EvaluateAlone(const std::vector<Path>& paths);
  Path Compact(const Path& path);
  Path ResolveNearby(Path path);
  bool IsNearby(NodeId look, const Variants& part);
  std::optional<Variants> PullWholeText(const Path& path);
  Variants ReadBackward(const Path& path, std::size_t begin, PathEnds ends);
  Variants ReadForward(const Path& path, std::size_t end, PathEnds ends);
  NodeId FindWideLook(NodeId id);

  // tempered.cc: (?:(?!x)c)* before a known rest of the text.
  std::optional<Tempered> FindTempered(const Node& repeat);
  Variants LowerTempered(const Tempered& tempered, const Variants& rest, NodeId id);
  Variants TemperedBefore(const Tempered& tempered, ir::ExprId characters, const Variants& rest,
                          NodeId id);
  std::vector<Word> ForbiddenWords(NodeId look);

  [[noreturn]] void FailLook(NodeId id, std::string why) const;
  [[noreturn]] void FailAssertions(const Node& node, std::size_t bound, std::size_t reached) const;

  const text::SourceText& source_;
  const Ast& ast_;
  ir::Builder& builder_;
  Languages languages_;
  std::unordered_map<NodeId, bool> wide_;
  std::unordered_map<NodeId, std::optional<Variants>> narrow_;
  std::unordered_map<NodeId, Variants> looks_;  // by look: its language
};

}  // namespace pushmask::frontend::regex
