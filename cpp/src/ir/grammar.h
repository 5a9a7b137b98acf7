// SPDX-License-Identifier: Apache-2.0
// ir::Grammar: what every front end produces and lowering consumes. Rules over expressions, no
// source spans, immutable once built.
//
// Expressions live in one arena and are interned: equal expressions have equal ids, so lowering can
// remember automata by ExprId. Text is Unicode: Class holds code points and is lowered to UTF-8;
// Bytes holds literal bytes. Intersect and Complement are legal over rule-free parts only, where
// the language is regular (Complement is relative to all well-formed UTF-8 strings).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "ir/automaton.h"
#include "text/codepoint_set.h"

namespace pushmask::ir {

using ExprId = base::Id<struct ExprTag>;
using RuleId = base::Id<struct RuleTag>;

inline constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();

enum class ExprKind : std::uint8_t {
  kNothing,     // no string at all
  kBytes,       // exactly `bytes`; the empty string is the empty kBytes
  kClass,       // one code point of `codepoints`
  kSeq,         // children one after another (two or more)
  kChoice,      // one of the children (two or more)
  kRepeat,      // children[0], `min` to `max` times
  kRuleRef,     // `rule`
  kIntersect,   // in both children; rule-free
  kComplement,  // a well-formed UTF-8 string that is not in children[0]; rule-free
  kUnordered,   // see UnorderedSpec
  kAutomaton,   // what `automaton` accepts, in UTF-8; it is not empty
};

// A sequence of members in any order, with a separator between each two: every item occurs at most
// once, required items exactly once, and `rest` any number of times. JSON objects are this. Items,
// rest and separator must not match the empty string. No member at all matches the empty string,
// unless an item is required or `non_empty` is set.
struct UnorderedSpec {
  struct Item {
    ExprId body;
    bool required = false;
  };
  std::vector<Item> items;
  std::optional<ExprId> rest;
  ExprId separator;
  bool non_empty = false;
};

struct Expr {
  ExprKind kind = ExprKind::kNothing;
  std::string bytes = {};
  text::CodepointSet codepoints = {};
  std::vector<ExprId> children = {};  // kUnordered: items, then the separator, then rest if present
  std::uint32_t min = 0;              // kRepeat; kUnordered: 1 if non_empty
  std::uint32_t max = 0;
  RuleId rule = {};
  std::vector<bool> required = {};  // kUnordered: one per item
  Automaton automaton = {};

  friend bool operator==(const Expr&, const Expr&) = default;
};

struct Rule {
  std::string name;
  ExprId body;
};

class Grammar {
 public:
  const Expr& expr(ExprId id) const { return exprs_[id.index()]; }
  const Rule& rule(RuleId id) const { return rules_[id.index()]; }
  const std::vector<Rule>& rules() const { return rules_; }
  std::size_t num_exprs() const { return exprs_.size(); }
  RuleId root() const { return root_; }
  // The input's name, for errors that are found only after the front end is done.
  const std::string& source_name() const { return source_name_; }

  UnorderedSpec unordered(ExprId id) const;

 private:
  friend class Builder;
  std::vector<Expr> exprs_;
  std::vector<Rule> rules_;
  RuleId root_;
  std::string source_name_;
};

}  // namespace pushmask::ir
