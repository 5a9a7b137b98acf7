// SPDX-License-Identifier: Apache-2.0
// ir::Grammar: what every front end produces and lowering consumes. Rules over expressions,
// immutable once built. Where a rule comes from stands beside it, for people (source.h).
//
// Expressions live in one arena and are interned: equal expressions have equal ids, so lowering can
// remember automata by ExprId. Text is Unicode: Class holds code points and is lowered to UTF-8;
// Bytes holds literal bytes. Intersect and Complement are legal over rule-free parts only, where
// the language is regular (Complement is relative to all well-formed UTF-8 strings). So is Spelled.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "ir/automaton.h"
#include "ir/source.h"
#include "ir/token_set.h"
#include "pushmask/error.h"
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
  kMembers,     // see MemberGroup
  kAutomaton,   // what `automaton` accepts, in UTF-8; it is not empty
  kTokenSet,    // one token of Grammar::token_sets()[token_set]
  kSpelled,     // a spelling in JSON of a string of children[0], see Spelling; rule-free
  kMark,        // `bytes`, any parts of which may be special tokens, see SpecialTexts; not empty
};

// How JSON spells a string between its quotes (RFC 8259, section 7). Strings are Unicode scalar
// values: an escaped lone surrogate, which the RFC leaves to chance, spells nothing.
enum class Spelling : std::uint8_t {
  // One for each character, what json.dumps(ensure_ascii=False) writes; only the hexadecimal digits
  // of \u00XX for a control character may be of either case.
  kCanonical,
  // Every one: the character itself where that is legal, its short escape, \uXXXX. Lowering may
  // keep
  // to canonical ones where the others would take too many states.
  kAny,
};

// A sequence of members with a separator between each two. JSON objects and arrays are this. Items,
// rest and separator must not match the empty string; where no member is needed, no member at all
// matches it. What a text's members are is a matter of reading: if a text can be read as several
// sequences of members, one that keeps the conditions is enough. Each way to read it is followed,
// so items that can come at the same place must differ by their texts: n equal ones in any order
// would be 2^n sets.
struct MemberGroup {
  // Occurs at most once.
  struct Item {
    ExprId body;
    bool required = false;
    friend bool operator==(const Item&, const Item&) = default;
  };
  // A Horn clause over "item i occurs": if all of `present` occur, `then` must occur too, before or
  // after them. Without `then` they must not all occur.
  struct Clause {
    std::vector<std::uint32_t> present;  // indices of items
    std::optional<std::uint32_t> then = std::nullopt;
    friend bool operator==(const Clause&, const Clause&) = default;
  };

  std::vector<Item> items = {};
  // The first so many items occur in this order and before every other member. The others, and
  // `rest`, occur in any order.
  std::uint32_t num_ordered = 0;
  std::optional<ExprId> rest = std::nullopt;  // any number of times
  // Instead of `rest`: a member of the rest is one of these keys, then what may follow it. No two
  // members have the same text as key, whichever keys they are.
  struct Keyed {
    ExprId key;   // rule-free; matches no empty string
    ExprId rest;  // may match the empty string
    // The member is this item, of those in any order, and not one of the rest. Then there is no
    // max_members, and such a key begins members of the rest too; see pda/keys.h.
    std::optional<std::uint32_t> item = std::nullopt;
    friend bool operator==(const Keyed&, const Keyed&) = default;
  };
  // Texts must tell where a key ends: ways to read them that differ in their keys stay apart, so n
  // such places would be 2^n.
  std::vector<Keyed> keyed = {};
  ExprId separator = {};
  std::uint32_t min_members = 0;  // items and rest together
  std::uint32_t max_members = kUnbounded;
  std::vector<Clause> clauses = {};

  friend bool operator==(const MemberGroup&, const MemberGroup&) = default;
};

struct Expr {
  ExprKind kind = ExprKind::kNothing;
  std::string bytes = {};
  text::CodepointSet codepoints = {};
  std::vector<ExprId> children =
      {};                 // kMembers: items, separator, and rest or each key and its rest
  std::uint32_t min = 0;  // kRepeat
  std::uint32_t max = 0;
  RuleId rule = {};
  std::shared_ptr<const MemberGroup> members = nullptr;  // kMembers
  Automaton automaton = {};
  Spelling spelling = Spelling::kCanonical;  // kSpelled
  std::uint32_t token_set = 0;               // kTokenSet

  friend bool operator==(const Expr& a, const Expr& b) {
    const auto rest = [](const Expr& e) {
      return std::tie(e.kind, e.bytes, e.codepoints, e.children, e.min, e.max, e.rule, e.automaton,
                      e.spelling, e.token_set);
    };
    if (rest(a) != rest(b) || (a.members == nullptr) != (b.members == nullptr)) return false;
    return a.members == nullptr || *a.members == *b.members;
  }
};

// What is said of a rule beside its language. The texts of the grammar do not depend on it.
struct RuleMarks {
  std::optional<std::string> capture = std::nullopt;  // UTF-8: a name for what the rule matches
  std::optional<double> temperature = std::nullopt;   // to sample with inside; finite, at least 0
  // Most tokens, at least 1, that may have a part in a text of the rule. Of all marks this one
  // forbids something: ways to cut a text into tokens. The rule is regular then, and text.
  std::optional<std::uint32_t> max_tokens = std::nullopt;

  bool any() const { return capture || temperature || max_tokens; }
  friend bool operator==(const RuleMarks&, const RuleMarks&) = default;
};

struct Rule {
  std::string name;
  ExprId body;
  RuleMarks marks = {};
  // Its automaton is that of rules in many other grammars and is remembered with what masks know of
  // it, so it stays a rule of its own.
  bool kept_apart = false;
  Place place = {};
};

class Grammar {
 public:
  const Expr& expr(ExprId id) const { return exprs_[id.index()]; }
  const Rule& rule(RuleId id) const { return rules_[id.index()]; }
  const std::vector<Rule>& rules() const { return rules_; }
  std::size_t num_exprs() const { return exprs_.size(); }
  RuleId root() const { return root_; }
  // For errors that are found only after the front end is done: the input's name, and where its
  // root rule is if the front end said so. The message is empty.
  const Diagnostic& root_place() const { return root_place_; }
  const std::string& source_name() const { return root_place_.source_name; }

  // By number, all different.
  const std::vector<TokenSet>& token_sets() const { return token_sets_; }

  // All that are kMark.
  const std::vector<ExprId>& marks() const { return marks_; }
  // The texts that the places of rules are in; see Place.
  const std::vector<std::shared_ptr<const Source>>& sources() const { return sources_; }

  // Of a kMembers.
  const MemberGroup& members(ExprId id) const { return *expr(id).members; }

 private:
  friend class Builder;
  std::vector<Expr> exprs_;
  std::vector<Rule> rules_;
  std::vector<TokenSet> token_sets_;
  std::vector<ExprId> marks_;
  std::vector<std::shared_ptr<const Source>> sources_;
  RuleId root_;
  Diagnostic root_place_;
};

}  // namespace pushmask::ir
