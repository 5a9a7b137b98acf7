// SPDX-License-Identifier: Apache-2.0
// The values of `format` (JSON Schema 2020-12, validation, section 7.3) as languages of strings
// over code points. Each is the grammar of its standard; the files of this folder name the
// sections.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

struct Format {
  ir::ExprId expr;
  // Of code points, beside what `expr` says. Apart, because a product with a counter is large.
  std::uint32_t max_length = ir::kUnbounded;
  // False: `expr` refers to rules, so Intersect and Complement cannot take it.
  bool regular = true;
  // What the standard asks beyond `expr`, as a phrase for people; empty: `expr` is all of it.
  std::string_view unchecked = {};
};

// The strings of a format, its length included, or nullopt if it is not known. A regular one is
// made into an automaton once in a process. Threads: safe.
std::optional<Format> FormatLanguage(std::string_view name, ir::Builder* builder);

bool IsFormat(std::string_view name);

// The formats that are known, sorted.
std::vector<std::string_view> FormatNames();

}  // namespace pushmask::frontend::json_schema
