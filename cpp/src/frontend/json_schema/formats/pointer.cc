// SPDX-License-Identifier: Apache-2.0
// Names of things: RFC 6901 (JSON Pointer), draft-bhutton-relative-json-pointer-00, RFC 4122
// (UUID).
#include "frontend/json_schema/formats/languages.h"

namespace pushmask::frontend::json_schema::formats {

Format JsonPointer(ir::Builder* builder) { return {Pattern("(?:/(?:[^/~]|~[01])*)*", builder)}; }

// With the index manipulation of section 3.
Format RelativeJsonPointer(ir::Builder* builder) {
  return {Pattern("(?:0|[1-9][0-9]*)(?:[+-][1-9][0-9]*)?(?:#|(?:/(?:[^/~]|~[01])*)*)", builder)};
}

// RFC 4122, section 3; any version and variant.
Format Uuid(ir::Builder* builder) {
  return {Pattern("[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", builder)};
}

}  // namespace pushmask::frontend::json_schema::formats
