// SPDX-License-Identifier: Apache-2.0
// Tempered repetitions, (?:(?!x)c)*: characters of a class at none of which a match of x begins.
//
// What they match, u, is followed by a rest of the text that is known here. A match of x that
// begins in u either ends in u, so u is in c* but not in .*x.*, or it ends in the rest: then u ends
// in the first r characters of x and the rest begins with the others. For every r one of the two
// must not be so; the union over all ways to choose which is the language. It needs every x to be a
// short sequence of classes, unless nothing follows u.
#include <algorithm>
#include <string>
#include <utility>

#include "frontend/regex/lowering.h"

namespace pushmask::frontend::regex {
namespace {

using ir::ExprId;
using ir::ExprKind;
using text::CodepointSet;

constexpr std::size_t kMaxWords = 8;
constexpr std::size_t kMaxWordLength = 8;
constexpr std::size_t kMaxCrossings = 6;  // the union has a part for each of their subsets

// The words of an expression that has few and short ones.
class WordList {
 public:
  explicit WordList(const ir::Builder& builder, const Languages& languages)
      : builder_(builder), languages_(languages) {}

  std::optional<std::vector<Word>> Of(ExprId id) const {
    if (const auto character = languages_.SingleCharacter(id)) return {{{*character}}};
    const ir::Expr& node = builder_.expr(id);
    std::vector<Word> words;
    switch (node.kind) {
      case ExprKind::kBytes:
        words.emplace_back();
        for (std::size_t i = 0; i < node.bytes.size();) {
          const auto decoded = text::DecodeUtf8(node.bytes, i);
          words[0].push_back(CodepointSet::Of(decoded->codepoint));
          i += decoded->length;
        }
        return Checked(std::move(words));
      case ExprKind::kSeq:
        words.emplace_back();
        for (const ExprId child : node.children) {
          const auto more = Of(child);
          if (!more || !Append(*more, &words)) return std::nullopt;
        }
        return words;
      case ExprKind::kChoice:
        for (const ExprId child : node.children) {
          const auto more = Of(child);
          if (!more) return std::nullopt;
          words.insert(words.end(), more->begin(), more->end());
        }
        return Checked(std::move(words));
      case ExprKind::kRepeat: {
        const auto body = Of(node.children[0]);
        if (!body || node.min != node.max || node.max > kMaxWordLength) return std::nullopt;
        words.emplace_back();
        for (std::uint32_t i = 0; i < node.max; ++i) {
          if (!Append(*body, &words)) return std::nullopt;
        }
        return words;
      }
      default:
        return std::nullopt;
    }
  }

 private:
  static std::optional<std::vector<Word>> Checked(std::vector<Word> words) {
    const bool small = words.size() <= kMaxWords &&
                       std::all_of(words.begin(), words.end(),
                                   [](const Word& word) { return word.size() <= kMaxWordLength; });
    if (!small) return std::nullopt;
    return words;
  }

  static bool Append(const std::vector<Word>& more, std::vector<Word>* words) {
    std::vector<Word> joined;
    for (const Word& first : *words) {
      for (const Word& second : more) {
        joined.push_back(first);
        joined.back().insert(joined.back().end(), second.begin(), second.end());
      }
    }
    *words = std::move(joined);
    return Checked(*words).has_value();
  }

  const ir::Builder& builder_;
  const Languages& languages_;
};

ExprId Sequence(const Word& word, std::size_t begin, std::size_t end, ir::Builder* builder) {
  std::vector<ExprId> parts;
  for (std::size_t i = begin; i < end; ++i) parts.push_back(builder->Class(word[i]));
  return builder->Seq(parts);
}

// One way for a word to begin in the repetition and to end in the rest.
struct Crossing {
  ExprId ends_in;      // what the repetition would end in
  ExprId begins_with;  // what the rest would begin with
};

}  // namespace

// Negative lookaheads, then one character: the body of a tempered repetition.
std::optional<Tempered> Lowering::FindTempered(const Node& repeat) {
  const Node& body = ast_.node(repeat.children[0]);
  if (body.kind != NodeKind::kSequence || body.children.size() < 2) return std::nullopt;
  Tempered tempered{.set = {}, .forbidden = body.children, .min = repeat.min, .max = repeat.max};
  const NodeId last = tempered.forbidden.back();
  tempered.forbidden.pop_back();
  for (const NodeId look : tempered.forbidden) {
    const Node& node = ast_.node(look);
    if (node.kind != NodeKind::kLookahead || !node.negative) return std::nullopt;
  }
  if (IsWide(last)) return std::nullopt;
  const Variants character = Lower(last);
  if (character.size() != 1 || !character[0].IsUnconditional()) return std::nullopt;
  const auto set = languages_.SingleCharacter(character[0].expr);
  if (!set) return std::nullopt;
  tempered.set = *set;
  return tempered;
}

Variants Lowering::LowerTempered(const Tempered& tempered, const Variants& rest, NodeId id) {
  const ExprId characters =
      builder_.Repeat(builder_.Class(tempered.set), tempered.min, tempered.max);
  const bool at_end = std::all_of(rest.begin(), rest.end(),
                                  [this](const Variant& v) { return v.expr == builder_.Empty(); });
  if (!at_end) return TemperedBefore(tempered, characters, rest, id);
  ExprId repeated = characters;
  for (const NodeId look : tempered.forbidden) {
    for (const Variant& found : LanguageOfLook(look)) {
      if (!found.IsUnconditional()) FailLook(look, "it looks back in a repetition");
      const ExprId match = languages_.StartingIn(found.expr, CodepointSet::All());
      repeated = builder_.Difference(repeated, builder_.Seq({languages_.Anything(), match}));
    }
  }
  return Joined(Unconditional(repeated), rest, ast_.node(id));
}

// The same before text that may go on: the union over all ways to choose, for each crossing, which
// of its two halves is not there.
Variants Lowering::TemperedBefore(const Tempered& tempered, ExprId characters, const Variants& rest,
                                  NodeId id) {
  ir::Builder& b = builder_;
  const ExprId anything = languages_.Anything();
  std::vector<Crossing> crossings;
  for (const NodeId look : tempered.forbidden) {
    for (const Word& word : ForbiddenWords(look)) {
      const ExprId match = Sequence(word, 0, word.size(), &b);
      // A match of nothing is everywhere.
      const ExprId bad = word.empty() ? b.Seq({b.Class(CodepointSet::All()), anything})
                                      : b.Seq({anything, match, anything});
      characters = b.Difference(characters, bad);
      for (std::size_t r = 1; r < word.size(); ++r) {
        crossings.push_back({b.Seq({anything, Sequence(word, 0, r, &b)}),
                             b.Seq({Sequence(word, r, word.size(), &b), anything})});
      }
    }
    if (crossings.size() > kMaxCrossings) {
      FailLook(look, "it stands in a repetition and looks far out of it");
    }
  }
  VariantUnion all;
  for (std::size_t subset = 0; subset < (std::size_t{1} << crossings.size()); ++subset) {
    ExprId before = characters;
    Variants after = rest;
    for (std::size_t i = 0; i < crossings.size(); ++i) {
      if ((subset >> i & 1) != 0) {
        before = b.Difference(before, crossings[i].ends_in);
        continue;
      }
      for (Variant& v : after) v.expr = b.Difference(v.expr, crossings[i].begins_with);
    }
    all.Add(Joined(Unconditional(before), after, ast_.node(id)));
  }
  return all.Take(&b);
}

// The words that a negative lookahead forbids, if they are few and short.
std::vector<Word> Lowering::ForbiddenWords(NodeId look) {
  const NodeId child = ast_.node(look).children[0];
  if (IsWide(child)) FailLook(look, "it stands in a repetition and holds another assertion");
  std::vector<Word> all;
  for (const Variant& found : Lower(child)) {
    const auto words = found.IsUnconditional() ? WordList(builder_, languages_).Of(found.expr)
                                               : std::optional<std::vector<Word>>();
    if (!words) FailLook(look, "it stands in a repetition and may look out of it without bound");
    all.insert(all.end(), words->begin(), words->end());
  }
  return all;
}

}  // namespace pushmask::frontend::regex
