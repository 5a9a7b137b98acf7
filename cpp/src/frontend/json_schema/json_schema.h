// SPDX-License-Identifier: Apache-2.0
// JSON Schema to IR. The language is the JSON texts of the instances that validate; which keywords
// are enforced in which draft is docs/support/json_schema.md, and which spellings of a value are
// left out is docs/reference/json_schema.md.
//
// Stages: text ──json/──▶ Value ──read*.cc──▶ formula.h ──projection, solver──▶ cases
//         ──lower*.cc──▶ ir::Grammar.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ir/grammar.h"
#include "pushmask/error.h"
#include "text/source_text.h"

namespace pushmask::frontend {

enum class Whitespace : std::uint8_t {
  kFlexible,  // any JSON whitespace between the tokens of a value, none around the whole text
  kCompact,   // none
  kIndented,  // as json.dumps(value, indent=n) lays it out
};

enum class PropertyOrder : std::uint8_t {
  kAny,     // members in any order
  kSchema,  // declared properties in the order of the schema, then the others
};

enum class Formats : std::uint8_t {
  kEnforce,   // an unknown format is refused
  kAnnotate,  // an unknown format says nothing
  kIgnore,    // no format says anything
};

struct JsonSchemaOptions {
  Whitespace whitespace = Whitespace::kFlexible;
  PropertyOrder property_order = PropertyOrder::kSchema;
  std::uint32_t max_whitespace = ir::kUnbounded;  // between two tokens; kFlexible only
  std::uint32_t indent = 2;                       // spaces per level; kIndented only
  std::string item_separator = ",";               // kCompact only
  std::string key_separator = ":";
  Formats formats = Formats::kEnforce;
  bool fractional_integers = false;  // integers may be written 1.0
  bool lenient = false;  // leave out, with a warning, what is unsupported about strings and arrays
  // Other documents that references may lead to: (URI, JSON text).
  std::vector<std::pair<std::string, std::string>> documents = {};
};

struct JsonSchemaGrammar {
  ir::Grammar grammar;
  std::vector<Diagnostic> warnings;
};

// Reads a schema. Throws SyntaxError (line and column) if the text is not JSON; with a JSON
// Pointer: SchemaError if a keyword's value is malformed or a reference leads nowhere,
// UnsupportedError for what cannot be enforced, EmptyLanguageError if the schema contradicts
// itself. LimitError ("max_depth", "max_rules", "max_branches", "max_digits", "max_states") past a
// budget. Definitions that are not referenced are not read. Cost: linear in the schema, except that
// alternatives which overlap multiply.
JsonSchemaGrammar ParseJsonSchema(const text::SourceText& schema, const JsonSchemaOptions& options);

// Several schemas in one grammar, where what they have in common is there once.
struct JsonSchemaParts {
  ir::Grammar grammar;
  std::vector<ir::RuleId> rules;  // by schema
  std::vector<Diagnostic> warnings;
};

// Reads each schema as a document of its own, all named `source_name`; `options.documents` are not
// used. Nullopt if the schemas cannot be read side by side: they have ids, which might meet, refer
// to each other, or some place in them has no value; read them one by one then. Throws as
// ParseJsonSchema, but errors name other places than that does.
std::optional<JsonSchemaParts> ParseJsonSchemas(const std::vector<std::string>& schemas,
                                                const JsonSchemaOptions& options,
                                                const std::string& source_name);

// The values of a schema where strings are written as they are, not as JSON.
struct JsonSchemaValues {
  static constexpr std::array<const char*, 5> kOtherTypes = {"null", "boolean", "number", "array",
                                                             "object"};
  struct Value {
    std::optional<ir::RuleId> strings = std::nullopt;  // the strings themselves; regular
    std::uint32_t max_length = ir::kUnbounded;  // of these, in characters: the rule has longer ones
    bool is_any_string = false;                 // `strings` has all
    std::u32string characters = {};             // those asked for that may occur in `strings`
    // As JSON, by type.
    std::array<std::optional<ir::RuleId>, kOtherTypes.size()> others = {};
  };
  ir::Grammar grammar;
  std::vector<Value> values;           // all different
  std::vector<std::size_t> of_schema;  // in `values`, by place
  std::vector<Diagnostic> warnings;
};

// A schema inside of one of several documents.
struct JsonSchemaPlace {
  std::size_t document;
  std::string pointer;  // JSON Pointer (RFC 6901)
};

// Reads the schemas at some places, each document by itself as ParseJsonSchemas does, and with the
// same errors. `characters`: see Value::characters. Nullopt, of several documents only, in the same
// cases; a place without a value has neither strings nor others.
std::optional<JsonSchemaValues> ParseJsonValues(const std::vector<std::string>& documents,
                                                const std::vector<JsonSchemaPlace>& places,
                                                const std::u32string& characters,
                                                const std::string& source_name);

}  // namespace pushmask::frontend
