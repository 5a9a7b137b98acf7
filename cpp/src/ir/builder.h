// SPDX-License-Identifier: Apache-2.0
// Builder: the one way to make an ir::Grammar. Its calls simplify as they build (sequences are
// flattened, neighbouring literals joined, choices of classes merged), so that front ends can
// compose freely and equal languages written alike share one ExprId.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash_index.h"
#include "ir/grammar.h"
#include "text/codepoint_set.h"

namespace pushmask::ir {

class Builder {
 public:
  // Of all explicit automata together. Long strings have a state for each character, of 100 bytes.
  static constexpr std::size_t kMaxAutomatonStates = 2'000'000;

  // Bytes of literals and parts of sequences and choices, of all expressions together. Flattening
  // can double a sequence with each call: names of names of names stay short in the text.
  static constexpr std::size_t kMaxParts = 64'000'000;

  Builder();
  ExprId Nothing();
  ExprId Empty() { return Bytes(""); }
  ExprId Bytes(std::string_view bytes) { return Text(ExprKind::kBytes, bytes); }
  ExprId Class(const text::CodepointSet& codepoints);  // an empty set is Nothing()
  ExprId Seq(std::span<const ExprId> parts);
  ExprId Seq(std::initializer_list<ExprId> parts) { return Seq(std::span(parts)); }
  ExprId Choice(std::span<const ExprId> parts);  // no parts is Nothing()
  ExprId Choice(std::initializer_list<ExprId> parts) { return Choice(std::span(parts)); }
  // Requires min <= max; `max` may be kUnbounded.
  ExprId Repeat(ExprId body, std::uint32_t min, std::uint32_t max);
  ExprId Optional(ExprId body) { return Repeat(body, 0, 1); }
  ExprId Star(ExprId body) { return Repeat(body, 0, kUnbounded); }
  ExprId Plus(ExprId body) { return Repeat(body, 1, kUnbounded); }
  ExprId RuleRef(RuleId rule);
  ExprId Intersect(ExprId a, ExprId b);
  ExprId Complement(ExprId a);
  ExprId Difference(ExprId a, ExprId b) { return Intersect(a, Complement(b)); }
  // Indices in the clauses, and num_ordered, must lie within the items. A group of the rest alone
  // becomes a repetition, unless its keys must differ. Not with both `rest` and `keyed`.
  ExprId Members(MemberGroup group);
  // What the automaton accepts; rule-free. Throws LimitError ("max_automaton_states") if all the
  // automata together become too large.
  ExprId Accepted(Automaton automaton);

  // The spellings in JSON of the strings of `strings`, which is rule-free and matches well-formed
  // UTF-8 only.
  ExprId Spelled(ExprId strings, Spelling spelling);

  // One token of the set; not inside Intersect, Complement or a key. Throws LimitError
  // ("max_token_sets").
  ExprId Tokens(TokenSet tokens);

  // The text, in UTF-8, any parts of which may be special tokens; not inside Intersect, Complement
  // or a key.
  ExprId Mark(std::string_view text);

  // A new rule without a body. `name` is only for people; duplicates get a numeric suffix.
  RuleId AddRule(std::string_view name);
  void Define(RuleId rule, ExprId body);
  void Mark(RuleId rule, RuleMarks marks);
  void KeepApart(RuleId rule) { grammar_.rules_[rule.index()].kept_apart = true; }
  // The number of a source, for places in it.
  std::uint32_t AddSource(std::shared_ptr<const Source> source);
  void SetPlace(RuleId rule, Place place) { grammar_.rules_[rule.index()].place = place; }
  ExprId body(RuleId rule) const { return grammar_.rules_[rule.index()].body; }
  const std::string& name(RuleId rule) const { return grammar_.rules_[rule.index()].name; }
  bool IsDefined(RuleId rule) const { return grammar_.rules_[rule.index()].body.valid(); }

  const Expr& expr(ExprId id) const { return grammar_.exprs_[id.index()]; }

  // What is built so far.
  const Grammar& grammar() const { return grammar_; }

  // Ends building. Every rule must be defined; Intersect, Complement, Spelled and keys
  // must be rule-free.
  Grammar Finish(RuleId root, Diagnostic root_place);
  Grammar Finish(RuleId root, std::string source_name) {
    return Finish(root, Diagnostic{.message = {}, .source_name = std::move(source_name)});
  }

 private:
  friend class Copier;  // takes over expressions that are simplified already
  // An expression without what has to be allocated: most are known already.
  struct Node {
    ExprKind kind;
    std::span<const ExprId> children = {};
    std::uint32_t min = 0;
    std::uint32_t max = 0;
    RuleId rule = {};
    Spelling spelling = Spelling::kCanonical;
  };
  ExprId Intern(const Node& node);
  ExprId Text(ExprKind kind, std::string_view bytes);  // a kBytes or kMark
  ExprId Intern(Expr expr);                            // of a kind that no Node has
  ExprId Add(std::uint64_t hash, Expr expr);
  // Of the sequence in scratch_.
  void AppendToSequence(ExprId part);
  void EndLiteral();
  // Throws LimitError ("max_expression_size") if so many parts more are too many.
  void CheckParts(std::size_t num_more) const;
  // Drops a rest that matches nothing and keys that have nothing to differ from.
  void SimplifyRest(MemberGroup* group);

  Grammar grammar_;
  base::HashIndex interned_;  // of the expressions
  std::unordered_map<std::string, int> names_;
  std::vector<ExprId> scratch_;  // children in the making
  ExprId literal_;               // the first of the neighbouring literals at the end of them
  std::string joined_;           // all of those, if there are several
  std::size_t num_automaton_states_ = 0;
  std::size_t num_parts_ = 0;  // bytes of literals and children of sequences and choices
};

}  // namespace pushmask::ir
