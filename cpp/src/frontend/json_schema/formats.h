// SPDX-License-Identifier: Apache-2.0
// The values of `format` that are enforced, as patterns.
#pragma once

#include <string_view>
#include <vector>

namespace pushmask::frontend::json_schema {

// The pattern that the whole string must match, or an empty view for a format that is not enforced.
// No pattern matches a character that JSON must escape.
std::string_view FormatPattern(std::string_view format);

std::vector<std::string_view> FormatNames();

}  // namespace pushmask::frontend::json_schema
