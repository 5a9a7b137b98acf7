// SPDX-License-Identifier: Apache-2.0
// Parts of host names, which several formats contain.
#pragma once

#include <string_view>

#include "ir/builder.h"

namespace pushmask::frontend::json_schema::formats {

// RFC 1123, section 2.1, with RFC 1034's limit of 63 characters. One alternative.
inline constexpr std::string_view kLabel = "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)";

// RFC 1035, section 2.3.4, less the length bytes at both ends.
inline constexpr std::uint32_t kMaxNameLength = 253;

// A label with characters beyond ASCII (RFC 5890, section 2.3.2.1), without the Bidi rule.
ir::ExprId ULabel(ir::Builder* builder);

}  // namespace pushmask::frontend::json_schema::formats
