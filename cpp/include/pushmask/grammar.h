// SPDX-License-Identifier: Apache-2.0
// Grammar: the language that a text must belong to. An immutable value; copies share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushmask/error.h"
#include "pushmask/grammar_structure.h"

namespace pushmask {

namespace ir {
class Grammar;
}

// Where JSON allows insignificant whitespace (RFC 8259 section 2), which is written?
enum class Whitespace : std::uint8_t {
  kFlexible,  // any amount anywhere between tokens
  kCompact,   // none
  kIndented,  // as json.dumps(indent=2)
};

// The order of an object's properties.
enum class PropertyOrder : std::uint8_t {
  kAny,     // as JSON Schema has it: order means nothing
  kSchema,  // as declared, undeclared ones last
};

// What `format` means.
enum class Formats : std::uint8_t {
  kEnforce,   // an unknown format is refused
  kAnnotate,  // an unknown format says nothing
  kIgnore,    // no format says anything
};

// Which notation an EBNF text is written in (docs/reference/ebnf.md).
enum class EbnfDialect : std::uint8_t {
  kGbnf,  // llama.cpp's, with additions
  kW3c,   // of XML 1.0 and other specifications of the W3C
  kIso,   // ISO/IEC 14977
};

inline constexpr std::uint32_t kAnyWhitespace = 0xffffffffU;

struct JsonSchemaOptions {
  Whitespace whitespace = Whitespace::kFlexible;
  std::uint32_t max_whitespace = kAnyWhitespace;  // between two tokens; kFlexible only
  std::uint32_t indent = 2;                       // spaces a level; kIndented only
  // What stands between members, and between a name and its value; kCompact only. One ',' and one
  // ':', with whitespace around them.
  std::string item_separator = ",";
  std::string key_separator = ":";
  PropertyOrder property_order = PropertyOrder::kSchema;
  Formats formats = Formats::kEnforce;
  bool fractional_integers = false;  // integers may be written 1.0
  // What cannot be enforced about strings and `uniqueItems` is left out, each with a warning.
  bool lenient = false;
  // Other documents that references may lead to: (URI, JSON text). Nothing is ever fetched.
  std::vector<std::pair<std::string, std::string>> documents = {};
};

struct RegexOptions {
  bool search = false;  // the pattern matches somewhere in the text, not the whole of it
  // The flags i, m, s and x, as if the pattern began with them.
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool extended = false;
  bool operators = false;  // `a&b` is what both match, `~a` what a does not
};

class Grammar {
 public:
  static constexpr std::uint32_t kNoMaximum = 0xffffffffU;

  // JSON Schema, drafts 4 to 2020-12 (see docs/support/json_schema.md). Throws SyntaxError for
  // malformed JSON, SchemaError, UnsupportedError, EmptyLanguageError, LimitError.
  static Grammar FromJsonSchema(std::string_view schema, const JsonSchemaOptions& options = {},
                                std::string_view source_name = "schema");
  // EBNF (docs/reference/ebnf.md). Throws SyntaxError, UnsupportedError, EmptyLanguageError,
  // LimitError.
  static Grammar FromEbnf(std::string_view text, std::string_view root = "root",
                          std::string_view source_name = "grammar",
                          EbnfDialect dialect = EbnfDialect::kGbnf);
  // A regular expression (docs/reference/regex.md). Throws as above.
  static Grammar FromRegex(std::string_view pattern, const RegexOptions& options = {},
                           std::string_view source_name = "regex");

  // A text of any of the grammars; of none of them, which throws EmptyLanguageError.
  static Grammar Union(const std::vector<Grammar>& grammars);
  // A text of each, one after the other.
  static Grammar Concat(const std::vector<Grammar>& grammars);
  // `min` to `max` texts one after the other. Throws GrammarError if min > max.
  Grammar Repeat(std::uint32_t min, std::uint32_t max = kNoMaximum) const;
  // One of the strings, which are UTF-8; tens of thousands of them are cheap.
  static Grammar Choice(std::vector<std::string> strings);
  // What can be cut out of a text, which is UTF-8, between its chunks: the empty string too.
  // Throws LimitError ("max_automaton_states") past some 300,000 characters.
  static Grammar SubstringOf(const std::vector<std::string>& chunks);
  // The texts of this grammar, each with a stop string behind it, in which no stop string ends
  // before the end. The grammar must be regular: UnsupportedError if a rule reaches itself.
  Grammar WithStop(const std::vector<std::string>& stops) const;

  // What the front end noticed and a person may want to know: keywords that look misspelt, say.
  const std::vector<Diagnostic>& warnings() const { return *warnings_; }

  // The grammar in printed form, see ir/printer.h.
  std::string ToString() const;

  // The grammar as EBNF that FromEbnf reads back as an equal grammar, with root rule `root`.
  // Cost: linear in the grammar.
  std::string ToEbnf() const;

  // Rules and expressions as plain data. Cost: linear in the grammar.
  GrammarStructure Structure() const;

  const ir::Grammar& ir() const { return *grammar_; }

 private:
  friend class GrammarBuilder;
  explicit Grammar(ir::Grammar grammar, std::vector<Diagnostic> warnings = {});
  std::shared_ptr<const ir::Grammar> grammar_;
  std::shared_ptr<const std::vector<Diagnostic>> warnings_;
};

}  // namespace pushmask
