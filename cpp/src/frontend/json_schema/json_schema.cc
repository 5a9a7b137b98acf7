// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/json_schema.h"

#include <deque>
#include <memory>
#include <string_view>

#include "frontend/json/reader.h"
#include "frontend/json_schema/contradictions.h"
#include "frontend/json_schema/formula.h"
#include "frontend/json_schema/library.h"
#include "frontend/json_schema/lower.h"
#include "frontend/json_schema/reader.h"

namespace pushmask::frontend {

JsonSchemaGrammar ParseJsonSchema(const text::SourceText& schema,
                                  const JsonSchemaOptions& options) {
  using namespace json_schema;  // NOLINT(google-build-using-namespace): the stages of this folder
  JsonSchemaGrammar out;
  Library library(schema, options.documents, Draft::k2020);
  FormulaStore store;
  Contradictions contradictions;
  Reader reader(&library, &store, options, &out.warnings, &contradictions);
  const FormulaId root = reader.ReadRoot();
  const auto source = std::make_shared<ir::Source>(
      ir::Source{.text = schema, .is_json_schema = true, .pointer_at = &json::PointerAt});
  Lowering lowering(&store, &reader, library.site(), options, &out.warnings, &contradictions);
  out.grammar = lowering.Run(root, source);
  // Schemas that references lead to are read while they are lowered.
  source->schemas = reader.TakePlaces();
  return out;
}

std::optional<JsonSchemaParts> ParseJsonSchemas(const std::vector<std::string>& schemas,
                                                const JsonSchemaOptions& options,
                                                const std::string& source_name) {
  using namespace json_schema;  // NOLINT(google-build-using-namespace): the stages of this folder
  // The schema that is read first refers to the others by these names.
  std::vector<std::pair<std::string, std::string>> documents;
  std::string references;
  for (const std::string& schema : schemas) {
    documents.emplace_back("urn:schema:" + std::to_string(documents.size()), schema);
    references += (references.empty() ? "[\"" : ",\"") + documents.back().first + "\"";
  }
  const text::SourceText source(source_name, references.empty() ? "[]" : references + "]");
  JsonSchemaParts out;
  Library library(source, documents, Draft::k2020);
  FormulaStore store;
  Contradictions contradictions;
  Reader reader(&library, &store, options, &out.warnings, &contradictions);
  std::vector<FormulaId> formulas;
  for (const json::Value& reference : library.root().schema->elements) {
    formulas.push_back(reader.ReadDocument(reference));
  }
  Lowering lowering(&store, &reader, library.site(), options, &out.warnings, &contradictions);
  out.grammar = lowering.RunEach(formulas, &out.rules);
  if (!contradictions.notes().empty() || !library.are_documents_apart()) return std::nullopt;
  for (Diagnostic& warning : out.warnings) warning.source_name = source_name;
  return out;
}

namespace {

// What a JSON Pointer is as the fragment of a reference: `%` would begin an escape there.
std::string Fragment(std::string_view pointer) {
  std::string fragment = "#";
  for (const char c : pointer) {
    if (c == '%') fragment += "%25";
    if (c != '%') fragment.push_back(c);
  }
  return fragment;
}

}  // namespace

std::optional<JsonSchemaValues> ParseJsonValues(const std::vector<std::string>& documents,
                                                const std::vector<JsonSchemaPlace>& places,
                                                const std::u32string& characters,
                                                const std::string& source_name) {
  using namespace json_schema;  // NOLINT(google-build-using-namespace): the stages of this folder
  const bool is_one = documents.size() == 1;
  std::vector<std::pair<std::string, std::string>> others;
  for (const std::string& document : documents) {
    if (!is_one) others.emplace_back("urn:schema:" + std::to_string(others.size()), document);
  }
  const text::SourceText source(source_name, is_one ? documents[0] : "[]");
  const JsonSchemaOptions options;
  JsonSchemaValues out;
  Library library(source, others, Draft::k2020);
  FormulaStore store;
  Contradictions contradictions;
  Reader reader(&library, &store, options, &out.warnings, &contradictions);
  std::vector<FormulaId> formulas;
  std::deque<std::string> references;  // formulas point to them
  for (const JsonSchemaPlace& place : places) {
    references.push_back((is_one ? "" : others.at(place.document).first) + Fragment(place.pointer));
    json::Value reference{.kind = json::Kind::kString, .text = references.back(), .members = {}};
    formulas.push_back(reader.ReadDocument(reference));
  }
  Lowering lowering(&store, &reader, library.site(), options, &out.warnings, &contradictions);
  out.grammar = lowering.RunApart(formulas, characters, &out);
  if (is_one) return out;
  if (!contradictions.notes().empty() || !library.are_documents_apart()) return std::nullopt;
  for (Diagnostic& warning : out.warnings) warning.source_name = source_name;
  return out;
}

}  // namespace pushmask::frontend
