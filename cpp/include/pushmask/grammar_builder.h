// SPDX-License-Identifier: Apache-2.0
// GrammarBuilder: grammars made by calls instead of text. Other tools' grammars are translated with
// it, and Grammar's combinators are.
//
// Expressions and rules are handles that belong to one builder. Whatever is wrong with a call is
// thrown as GrammarError or one of its kinds, and leaves the builder as it was; LimitError says
// that an expression became too large ("max_expression_size"), nests too deep ("max_depth"), or
// that explicit automata have too many states ("max_automaton_states").
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushmask/grammar.h"

namespace pushmask {

// One thread at a time.
class GrammarBuilder {
 private:
  struct State;

 public:
  // A language that the builder knows; immutable.
  class Expression {
   private:
    friend class GrammarBuilder;
    Expression(std::shared_ptr<const State> owner, std::uint32_t id)
        : owner_(std::move(owner)), id_(id) {}
    std::shared_ptr<const State> owner_;
    std::uint32_t id_;
  };

  // A name for an expression that may come later, so that expressions can be recursive.
  class Rule {
   private:
    friend class GrammarBuilder;
    Rule(std::shared_ptr<const State> owner, std::uint32_t id)
        : owner_(std::move(owner)), id_(id) {}
    std::shared_ptr<const State> owner_;
    std::uint32_t id_;
  };

  struct CodepointRange {
    std::uint32_t first;
    std::uint32_t last;  // inclusive
  };

  // A state of an explicit automaton.
  struct AutomatonState {
    struct Transition {
      CodepointRange on;
      std::uint32_t target;  // a state's index
    };
    bool accept = false;
    std::vector<Transition> transitions = {};  // in increasing order, disjoint
  };

  // A token by its text, or the tokens from `first` to `last`, both inclusive, if it has none.
  struct TokenName {
    std::string text = {};
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  // A schema inside of one of several documents, by its JSON Pointer (RFC 6901).
  struct JsonPlace {
    std::size_t document;
    std::string pointer;
  };
  struct JsonValue {
    // The strings, not as JSON; regular. Nullopt: no string is allowed.
    std::optional<Expression> strings = std::nullopt;
    // Of these, in characters. `strings` has longer ones; kept apart, it can be counted.
    std::optional<std::uint32_t> max_length = std::nullopt;
    bool is_any_string = false;
    std::u32string characters = {};  // those asked for that may occur in `strings`
    // The other values, as JSON: "null", "boolean", "number", "array", "object", those there are.
    std::vector<std::pair<std::string, Expression>> others = {};
  };
  struct JsonValues {
    std::vector<JsonValue> values;      // all different
    std::vector<std::size_t> of_place;  // in `values`, by place
  };

  // Options beside a rule; docs/reference/ebnf.md says what they mean. With max_chars, stop,
  // suffix, lazy or max_tokens the rule must be regular, as in Intersect, and its texts are UTF-8.
  struct RuleOptions {
    std::optional<std::string> capture = std::nullopt;
    bool lazy = false;
    std::optional<std::uint32_t> max_chars = std::nullopt;
    std::optional<std::uint32_t> max_tokens = std::nullopt;
    std::optional<std::string> stop = std::nullopt;
    std::optional<std::string> suffix = std::nullopt;
    std::optional<double> temperature = std::nullopt;
  };

  // Where errors and explanations say that a rule stands.
  struct RulePlace {
    std::uint32_t source = 0;  // from AddSource; 0: nowhere
    std::uint32_t offset = 0;  // of the rule's name, in bytes
  };

  static constexpr std::uint32_t kUnbounded = 0xffffffffU;

  GrammarBuilder();

  Expression Nothing();  // no string at all
  Expression Empty();    // the empty string
  Expression Literal(std::string_view bytes);
  // One character out of the ranges, in any order; surrogates are in no text.
  Expression Codepoints(const std::vector<CodepointRange>& ranges);
  Expression Sequence(const std::vector<Expression>& parts);
  Expression Choice(const std::vector<Expression>& parts);
  Expression Repeat(const Expression& body, std::uint32_t min, std::uint32_t max = kUnbounded);
  // These three are for regular parts: rules in them must not reach themselves, or Finish throws
  // UnsupportedError. Complement is relative to all texts of well-formed UTF-8.
  Expression Intersect(const Expression& a, const Expression& b);
  Expression Complement(const Expression& a);
  Expression Difference(const Expression& a, const Expression& b);
  // A pattern (docs/reference/regex.md) that matches the whole text, or with `search` somewhere in
  // it. Throws SyntaxError, UnsupportedError, LimitError with a place in the pattern.
  Expression Regex(std::string_view pattern, bool search = false);
  // What a deterministic automaton accepts; state 0 is the start, no state is Nothing().
  Expression Automaton(const std::vector<AutomatonState>& states);
  // One of the strings, which are UTF-8. Cost: sorting them.
  Expression OneOf(std::vector<std::string> strings);
  // What can be cut out of a text, which is UTF-8, between its chunks: the empty string too.
  Expression SubstringOf(const std::vector<std::string>& chunks);
  // One of the tokens or, if negated, any other token but a stop token; no text. Which tokens these
  // are is found out when the grammar is compiled; errors are at `place` then.
  Expression Tokens(const std::vector<TokenName>& tokens, bool is_negated, Diagnostic place = {});
  // A text, in UTF-8, any parts of which may be special tokens with these texts, where the
  // vocabulary has such. Not for Intersect, Complement or Difference.
  Expression Mark(std::string_view text);
  // The instances of several JSON Schemas, as Grammar::FromJsonSchema reads each; what they have in
  // common is lowered once. Throws as that does.
  std::vector<Expression> JsonSchemas(const std::vector<std::string>& schemas,
                                      const JsonSchemaOptions& options = {},
                                      std::string_view source_name = "schema");
  // The values that schemas inside of documents allow, where strings are written as they are. Each
  // document is by itself. Throws as JsonSchemas does; a schema may allow nothing.
  JsonValues JsonValuesOf(const std::vector<std::string>& documents,
                          const std::vector<JsonPlace>& places,
                          const std::u32string& characters = {},
                          std::string_view source_name = "schema");
  // Takes over a grammar's rules and gives its root. A name that is taken gets a number.
  Expression Spliced(const Grammar& grammar);

  // A rule without a body. `name` is for people: letters, digits, '-' and '_'; other bytes become
  // '_', and a name that is taken gets a number.
  Rule AddRule(std::string_view name) { return AddRule(name, {}); }
  Rule AddRule(std::string_view name, RulePlace place);
  // Notes a text, in UTF-8, that rules come from, called `name` in errors; and gives its number.
  std::uint32_t AddSource(std::string name, std::string text);
  void Define(const Rule& rule, const Expression& body) { Define(rule, body, {}); }
  // Throws GrammarError for options that are empty, out of range or exclude each other.
  void Define(const Rule& rule, const Expression& body, const RuleOptions& options);
  Expression Ref(const Rule& rule);

  // Adds to what the finished grammars' warnings() say.
  void Warn(Diagnostic warning);

  // The grammar whose texts are those of `root`. Every rule must be defined. The builder can be
  // used on. Throws EmptyLanguageError if there is no text.
  Grammar Finish(const Rule& root, std::string source_name = "grammar") const;

 private:
  std::uint32_t IdOf(const Expression& expression) const;
  std::uint32_t IdOf(const Rule& rule) const;
  JsonValues JsonValuesOneByOne(const std::vector<std::string>& documents,
                                const std::vector<JsonPlace>& places,
                                const std::u32string& characters, std::string_view source_name);
  Expression Handle(std::uint32_t id) const { return {state_, id}; }

  std::shared_ptr<State> state_;
};

}  // namespace pushmask
