// SPDX-License-Identifier: Apache-2.0
// The values of `format` that are enforced, as patterns.
#pragma once

#include <string_view>
#include <vector>
#include <optional>
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

// The pattern that the whole string must match, or an empty view for a format that is not enforced.
// No pattern matches a character that JSON must escape.
std::string_view FormatPattern(std::string_view format);

std::vector<std::string_view> FormatNames();
struct FormatExpr { ir::ExprId expr; bool is_regular; };
std::optional<FormatExpr> FormatLanguage(std::string_view name, ir::Builder* builder);
bool IsFormat(std::string_view name);

}  // namespace pushmask::frontend::json_schema
