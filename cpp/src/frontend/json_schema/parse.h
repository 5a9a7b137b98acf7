// SPDX-License-Identifier: Apache-2.0
// JSON values to schemas: checks that every keyword is known and its value well-formed, follows
// references, and gives each sub-schema an id.
#pragma once

#include "frontend/json_schema/schema.h"
#include "frontend/json_schema/site.h"

namespace pushmask::frontend::json_schema {

// Reads the root and what it reaches. Throws SchemaError and UnsupportedError with a pointer.
SchemaTable ParseSchemas(const Site& site);

}  // namespace pushmask::frontend::json_schema
