// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/json_schema.h"

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
  Reader reader(&library, &store, options, &out.warnings);
  const FormulaId root = reader.ReadRoot();
  out.grammar = Lowering(&store, &reader, library.site(), options, &out.warnings).Run(root);
  return out;
}

}  // namespace pushmask::frontend
