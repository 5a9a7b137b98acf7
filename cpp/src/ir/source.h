// SPDX-License-Identifier: Apache-2.0
// Where the rules of a grammar come from. For people only: nothing that a grammar means depends on
// it. Front ends note what costs nothing to note; what it comes to is worked out when somebody asks
// (api/explain.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "text/source_text.h"

namespace pushmask::ir {

// The place of a rule.
struct Place {
  std::uint32_t source = 0;  // number in Grammar::sources(), from 1; 0: no place is known
  // The offset of the rule's name; in a JSON Schema the key of the values that the rule stands for.
  std::uint32_t key = 0;
};

struct Source {
  text::SourceText text;
  // Of a JSON Schema only. (key, offset): a schema in the text that has this key; equal schemas
  // have one key.
  bool is_json_schema = false;
  // The JSON Pointer (RFC 6901) to the value at an offset of `text`.
  std::string (*pointer_at)(const text::SourceText& text, std::size_t offset) = nullptr;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> schemas = {};
  // (key, other): a rule with the place `key` stands for the schemas of `other` as well.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> shared = {};
};

}  // namespace pushmask::ir
