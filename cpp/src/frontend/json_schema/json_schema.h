// SPDX-License-Identifier: Apache-2.0
// JSON Schema (2020-12) to IR. The language is the JSON texts of the instances that validate; which
// keywords are enforced, and which spellings of a value are left out, is
// docs/reference/json_schema.md.
//
// Stages: text ──json/──▶ Value ──parse.cc──▶ schema.h ──conjunction.cc──▶ branches
//         ──lower*.cc──▶ ir::Grammar.
#pragma once

#include <cstdint>

#include "ir/grammar.h"
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

struct JsonSchemaOptions {
  Whitespace whitespace = Whitespace::kFlexible;
  PropertyOrder property_order = PropertyOrder::kAny;
  std::uint32_t indent = 2;  // spaces per level; kIndented only
};

// Reads a schema. Throws SyntaxError (line and column) if the text is not JSON; with a JSON
// Pointer: SchemaError if a keyword's value is malformed or a reference leads nowhere,
// UnsupportedError for a keyword or format that is not enforced, EmptyLanguageError if the schema
// contradicts itself. LimitError ("max_depth", "max_rules", "max_branches", "max_digits") past a
// budget. Definitions that are not referenced are not read. Cost: linear in the schema, except that
// combining `anyOf` with sibling keywords multiplies its branches.
ir::Grammar ParseJsonSchema(const text::SourceText& schema, const JsonSchemaOptions& options);

}  // namespace pushmask::frontend
