// SPDX-License-Identifier: Apache-2.0
// The public options of JSON Schemas as those of the front end.
#pragma once

#include "frontend/json_schema/json_schema.h"
#include "pushmask/grammar.h"

namespace pushmask {

inline frontend::JsonSchemaOptions FrontendOptions(const JsonSchemaOptions& options) {
  frontend::JsonSchemaOptions out;
  out.whitespace = static_cast<frontend::Whitespace>(options.whitespace);
  out.max_whitespace = options.max_whitespace;
  out.indent = options.indent;
  out.item_separator = options.item_separator;
  out.key_separator = options.key_separator;
  out.lenient = options.lenient;
  out.property_order = static_cast<frontend::PropertyOrder>(options.property_order);
  out.formats = static_cast<frontend::Formats>(options.formats);
  out.fractional_integers = options.fractional_integers;
  out.documents = options.documents;
  return out;
}

}  // namespace pushmask
