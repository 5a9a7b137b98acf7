// SPDX-License-Identifier: Apache-2.0
// Which keywords of JSON Schema mean what here. docs/support/json_schema.md is made from it.
#pragma once

#include <string_view>
#include <vector>

namespace pushmask {

struct SchemaKeyword {
  std::string_view name;
  std::vector<std::string_view> drafts;  // that have it, the oldest first: "4" to "2020-12"
  std::string_view support;              // "enforced", "annotation" or "refused"
  std::string_view note;                 // what is left out, and what to do about it; may be empty
};

// Sorted by name.
std::vector<SchemaKeyword> SchemaKeywords();

}  // namespace pushmask
