// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/json_schema.h"

#include "frontend/json/reader.h"
#include "frontend/json_schema/lower.h"
#include "frontend/json_schema/parse.h"
#include "frontend/json_schema/site.h"

namespace pushmask::frontend {

ir::Grammar ParseJsonSchema(const text::SourceText& schema, const JsonSchemaOptions& options) {
  const json::Document document = json::Read(schema);
  const json_schema::Site site(schema, document.root);
  const json_schema::SchemaTable table = json_schema::ParseSchemas(site);
  return json_schema::Lowering(table, site, options).Run();
}

}  // namespace pushmask::frontend
